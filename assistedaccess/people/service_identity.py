"""Commands about how we know who a person is (GPG 45); to know it is never required."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.service import require_may_act

from . import inputs
from .models import IdentityEvidence
from .reach import check_may_begin, check_open_record, reach_person, tell
from .rules import HIGHEST_LEVEL, EvidenceKind, IdentityLevel

WHAT_WAS_SEEN = "identity_evidence.what_was_seen"


@command("people.add_identity_evidence")
def add_identity_evidence(
    *, actor: Actor, person_id: UUID, kind: str, level: str, what_was_seen: str | None = None
) -> UUID:
    """Record by what the helper knows who the person is; returns its id.

    The level is at most what evidence of that kind can carry (rules.HIGHEST_LEVEL).
    """
    require(actor, Permission.PERSON_CHANGE)
    require_may_act(actor)
    person = reach_person(actor, person_id, lock=True)
    check_open_record(person)
    check_may_begin(person)
    seen = read_word("kind", kind, EvidenceKind, _("Select what you saw"))
    confidence = read_word("level", level, IdentityLevel, _("Select how sure you are"))
    if confidence.rank > HIGHEST_LEVEL[seen].rank:
        raise InvalidInput("level", _("What you saw cannot show that much. Select a lower level"))
    words = read_text("what_was_seen", what_was_seen, most=inputs.LONGEST_SHORT_NOTE)
    again = _find_same(actor, person.id, seen, confidence, words)
    if again is not None:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("identity_evidence", again))
        return again
    evidence_id = new_id()
    get_session().add(
        IdentityEvidence(
            id=evidence_id,
            person_id=person.id,
            kind=str(seen),
            level=confidence.rank,
            what_was_seen=(encryption.seal(person.id, WHAT_WAS_SEEN, words) if words else None),
            seen_at=clock.now(),
            seen_by_account_id=actor.account_id,
            seen_by_human_id=actor.human_id,
            seen_by_organisation_id=actor.organisation_id,
        )
    )
    record(
        Action.IDENTITY_EVIDENCE_ADDED,
        actor=actor,
        person_id=person.id,
        subject=("identity_evidence", evidence_id),
        reason=str(confidence),
        details={"kind": str(seen), "what_was_seen": words},
    )
    tell(actor, person.id, NoticeKind.IDENTITY_CHECKED)
    return evidence_id


def _find_same(
    actor: Actor, person_id: UUID, kind: EvidenceKind, level: IdentityLevel, words: str | None
) -> UUID | None:
    """The same, seen by the same human today: a second click, not a second look."""
    rows = get_session().scalars(
        select(IdentityEvidence).where(
            IdentityEvidence.person_id == person_id,
            IdentityEvidence.kind == str(kind),
            IdentityEvidence.level == level.rank,
            IdentityEvidence.seen_by_human_id == actor.human_id,
            IdentityEvidence.seen_at >= clock.start_of_day(clock.today()),
            IdentityEvidence.ended_at.is_(None),
        )
    )
    for row in rows:
        sealed = row.what_was_seen
        kept = encryption.unseal(person_id, WHAT_WAS_SEEN, sealed) if sealed else ""
        if kept == (words or ""):
            return row.id
    return None


@command("people.end_identity_evidence")
def end_identity_evidence(*, actor: Actor, evidence_id: UUID) -> UUID:
    """Let a piece of evidence count no longer: it was wrong, or has been doubted. It stays."""
    require(actor, Permission.PERSON_CHANGE)
    require_may_act(actor)
    row = get_session().get(IdentityEvidence, evidence_id, with_for_update=True)
    if row is None:
        raise NotFound
    person = reach_person(actor, row.person_id)
    row.ended_at = row.ended_at or clock.now()
    record(
        Action.IDENTITY_EVIDENCE_ENDED,
        actor=actor,
        person_id=person.id,
        subject=("identity_evidence", row.id),
    )
    return row.id
