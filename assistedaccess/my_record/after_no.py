"""After a *no* that nobody has answered: what puts money or voice at risk waits.

The stop of somebody unproven is over after 72 hours, so that whoever finds the number of a message
stops nobody's help for ever (design, section 4, rule 6). What the helper does then under what was
stopped is not let through unseen: it waits for a second human, who cannot release it before
somebody from elsewhere has answered the objection (named.find_stop).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.approvals.models import PendingAct
from assistedaccess.audit.models import AuditEvent
from assistedaccess.consent.rules import HolderKind
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.database import get_session
from assistedaccess.people.models import Person
from assistedaccess.people.reach import find_standing
from assistedaccess.safeguards import acts

from .models import Objection
from .named import open_of
from .rules_objections import OBJECTION_OPEN, PENDING, list_ids

WAITS = (acts.PAYEE | acts.CONTACT | acts.MONEY) - {acts.ADD_CONTACT}
"""What waits. Of a claim its account alone does, never the claim (design, section 4, rule 10)."""

WITH_ACCOUNT = frozenset({acts.SUBMIT})
"""Of these only where they name an account."""


def is_open() -> ColumnElement[bool]:
    """Whether an objection may be open, of whichever of the person's records: to be read with their
    row (people.reach)."""
    part, open_one = aliased(Person), Objection.closed_at.is_(None)
    own = exists().where(Objection.person_id == Person.id, open_one)
    of_part = exists().where(
        part.merged_into_id == Person.id, Objection.person_id == part.id, open_one
    )
    return or_(own.correlate(Person), of_part.correlate(Person), Person.merged_into_id.is_not(None))


def hold_while_open(act: Act) -> Iterable[Finding]:
    """The control: an act of risk by whom an open objection is about waits for its answer.

    No statement where none is open, as the person's row said when the command reached them; else
    two. To whoever asked it reads as any wait.
    """
    if act.name not in WAITS or act.person_id is None or act.actor.human_id is None:
        return
    if act.name in WITH_ACCOUNT and "payee" not in act.facts:
        return
    if find_standing(act.person_id, OBJECTION_OPEN) is False:
        return
    open_ones = get_session().execute(
        select(Objection.names, Objection.organisation_ids).where(*open_of(act.person_id))
    )
    rows = open_ones.all()
    if rows and _is_about(act.actor, rows):
        yield Finding(
            Verdict.HOLD,
            OBJECTION_OPEN,
            _("A second person looks at this before it takes effect."),
        )


def _is_about(actor: Actor, rows: Sequence[Any]) -> bool:
    """Whether one of these objections is about what this human did, asked for or holds.

    One that names nothing is about everybody of the organisations concerned.
    """
    names = [each for row in rows for each in row.names]
    if any(not row.names and str(actor.organisation_id) in row.organisation_ids for row in rows):
        return True
    event_ids, delegation_ids, pending_ids = (
        list_ids(names, kind) for kind in ("event", "delegation", PENDING)
    )
    held = exists().where(
        Delegation.id.in_(delegation_ids),
        or_(
            Delegation.holder_human_id == actor.human_id,
            and_(
                Delegation.holder_kind == HolderKind.ORGANISATION,
                Delegation.organisation_id == actor.organisation_id,
            ),
        ),
    )
    did = exists().where(AuditEvent.id.in_(event_ids), AuditEvent.human_id == actor.human_id)
    asked = exists().where(PendingAct.id.in_(pending_ids), PendingAct.human_id == actor.human_id)
    return bool(names) and bool(get_session().scalar(select(or_(held, did, asked))))
