"""Where conversations in Teams are reached."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reference",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("service_url", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant", "channel"),
    )
    op.create_index("reference_person", "reference", ["tenant", "person"], unique=False)
    op.create_index("reference_team", "reference", ["tenant", "team"], unique=False)


def downgrade() -> None:
    op.drop_table("reference")
