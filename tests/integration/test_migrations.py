"""The last step makes what the models say, and an old database is noticed.

That each step goes down and up again with a world in it, tests/assurance/test_faults_13_database.py
holds.
"""

from __future__ import annotations

from functools import cache
from unittest.mock import patch

from alembic import command
from alembic.script import ScriptDirectory

from assistedaccess.kernel import migrations
from config import Settings
from tests.support.databases import create_from_models, empty_database
from tests.support.schema import describe


def steps() -> list[tuple[str, str]]:
    """Each revision with the one before it (``base`` before the first), newest first."""
    return [
        (script.revision, str(script.down_revision or "base"))
        for script in read_steps().walk_revisions()
    ]


@cache
def read_steps() -> ScriptDirectory:
    """The steps' own modules, read once: Alembic reads all of them anew each time it goes one."""
    return ScriptDirectory.from_config(migrations.make_config(""))


def go(settings: Settings, direction: str, revision: str) -> None:
    """Up or down to ``revision``, as the role that owns the tables."""
    move = command.upgrade if direction == "up" else command.downgrade
    with patch.object(ScriptDirectory, "from_config", lambda _: read_steps()):
        move(migrations.make_config(settings.migration_database_url), revision)


def test_the_last_step_makes_what_the_models_say(
    empty_settings: Settings, database_kind: str
) -> None:
    migrations.upgrade(empty_settings)
    with empty_database(database_kind) as from_models:
        create_from_models(from_models)
        assert describe(empty_settings) == describe(from_models)


def test_an_old_database_is_noticed(empty_settings: Settings) -> None:
    assert migrations.is_behind(empty_settings)
    migrations.upgrade(empty_settings)
    assert not migrations.is_behind(empty_settings)
