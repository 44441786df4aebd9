"""A helper of the family helps whoever lets them: no power, no record and no alarm beyond that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from assistedaccess.applications.service import start_application
from assistedaccess.audit.explain import GlassNotForFamily, check_theirs
from assistedaccess.consent.models import ConsentRequest
from assistedaccess.consent.service_viewing import print_receipt
from assistedaccess.delegation.rules import DelegationEnded, NoAuthority
from assistedaccess.delegation.service_stops import end_delegation
from assistedaccess.delegation.service_viewing import open_delegations
from assistedaccess.desk.service import view_case
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held, NotFound, Refused
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.people import queries, service, service_address, service_contact
from assistedaccess.people.service_identity import add_identity_evidence
from assistedaccess.people.words_told import say_told, say_told_somehow
from tests.factories import applications, cards, people, ways
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories.casework import make_case
from tests.factories.consent import Scene
from tests.factories.silent import Ticking, blank, browse
from tests.support.clocks import Hand
from tests.support.journal import list_events
from tests.support.pages import send

ALONE = {"in_private": True}


@pytest.fixture
def hand(app: Flask) -> Iterator[Hand]:
    made = Ticking()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand) -> Scene:
    """Somebody whom a colleague registered yesterday, with a mobile."""
    made = make.make_scene()
    hand.move(days=1)
    return made


def begin_application(scene: Scene) -> UUID:
    """A draft that the scene's helper began, at the person's yes of today."""
    case = make_case(scene.helper, scene.person_id)
    make.assist(scene.helper, scene.person_id)
    return start_application(
        actor=scene.helper, case_id=case.id, service=make.SERVICE, mode="assisting"
    )


def give_power(scene: Scene, holder: Actor) -> None:
    """The person gives them the power over how they are reached: a card, and somebody else's look
    at the passport, in a moment alone with staff."""
    power: dict[str, object] = {"powers": ["change_contact_details"]}
    if holder is not scene.helper:
        power["holder_account_id"] = holder.account_id
    asked = make.ask(scene.helper, scene.person_id, **power)
    make.read_and_say(scene.helper, asked, **ALONE)
    add_identity_evidence(
        actor=scene.colleague, person_id=scene.person_id, kind="passport", level="high"
    )
    card = cards.give_card(scene.colleague, scene.person_id)
    number = ways.ask_card(scene.helper, asked, card)
    assert ways.confirm(scene.helper, asked, "card", number=number) == "yes"


@pytest.fixture
def daughter(scene: Scene) -> Actor:
    """Somebody whom the scene's organisation sponsors."""
    actor = people.make_helper(scene.desk)
    people.make_kind(actor, "family")
    return replace(actor, is_family=True)


def test_what_was_given_to_an_organisation_was_not_given_to_a_family_it_sponsors(
    scene: Scene, daughter: Actor
) -> None:
    granted.grant(scene.helper, scene.person_id, holder_kind="organisation")
    assert granted.authorise(scene.colleague, scene.person_id).kind == "delegation"
    with pytest.raises(NoAuthority):
        granted.authorise(daughter, scene.person_id)
    granted.grant(scene.helper, scene.person_id, ALONE, holder_account_id=daughter.account_id)
    assert granted.authorise(daughter, scene.person_id).kind == "delegation"
    # Who else helps her mother is not hers to know: a refuge may be among them.
    (shown,) = open_delegations(actor=daughter, person_id=scene.person_id).rows
    assert shown.holder_account_id == daughter.account_id
    others = open_delegations(actor=scene.helper, person_id=scene.person_id).rows
    assert len(others) == 2
    # "Stop" is heard by whoever it is said to; what others were given is not theirs to end.
    (other,) = (row.id for row in others if row.id != shown.id)
    with pytest.raises(NotFound):
        end_delegation(actor=daughter, delegation_id=other, how="in_front")
    end_delegation(actor=daughter, delegation_id=shown.id, how="in_front")
    with pytest.raises(DelegationEnded):
        granted.authorise(daughter, scene.person_id)


