"""People: found, opened, registered, and what is written in their record."""

from __future__ import annotations

from typing import Annotated, Any

from assistedaccess.kernel import clock
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import (
    queries,
    service,
    service_cards,
    service_death,
    service_identity,
    service_private,
    service_search,
)
from assistedaccess.people.rules import EvidenceKind, IdentityLevel, LookWhy
from assistedaccess.people.rules_death import ToldBy
from assistedaccess.people.service_search import SearchBy

from .acts_contact import find_point, version_of
from .evidence import keep_card
from .kinds import (
    POINT,
    Address,
    ByAccount,
    Day,
    OfPerson,
    Text,
    Yes,
    choice,
    many,
)
from .language_world import PERSON_FIELDS
from .register import act
from .stage import Stage
from .world import reference_of
from .world import register as register_in_world

PEOPLE = "People and their records"
LOOKING = "Looking"


@act(PEOPLE, makes="person")
def register_person(
    stage: Stage,
    by: ByAccount,
    name: Text,
    known_as: Annotated[str | None, PERSON_FIELDS["known_as"]] = None,
    birth_date: Annotated[str, PERSON_FIELDS["birth_date"]] = "",
    nation: Annotated[str, PERSON_FIELDS["nation"]] = "england",
    housing: Annotated[str | None, PERSON_FIELDS["housing"]] = None,
    address: Address = None,
    hides_address: Yes = False,
    letters_are_safe: Yes = False,
    national_insurance_number: Annotated[str | None, PERSON_FIELDS["known_as"]] = None,
    contact_points: Annotated[list[dict[str, Any]] | None, many(POINT)] = None,
    language: Annotated[str, PERSON_FIELDS["language"]] = "en",
    spoken_language: Annotated[str, PERSON_FIELDS["spoken_language"]] = "en",
    needs_interpreter: Yes = False,
    formats: Annotated[list[str] | None, PERSON_FIELDS["formats"]] = None,
    support_needs: Annotated[str | None, PERSON_FIELDS["support_needs"]] = None,
    hearing: Annotated[list[str] | None, PERSON_FIELDS["hearing"]] = None,
    contact_is_unsafe: Yes = False,
    no_messages_left: Yes = False,
    no_paper_at_home: Yes = False,
    preferred_contact: Annotated[str | None, PERSON_FIELDS["preferred_contact"]] = None,
    best_times: Annotated[str | None, PERSON_FIELDS["best_times"]] = None,
    safe_words: Annotated[str | None, PERSON_FIELDS["safe_words"]] = None,
) -> None:
    """Register a person. Whoever is like them in the records is said to be somebody else."""
    given = {key: value for key, value in locals().items() if key not in ("stage", "by", "name")}
    given = {key: value for key, value in given.items() if value not in (None, "")}
    register_in_world(stage, by, name, given)


@act(LOOKING)
def search_people(
    stage: Stage,
    by: ByAccount,
    value: Text,
    name: Text = "",
    known: Annotated[str, choice(SearchBy)] = "birth_date",
    why: Annotated[str, choice(LookWhy)] = "person_is_here",
    why_words: Text = "",
) -> None:
    """Search by a name and what else is known (`known`: birth_date, postcode, phone, nino), or by a
    `reference`; `value` may be the name of a person of the rehearsal, where a reference is meant.
    Nothing that is found is opened."""
    if known == SearchBy.REFERENCE and value in stage.people:
        value = reference_of(stage.people[value])
    service_search.search_people(
        actor=stage.actor(by, "helper"),
        why=why,
        why_words=why_words or None,
        by=known,
        value=value,
        name=name or None,
    )


@act(LOOKING)
def open_person(stage: Stage, by: ByAccount, person: OfPerson, details: Yes = False) -> None:
    """Open a person's record. Without anything in the records that explains the look, a reason is
    asked (`refuse: reason_needed`); `details` wants to see more than a stated reason opens."""
    service.open_person(
        actor=stage.actor(by, "helper"), person_id=stage.person(person), needs_details=details
    )


@act(LOOKING)
def state_reason(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    reason: Annotated[str, choice(LookWhy)],
    words: Text = "",
) -> None:
    """Say why one looks; with `risk_to_life` and `safeguarding` what is opened next breaks the
    glass. `other` needs `words`. It holds for an hour."""
    service.state_reason(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        reason=reason,
        words=words or None,
    )


@act(PEOPLE)
def protect_person(
    stage: Stage, by: ByAccount, person: OfPerson, protect: Yes = True, words: Text = "In the news"
) -> None:
    """Protect the record of somebody whom many would like to look up, or no longer."""
    service.set_protection(
        actor=stage.actor(by, "safeguarding_lead"),
        person_id=stage.person(person),
        protect=protect,
        words=words,
    )


