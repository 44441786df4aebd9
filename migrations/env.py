"""How Alembic reaches the database: as the role that owns the tables, all steps or none.

Run by `assistedaccess migrate` (kernel.migrations), or by the `alembic` command while developing,
which then reads the settings from the environment.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator

from assistedaccess.kernel.database import Database, metadata
from assistedaccess.kernel.places import load_config
from assistedaccess.kernel.schema import import_models

LOCK_TIMEOUT = "5s"


def render_item(kind: str, item: object, _: object) -> str | bool:
    """Write our column types as what the database stores: a step outlives the app's classes."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run(connection: Connection) -> None:
    """Run the steps in one transaction."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Rebuilding a table drops the old one, which would take the rows that refer to it along.
        # The pragma does nothing inside a transaction, so it comes before the first one begins.
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=sqlite,
        render_item=render_item,
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        if not sqlite:
            # Better to fail and be tried again than to queue every reader behind the lock.
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        context.run_migrations()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"rows refer to what is not there: {broken[:5]}")


def main() -> None:
    """Open the database, run the steps, close it; or run them on the connection that is given,
    as part of its transaction."""
    given = context.config.attributes.get("connection")
    if given is not None:
        import_models()
        run(given)
        return
    url = context.config.attributes.get("url")
    database = Database(url or load_config().load_settings().migration_database_url)
    import_models()
    try:
        with database.writing.connect() as connection:
            run(connection)
    finally:
        database.dispose()


if context.is_offline_mode():
    raise SystemExit("Steps that look at the data cannot be written down as plain SQL.")
main()