def test_nobody_breaks_glass_as_a_relative(scene: Scene, daughter: Actor) -> None:
    for why in ("risk_to_life", "safeguarding"):
        with pytest.raises(GlassNotForFamily):
            service.state_reason(
                actor=daughter, person_id=scene.person_id, reason=why, words="She is in danger"
            )
        with pytest.raises(GlassNotForFamily):
            service.open_person(actor=daughter, person_id=scene.person_id, stated_reason=why)


def test_a_case_explains_no_look_of_a_relative_and_a_yes_does(
    scene: Scene, daughter: Actor
) -> None:
    make_case(scene.helper, scene.person_id)
    case = make_case(daughter, scene.person_id)
    stated = {"actor": daughter, "person_id": scene.person_id, "stated_reason": "other"}
    assert service.open_person(**stated).is_covered
    mine = make.assist(daughter, scene.person_id)
    assert not service.open_person(**stated).is_covered
    story = view_case(actor=daughter, reference=case.reference)
    assert "notice" not in {told.entry.kind for told in story.entries}  # how they are reached
    assert story.looks == []
    # And the person has it on paper: the receipt of the yes to this helper, and of no other.
    yes = make.get_consent(mine)
    assert print_receipt(actor=daughter, reference=yes.reference).id == mine
    theirs = make.get_consent(make.assist(scene.helper, scene.person_id))
    with pytest.raises(NotFound):
        print_receipt(actor=daughter, reference=theirs.reference)


def test_how_somebody_is_reached_is_changed_by_a_relative_with_that_power_alone(
    scene: Scene, daughter: Actor
) -> None:
    def change(number: str) -> UUID:
        with reading():
            point = next(iter(queries.list_contact_points(scene.person_id)))
        return service_contact.change_contact_point(
            actor=daughter, contact_point_id=point.id, value=number
        )

    granted.grant(
        scene.helper,
        scene.person_id,
        ALONE,
        holder_account_id=daughter.account_id,
        powers=["see", "fill_in", "submit"],
    )
    with pytest.raises(Refused) as refused:
        change("07700 900321")
    assert set(refused.value.rules) == {"contact_by_family"}
    give_power(scene, daughter)
    changed = change("07700 900321")
    # The change says on what it rests.
    assert list_authorities(changed) == ["delegation"]


def list_authorities(contact_point_id: UUID) -> list[str | None]:
    return [
        event.authority_kind
        for event in list_events("contact_point.changed")
        if event.subject_id == contact_point_id
    ]


def test_staff_change_it_without_the_person_by_that_power_or_with_a_second_human(
    app: Flask, scene: Scene
) -> None:
    """Assisting is the person's word, there and then; representing needs what they gave for it."""
    scene = replace(scene, helper=people.make_helper(scene.desk))
    with reading():
        point = next(iter(queries.list_contact_points(scene.person_id)))
    about = {"actor": scene.helper, "contact_point_id": point.id}
    for act in (
        lambda: service_contact.add_contact_point(
            actor=scene.helper,
            person_id=scene.person_id,
            kind="email",
            value="ada@example.org",
            person_is_there=False,
        ),
        lambda: service_contact.change_contact_point(
            **about, value="07700 900321", person_is_there=False
        ),
        lambda: service_contact.mark_contact_point_unsafe(
            **about, person_was_alone=False, person_is_there=False
        ),
        lambda: service_contact.end_contact_point(**about, reason="gone", person_is_there=False),
        lambda: service_address.change_address(
            actor=scene.helper,
            person_id=scene.person_id,
            version=1,
            housing="no_fixed_address",
            person_is_there=False,
        ),
    ):
        with pytest.raises(Held) as held:
            act()
        assert "contact_without_person" in held.value.reasons
    # Through the page: what is not answered is asked, and what is answered with no waits.
    client = app.test_client()
    people.sign_in(client, scene.helper)
    page = f"/people/{people.reference_of(scene.person_id)}/contact/{point.id}/change"
    typed = {"mobile": "07700 900321", "whose": "own", "is_safe": "yes"}
    make.assist(scene.helper, scene.person_id)
    assert "Select whether the person is here" in send(client, page, **typed).text
    assert "The person is not there." in send(client, page, **typed, there="no").text
    with reading():
        assert next(iter(queries.list_contact_points(scene.person_id))).id == point.id
    give_power(scene, scene.helper)
    changed = service_contact.change_contact_point(
        **about, value="07700 900321", person_is_there=False
    )
    assert list_authorities(changed) == ["delegation"]


