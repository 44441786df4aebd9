"""The ways to say yes, met by hostile hands: each refuses in words, and nothing of it is kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from assistedaccess.consent import queries, service_asking, service_ways
from assistedaccess.consent.models import Consent
from assistedaccess.consent.models_evidence import ConsentSighting
from assistedaccess.consent.rules import ConsentTooWeak
from assistedaccess.consent.ways import bystanders
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import service_contact
from assistedaccess.people.service_identity import add_identity_evidence
from tests.factories import cards, people
from tests.factories import consent as make
from tests.factories import ways as way
from tests.support.clocks import Hand

pytestmark = pytest.mark.usefixtures("app")
PAY = {"powers": ["see", "pay"]}


def count(model: Any) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def hand():
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand):
    """Somebody whom a colleague registered a month ago, with a mobile."""
    made = make.make_scene()
    hand.move(days=30)
    return made


@pytest.fixture
def asked(scene):
    return way.ready(scene.helper, scene.person_id)


def refuse(scene, request_id, key: str, field: str, **given: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        way.confirm(scene.helper, request_id, key, **given)
    assert (refused.value.field, bool(refused.value.words)) == (field, True)
    assert count(Consent) == 0


# -- C06: the card


def test_a_card_and_somebody_elses_look_at_the_passport_make_it_strong(scene, asked) -> None:
    card = cards.give_card(scene.colleague, scene.person_id)
    add_identity_evidence(
        actor=scene.colleague, person_id=scene.person_id, kind="passport", level="high"
    )
    number = way.ask_card(scene.helper, asked, card)
    assert way.confirm(scene.helper, asked, "card", number=number) == "yes"
    consent = make.get_consent(asked)
    assert (consent.strength, consent.reasons) == ("strong", ["card_number"])


def test_a_strong_yes_gives_the_power_over_payment_details_by_itself(scene) -> None:
    asked = way.ready(scene.helper, scene.person_id, powers=["change_payment_details"])
    card = cards.give_card(scene.colleague, scene.person_id)
    number = way.ask_card(scene.helper, asked, card)
    with pytest.raises(ConsentTooWeak):  # nobody but the helper knows who it is
        way.confirm(scene.helper, asked, "card", number=number)
    add_identity_evidence(
        actor=scene.colleague, person_id=scene.person_id, kind="passport", level="high"
    )
    number = way.ask_card(scene.helper, asked, card)
    assert way.confirm(scene.helper, asked, "card", number=number) == "yes"
    row = way.find_delegation(asked)
    assert row is not None
    assert row.powers == ["change_payment_details"]


def test_the_helpers_own_look_at_the_passport_does_not(scene, asked) -> None:
    card = cards.give_card(scene.colleague, scene.person_id)
    add_identity_evidence(
        actor=scene.helper, person_id=scene.person_id, kind="passport", level="high"
    )
    number = way.ask_card(scene.helper, asked, card)
    way.confirm(scene.helper, asked, "card", number=number)
    assert make.get_consent(asked).strength == "standard"


def test_a_card_that_the_helper_gave_confirms_none_of_their_acts(scene, asked) -> None:
    cards.give_card(scene.helper, scene.person_id)
    with pytest.raises(service_ways.CardNotOpen):
        service_ways.ask_for_number(
            actor=scene.helper, request_id=asked, terms_hash=make.hash_of(asked)
        )
    refuse(scene, asked, "card", "number", number="123456")


def test_a_number_that_was_asked_for_one_yes_confirms_no_other(scene, asked) -> None:
    card = cards.give_card(scene.colleague, scene.person_id)
    number = way.ask_card(scene.helper, asked, card)
    other = way.ready(scene.helper, scene.person_id, services=[make.OTHER_SERVICE])
    assert "does not work" in way.confirm(scene.helper, other, "card", number=number)
    assert way.confirm(scene.helper, asked, "card", number=number) == "yes"
    assert count(Consent) == 1


def test_who_is_to_act_gave_no_card_and_has_not_seen_them_say_yes(scene) -> None:
    """As much as whoever asks: a colleague who asks for them makes it no better."""
    holder = people.make_helper(scene.desk)
    for_them = {"holder_account_id": holder.account_id}
    asked = way.ready(scene.helper, scene.person_id, **for_them)
    cards.give_card(holder, scene.person_id)
    with pytest.raises(service_ways.CardNotOpen):
        service_ways.ask_for_number(
            actor=scene.helper, request_id=asked, terms_hash=make.hash_of(asked)
        )
    with pytest.raises(service_ways.SameHuman):
        way.see(holder, asked)
    assert count(ConsentSighting) == 0


# -- C07: by telephone


@pytest.fixture
def calling(scene):
    return way.ready(scene.helper, scene.person_id, channel="telephone", **PAY)


def rung(scene) -> str:
    return str(make.list_phones(scene.helper, scene.person_id)[0].id)


def test_the_number_on_record_and_a_code_carry_money(scene, calling) -> None:
    code = make.send_code(scene.helper, calling, scene.person_id)
    given = {"who_rang": "helper", "rang": rung(scene), "proof": "code", "code": code}
    assert way.confirm(scene.helper, calling, "telephone", **given) == "yes"
    assert make.get_consent(calling).strength == "standard"


def test_a_call_that_came_in_confirms_nothing(scene, calling) -> None:
    code = make.send_code(scene.helper, calling, scene.person_id)
    given = {"rang": rung(scene), "proof": "code", "code": code}
    refuse(scene, calling, "telephone", "who_rang", who_rang="person", **given)
    refuse(scene, calling, "telephone", "rang", who_rang="helper", proof="code", rang=str(calling))
    refuse(scene, calling, "telephone", "proof", who_rang="helper", rang=rung(scene))


def test_a_code_to_a_number_of_the_helpers_makes_the_call_to_the_persons_own_weaker(scene) -> None:
    service_contact.add_contact_point(
        actor=scene.helper, person_id=scene.person_id, kind="mobile", value="07700 900777"
    )
    asked = way.ready(scene.helper, scene.person_id, channel="telephone", powers=["see"])
    own, entered = make.list_phones(scene.helper, scene.person_id)
    code = make.send_code(scene.helper, asked, scene.person_id, entered.id)
    given = {"who_rang": "helper", "rang": str(own.id), "proof": "code", "code": code}
    assert way.confirm(scene.helper, asked, "telephone", **given) == "yes"
    consent = make.get_consent(asked)
    assert consent.strength == "basic"
    assert consent.reasons[1:] == ["number_from_this_helper", "number_is_new"]


def test_nobody_who_is_there_is_rung(scene, asked) -> None:
    refuse(scene, asked, "telephone", "rang", who_rang="helper", rang=rung(scene), proof="code")


def test_a_number_that_the_helper_entered_carries_no_money(hand: Hand, scene) -> None:
    person_id = people.make_person(
        scene.helper, "Bo", contact_points=[people.mobile("07700 900777", whose="own")]
    )
    hand.move(days=1)
    request_id = way.ready(scene.helper, person_id, channel="telephone", **PAY)
    card = cards.give_card(scene.colleague, person_id)
    number = way.ask_card(scene.helper, request_id, card)
    phone = make.list_phones(scene.helper, person_id)[0]
    with pytest.raises(ConsentTooWeak):
        way.confirm(
            scene.helper,
            request_id,
            "telephone",
            who_rang="helper",
            rang=str(phone.id),
            proof="card",
            number=number,
        )


# -- C08: an interpreter


@pytest.mark.parametrize(
    ("given", "strength"),
    [
        ({}, "standard"),
        ({"interpreter_relation": "family"}, "basic"),
        ({"interpreter_relation": "friend"}, "basic"),
        ({"interpreter_lives": "with_person"}, "basic"),
        ({"interpreter_lives": "not_known"}, "basic"),
    ],
)
def test_whose_side_an_interpreter_is_on_is_weighed(scene, asked, given, strength) -> None:
    begins = "waits" if given else "yes"  # somebody close took part: a moment alone comes first
    assert way.confirm(scene.helper, asked, "interpreter", **{**way.INTERPRETER, **given}) == begins
    assert make.get_consent(asked).strength == strength


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"interpreter_name": "Harriet Helper"}, "interpreter_name"),
        ({"interpreter_name": "Lovelace, Ada"}, "interpreter_name"),
        ({"interpreter_name": ""}, "interpreter_name"),
        ({"interpreter_paid": "yes"}, "interpreter_paid"),
        ({"interpreter_relation": "nobody"}, "interpreter_relation"),
        ({"interpreter_lives": ""}, "interpreter_lives"),
        ({"interpreter_language": "klingon"}, "interpreter_language"),
        ({"interpreter_language": "other"}, "interpreter_other"),
        ({"means": "pigeon"}, "means"),
    ],
)
def test_who_cannot_interpret(scene, asked, given: dict[str, str], field: str) -> None:
    refuse(scene, asked, "interpreter", field, **{**way.INTERPRETER, **given})


def test_where_there_are_approved_words_in_the_language_they_are_read(
    scene, asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading():
        (english,) = queries.list_statements(queries.Mode.REPRESENTING)
    polish = queries.StatementView(
        english.id, english.kind, "pl", 1, "Tak", english.text_hash, is_draft=False
    )
    monkeypatch.setattr(queries, "list_statements", lambda kind: [english, polish])
    refuse(scene, asked, "interpreter", "interpreter_language", **way.INTERPRETER)


# -- C05: vouched for, seen


def test_one_of_the_two_is_basic_and_both_are_standard(scene) -> None:
    strengths = []
    for who in ("voucher", "second", "both"):
        request_id = way.ready(scene.helper, scene.person_id)
        way.see(scene.colleague, request_id)
        given = {**way.VOUCHER, "who": who}
        assert way.confirm(scene.helper, request_id, "voucher", **given) == "yes"
        strengths.append(make.get_consent(request_id).strength)
    assert strengths == ["basic", "basic", "standard"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"voucher_relation": "family"}, "voucher_relation"),
        ({"voucher_relation": "partner"}, "voucher_relation"),
        ({"voucher_lives": "with_person"}, "voucher_lives"),
        ({"voucher_lives": "with_helper"}, "voucher_lives"),
        ({"voucher_name": "Harriet Helper"}, "voucher_name"),
        ({"voucher_name": "Ada Lovelace"}, "voucher_name"),
        ({"voucher_paid": "yes"}, "voucher_paid"),
        ({"voucher_how": ""}, "voucher_how"),
        ({"who": "second"}, "who"),
        ({"who": "nobody"}, "who"),
    ],
)
def test_who_cannot_vouch(scene, asked, given: dict[str, str], field: str) -> None:
    refuse(scene, asked, "voucher", field, **{**way.VOUCHER, **given})


def test_the_second_pair_of_eyes_is_another_humans(scene, asked) -> None:
    for same in (scene.helper, people.other_account(scene.desk, scene.helper)):
        with pytest.raises(service_ways.SameHuman):
            way.see(same, asked)
    stranger = people.make_helper(people.make_desk("Ash Vale"))
    with pytest.raises(NotFound):
        way.see(stranger, asked)
    volunteer = people.make_helper(scene.desk)
    people.make_kind(volunteer, "volunteer")
    with pytest.raises(service_ways.NotStaff):
        way.see(volunteer, asked)
    way.see(scene.colleague, asked)
    way.see(scene.colleague, asked)
    assert count(ConsentSighting) == 1


def test_who_vouches_is_not_the_colleague_who_has_seen(
    scene, asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    way.see(scene.colleague, asked)
    monkeypatch.setattr(bystanders, "find_human", lambda email: scene.colleague.human_id)
    refuse(scene, asked, "voucher", "voucher_email", **{**way.VOUCHER, "who": "both"})
    monkeypatch.setattr(bystanders, "find_human", lambda email: scene.helper.human_id)
    refuse(scene, asked, "voucher", "voucher_name", **way.VOUCHER)


def test_what_was_seen_of_other_words_does_not_count(scene, asked) -> None:
    way.see(scene.colleague, asked)
    service_asking.change_request(
        actor=scene.helper,
        request_id=asked,
        language="en",
        holder_kind="account",
        services=[make.OTHER_SERVICE],
        powers=["see"],
        until_on=make.end_day(),
        purpose="Something else",
    )
    make.read_and_say(scene.helper, asked)
    refuse(scene, asked, "voucher", "who", **{**way.VOUCHER, "who": "second"})