@act(PEOPLE)
def change_person(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    name: Text = "",
    known_as: Text = "",
    birth_date: Annotated[str, PERSON_FIELDS["birth_date"]] = "",
    nation: Annotated[str, PERSON_FIELDS["nation"]] = "",
    national_insurance_number: Text = "",
    language: Annotated[str, PERSON_FIELDS["language"]] = "",
    spoken_language: Annotated[str, PERSON_FIELDS["spoken_language"]] = "",
    needs_interpreter: Yes | None = None,
    formats: Annotated[list[str] | None, PERSON_FIELDS["formats"]] = None,
    support_needs: Text = "",
    hearing: Annotated[list[str] | None, PERSON_FIELDS["hearing"]] = None,
) -> None:
    """Change a person's own details; what is left out stays as it is."""
    person_id = stage.person(person)
    with reading():
        view = queries.make_view(queries.get_person(person_id), IdentityLevel.NONE)
    if needs_interpreter is None:
        needs_interpreter = view.needs_interpreter
    service.change_person(
        actor=stage.actor(by, "helper"),
        person_id=person_id,
        version=version_of(person_id),
        name=name or view.name,
        known_as=known_as or view.known_as,
        birth_date=birth_date or str(view.birth_date),
        nation=nation or view.nation,
        national_insurance_number=national_insurance_number or view.national_insurance_number,
        language=language or view.language,
        spoken_language=spoken_language or view.spoken_language,
        needs_interpreter=needs_interpreter,
        formats=list(view.formats) if formats is None else formats,
        support_needs=support_needs or view.support_needs,
        hearing=list(view.hearing) if hearing is None else hearing,
    )


# -- who somebody is


@act(PEOPLE)
def add_identity(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    kind: Annotated[str, choice(EvidenceKind)],
    level: Annotated[str, choice(IdentityLevel)] = "low",
    seen: Text = "",
) -> None:
    """Record what shows who somebody is; `vouched` and `known_here` need no paper."""
    service_identity.add_identity_evidence(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        kind=kind,
        level=level,
        what_was_seen=seen or None,
    )


@act(PEOPLE)
def vouch(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    voucher: Text = "Nora Nurse, her nurse for three years",
    level: Annotated[str, choice(IdentityLevel)] = "low",
) -> None:
    """Record that somebody who knows the person vouches for who they are."""
    service_identity.add_identity_evidence(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        kind="vouched",
        level=level,
        what_was_seen=voucher,
    )


@act(PEOPLE)
def issue_card(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    post_to: Annotated[str | None, choice(("postal", "held_at_desk"))] = None,
    replaces: Annotated[str | None, choice(("lost", "used_up"))] = None,
) -> None:
    """Give a person an access card: handed over, or sent to the contact point of that kind."""
    person_id = stage.person(person)
    service_cards.issue_card(
        actor=stage.actor(by, "helper"),
        person_id=person_id,
        request_key=new_request_key(),
        contact_point_id=find_point(person_id, post_to, "").id if post_to else None,
        replaces=replaces,
    )
    keep_card(stage, person_id)


@act(PEOPLE)
def stop_card(stage: Stage, by: ByAccount, person: OfPerson) -> None:
    """Stop a person's access card."""
    service_cards.stop_card(actor=stage.actor(by, "helper"), person_id=stage.person(person))


@act(PEOPLE)
def hold_private_moment(
    stage: Stage, by: ByAccount, person: OfPerson, was_alone: Yes = True, word: Text = ""
) -> None:
    """Speak with a person alone; `word` is a silent sign that is agreed."""
    sign = {"sign": "word", "word": word} if word else {}
    service_private.hold_private_moment(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        was_alone=was_alone,
        request_key=new_request_key(),
        **sign,
    )


@act(PEOPLE)
def record_death(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    died: Day,
    told_by: Annotated[str, choice(ToldBy)] = "family",
) -> None:
    """Record that a person has died, and when."""
    made = service_death.record_death(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        died_on=stage.day(died) or clock.today(),
        told_by=told_by,
    )
    stage.keep("death", made, person)


@act(PEOPLE)
def undo_death(
    stage: Stage, by: ByAccount, person: OfPerson, reason: Text = "It was somebody else"
) -> None:
    """Say that a death was recorded by mistake."""
    service_death.undo_death(
        actor=stage.actor(by, "helper"),
        death_id=stage.find("death", None, person),
        reason=reason,
    )
