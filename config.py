"""Settings, read once from the environment; a wrong or missing one stops the boot with a sentence.

Every setting is an environment variable that begins with ``ASSISTEDACCESS_``. docs/operating.md
lists them for operators; this file is the only place that reads them.
"""

from __future__ import annotations

import base64
import binascii
import importlib.util
import os
import secrets
import shlex
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PREFIX = "ASSISTEDACCESS_"
ENVIRONMENTS = ("demo", "test", "production")
LOOPBACK = {"", "localhost", "127.0.0.1", "::1"}
SHORTEST_SECRET = 32
MASTER_KEY_BYTES = 32


class SettingsError(Exception):
    """A setting is missing or wrong. The message is one sentence that says what to do."""


@dataclass(frozen=True)
class Settings:
    """What an installation is told from outside. Secrets never appear in its repr."""

    env: str
    database_url: str
    migration_database_url: str
    data_dir: Path
    secret_key: bytes
    master_key: bytes
    public_url: str
    trusted_proxies: int
    sender: str
    smtp_url: str
    text_gateway_url: str
    notify_api_key: str
    notify_base_url: str
    notify_text_template: str
    notify_email_template: str
    notify_letter_template: str
    callback_token: str
    mail_from: str
    clamd: str
    submit_to: str
    govuk_pay_api_key: str = ""
    govuk_pay_url: str = ""
    govuk_pay_organisation: str = ""
    govuk_pay_webhook_secret: str = ""
    checkpoint_folder: str = ""
    checkpoint_emails: str = ""
    timestamp_url: str = ""
    older_master_keys: tuple[bytes, ...] = ()
    master_key_file: Path | None = None
    retention: str = ""
    metrics_token: str = ""
    reply_token: str = ""  # of what brings in the texts that people send; empty: none asks for one

    def __repr__(self) -> str:
        return f"<Settings {self.env}>"

    @property
    def is_demo(self) -> bool:
        return self.env == "demo"

    @property
    def is_production(self) -> bool:
        return self.env == "production"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def https(self) -> bool:
        """Whether cookies carry ``Secure`` and the ``__Host-`` prefix: always in production."""
        return self.is_production or self.public_url.startswith("https://")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises SettingsError with a sentence that names the variable and what to set it to.
    """
    source = os.environ if environ is None else environ

    def read(name: str, default: str = "") -> str:
        return source.get(PREFIX + name, default).strip()

    env = read("ENV", "production")
    if env not in ENVIRONMENTS:
        raise SettingsError(f"{PREFIX}ENV is {env!r}: set it to demo, test or production.")
    production = env == "production"
    data_dir = _data_dir(read("DATA_DIR"), production)
    database_url = _database_url(read("DATABASE_URL"), read("ALLOW_SQLITE"), data_dir, production)
    _refuse_debug(source, production)
    _refuse_demo_data(data_dir, production)
    public_url = read("PUBLIC_URL", "" if production else "http://127.0.0.1:8000").rstrip("/")
    if production and not public_url.startswith("https://"):
        raise SettingsError(
            f"{PREFIX}PUBLIC_URL must be the https:// address that people use in production."
        )
    proxies = read("TRUSTED_PROXIES", "0")
    if not proxies.isdecimal() or int(proxies) > 5:
        raise SettingsError(f"{PREFIX}TRUSTED_PROXIES must be a whole number from 0 to 5.")
    master_keys, master_key_file = _master_keys(read, data_dir, production)
    sender = read("SENDER", "outbox")
    if sender not in ("outbox", "smtp", "notify"):
        raise SettingsError(f"{PREFIX}SENDER is {sender!r}: set it to outbox, smtp or notify.")
    if sender == "notify" and not read("NOTIFY_API_KEY"):
        raise SettingsError(f"{PREFIX}NOTIFY_API_KEY is needed when SENDER is notify.")
    for template in ("NOTIFY_TEXT_TEMPLATE", "NOTIFY_EMAIL_TEMPLATE"):
        if sender == "notify" and not read(template):
            raise SettingsError(
                f"{PREFIX}{template} is needed when SENDER is notify: the id of a template whose "
                "message is ((body))."
            )
    if sender == "smtp" and not read("SMTP_URL"):
        raise SettingsError(f"{PREFIX}SMTP_URL is needed when SENDER is smtp.")
    return Settings(
        env=env,
        database_url=database_url,
        migration_database_url=_migration_url(
            read("MIGRATION_DATABASE_URL"), database_url, production
        ),
        data_dir=data_dir,
        secret_key=_secret(read, "SECRET_KEY", data_dir, production),
        master_key=master_keys[0],
        public_url=public_url,
        trusted_proxies=int(proxies),
        sender=sender,
        smtp_url=read("SMTP_URL"),
        text_gateway_url=read("TEXT_GATEWAY_URL"),
        notify_api_key=read("NOTIFY_API_KEY"),
        notify_base_url=read("NOTIFY_BASE_URL", "https://api.notifications.service.gov.uk"),
        notify_text_template=read("NOTIFY_TEXT_TEMPLATE"),
        notify_email_template=read("NOTIFY_EMAIL_TEMPLATE"),
        notify_letter_template=read("NOTIFY_LETTER_TEMPLATE"),
        callback_token=_token(read, "CALLBACK_TOKEN", "at the provider of messages"),
        reply_token=_token(read, "REPLY_TOKEN", "at what brings in the texts that people send"),
        metrics_token=_token(read, "METRICS_TOKEN", "at what asks for the metrics"),
        mail_from=read("MAIL_FROM", "assisted-access@example.org"),
        clamd=_clamd(read("CLAMD")),
        submit_to=_submit_to(read("SUBMIT_TO"), read("SMTP_URL")),
        govuk_pay_api_key=_govuk_pay_key(read),
        govuk_pay_url=_govuk_pay_url(read("GOVUK_PAY_URL")),
        govuk_pay_organisation=read("GOVUK_PAY_ORGANISATION"),
        govuk_pay_webhook_secret=read("GOVUK_PAY_WEBHOOK_SECRET"),
        checkpoint_folder=read("CHECKPOINT_FOLDER"),
        checkpoint_emails=read("CHECKPOINT_EMAILS"),
        timestamp_url=_timestamp_url(read("TIMESTAMP_URL")),
        older_master_keys=master_keys[1:],
        master_key_file=master_key_file,
        retention=read("RETENTION"),
    )


def _submit_to(given: str, smtp_url: str) -> str:
    """Where submissions go as data: https, a mailbox, or (empty) a folder in DATA_DIR."""
    parts = urlsplit(given)
    is_here = parts.scheme == "http" and (parts.hostname or "") in LOOPBACK - {""}
    if given.startswith("mailto:") and "@" in given:
        if not smtp_url:
            raise SettingsError(f"{PREFIX}SMTP_URL is needed when SUBMIT_TO is a mailbox.")
    elif given and not is_here and not (parts.scheme == "https" and parts.hostname):
        raise SettingsError(f"{PREFIX}SUBMIT_TO must be an https:// address or mailto:somebody@….")
    return given


def _govuk_pay_key(read: Callable[[str], str]) -> str:
    """The key of the account that card payments go to, and with it whose account it is."""
    key = read("GOVUK_PAY_API_KEY")
    if key and not read("GOVUK_PAY_ORGANISATION"):
        raise SettingsError(
            f"{PREFIX}GOVUK_PAY_ORGANISATION is needed when GOVUK_PAY_API_KEY is set: the "
            "reference of the organisation whose account it is."
        )
    return key


def _govuk_pay_url(given: str) -> str:
    parts = urlsplit(given)
    is_here = parts.scheme == "http" and (parts.hostname or "") in LOOPBACK - {""}
    if given and not is_here and not (parts.scheme == "https" and parts.hostname):
        raise SettingsError(f"{PREFIX}GOVUK_PAY_URL must be an https:// address.")
    return given or "https://publicapi.payments.service.gov.uk"


def _clamd(given: str) -> str:
    """Where the virus scanner listens: ``unix:/path`` or ``host:port``; empty for none."""
    host, _, port = given.rpartition(":")
    is_socket = given.startswith("unix:/")
    if given and not is_socket and not (host and port.isdecimal() and 0 < int(port) < 65_536):
        raise SettingsError(f"{PREFIX}CLAMD must be unix:/path or host:port of a clamd.")
    return given


def _token(read: Callable[[str], str], name: str, where: str) -> str:
    given = read(name)
    if given and len(given) < SHORTEST_SECRET:
        raise SettingsError(
            f"{PREFIX}{name} is too short: give {SHORTEST_SECRET} random characters or more, the "
            f"same as {where}."
        )
    return given


def _timestamp_url(given: str) -> str:
    # Signed answers need no TLS; but only these two are ways to ask.
    if given and not given.startswith(("http://", "https://")):
        raise SettingsError(f"{PREFIX}TIMESTAMP_URL must begin with https:// or http://.")
    if given and importlib.util.find_spec("rfc3161_client") is None:
        raise SettingsError(
            f"{PREFIX}TIMESTAMP_URL needs the extra 'timestamp': install assistedaccess[timestamp]."
        )
    return given


def _data_dir(given: str, production: bool) -> Path:
    if not given:
        if production:
            raise SettingsError(
                f"{PREFIX}DATA_DIR must name the folder for files and keys in production."
            )
        given = "data"
    return Path(given).expanduser().resolve()


def _database_url(given: str, allow_sqlite: str, data_dir: Path, production: bool) -> str:
    if not given:
        if production:
            raise SettingsError(
                f"{PREFIX}DATABASE_URL must name the PostgreSQL database in production."
            )
        return f"sqlite:///{data_dir / 'assistedaccess.sqlite3'}"
    if given.startswith("sqlite:"):
        if production and allow_sqlite != "yes":
            raise SettingsError(
                f"{PREFIX}DATABASE_URL is SQLite: use PostgreSQL in production, or choose SQLite "
                f"on purpose with {PREFIX}ALLOW_SQLITE=yes."
            )
        return given
    return _postgres_url(given, "DATABASE_URL", production)


def _migration_url(given: str, database_url: str, production: bool) -> str:
    """The owning role's address of the same database."""
    if not given or given.startswith("sqlite:"):
        return given or database_url
    return _postgres_url(given, "MIGRATION_DATABASE_URL", production)


