"""Assisted Access: trusted helpers act for people who cannot use digital government themselves.

create_app() assembles the application and does nothing else.
"""

from __future__ import annotations

from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING

from flask import Flask, g

from assistedaccess import access, audit
from assistedaccess.kernel import encryption
from assistedaccess.kernel.damage import mark_of
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.places import find_place, load_config
from assistedaccess.kernel.transactions import bind_database, reading

if TYPE_CHECKING:
    from config import Settings

# From the lowest layer to the highest; each offers register(app).
FEATURES: tuple[str, ...] = (
    "notices",
    "accounts",
    "organisations",
    "approvals",
    "people",
    "services",
    "consent",
    "delegation",
    "casework",
    "applications",
    "documents",
    "safeguards",
    "desk",
    "my_record",
    "oversight",
    "data_protection",
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application for ``settings`` (read from the environment when not given).

    Raises SettingsError with a sentence when a setting is missing or wrong.
    """
    settings = settings or load_config().load_settings()
    app = Flask(
        __name__,
        template_folder=str(find_place("templates")),
        static_folder=str(find_place("static")),
    )
    # Jinja forgets the first of more than 400, and there are more: all stay compiled.
    app.jinja_options = {**app.jinja_options, "cache_size": -1}
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SETTINGS=settings,
        TEMPLATES_AUTO_RELOAD=False,
    )
    prepare(settings)
    _open_reading(app)
    for name in FEATURES:
        import_module(f"assistedaccess.{name}").register(app)
    import_module("assistedaccess.access.guards").register(app)
    import_module("assistedaccess.web").register(app)
    if settings.is_demo:
        import_module("assistedaccess.demo").register(app)
    return app


def prepare(settings: Settings, **engine_options: object) -> Database:
    """Bind database, keys and journal to this process: what the command line needs of the app."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    use_master_keys(settings)
    audit.register()
    database = Database(settings.database_url, **engine_options)
    database.damage_mark = mark_of(settings.data_dir)
    bind_database(database)
    return database


def use_master_keys(settings: Settings) -> None:
    """Let this process wrap and open keys, and take up a key that is put in front meanwhile."""
    encryption.use_master_key(
        settings.master_key,
        *settings.older_master_keys,
        file=settings.master_key_file,
        read=load_config().read_master_keys,
    )


def _open_reading(app: Flask) -> None:
    """Give each request a unit of work that reads; commands open their own to write."""

    @app.before_request
    def _begin() -> None:
        g.units_of_work = ExitStack()
        g.units_of_work.enter_context(reading())

    @app.teardown_request
    def _end(_: BaseException | None) -> None:
        stack: ExitStack | None = g.pop("units_of_work", None)
        if stack is not None:
            stack.close()


__all__ = ["access", "create_app", "prepare"]
