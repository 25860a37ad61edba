"""Of several organisations on a side, which one organises a meeting."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("series", sa.Column("organisation_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("series", "organisation_id")
