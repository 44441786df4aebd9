"""Settings that cannot boot wrong: each fault is one sentence that names the variable."""

import base64
from pathlib import Path

import pytest

from config import Settings, SettingsError, load_settings

KEY = base64.b64encode(bytes(range(32))).decode()
SECRET = "k3Jd82mQz0vLw7TnR5xYb1HcEoPuAsGf"


def production(tmp_path: Path, **changes: str | None) -> Settings:
    environ = {
        "ASSISTEDACCESS_ENV": "production",
        "ASSISTEDACCESS_DATA_DIR": str(tmp_path),
        "ASSISTEDACCESS_DATABASE_URL": "postgresql://app@localhost/assisted",
        "ASSISTEDACCESS_PUBLIC_URL": "https://help.example.org",
        "ASSISTEDACCESS_SECRET_KEY": SECRET,
        "ASSISTEDACCESS_MASTER_KEY": KEY,
    }
    for name, value in changes.items():
        key = name if name == "FLASK_DEBUG" else f"ASSISTEDACCESS_{name}"
        if value is None:
            environ.pop(key, None)
        else:
            environ[key] = value
    return load_settings(environ)


def test_a_whole_production_starts(tmp_path: Path) -> None:
    settings = production(tmp_path)
    assert settings.is_production
    assert settings.https
    assert settings.database_url == "postgresql+psycopg://app@localhost/assisted"
    assert settings.migration_database_url == settings.database_url
    owner = production(tmp_path, MIGRATION_DATABASE_URL="postgres://owner@localhost/assisted")
    assert owner.migration_database_url == "postgresql+psycopg://owner@localhost/assisted"


def test_nothing_set_is_production_and_refuses() -> None:
    with pytest.raises(SettingsError, match="DATA_DIR"):
        load_settings({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GOVUK_PAY_API_KEY", "api_live_without_an_organisation"),
        ("GOVUK_PAY_URL", "http://pay.example.org"),
        ("ENV", "prod"),
        ("DATA_DIR", None),
        ("DATABASE_URL", None),
        ("DATABASE_URL", "sqlite:////srv/a.sqlite3"),
        ("DATABASE_URL", "mysql://localhost/a"),
        ("DATABASE_URL", "postgresql://app@db.example.org/assisted"),
        ("DATABASE_URL", "postgresql://app@db.example.org/assisted?sslmode=require"),
        ("MIGRATION_DATABASE_URL", "mysql://localhost/a"),
        ("MIGRATION_DATABASE_URL", "postgresql://owner@db.example.org/assisted"),
        ("PUBLIC_URL", None),
        ("PUBLIC_URL", "http://help.example.org"),
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 64),
        ("MASTER_KEY", None),
        ("MASTER_KEY", "not base64!"),
        ("MASTER_KEY", base64.b64encode(b"short").decode()),
        ("MASTER_KEY", f"{KEY} {KEY[:-8]}"),
        ("MASTER_KEY_FILE", "/nowhere/key"),
        ("MASTER_KEY_FILE", "/dev/null"),
        ("MASTER_KEY_COMMAND", "/nowhere/key-service"),
        ("MASTER_KEY_COMMAND", "false"),
        ("MASTER_KEY_COMMAND", "true"),
        ("TRUSTED_PROXIES", "many"),
        ("SENDER", "pigeon"),
        ("SENDER", "notify"),
        ("SENDER", "smtp"),
        ("FLASK_DEBUG", "1"),
    ],
)
def test_a_wrong_setting_stops_the_boot_and_is_named(
    tmp_path: Path, name: str, value: str | None
) -> None:
    with pytest.raises(SettingsError) as caught:
        production(tmp_path, **{name: value})
    sentence = str(caught.value)
    assert name.removesuffix("_FILE") in sentence or name in sentence
    assert sentence.endswith(".")


def test_sqlite_in_production_is_a_choice(tmp_path: Path) -> None:
    settings = production(tmp_path, DATABASE_URL="sqlite:////srv/a.sqlite3", ALLOW_SQLITE="yes")
    assert settings.is_sqlite


def test_a_database_elsewhere_is_reached_with_its_certificate_checked(tmp_path: Path) -> None:
    url = "postgresql://app@db.example.org/assisted?sslmode=verify-full"
    assert production(tmp_path, DATABASE_URL=url).database_url.endswith("verify-full")


def test_a_demonstration_never_becomes_production(tmp_path: Path) -> None:
    (tmp_path / "DEMO").touch()
    with pytest.raises(SettingsError, match="demonstration"):
        production(tmp_path)


def test_a_demonstration_keeps_the_keys_it_made(tmp_path: Path) -> None:
    environ = {"ASSISTEDACCESS_ENV": "demo", "ASSISTEDACCESS_DATA_DIR": str(tmp_path)}
    first, second = load_settings(environ), load_settings(environ)
    assert first.master_key == second.master_key
    assert first.secret_key == second.secret_key
    assert (tmp_path / "keys" / "master_key").stat().st_mode & 0o077 == 0


def test_the_master_key_comes_from_a_file_a_command_or_the_environment(tmp_path: Path) -> None:
    older = base64.b64encode(b"x" * 32).decode()
    file = tmp_path / "master.key"
    file.write_text(f"{KEY}\n{older}\n")
    keys = (bytes(range(32)), b"x" * 32)
    for given in (
        {"MASTER_KEY_FILE": str(file)},
        {"MASTER_KEY": f"{KEY},{older}"},
        {"MASTER_KEY_COMMAND": f"cat '{file}'", "MASTER_KEY": None},
    ):
        settings = production(tmp_path, **given)
        assert (settings.master_key, *settings.older_master_keys) == keys
        assert settings.master_key_file == (file if "MASTER_KEY_FILE" in given else None)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    shown = repr(production(tmp_path))
    assert SECRET not in shown
    assert "master" not in shown
