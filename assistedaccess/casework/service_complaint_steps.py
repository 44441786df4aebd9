"""Commands of whoever deals with a complaint: write to it, answer it, name whom it is about."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules_complaints import ComplaintMessage
from assistedaccess.organisations.models import Membership

from . import queries_complaints, rules_complaints
from .complaint_owners import bar, draw_owner
from .complaint_ways import tell_complainant
from .models_complaints import Complaint, ComplaintEntry
from .rules_complaints import (
    LAST_STAGE,
    AlreadyAnswered,
    AlreadyExtended,
    EntryKind,
    HowTold,
    NoFurtherStage,
    NotAnswered,
    NotTheOwner,
    Outcome,
)
from .service_complaints import SUBJECT


@command("casework.take_over_complaint")
def take_over_complaint(*, actor: Actor, reference: str) -> UUID:
    """Become the owner, where nobody is or whoever is cannot deal with it now; recorded."""
    require(actor, Permission.COMPLAINT_ANSWER)
    row = _lock(actor, reference)
    _check_unanswered(row)
    _check_second_human(actor, row)
    row.owner_account_id, row.owner_human_id = actor.account_id, actor.human_id
    _record(Action.COMPLAINT_TAKEN_OVER, actor, row)
    return row.id


@command("casework.write_to_complaint")
def write_to_complaint(
    *,
    actor: Actor,
    reference: str,
    kind: str,
    text: str,
    how: str = "",
    request_key: str | None = None,
) -> UUID:
    """Write a note, that it was acknowledged, that it takes longer, or that whoever complained
    wants it looked at again.

    The last opens the second stage with another owner, after which somebody outside looks at it.
    Of the last two they are told. Raises NotAnswered, NoFurtherStage, AlreadyExtended; returns the
    entry's id.
    """
    require(actor, Permission.COMPLAINT_ANSWER)
    once = Once(actor, "casework.write_to_complaint", request_key, reference, kind, text)
    repeated = once.find("complaint_entry")
    if repeated is not None:
        return repeated
    row = _lock(actor, reference)
    chosen = read_word("kind", kind, EntryKind, _("Select what you are writing"))
    if chosen not in rules_complaints.WRITTEN:
        raise InvalidInput("kind", _("Select what you are writing"))
    words = _read_long("text", text, _("Enter what was done or said"))
    told = None
    if chosen is EntryKind.ACKNOWLEDGED:
        told = read_word("how", how, HowTold, _("Select how you told them"))
        row.acknowledged_at = row.acknowledged_at or clock.now()
    if chosen is EntryKind.EXTENDED:
        _extend(actor, row)
    entry = _add_entry(actor, row, chosen, words, how=told)
    if chosen is EntryKind.ASKED_AGAIN:
        _open_second_stage(actor, row)
    _record(Action.COMPLAINT_ENTRY_ADDED, actor, row, str(chosen))
    if chosen in TOLD:
        tell_complainant(actor, row, TOLD[chosen])
    return once.keep(entry.id)


TOLD = {
    EntryKind.EXTENDED: ComplaintMessage.EXTENDED,
    EntryKind.ASKED_AGAIN: ComplaintMessage.ASKED_AGAIN,
}


def _extend(actor: Actor, row: Complaint) -> None:
    """As many working days again, once a stage, by its owner, while there is no answer."""
    _check_unanswered(row)
    _check_owner(actor, row)
    before = select(ComplaintEntry.id).where(
        ComplaintEntry.complaint_id == row.id,
        ComplaintEntry.stage == row.stage,
        ComplaintEntry.kind == EntryKind.EXTENDED,
    )
    if get_session().scalar(before) is not None:
        raise AlreadyExtended(
            _("The answer has been put off once already."),
            next_step=_("Answer now, or tell them that they can ask somebody outside."),
        )
    nation = queries_complaints.get_nation(row.organisation_id)
    row.answer_by = rules_complaints.extend(row.answer_by, row.stage, nation)


def _check_unanswered(row: Complaint) -> None:
    if row.answered_at is not None:
        raise AlreadyAnswered(
            _("This complaint has been answered."), next_step=_("Open it to see the answer.")
        )


def _check_owner(actor: Actor, row: Complaint) -> None:
    if not actor.is_same_human(row.owner_human_id):
        raise NotTheOwner(
            _("Somebody else deals with this complaint."),
            next_step=_("Take it over first, if they cannot."),
        )


def _open_second_stage(actor: Actor, row: Complaint) -> None:
    if row.answered_at is None:
        raise NotAnswered(
            _("There is no answer yet, so nobody can be unhappy with it."),
            next_step=_("Write a note, or answer the complaint."),
        )
    if row.stage >= LAST_STAGE:
        raise NoFurtherStage(
            _("Two people have answered this already."),
            next_step=_("Give them the address of somebody outside, from this page."),
        )
    nation = queries_complaints.get_nation(row.organisation_id)
    row.stage += 1
    row.outcome = row.answered_at = None
    row.answer_by = rules_complaints.answer_again_by(clock.today(), nation)
    get_session().flush()
    draw_owner(row, actor)


@command("casework.answer_complaint")
def answer_complaint(
    *,
    actor: Actor,
    reference: str,
    outcome: str,
    answer: str,
    learned: str,
    how: str,
) -> UUID:
    """Answer a complaint, once a stage, with what is done differently; returns the entry's id.

    Its owner alone does. An answer acknowledges too, where nothing did before; that there is one is
    told by their own way. Raises NotTheOwner, AlreadyAnswered.
    """
    require(actor, Permission.COMPLAINT_ANSWER)
    row = _lock(actor, reference)
    _check_unanswered(row)
    _check_owner(actor, row)
    _check_second_human(actor, row)
    found = read_word("outcome", outcome, Outcome, _("Select what you found"))
    told = read_word("how", how, HowTold, _("Select how you told them"))
    words = _read_long("answer", answer, _("Enter the answer"))
    lesson = _read_long("learned", learned, "")
    now = clock.now()
    row.outcome, row.answered_at, row.answered_by_human = str(found), now, actor.human_id
    row.acknowledged_at = row.acknowledged_at or now
    entry = _add_entry(
        actor, row, EntryKind.ANSWERED, words, how=told, outcome=found, learned=lesson
    )
    _record(Action.COMPLAINT_ANSWERED, actor, row, str(found))
    tell_complainant(actor, row, ComplaintMessage.ANSWERED)
    return entry.id


@command("casework.name_complained_of")
def name_complained_of(*, actor: Actor, reference: str, membership_reference: str) -> UUID:
    """Say which member a complaint is about: by none of their accounts they see it from now on.

    Where that is its owner, somebody else is drawn.
    """
    require(actor, Permission.COMPLAINT_ANSWER)
    row = _lock(actor, reference)
    human_id = get_session().scalar(
        select(Membership.human_id).where(
            Membership.reference == membership_reference,
            Membership.organisation_id == row.organisation_id,
        )
    )
    if human_id is None:
        raise InvalidInput("member", _("Select whom it is about"))
    bar(row, {human_id}, actor.account_id)
    record(
        Action.COMPLAINED_OF_NAMED,
        actor=actor,
        organisation_id=row.organisation_id,
        subject=(SUBJECT, row.id),
        details={"human": str(human_id)},
    )
    if row.owner_human_id == human_id and row.answered_at is None:
        draw_owner(row, actor)
    return row.id


def _read_long(field: str, text: str, missing: str) -> str:
    return read_text(field, text, rules_complaints.LONGEST_TOLD, missing)


def _check_second_human(actor: Actor, row: Complaint) -> None:
    if row.stage == LAST_STAGE and actor.is_same_human(row.answered_by_human):
        raise NotTheOwner(
            _("You gave the first answer, so somebody else gives the second."),
            next_step=_("Leave it to a colleague, or to an auditor."),
        )


def _lock(actor: Actor, reference: str) -> Complaint:
    row = queries_complaints.lock_complaint(actor, reference, lock=True)
    if row is None:
        raise NotFound
    concerns(subject=(SUBJECT, row.id))
    return row


def _add_entry(
    actor: Actor,
    row: Complaint,
    kind: EntryKind,
    words: str,
    *,
    how: HowTold | None = None,
    outcome: Outcome | None = None,
    learned: str = "",
) -> ComplaintEntry:
    assert actor.account_id is not None  # noqa: S101  (the permission is an account's)

    def seal(what: str, text: str) -> bytes:
        return encryption.seal(row.sealed_for, f"complaint_entry.{what}.{row.id}", text)

    entry = ComplaintEntry(
        id=new_id(),
        complaint_id=row.id,
        kind=str(kind),
        stage=row.stage,
        sealed_for=row.sealed_for,
        text=seal("text", words),
        learned=seal("learned", learned) if learned else None,
        outcome=str(outcome) if outcome else None,
        how=str(how) if how else None,
        author_id=actor.account_id,
        author_human_id=actor.human_id,
        written_at=clock.now(),
    )
    get_session().add(entry)
    get_session().flush()
    return entry


def _record(action: Action, actor: Actor, row: Complaint, reason: str | None = None) -> None:
    record(
        action,
        actor=actor,
        organisation_id=row.organisation_id,
        subject=(SUBJECT, row.id),
        reason=reason,
    )
