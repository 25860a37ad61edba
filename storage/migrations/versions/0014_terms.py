"""Within how many working hours something is answered, where a contract says otherwise than is usual."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("project", sa.Column("terms", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("project", "terms")
