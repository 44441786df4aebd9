"""What somebody with the owner's or the server's rights may do to the database, for tests."""

from __future__ import annotations

from sqlalchemy import text

from assistedaccess.kernel.append_only import APPEND_ONLY, guard_statements, unguard_statements
from assistedaccess.kernel.database import Database

from .databases import Sandbox


def owner_executes(sandbox: Sandbox, statement: str, *, guards: bool = True) -> None:
    """Run ``statement`` as the role that owns the tables; without ``guards`` the triggers are off.

    The triggers are there again afterwards, as a careful intruder would leave them.
    """
    database = Database(sandbox.settings.migration_database_url)
    dialect = database.engine.dialect.name
    try:
        with database.writing.begin() as connection:
            for table in () if guards else APPEND_ONLY:
                for each in unguard_statements(table, dialect):
                    connection.execute(text(each))
            connection.execute(text(statement))
            for table, key in () if guards else APPEND_ONLY.items():
                for each in guard_statements(table, key, dialect):
                    connection.execute(text(each))
    finally:
        database.dispose()
