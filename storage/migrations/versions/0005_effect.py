"""What is needed to tell whether a tip helps: whether chance decided on it, and when somebody's last one was."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("last_tip_at", sa.BigInteger(), nullable=True))
    op.add_column("nudge", sa.Column("measured", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("nudge", "measured")
    op.drop_column("member", "last_tip_at")
