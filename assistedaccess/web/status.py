"""Whether this installation works: for load balancers in one word, for operators on one page.

Neither says versions, hosts, or how many people there are (ASVS 13.4.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import inf
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission, public, requires
from assistedaccess.audit import Action
from assistedaccess.kernel import clock, navigation
from assistedaccess.kernel.transactions import get_database
from assistedaccess.notices.service_held import is_any_held

from . import measures

if TYPE_CHECKING:
    from config import Settings

blueprint = Blueprint("status", __name__)

LATE = timedelta(minutes=15)
"""A message or seal that waits longer shows that a timer or a provider stands still."""
OLD_BACKUP = timedelta(hours=26)
OLD_DRILL = timedelta(days=35)
LEAST_FREE = 1 << 30
MOST_BEHIND = 1 << 20
"""Bytes of log: a busy second brings a few hundred thousand."""


@dataclass(frozen=True)
class Line:
    """One thing that is looked at, whether it is well, and what that means."""

    name: str
    is_well: bool
    words: str
    is_optional: bool = False


@blueprint.get("/readyz")
@public("a load balancer asks; the answer says nothing but yes or no")
def show_readiness() -> ResponseReturnValue:
    """200 where this process can save: the tables are there, writes are taken."""
    if measures.is_ready():
        return Response("ready\n", mimetype="text/plain")
    return Response("not ready\n", status=503, mimetype="text/plain")


@blueprint.get("/status")
@requires(Permission.INSTALLATION_VIEW)
def show_status() -> ResponseReturnValue:
    """What works, what waits, and what to do: for whoever runs the installation."""
    lines = list_lines(current_app.config["SETTINGS"])
    return render_template("web/show_status.html", lines=lines)


def list_lines(settings: Settings) -> list[Line]:
    """Each thing that the service leans on."""
    return [
        _database(),
        _journal(),
        _messages(settings),
        _last(_("Backup"), Action.BACKUP_MADE, OLD_BACKUP, "assistedaccess backup FILE"),
        _last(_("Drill"), Action.DRILL_DONE, OLD_DRILL, "assistedaccess drill"),
        *_log_copy(),
        _disk(settings),
        _optional(_("Virus scanner"), bool(settings.clamd), _("Files are marked “not checked”.")),
        _optional(
            _("Card payments"),
            bool(settings.govuk_pay_api_key),
            _("Fees are paid at the desk alone."),
        ),
        _optional(
            _("Checkpoints outside"),
            bool(settings.checkpoint_folder or settings.checkpoint_emails),
            _("They go by e-mail to the auditors alone."),
        ),
    ]


def _database() -> Line:
    if get_database().is_damaged:
        words = _("It is damaged, and takes no writes. Restore the newest backup.")
        return Line(_("Database"), False, words)
    if measures.is_read_only():
        return Line(_("Database"), False, _("It can only be read. Look whether it is a standby."))
    return Line(_("Database"), True, _("It answers and takes writes."))


def _journal() -> Line:
    if measures.find_seal_delay() > LATE:
        words = _("Events wait to be sealed. Look whether “assistedaccess audit seal” runs.")
        return Line(_("Journal"), False, words)
    return Line(_("Journal"), True, _("What happened is sealed."))


def _messages(settings: Settings) -> Line:
    name = _("Messages")
    if is_any_held():
        return Line(
            name,
            False,
            _(
                "A backup was restored. Messages that waited then may have been sent since, so "
                "they are held until somebody decides. Run: assistedaccess notices held"
            ),
        )
    if measures.find_notices_age() > LATE:
        return Line(
            name,
            False,
            _(
                "Messages wait that should have gone out. Look whether “assistedaccess notices "
                "send” runs, and at the provider. Nothing is lost: they go out when it is back."
            ),
        )
    if settings.sender == "outbox" and not settings.is_demo:
        words = _("There is no provider: every message is a letter to print.")
        return Line(name, False, words, is_optional=True)
    return Line(name, True, _("They go out."))


def _last(name: str, action: Action, most: timedelta, command: str) -> Line:
    found = measures.find_last(action)
    if found is None:
        return Line(name, False, _("There was none yet. Run: %(command)s", command=command))
    words = _("The last one: %(when)s.", when=format_datetime(found, "d MMMM y, HH:mm"))
    return Line(name, clock.now() - found < most, words)


def _log_copy() -> list[Line]:
    """Whether a lost disk costs less than a second. SQLite does not know who copies it."""
    name = _("Copy as it is written")
    if get_database().is_sqlite:
        return []
    behind = measures.find_log_behind()
    if behind == inf:
        words = _(
            "Nobody receives the database’s log: with this disk all is lost since the last backup "
            "or piece of the archive. Look whether “postgresql-wal” runs on its machine."
        )
        return [Line(name, False, words)]
    if behind > MOST_BEHIND:
        words = _("Whoever receives the database’s log lags behind. Look at that machine’s disk.")
        return [Line(name, False, words)]
    return [Line(name, True, _("A disk elsewhere has what was saved."))]


def _disk(settings: Settings) -> Line:
    if measures.find_free_bytes(settings) < LEAST_FREE:
        return Line(_("Disk"), False, _("Less than 1 GB is free where files are kept."))
    return Line(_("Disk"), True, _("There is room where files are kept."))


def _optional(name: str, is_there: bool, without: str) -> Line:
    return Line(name, is_there, _("It is set up.") if is_there else without, is_optional=True)


def register(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(blueprint)
    navigation.add(_l("Status"), "status.show_status", Permission.INSTALLATION_VIEW, order=95)
