"""What the tables are, all of them, and what the application's role may do with them."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from .append_only import APPEND_ONLY
from .database import Database, metadata
from .places import PACKAGE

if TYPE_CHECKING:
    from config import Settings


@cache  # the walk reads every folder; a migration from nothing asks for it at each step
def import_models() -> None:
    """Import whatever declares a table, so that ``metadata`` is whole.

    Those are the kernel's modules, and a feature's that are named ``models`` or ``models_…``.
    """
    for module in pkgutil.walk_packages([str(PACKAGE)], "assistedaccess."):
        in_kernel = module.name.startswith("assistedaccess.kernel.")
        if in_kernel or module.name.rpartition(".")[2].split("_")[0] == "models":
            importlib.import_module(module.name)


def grant_to_application(settings: Settings) -> None:
    """Let the application's role read and write rows, and nothing more (ASVS 13.2.2).

    It may not create, alter, drop or truncate a table, nor update or delete what only grows.
    Does nothing on SQLite, or where one role both owns the tables and serves the pages.
    """
    role = make_url(settings.database_url).username
    owner = make_url(settings.migration_database_url).username
    if settings.is_sqlite or not role or role == owner:
        return
    import_models()
    database = Database(settings.migration_database_url)
    quote = database.engine.dialect.identifier_preparer.quote
    name = quote(role)
    tables = ", ".join(quote(table) for table in sorted(metadata.tables))
    growing = ", ".join(quote(table) for table in sorted(APPEND_ONLY))
    try:
        with database.writing.begin() as connection:
            connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {name}")
            connection.exec_driver_sql(
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {name}"
            )
            connection.exec_driver_sql(f"REVOKE UPDATE, DELETE ON {growing} FROM {name}")
            connection.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {name}")
    finally:
        database.dispose()
