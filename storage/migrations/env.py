"""How Alembic reaches the database: always over the connection that it is given."""

from alembic import context
from sqlalchemy import create_engine

from storage import tables  # noqa: F401  (fills the metadata)
from storage.columns import Base


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is None:
        # Only when writing a new migration: `alembic -x url=… revision --autogenerate`.
        connection = create_engine(context.get_x_argument(as_dictionary=True)["url"]).connect()
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run()
