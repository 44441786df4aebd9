"""How long things have been waiting: what the operators' page and the metrics both go by.

Ages alone, never how many: nothing here says how many people there are (ASVS 13.4.5).
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from math import inf, nan
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from assistedaccess.applications.delivery import Standing, WayOut
from assistedaccess.applications.models import Delivery
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State as ActState
from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.models_tree import AuditCheckpoint, AuditLeaf
from assistedaccess.kernel import clock, migrations
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import first_id_at
from assistedaccess.kernel.transactions import get_database
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import State as NoticeState

if TYPE_CHECKING:
    from config import Settings

NONE = timedelta()
LONG_TRANSACTION = timedelta(minutes=1)
"""An event may be committed so long after its key was made, behind events that are sealed."""

_NEWEST_SEAL = select(AuditCheckpoint.sealed_at).order_by(AuditCheckpoint.size.desc()).limit(1)
_UNSEALED = (
    select(AuditEvent.occurred_at)
    .where(~exists().where(AuditLeaf.event_id == AuditEvent.id))
    .order_by(AuditEvent.id)
    .limit(1)
)
_NOTICE_DUE = select(func.min(Notice.due_at)).where(
    Notice.state.in_([NoticeState.QUEUED, NoticeState.RETRYING, NoticeState.HELD])
)
_FORM_DUE = select(func.min(Delivery.due_at)).where(
    Delivery.way == WayOut.DATA,
    Delivery.standing.in_([str(Standing.WAITING), str(Standing.RETRYING)]),
)
_ACT_ASKED = select(func.min(PendingAct.asked_at)).where(PendingAct.state == ActState.WAITING)


def is_ready() -> bool:
    """Whether the database answers, has the tables that this version needs, and takes writes."""
    if get_database().is_damaged:
        return False
    try:
        there = get_session().scalar(text("SELECT version_num FROM alembic_version"))
        return migrations.suits(there, migrations.find_head()) and not is_read_only()
    except (SQLAlchemyError, OSError):
        return False


def is_read_only() -> bool:
    """Whether PostgreSQL takes no writes. SQLite's next write finds out."""
    if get_database().is_sqlite:
        return False
    return bool(
        get_session().scalar(
            text(
                "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only') "
                "= 'on'"
            )
        )
    )


_LOG_BEHIND = text(
    "SELECT CASE WHEN pg_is_in_recovery() THEN 0 ELSE (SELECT min(pg_wal_lsn_diff("
    "pg_current_wal_flush_lsn(), restart_lsn)) FROM pg_replication_slots "
    "WHERE slot_type = 'physical' AND active AND restart_lsn IS NOT NULL) END"
)


def find_log_behind() -> float:
    """How many bytes of PostgreSQL's log nobody elsewhere has on a disk: what a lost disk costs.

    Infinite where nobody receives it; ``nan`` on SQLite, which does not know who copies it. The
    role of the pages may see slots alone, so a receiver without one does not count.
    """
    if get_database().is_sqlite:
        return nan
    behind = get_session().scalar(_LOG_BEHIND)
    return inf if behind is None else max(float(behind), 0.0)


def find_seal_delay() -> timedelta:
    """The age of the oldest event that is not sealed into the journal's tree."""
    newest = get_session().scalar(_NEWEST_SEAL)
    unsealed = _UNSEALED
    if newest is not None:
        unsealed = unsealed.where(AuditEvent.id >= first_id_at(newest - LONG_TRANSACTION))
    return _since(get_session().scalar(unsealed))


def find_notices_age() -> timedelta:
    """For how long the oldest notice has been due without going out."""
    return _since(get_session().scalar(_NOTICE_DUE))


def find_forms_age() -> timedelta:
    """For how long the oldest form that goes as data has been due without going out."""
    return _since(get_session().scalar(_FORM_DUE))


def find_held_age() -> timedelta:
    """For how long the oldest pending act has been waiting for its second human."""
    return _since(get_session().scalar(_ACT_ASKED))


def find_last(action: Action) -> datetime | None:
    """When something was last done, by the journal."""
    return get_session().scalar(
        select(AuditEvent.occurred_at)
        .where(AuditEvent.action == action)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )


def find_free_bytes(settings: Settings) -> int:
    """The room that is left where files are kept."""
    return shutil.disk_usage(settings.data_dir).free


def _since(moment: datetime | None) -> timedelta:
    return max(clock.now() - moment, NONE) if moment is not None else NONE
