"""What was filed is compared by its meaning with what was there already, and what is near is remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("item", sa.Column("compare_at", sa.BigInteger(), nullable=True))
    op.add_column("item", sa.Column("near", sa.String(), nullable=True))
    op.create_index("item_compare_at", "item", ["compare_at"], unique=False)


def downgrade() -> None:
    op.drop_index("item_compare_at", table_name="item")
    op.drop_column("item", "near")
    op.drop_column("item", "compare_at")