def test_what_somebody_else_began_is_a_relatives_while_they_may_act(
    scene: Scene, daughter: Actor, hand: Hand
) -> None:
    subject = ("application", begin_application(scene))
    with pytest.raises(NotFound):
        run_transaction(lambda: check_theirs(daughter, subject))
    terms = {"services": [make.SERVICE], "holder_account_id": daughter.account_id}
    granted.grant(scene.helper, scene.person_id, ALONE, **terms)
    run_transaction(lambda: check_theirs(daughter, subject))
    hand.move(days=400)  # it has run out
    with pytest.raises(NotFound):
        run_transaction(lambda: check_theirs(daughter, subject))


def test_a_relative_does_not_read_of_whom_the_person_is_careful(
    scene: Scene, daughter: Actor
) -> None:
    unsafe = service_contact.add_contact_point(
        actor=scene.helper, person_id=scene.person_id, kind="mobile", value="07700 900777"
    )
    service_contact.mark_contact_point_unsafe(
        actor=scene.helper, contact_point_id=unsafe, person_was_alone=True
    )
    with reading():
        version = queries.get_person(scene.person_id).version
    service_contact.set_safe_contact(
        actor=scene.helper,
        person_id=scene.person_id,
        version=version,
        contact_is_unsafe=True,
        no_messages_left=True,
        best_times="When she is at work",
        safe_words="Say that you ring from the library",
        person_was_alone=True,
    )
    make.assist(daughter, scene.person_id)
    shown = service.open_person(actor=daughter, person_id=scene.person_id)
    staff = service.open_person(
        actor=scene.helper, person_id=scene.person_id, stated_reason="risk_to_life"
    )
    assert staff.contact_is_unsafe
    assert (shown.contact_is_unsafe, shown.no_messages_left) == (False, False)
    assert (shown.best_times, shown.safe_words) == ("", "")
    assert not all(point.is_safe for point in staff.contact_points)
    assert all(point.is_safe for point in shown.contact_points)


OPENED_BY_A_RELATIVE = [
    "/people/{person}",
    "/people/{person}/contact",
    "/people/{person}/address",
    "/people/{person}/delegations",
    "/delegations/{delegation}",
    "/delegations/{delegation}/authority",
    "/consents/{consent}",
    "/consents/{consent}/receipt",
    "/asking/{asking}/statement",
    "/asking/{asking}/confirm",
    "/asking/{asking}/online",
    "/cases/{case}",
    "/cases/{case}/letters/new",
    "/applications/{application}",
    "/applications/{application}/print",
    "/applications/{application}/paper",
]
CAREFUL = {
    "contact_is_unsafe": True,
    "no_messages_left": True,
    "no_paper_at_home": True,
    "hides_address": True,
}
LIVES = {
    "housing": "address",
    "address": {"line_1": "14 Mill Lane", "town": "Millbrook", "postcode": "LS1 4AP"},
    "letters_are_safe": True,
    "contact_points": [people.mobile(whose="own", is_safe=True)],
}


