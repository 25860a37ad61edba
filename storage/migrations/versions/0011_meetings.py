"""Meetings that come back, each time that they take place, and what people want to talk about."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("project_id", ROW, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("first_on", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("on_holiday", sa.String(), nullable=False),
        sa.Column("where", sa.String(), nullable=True),
        sa.Column("agenda", sa.String(), nullable=True),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("plan_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
    )
    op.create_index("series_plan_at", "series", ["plan_at"], unique=False)
    op.create_index("series_project", "series", ["project_id"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("project_id", ROW, nullable=False),
        sa.Column("series_id", ROW, nullable=False),
        sa.Column("item_id", ROW, nullable=False),
        sa.Column("ruled", sa.String(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("own_time", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"]),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("item_id"),
        sa.UniqueConstraint("series_id", "ruled"),
    )
    op.create_index("meeting_look_at", "meeting", ["look_at"], unique=False)
    op.create_index("meeting_project", "meeting", ["project_id", "starts_at"], unique=False)
    op.create_table(
        "topic",
        sa.Column("id", ROW, autoincrement=True, nullable=False),
        sa.Column("project_id", ROW, nullable=False),
        sa.Column("series_id", ROW, nullable=False),
        sa.Column("meeting_id", ROW, nullable=True),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"]),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("project", sa.Column("calendar_key", sa.String(), nullable=True))
    op.create_index("project_calendar_key", "project", ["calendar_key"], unique=True)
    op.create_index("topic_series", "topic", ["series_id", "meeting_id"], unique=False)


def downgrade() -> None:
    op.drop_index("project_calendar_key", table_name="project")
    op.drop_column("project", "calendar_key")
    for index, table in (
        ("topic_series", "topic"),
        ("meeting_project", "meeting"),
        ("meeting_look_at", "meeting"),
        ("series_project", "series"),
        ("series_plan_at", "series"),
    ):
        op.drop_index(index, table_name=table)
    for table in ("topic", "meeting", "series"):
        op.drop_table(table)
