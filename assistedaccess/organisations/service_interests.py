"""Commands by which helpers declare what could put them on both sides of an act."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import canonical, clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id, read_reference
from assistedaccess.kernel.inputs import read_word

from .inputs import read_name
from .models import DeclaredInterest
from .queries_members import INTEREST

MOST_INTERESTS = 200


class InterestKind(StrEnum):
    """What can be declared."""

    RELATIVE = "relative"
    BANK_ACCOUNT = "bank_account"
    CONTACT_POINT = "contact_point"


class Relation(StrEnum):
    """How somebody is related to the helper."""

    PARTNER = "partner"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    OTHER_FAMILY = "other_family"
    HOUSEHOLD = "household"
    FRIEND = "friend"


@command("organisations.declare_interest")
def declare_interest(
    *,
    actor: Actor,
    kind: str,
    name: str | None = None,
    relation: str | None = None,
    person_reference: str | None = None,
    sort_code: str | None = None,
    account_number: str | None = None,
    roll_number: str | None = None,
    contact_point: str | None = None,
) -> UUID:
    """Declare a relative (name, relation, their reference if they are helped here), an account of
    one's own (sort code, number, roll number), or a phone or e-mail of one's own.

    It counts for the human, whichever account they use. Nobody else reads the value; rules compare
    fingerprints and references.
    """
    require(actor, Permission.ACCOUNT_OWN)
    if actor.human_id is None or actor.account_id is None:
        raise NotFound
    word = read_word("kind", kind, InterestKind, _("Select what you declare"))
    row = DeclaredInterest(
        id=new_id(),
        human_id=actor.human_id,
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        kind=word,
        declared_at=clock.now(),
    )
    if word is InterestKind.RELATIVE:
        value = read_name("name", name, _("Enter the name of your relative"))
        row.relation = read_word("relation", relation, Relation, _("Select how you are related"))
        row.person_reference = _read_person(person_reference)
        _check_new_relative(row, value)
    elif word is InterestKind.BANK_ACCOUNT:
        value = _read_account(sort_code or "", account_number or "", roll_number or "")
        row.fingerprint = encryption.fingerprint(canonical.BANK_ACCOUNT, value)
    else:
        value = _read_contact(contact_point or "")
        row.fingerprint = encryption.fingerprint(canonical.CONTACT_POINT, value)
    _check_new(row)
    row.value = encryption.seal(row.human_id, INTEREST, value)
    get_session().add(row)
    record(
        Action.INTEREST_DECLARED,
        actor=actor,
        subject=("declared_interest", row.id),
        details={"kind": word},
    )
    return row.id


def _read_person(text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    reference = read_reference("P", text)
    if reference is None:
        raise InvalidInput(
            "person_reference", _("Enter the reference as on their card, like P-7K3M-9QTR")
        )
    return reference


def _read_account(sort_code: str, number: str, roll_number: str) -> str:
    value = canonical.canonical_bank_account(sort_code, number, roll_number)
    if value is None:
        raise InvalidInput(
            "account_number", _("Enter a sort code of 6 digits and an account number of 6 to 8")
        )
    return value


def _read_contact(text: str) -> str:
    bare = read_name("contact_point", text, _("Enter a telephone number or an email address"))
    read = canonical.canonical_email if "@" in bare else canonical.canonical_phone
    value = read(bare)
    if value is None:
        raise InvalidInput(
            "contact_point",
            _("Enter a telephone number, like 07700 900982, or an email address"),
        )
    return value


_FIELDS = {InterestKind.BANK_ACCOUNT: "account_number", InterestKind.CONTACT_POINT: "contact_point"}


def _check_new(row: DeclaredInterest) -> None:
    session = get_session()
    own = select(func.count()).filter(
        DeclaredInterest.human_id == row.human_id, DeclaredInterest.ended_at.is_(None)
    )
    if (session.scalar(own) or 0) >= MOST_INTERESTS:
        raise InvalidInput("kind", _("You have declared as much as can be kept here"))
    if row.fingerprint is not None:
        same = own.filter(
            DeclaredInterest.fingerprint == row.fingerprint, DeclaredInterest.kind == row.kind
        )
        if session.scalar(same):
            raise InvalidInput(_FIELDS[InterestKind(row.kind)], _("You have declared this already"))


def _check_new_relative(row: DeclaredInterest, name: str) -> None:
    """Of relatives there is no fingerprint: the few names that one declared are compared."""
    declared = get_session().scalars(
        select(DeclaredInterest).where(
            DeclaredInterest.human_id == row.human_id,
            DeclaredInterest.kind == row.kind,
            DeclaredInterest.relation == row.relation,
            DeclaredInterest.person_reference.is_not_distinct_from(row.person_reference),
            DeclaredInterest.ended_at.is_(None),
        )
    )
    if any(encryption.unseal(row.human_id, INTEREST, one.value) == name for one in declared):
        raise InvalidInput("name", _("You have declared this already"))


@command("organisations.end_interest")
def end_interest(*, actor: Actor, interest_id: UUID) -> UUID:
    """Say that a declaration no longer holds. It stays on record, with its dates, and goes on
    counting for a while (queries_interests.STILL_COUNTS_FOR)."""
    require(actor, Permission.ACCOUNT_OWN)
    row = get_session().get(DeclaredInterest, interest_id, with_for_update=True)
    if row is None or not actor.is_same_human(row.human_id) or row.ended_at is not None:
        raise NotFound
    row.ended_at = clock.now()
    record(
        Action.INTEREST_ENDED,
        actor=actor,
        subject=("declared_interest", row.id),
        details={"kind": row.kind},
    )
    return row.id
