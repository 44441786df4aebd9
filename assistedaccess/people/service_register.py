"""The command that registers a person, once it is clear that no record is theirs already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, controls
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_text
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.service import require_may_act

from . import inputs, queries, rows, rules_silence
from .events import PersonRegistered
from .models import Person
from .queries_matching import Duplicate, find_duplicates
from .reach import tell
from .second_looks import look_at_silence
from .service_search import check_rate, note_search

REGISTER = "people.register_person"


@dataclass(frozen=True)
class Registration:
    """What came of registering: the person, or whom it may be instead (nothing was made then)."""

    person_id: UUID | None
    reference: str | None
    duplicates: tuple[Duplicate, ...] = ()


@command("people.register_person")
def register_person(
    *,
    actor: Actor,
    request_key: str,
    name: str,
    known_as: str | None = None,
    birth_date: str = "",
    nation: str | None = None,
    housing: str = "not_known",
    address: dict[str, str] | None = None,
    hides_address: bool = False,
    letters_are_safe: bool = False,
    national_insurance_number: str | None = None,
    contact_points: list[dict[str, Any]] | None = None,
    language: str = "en",
    spoken_language: str = "en",
    needs_interpreter: bool = False,
    formats: list[str] | None = None,
    support_needs: str | None = None,
    hearing: list[str] | None = None,
    contact_is_unsafe: bool = False,
    no_messages_left: bool = False,
    no_paper_at_home: bool = False,
    preferred_contact: str | None = None,
    best_times: str | None = None,
    safe_words: str | None = None,
    somebody_else: list[str] | None = None,
) -> Registration:
    """Register a person; only the name must be known.

    ``birth_date`` as PartialDate writes it. ``address``: fields of rules_identifiers.Address;
    with ``letters_are_safe`` it is a contact point too. ``contact_points``: dictionaries of kind,
    value, whose, is_safe. Where records may be of the same person, nothing is made and they are
    returned, until ``somebody_else`` holds the reference of each. Two requests with one
    ``request_key`` make one person.
    """
    require(actor, Permission.PERSON_REGISTER)
    require_may_act(actor)
    entered = inputs.read_person(
        name=name,
        known_as=known_as,
        birth_date=birth_date,
        nation=nation,
        housing=housing,
        address=address,
        national_insurance_number=national_insurance_number,
        language=language,
        spoken_language=spoken_language,
        formats=formats or [],
        support_needs=support_needs,
        hearing=hearing or [],
    )
    points = [inputs.read_point(**point) for point in contact_points or []]
    if letters_are_safe and entered.address is not None:
        points.append(inputs.postal_point(entered.address))
    preferred = inputs.read_preferred(preferred_contact)
    # Bound to who it is: a page that is gone back to for somebody else registers them.
    once = Once(actor, REGISTER, request_key, entered.name, entered.birth_date)
    made = once.find("person")
    if made is not None:
        return Registration(made, queries.get_person(made).reference)
    duplicates = find_duplicates(entered, points)
    dismissed = {inputs.read_person_reference(text) for text in somebody_else or []}
    if any(duplicate.reference not in dismissed for duplicate in duplicates):
        if actor.account_id is not None:  # to be shown who is like a name is a search as well
            check_rate(actor)
            note_search(actor, has_more=False)
        _record_duplicates(actor, duplicates)
        return Registration(None, None, duplicates)
    controls.decide(
        Act(
            "people.register_person",
            actor,
            organisation_id=actor.organisation_id,
            facts={
                "nino": entered.nino_fingerprint,
                "postcode": entered.postcode_fingerprint,
                "contacts": tuple(point.fingerprint for point in points),
                "numbers": inputs.list_numbers(points),
                "duplicates": len(duplicates),
            },
        )
    )
    person = _make_person(actor, entered)
    person.hides_address = hides_address
    person.needs_interpreter = needs_interpreter
    person.contact_is_unsafe = contact_is_unsafe
    person.no_messages_left = no_messages_left
    person.no_paper_at_home = no_paper_at_home
    person.ask_again_on = rules_silence.find_next_asking(
        None,
        is_own=contact_is_unsafe or no_paper_at_home,
        person_was_alone=True,
        today=clock.today(),
    )
    person.preferred_contact = preferred
    person.safe_contact = rows.seal_safe_contact(
        person.id,
        read_text("best_times", best_times, most=inputs.LONGEST_SHORT_NOTE, multiline=False),
        read_text("safe_words", safe_words, most=inputs.LONGEST_NOTE),
    )
    get_session().add(person)
    get_session().flush()
    rows.replace_name_keys(person.id, entered)
    rows.insert_points(actor, person.id, points)
    once.keep(person.id)
    record(
        Action.PERSON_REGISTERED,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        reason="somebody_else" if duplicates else None,
        details={
            "name": entered.name,
            "birth_date": str(entered.birth_date),
            "somebody_else": [duplicate.reference for duplicate in duplicates],
        },
    )
    if contact_is_unsafe or no_paper_at_home:
        look_at_silence(actor, person.id)  # their own wish, the helper says
    tell(actor, person.id, NoticeKind.PERSON_REGISTERED)
    publish(PersonRegistered(person.id, actor))
    return Registration(person.id, person.reference, duplicates)


def _record_duplicates(actor: Actor, duplicates: tuple[Duplicate, ...]) -> None:
    # One event a record, because each was shown: its person can see that somebody looked.
    for duplicate in duplicates:
        record(
            Action.PERSON_DUPLICATE_SHOWN,
            actor=actor,
            person_id=duplicate.person_id,
            subject=("person", duplicate.person_id),
            reason=str(duplicate.reasons[0]),
        )


def _make_person(actor: Actor, entered: inputs.EnteredPerson) -> Person:
    person_id = new_id()
    now = clock.now()
    return Person(
        id=person_id,
        reference=new_reference("P"),
        **rows.person_columns(person_id, entered),
        created_at=now,
        created_by_account_id=actor.account_id,
        created_by_human_id=actor.human_id,
        created_by_organisation_id=actor.organisation_id,
        changed_at=now,
        version=1,
    )
