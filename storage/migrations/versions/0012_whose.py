"""Whose something is, where there are several organisations on a side."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("item", sa.Column("organisation_id", sa.BigInteger(), nullable=True))
    op.add_column("sheet", sa.Column("organisation_id", sa.BigInteger(), nullable=True))
    op.execute(
        "update item set organisation_id = (select m.organisation_id from member m"
        " join organisation o on o.id = m.organisation_id"
        " where m.id = case when item.kind = 'promise' then item.owner_id else item.author_id end"
        " and o.side = case when item.kind = 'promise' then item.doer else item.side end)"
    )
    # Of a side with several, nobody can tell any more who wrote it: then nobody reads it.
    op.execute(
        "update sheet set organisation_id = (select case when count(*) = 1 then min(o.id) end"
        " from organisation o where o.project_id = sheet.project_id and o.side = sheet.side)"
    )


def downgrade() -> None:
    op.drop_column("sheet", "organisation_id")
    op.drop_column("item", "organisation_id")
