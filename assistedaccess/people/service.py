"""Commands about a person: open (the recorded look), say why, change. Others: service_*."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record, record_look
from assistedaccess.audit.explain import check_glass, say_stated
from assistedaccess.kernel import controls, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import read_reference
from assistedaccess.kernel.inputs import read_text
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.service import require_may_act
from assistedaccess.organisations.service_members import lock_membership

from . import inputs, queries, queries_covered, rows
from .models import Person
from .queries import PersonView
from .reach import (
    check_open_record,
    check_version,
    insert_reasons,
    load_reached,
    reach_person,
    tell,
    touch,
)
from .rules import IdentityLevel, LookWhy, OwnRecord, check_stranger
from .service_register import Registration, register_person

__all__ = [
    "Registration",
    "change_person",
    "link_human",
    "open_person",
    "register_person",
    "state_reason",
]


@command("people.open_person")
def open_person(
    *,
    actor: Actor,
    person_id: UUID,
    stated_reason: str | None = None,
    needs_details: bool = False,
) -> PersonView:
    """Open a person's record: the look is recorded, with why, before anything is shown.

    The reason is what the records say (explain port), else ``stated_reason``, else what this
    account stated within the last hour, in a search or when it was asked. A reason that is no more
    than stated opens the record with its details covered (``PersonView.is_covered``).
    Raises ReasonNeeded where there is no reason (the app then asks); DetailsCovered where the page
    ``needs_details`` and they stay covered; OwnRecord, RelativesRecord, NotFound.
    """
    require(actor, Permission.PERSON_VIEW)
    person, found = load_reached(actor, person_id, lock=False)
    stated = stated_reason or found.stated
    words = None
    if stated == found.stated and found.words is not None:
        words = encryption.unseal(person.id, "look_reason.words", found.words)
    look = record_look(
        Action.PERSON_OPENED,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        stated_reason=stated,
        details={"words": words} if words else None,
        needs_details=needs_details,
    )
    level = IdentityLevel.of_rank(found.level)
    if look.is_full:
        view = queries.make_view(person, level, queries.list_contact_points(person.id))
    else:
        view = queries_covered.make_covered_view(person, level)
    if not actor.is_family:
        return view
    typed = queries_covered.list_typed_by(actor.human_id, person.id) if look.is_full else ()
    return queries_covered.make_family_view(view, typed)


@command("people.state_reason")
def state_reason(*, actor: Actor, person_id: UUID, reason: str, words: str | None = None) -> UUID:
    """Say why one looks at a person; it holds for an hour, for this account and person.

    A risk to life or a safeguarding concern breaks the glass: everything opens, and an auditor
    reviews it. A control may hold the latter; nothing may hold a risk to life.
    """
    require(actor, Permission.PERSON_VIEW)
    person = reach_person(actor, person_id)
    why, said = inputs.read_why(reason, words)
    check_glass(actor, why)
    if why is LookWhy.SAFEGUARDING:
        controls.decide(Act("people.break_glass", actor, person_id=person.id))
    insert_reasons(actor, {person.id: said}, why)
    record(
        Action.LOOK_REASON_STATED,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        reason=say_stated(why),
        details={"words": said} if said else None,
    )
    return person.id


@command("people.set_protection")
def set_protection(*, actor: Actor, person_id: UUID, protect: bool, words: str) -> UUID:
    """Protect the record of somebody whom many would like to look up, or protect it no longer.

    A protected record shows nothing in lists, as those of staff and of people whose address is
    hidden never do.
    """
    require(actor, Permission.PERSON_PROTECT)
    person = reach_person(actor, person_id, lock=True)
    why = read_text("words", words, most=inputs.LONGEST_SHORT_NOTE)
    if not why:
        raise InvalidInput("words", _("Enter why"))
    person.is_protected = protect
    touch(person)
    record(
        Action.PERSON_PROTECTED if protect else Action.PERSON_UNPROTECTED,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        details={"words": why},
    )
    return person.id


@command("people.change_person")
def change_person(
    *,
    actor: Actor,
    person_id: UUID,
    version: int,
    name: str,
    known_as: str | None = None,
    birth_date: str = "",
    nation: str | None = None,
    national_insurance_number: str | None = None,
    language: str = "en",
    spoken_language: str = "en",
    needs_interpreter: bool = False,
    formats: list[str] | None = None,
    support_needs: str | None = None,
    hearing: list[str] | None = None,
) -> UUID:
    """Change who the person is and what helps them; arguments as for register_person.

    What stood there before stays in the journal, sealed. Raises StaleVersion.
    """
    require(actor, Permission.PERSON_CHANGE)
    require_may_act(actor)
    person = reach_person(actor, person_id, lock=True)
    check_open_record(person)
    check_version(person, version)
    entered = inputs.read_person(
        name=name,
        known_as=known_as,
        birth_date=birth_date,
        nation=nation,
        housing=person.housing,
        address=None,
        national_insurance_number=national_insurance_number,
        language=language,
        spoken_language=spoken_language,
        formats=formats or [],
        support_needs=support_needs,
        hearing=hearing or [],
        keeps_address=True,
    )
    before = queries.make_view(person, IdentityLevel.NONE)
    columns = rows.person_columns(person.id, entered, keeps_address=True)
    for column, value in columns.items():
        setattr(person, column, value)
    person.needs_interpreter = needs_interpreter
    changes = rows.list_changes(before, queries.make_view(person, IdentityLevel.NONE))
    if not changes:
        raise InvalidInput("", _("Nothing was changed"))
    controls.decide(
        Act(
            "people.change_person",
            actor,
            person_id=person.id,
            organisation_id=actor.organisation_id,
            facts={"changed": tuple(changes), "nino": entered.nino_fingerprint},
        )
    )
    touch(person)
    rows.replace_name_keys(person.id, entered)
    record(
        Action.PERSON_CHANGED,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        details={
            "before": {k: v[0] for k, v in changes.items()},
            "after": {k: v[1] for k, v in changes.items()},
        },
    )
    tell(actor, person.id, NoticeKind.DETAILS_CHANGED)
    return person.id


@command("people.link_human")
def link_human(*, actor: Actor, membership_id: UUID, person_reference: str) -> UUID:
    """Note that a member is helped here too: by no account of theirs do they open that record.

    By a manager of theirs, never by themself, and on the reference alone: nothing of the record is
    shown. Whoever is tied stays tied: it is a bar, not a key. Said twice: once. Raises NotFound for
    another organisation's member, OwnMembership, InvalidInput("person_reference"), OwnRecord.
    """
    require(actor, Permission.MEMBERSHIP_CHANGE)
    membership, _organisation = lock_membership(actor, membership_id)
    reference = read_reference("P", person_reference)
    if reference is None:
        raise InvalidInput(
            "person_reference", _("Enter the reference as on their card, like P-7K3M-9QTR")
        )
    person = get_session().scalar(
        select(Person).where(Person.reference == reference).with_for_update()
    )
    if person is None:
        raise InvalidInput("person_reference", _("No record here has this reference"))
    concerns(person_id=person.id, subject=("person", person.id))
    check_stranger(person.human_id, actor.human_id, False)
    if person.human_id not in (None, membership.human_id):
        raise OwnRecord(
            _("This record is tied to somebody already."),
            next_step=_("Ask an administrator to look at both records."),
        )
    if person.human_id is None:
        person.human_id = membership.human_id
        touch(person)
    record(
        Action.HUMAN_LINKED,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        details={"human": str(membership.human_id), "membership": str(membership.id)},
    )
    return person.id
