"""Who else is named on an item, and when a project is told next that there is a way to complain."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("item", sa.Column("second_id", sa.BigInteger(), nullable=True))
    op.create_index("item_second", "item", ["second_id"], unique=False)
    op.add_column("project", sa.Column("promote_at", sa.BigInteger(), nullable=True))
    op.create_index("project_promote_at", "project", ["promote_at"], unique=False)
    # A quarter (91 days, in microseconds) after everyone agreed, as from now on; the handler chooses the hour.
    op.execute("update project set promote_at = agreed_at + 7862400000000 where ended_at is null")


def downgrade() -> None:
    op.drop_index("project_promote_at", table_name="project")
    op.drop_column("project", "promote_at")
    op.drop_index("item_second", table_name="item")
    op.drop_column("item", "second_id")
