"""Channels that stand still, projects that end, and what remains of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("ending_by", "ending_days", "ended_at", "erase_at"):
        op.add_column("project", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_index("project_erase_at", "project", ["erase_at"], unique=False)
    for name in ("halted", "missing"):
        op.add_column("channel", sa.Column(name, sa.String(), nullable=True))
    # Where the bot was taken out before, it comes back as it does from now on: still, until somebody says to go on.
    op.execute("UPDATE channel SET halted = 'removed' WHERE left_at IS NOT NULL")
    op.create_table(
        "tombstone",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=False),
        sa.Column("certificate", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tombstone_place", "tombstone", ["tenant", "place"], unique=False)


def downgrade() -> None:
    op.drop_table("tombstone")
    for name in ("missing", "halted"):
        op.drop_column("channel", name)
    op.drop_index("project_erase_at", "project")
    for name in ("erase_at", "ended_at", "ending_days", "ending_by"):
        op.drop_column("project", name)