def _postgres_url(given: str, name: str, production: bool) -> str:
    for spelling in ("postgres://", "postgresql://"):
        if given.startswith(spelling):
            given = "postgresql+psycopg://" + given[len(spelling) :]
    if not given.startswith("postgresql+psycopg://"):
        raise SettingsError(f"{PREFIX}{name} must begin with postgresql:// or sqlite://.")
    _demand_tls(given, name, production)
    return given


def _demand_tls(url: str, name: str, production: bool) -> None:
    # ASVS 12.3.1: off this machine, the database's certificate is checked or nothing is sent.
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    hosts = {parts.hostname or "", *query.get("host", [])}
    on_socket = any(host.startswith("/") for host in query.get("host", []))
    leaves = not on_socket and not hosts <= LOOPBACK
    if production and leaves and query.get("sslmode") != ["verify-full"]:
        raise SettingsError(f"{PREFIX}{name} leaves this machine: add ?sslmode=verify-full to it.")


def _refuse_debug(source: Mapping[str, str], production: bool) -> None:
    if production and source.get("FLASK_DEBUG", "0") not in ("", "0"):
        raise SettingsError("FLASK_DEBUG is on: unset it in production.")


def _refuse_demo_data(data_dir: Path, production: bool) -> None:
    # A demo installation has known passwords; it must never be promoted by changing one word.
    if production and (data_dir / "DEMO").exists():
        raise SettingsError(
            f"{PREFIX}DATA_DIR holds a demonstration, whose passwords are known: "
            "choose an empty folder for production."
        )


