"""Commands about safeguarding concerns: raise, read, write to them.

Raising needs nothing but a role: no case, consent, training or reason, and no record of a person.
The events name no person in a column that can be searched, so that no history of a person can
show them; whom a concern is about stands among the event's sealed details.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, Role, require
from assistedaccess.accounts.mails import tell
from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.delegation import silent_help
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.commands import concerns as it_concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules import AccountMail
from assistedaccess.organisations.queries import list_role_holders
from assistedaccess.people.models import Person
from assistedaccess.people.queries import find_by_reference
from assistedaccess.people.reach import reach_person

from . import queries_concerns, rules_concerns
from .models_concerns import Concern, ConcernEntry
from .queries_concerns import ConcernDetails
from .rules_concerns import Capacity, EntryKind, Told

SUBJECT = "concern"


@command("casework.raise_concern")
def raise_concern(
    *,
    actor: Actor,
    kinds: list[str],
    seen: str,
    is_urgent: bool,
    said: str = "",
    wishes: str = "",
    capacity: str = "",
    home_is_safe: str = "",
    about: str = "",
    request_key: str | None = None,
) -> UUID:
    """Tell the safeguarding leads of the actor's organisation; returns the concern's id.

    ``about`` is a person's reference, or words that say who it is. A reference that nobody has is
    kept as such words: this answers nobody's question who is on record. Whoever raises it may be
    the person's relative, or somebody who may not act today; the leads are told by e-mail that
    something waits, without a word of it.
    """
    require(actor, Permission.CONCERN_RAISE)
    if actor.organisation_id is None or actor.account_id is None:
        raise NotFound
    once = Once(actor, "casework.raise_concern", request_key, seen, about)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    try:
        joined = rules_concerns.join_kinds(kinds)
    except ValueError as error:
        raise InvalidInput("kinds", _("Select what you are worried about")) from error
    about = read_text("about", about, rules_concerns.LONGEST_ABOUT)
    person_id = find_by_reference(about) if about else None
    told = Told(
        seen=read_text("seen", seen, rules_concerns.LONGEST_TOLD, _("Enter what you saw or heard")),
        said=read_text("said", said, rules_concerns.LONGEST_TOLD),
        wishes=read_text("wishes", wishes, rules_concerns.LONGEST_TOLD),
        capacity=_word("capacity", capacity),
        about="" if person_id else about,
        home_is_safe=_word("home_is_safe", home_is_safe),
        kinds=joined,
    )
    concern_id = new_id()
    sealed_for = person_id or actor.organisation_id
    get_session().add(
        Concern(
            id=concern_id,
            reference=new_reference("W"),
            organisation_id=actor.organisation_id,
            person_id=person_id,
            sealed_for=sealed_for,
            is_urgent=is_urgent,
            told=seal_told(sealed_for, concern_id, told),
            raised_at=clock.now(),
            raised_by=actor.account_id,
            raised_by_human=actor.human_id,
        )
    )
    _record(Action.CONCERN_RAISED, actor, concern_id, person_id)
    tell_leads(actor, actor.organisation_id)
    return once.keep(concern_id)


def seal_told(sealed_for: UUID, concern_id: UUID, told: Told) -> bytes:
    """What was told, as the table keeps it."""
    return encryption.seal(sealed_for, f"concern.told.{concern_id}", json.dumps(asdict(told)))


def has_lead(organisation_id: UUID) -> bool:
    """Whether anybody leads safeguarding at that organisation now."""
    return bool(list_role_holders([Role.SAFEGUARDING_LEAD], organisation_id=organisation_id))


def tell_leads(actor: Actor, organisation_id: UUID) -> None:
    """Mail those who lead safeguarding there; where nobody does, those who can appoint somebody."""
    leads = list_role_holders([Role.SAFEGUARDING_LEAD], organisation_id=organisation_id)
    kind = AccountMail.CONCERN_RAISED if leads else AccountMail.CONCERN_WITHOUT_LEAD
    holders = leads or list_role_holders([Role.MANAGER], organisation_id=organisation_id)
    for account_id in dict.fromkeys(holder.account_id for holder in holders):
        account = get_session().get(Account, account_id)
        if account is not None:
            tell(actor, account, kind)


@command("casework.open_concern")
def open_concern(*, actor: Actor, reference: str) -> ConcernDetails:
    """Read a concern: a look that is recorded first. Raises NotFound for all but its leads."""
    require(actor, Permission.CONCERN_VIEW)
    row, person = _lock(actor, reference)
    if row.opened_at is None:
        row.opened_at = clock.now()
    if row.kinds:  # of before revision 0023, when they stood beside what was told
        row.told = seal_told(row.sealed_for, row.id, queries_concerns.open_told(row))
        row.kinds = None
    _record(Action.CONCERN_VIEWED, actor, row.id, row.person_id)
    get_session().flush()
    return queries_concerns.load_details(row, person)


@command("casework.add_concern_entry")
def add_concern_entry(
    *, actor: Actor, reference: str, kind: str, text: str, request_key: str | None = None
) -> UUID:
    """Write a note, a referral or the outcome to a concern; returns the entry's id.

    An outcome closes the concern; whatever is written after it opens it again. The outcome of the
    last open call for help settles it, unless something waits on which the lead has to decide.
    """
    require(actor, Permission.CONCERN_VIEW)
    once = Once(actor, "casework.add_concern_entry", request_key, reference, kind, text)
    repeated = once.find("concern_entry")
    if repeated is not None:
        return repeated
    row, _person = _lock(actor, reference)
    chosen = read_word("kind", kind, EntryKind, _("Select what you are writing"))
    words = read_text(
        "text", text, rules_concerns.LONGEST_TOLD, _("Enter what was done or decided")
    )
    assert actor.account_id is not None  # noqa: S101  (the permission is an account's)
    entry = ConcernEntry(
        id=new_id(),
        organisation_id=row.organisation_id,
        concern_id=row.id,
        kind=chosen,
        sealed_for=row.sealed_for,
        text=encryption.seal(row.sealed_for, f"concern_entry.text.{row.id}", words),
        author_id=actor.account_id,
        author_human_id=actor.human_id,
        written_at=clock.now(),
    )
    get_session().add(entry)
    row.closed_at = clock.now() if chosen is EntryKind.OUTCOME else None
    get_session().flush()
    if row.closed_at and row.person_id and row.raised_by is None:
        _answer_silent_help(row.person_id, row.organisation_id)
    _record(Action.CONCERN_ENTRY_ADDED, actor, row.id, row.person_id, reason=str(chosen))
    return once.keep(entry.id)


def _answer_silent_help(person_id: UUID, organisation_id: UUID) -> None:
    """Where each call for help of this person has its outcome, what they agree to is as before."""
    if not queries_concerns.has_open_call(person_id, organisation_id):
        silent_help.settle_if_nothing_waits(person_id, organisation_id)


def _lock(actor: Actor, reference: str) -> tuple[Concern, Person | None]:
    row = queries_concerns.find_concern(actor, reference, lock=True)
    if row is None:
        raise NotFound
    # No lead reads what is about themself or a relative.
    person = reach_person(actor, row.person_id) if row.person_id is not None else None
    it_concerns(subject=(SUBJECT, row.id))
    return row, person


def _record(
    action: Action,
    actor: Actor,
    concern_id: UUID,
    person_id: UUID | None,
    reason: str | None = None,
) -> None:
    record(
        action,
        actor=actor,
        subject=(SUBJECT, concern_id),
        reason=reason,
        details={"person": str(person_id)} if person_id else None,
    )


def _word(field: str, value: str) -> str:
    """One of Capacity's three words, which serve both questions; or nothing."""
    return read_word(field, value, Capacity, _("Select one of the answers")) if value else ""
