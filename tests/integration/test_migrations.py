"""Each step goes up, down and up again with data in the tables; the last one is what models say."""

from __future__ import annotations

from alembic import command
from alembic.script import ScriptDirectory

from assistedaccess.kernel import migrations
from config import Settings
from tests.support.databases import add_first_rows, create_from_models, empty_database
from tests.support.schema import count_rows, describe


def steps(settings: Settings) -> list[tuple[str, str]]:
    """Each revision with the one before it (``base`` before the first), newest first."""
    scripts = ScriptDirectory.from_config(migrations.make_config(settings.database_url))
    return [
        (script.revision, str(script.down_revision or "base"))
        for script in scripts.walk_revisions()
    ]


def go(settings: Settings, direction: str, revision: str) -> None:
    """Up or down to ``revision``, as the role that owns the tables."""
    move = command.upgrade if direction == "up" else command.downgrade
    move(migrations.make_config(settings.migration_database_url), revision)


def test_the_last_step_makes_what_the_models_say(
    empty_settings: Settings, database_kind: str
) -> None:
    migrations.upgrade(empty_settings)
    with empty_database(database_kind) as from_models:
        create_from_models(from_models)
        assert describe(empty_settings) == describe(from_models)


def test_each_step_goes_down_and_up_again_with_data(empty_settings: Settings) -> None:
    migrations.upgrade(empty_settings)
    add_first_rows(empty_settings)
    assert sum(count_rows(empty_settings).values()) > 0
    for revision, before in steps(empty_settings):
        schema, rows = describe(empty_settings), count_rows(empty_settings)
        go(empty_settings, "down", before)
        kept = count_rows(empty_settings).keys()
        go(empty_settings, "up", revision)
        assert describe(empty_settings) == schema, revision
        after = count_rows(empty_settings)
        assert {name: after[name] for name in kept} == {name: rows[name] for name in kept}, revision
        go(empty_settings, "down", before)
    assert not count_rows(empty_settings)


def test_an_old_database_is_noticed(empty_settings: Settings) -> None:
    assert migrations.is_behind(empty_settings)
    migrations.upgrade(empty_settings)
    assert not migrations.is_behind(empty_settings)
