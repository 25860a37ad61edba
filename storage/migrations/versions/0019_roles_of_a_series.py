"""A series says who must be there, and who goes when they cannot."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("series", sa.Column("needed", sa.String(), nullable=True))
    op.add_column("series", sa.Column("stand_ins", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("series", "stand_ins")
    op.drop_column("series", "needed")
