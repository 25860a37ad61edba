"""Days off of a project, and days on which there is work after all."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("days_off", "days_on"):
        op.add_column("project", sa.Column(name, sa.String(), nullable=True))


def downgrade() -> None:
    for name in ("days_on", "days_off"):
        op.drop_column("project", name)