def _kept_in_demo(data_dir: Path, name: str, size: int) -> bytes:
    path = data_dir / "keys" / name
    if path.exists():
        return path.read_bytes()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = secrets.token_bytes(size)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # two processes started at once: the first one's key counts
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(made)
    return made


def _secret(read: Callable[[str], str], name: str, data_dir: Path, production: bool) -> bytes:
    given = read(name)
    if not given:
        if production:
            raise SettingsError(
                f"{PREFIX}{name} must be given in production: {SHORTEST_SECRET} random characters "
                "or more."
            )
        return _kept_in_demo(data_dir, "secret_key", SHORTEST_SECRET)
    if len(given) < SHORTEST_SECRET or len(set(given)) < 8:
        raise SettingsError(
            f"{PREFIX}{name} is too short or too plain: give {SHORTEST_SECRET} random characters "
            "or more."
        )
    return bytes(given, "utf-8")


def _master_keys(
    read: Callable[[str], str], data_dir: Path, production: bool
) -> tuple[tuple[bytes, ...], Path | None]:
    """The master keys, the newest first, and the file that they stand in, where it is one."""
    file, command = read("MASTER_KEY_FILE"), read("MASTER_KEY_COMMAND")
    if file:
        return read_master_keys(Path(file)), Path(file).resolve()
    if command:
        return _parse_master_keys("MASTER_KEY_COMMAND", _ask_key_service(command)), None
    if read("MASTER_KEY"):
        return _parse_master_keys("MASTER_KEY", read("MASTER_KEY")), None
    if production:
        raise SettingsError(
            f"{PREFIX}MASTER_KEY or MASTER_KEY_FILE must be given in production: "
            f"{MASTER_KEY_BYTES} random bytes in base64."
        )
    _kept_in_demo(data_dir, "master_key", MASTER_KEY_BYTES)
    kept = data_dir / "keys" / "master_key"
    return read_master_keys(kept), kept


