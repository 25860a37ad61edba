"""When the service of a project goes live, and the days on which a meeting is held besides what its rule names."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("project", sa.Column("goes_live_on", sa.String(), nullable=True))
    op.add_column("series", sa.Column("extra", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("series", "extra")
    op.drop_column("project", "goes_live_on")
