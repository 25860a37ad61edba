"""What calendars call a meeting stays its name, also when the rule of its series gives its day another one."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("named_on", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("meeting", "named_on")