def read_master_keys(file: Path) -> tuple[bytes, ...]:
    """The master keys in ``file``, the newest first. Raises SettingsError."""
    try:
        data = file.read_bytes()
        if len(data) == MASTER_KEY_BYTES:  # as the demonstration makes its own
            return (data,)
        text = data.decode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{PREFIX}MASTER_KEY_FILE cannot be read: restore the file from its escrow copy "
            "(assistedaccess keys escrow open). Without it nothing that is encrypted can be opened."
        ) from error
    return _parse_master_keys("MASTER_KEY_FILE", text)


def _ask_key_service(command: str) -> str:
    """What a command of the operator's prints: how a key service is asked, whichever it is."""
    try:
        asked = subprocess.run(  # noqa: S603  (the operator's own command, and no shell)
            shlex.split(command), capture_output=True, timeout=20, check=True
        )
        return asked.stdout.decode("ascii")
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise SettingsError(
            f"{PREFIX}MASTER_KEY_COMMAND gave no key: look whether the key service answers, or "
            "give the key from its escrow copy in MASTER_KEY_FILE."
        ) from error


def _parse_master_keys(name: str, text: str) -> tuple[bytes, ...]:
    keys = []
    for word in text.replace(",", " ").split():
        try:
            key = base64.b64decode(word, validate=True)
        except (binascii.Error, ValueError) as error:
            raise SettingsError(f"{PREFIX}{name} is not base64.") from error
        if len(key) != MASTER_KEY_BYTES:
            raise SettingsError(f"{PREFIX}{name} must be {MASTER_KEY_BYTES} bytes in base64.")
        keys.append(key)
    if not keys:
        raise SettingsError(f"{PREFIX}{name} is empty: restore the key from its escrow copy.")
    return tuple(dict.fromkeys(keys))