def ask_named(actor: Actor, person_id: UUID) -> str:
    """The number of what the person is asked, once it has been read and said back."""
    request_id = make.ask(actor, person_id)
    make.read_and_say(actor, request_id)
    with reading() as session:
        return session.get_one(ConsentRequest, request_id).reference


def spell(answer: TestResponse) -> str:
    return re.sub("G.\\sH.|A.\\sJ.|[0-9a-f]{64}", "THIS", blank(answer.text))


def test_each_page_of_a_relative_is_the_same_whatever_the_person_keeps_from_them(
    scene: Scene, daughter: Actor, app: Flask
) -> None:
    """Two mothers. One wants no paper at home, is told in person alone, and hides where she lives;
    of the other no number and no address is known. What told them apart would tell the one whom
    she is afraid of."""
    client, helpers_client = browse(app, daughter), browse(app, scene.helper)
    read: list[list[str]] = []
    for name, wishes in (("Grace Hopper", LIVES | CAREFUL), ("Amy Johnson", {})):
        person_id = people.make_person(scene.colleague, name, **wishes)
        power = {"powers": ["see", "fill_in"], "holder_account_id": daughter.account_id}
        delegation_id = granted.grant(scene.helper, person_id, ALONE, **power)
        case = make_case(daughter, person_id)
        application_id = start_application(
            actor=daughter, case_id=case.id, service=make.SERVICE, mode="representing"
        )
        names = {
            "person": people.reference_of(person_id),
            "delegation": granted.get_row(delegation_id).reference,
            "consent": make.get_consent(make.assist(daughter, person_id)).reference,
            "case": case.reference,
            "asking": ask_named(daughter, person_id),
            "application": applications.reference_of(application_id),
        }
        answers = [client.get(page.format(**names)) for page in OPENED_BY_A_RELATIVE]
        read.append([f"{answer.status_code} {spell(answer)}" for answer in answers])
        printed = helpers_client.get(f"/applications/{names['application']}/print").text
        assert ("wants no paper at home" in printed) is bool(wishes)  # staff are told
    for page, careful, careless in zip(OPENED_BY_A_RELATIVE, *read, strict=True):
        assert careful == careless, page
    assert sum("Ask the person before you print" in page for page in read[0]) >= 3
    assert "<bdi>–</bdi>" not in client.get("/cases").text  # a name left out would tell as well


def test_a_relative_does_not_read_by_which_way_the_person_is_told(
    scene: Scene, daughter: Actor, app: Flask
) -> None:
    """That no message goes to somebody with a telephone would say that they are careful."""
    for name, wishes in (("Grace Hopper", CAREFUL), ("Amy Johnson", {})):
        person_id = people.make_person(scene.colleague, name, **LIVES | wishes)
        with app.test_request_context(), reading():
            assert say_told(person_id, daughter) == say_told_somehow()
            told = "No message goes to the person" if wishes else "The person is told."
            assert told in say_told(person_id, scene.helper)


def test_a_relative_begins_with_whom_they_help(scene: Scene, daughter: Actor, app: Flask) -> None:
    client = app.test_client()
    people.sign_in(client, daughter)
    assert "Nobody lets you act for them" in client.get("/cases").text
    given = {"holder_account_id": daughter.account_id, "powers": ["see"]}
    granted.grant(scene.helper, scene.person_id, ALONE, **given)
    granted.grant(scene.helper, people.make_person(scene.helper, "Not Hers"), ALONE)
    case = make_case(daughter, scene.person_id)
    page = client.get("/", follow_redirects=True).text
    assert page.count(f"/people/{people.reference_of(scene.person_id)}") == 1
    assert page.count("What you may do for them") == 1
    assert case.reference in page
    assert "whose=all" not in page
    assert "Lovelace" not in page
    for address in ("/people", "/cases"):
        assert "/people/register" not in client.get(address).text  # no door that is shut to them
    assert [event.reason_code for event in list_events("today.viewed")].count("held") == 3
