"""The channels of a project are found without reading those of all."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("channel_project", "channel", ["project_id"], unique=False)


def downgrade() -> None:
    op.drop_index("channel_project", table_name="channel")
