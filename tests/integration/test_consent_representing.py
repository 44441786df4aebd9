"""A person is asked to let somebody act for them: words, three points said back, confirmation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from assistedaccess.consent import queries, service_asking, service_confirming
from assistedaccess.consent.models import Consent, ConsentCode, ConsentRequest
from assistedaccess.consent.rules import ConsentTooWeak
from assistedaccess.consent.rules_terms import WitnessNotIndependent
from assistedaccess.consent.service_asking import AlreadyConfirmed, RequestOver, StepMissing
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.kernel.working_days import add_months
from assistedaccess.people import service_contact, service_identity
from tests.factories import consent as make
from tests.factories import people
from tests.support.clocks import Hand
from tests.support.journal import list_actions, list_events
from tests.support.reads import how_read

pytestmark = pytest.mark.usefixtures("app")


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
    made = make.make_scene()
    hand.move(days=30)  # a colleague entered the number, long enough ago
    return made


@pytest.fixture
def asked(scene):
    """A request whose words have been read and said back."""
    request_id = make.ask(scene.helper, scene.person_id)
    make.read_and_say(scene.helper, request_id)
    return request_id


# -- the steps


def test_the_whole_way_by_a_code_is_kept_as_evidence(hand: Hand, scene) -> None:
    began = hand.now
    request_id = make.ask(scene.helper, scene.person_id)
    service_asking.show_statement(actor=scene.helper, request_id=request_id)
    hand.move(minutes=1)
    make.read_and_say(scene.helper, request_id)
    hand.move(minutes=1)
    code = make.send_code(scene.helper, request_id, scene.person_id)
    hand.move(minutes=2)
    answer = make.confirm(scene.helper, request_id, "code", code=code)
    assert answer.consent_id == request_id
    row = make.get_consent(request_id)
    assert (row.mode, row.way, row.strength) == ("representing", "code", "standard")
    assert row.reasons == ["code_to_own_phone"]
    assert how_read(scene.person_id, "consent_code") == ["code_used"]
    assert (row.read_began_at, row.recorded_at) == (began, hand.now)
    assert row.read_ended_at == began + timedelta(minutes=1)
    assert row.contact_point_id == make.list_phones(scene.helper, scene.person_id)[0].id
    assert row.terms_hash == make.hash_of(request_id)
    with reading():
        read = queries.get_statement(queries.Mode.REPRESENTING, "en")
    assert (row.statement_id, row.statement_hash, row.language) == (read.id, read.text_hash, "en")
    for said in (*make.SAID.values(), "Keep my badge going", "+447700900123"):
        for sealed in (row.said, row.evidence, row.purpose):
            assert said.encode() not in sealed
    assert list_actions()[-12:].count("consent.confirmed") == 1


def test_a_code_stands_nowhere_in_clear(scene, asked) -> None:
    code = make.send_code(scene.helper, asked, scene.person_id)
    with reading() as session:
        row = session.scalars(select(ConsentCode)).one()
        assert code.encode() not in row.code
    for event in list_events("consent_code.sent") + list_events("notice.queued"):
        assert code.encode() not in event.body


@pytest.mark.parametrize("step", ["read", "said", "confirm", "send"])
def test_no_step_goes_before_the_one_that_comes_first(scene, step: str) -> None:
    request_id = make.ask(scene.helper, scene.person_id)
    words = {"terms_hash": make.hash_of(request_id)}
    about = {"actor": scene.helper, "request_id": request_id, **words}
    phone = make.list_phones(scene.helper, scene.person_id)[0]
    act = {
        "read": lambda: service_asking.end_reading(**about),
        "said": lambda: service_asking.keep_said(**about, **make.SAID),
        "confirm": lambda: make.confirm(scene.helper, request_id),
        "send": lambda: service_confirming.send_code(**about, contact_point_id=phone.id),
    }[step]
    with pytest.raises(StepMissing):
        act()
    assert count(Consent) == count(ConsentCode) == 0


@pytest.mark.parametrize("point", ["what", "until", "stop", "own_words"])
def test_all_three_points_and_the_answer_are_said(scene, point: str) -> None:
    request_id = make.ask(scene.helper, scene.person_id)
    with pytest.raises(InvalidInput) as raised:
        make.read_and_say(scene.helper, request_id, **{point: " "})
    assert raised.value.field == point


def test_who_changes_the_list_asks_anew(scene, asked) -> None:
    old = make.hash_of(asked)
    code = make.send_code(scene.helper, asked, scene.person_id)
    service_asking.change_request(
        actor=scene.helper,
        request_id=asked,
        language="en",
        holder_kind="account",
        services=[make.OTHER_SERVICE],
        powers=["see"],
        until_on=clock.today(),
        purpose="Something else",
    )
    about = {"actor": scene.helper, "request_id": asked}
    # The page that another tab still shows was about other words.
    with pytest.raises(StaleVersion):
        service_asking.end_reading(**about, terms_hash=old)
    with pytest.raises(StaleVersion):
        service_confirming.confirm_request(
            **about, terms_hash=old, way="code", given={"code": code}
        )
    with pytest.raises(StepMissing):
        make.confirm(scene.helper, asked, "code", code=code)
    make.read_and_say(scene.helper, asked)
    # And the code was a yes to the old list.
    answer = make.confirm(scene.helper, asked, "code", code=code)
    assert answer.consent_id is None
    assert count(Consent) == 0


def test_once_confirmed_nothing_is_changed(scene, asked) -> None:
    make.confirm(scene.helper, asked)
    with pytest.raises(AlreadyConfirmed):
        make.read_and_say(scene.helper, asked)
    with pytest.raises(AlreadyConfirmed):
        make.send_code(scene.helper, asked, scene.person_id)


def test_what_was_begun_on_another_day_is_over(hand: Hand, scene, asked) -> None:
    hand.move(days=1)
    with pytest.raises(RequestOver):
        make.confirm(scene.helper, asked)
    assert count(Consent) == 0


def test_the_same_page_begins_one_request(scene) -> None:
    key = new_request_key()
    first = make.ask(scene.helper, scene.person_id, request_key=key)
    assert make.ask(scene.helper, scene.person_id, request_key=key) == first
    assert count(ConsentRequest) == 1


def test_nobody_else_works_on_a_request(scene, asked) -> None:
    others = [
        scene.colleague,
        people.other_account(scene.desk, scene.helper),
        people.make_helper(people.make_desk("Hillside Advice")),
        replace(scene.helper, organisation_id=people.make_desk("Elsewhere").organisation_id),
    ]
    code = make.send_code(scene.helper, asked, scene.person_id)
    for other in others:
        with pytest.raises(NotFound):
            make.confirm(other, asked, "code", code=code)
    assert count(Consent) == 0


# -- what can be asked


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"services": []}, "services"),
        ({"services": ["no-such-service"]}, "services"),
        ({"powers": []}, "powers"),
        ({"powers": ["everything"]}, "powers"),
        ({"holder_kind": "everybody"}, "powers"),
        ({"purpose": ""}, "purpose"),
        ({"powers": ["pay"], "money_limit_pence": None, "money_period": None}, "money_limit"),
        ({"powers": ["pay"], "money_limit_pence": 0}, "money_limit"),
        ({"powers": ["pay"], "money_limit_pence": 500_001}, "money_limit"),
        ({"powers": ["see"], "money_limit_pence": 100, "money_period": "month"}, "money_limit"),
        ({"powers": ["pay"], "act_limit_pence": 10_001}, "act_limit"),
        ({"language": "cy"}, "language"),
    ],
)
def test_terms_that_nobody_can_agree_to(scene, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        make.ask(scene.helper, scene.person_id, **wrong)
    assert raised.value.field == field
    assert count(ConsentRequest) == 0


def test_a_term_is_from_today_to_twelve_months(scene) -> None:
    today = clock.today()
    for until in (today - timedelta(days=1), add_months(today, 12) + timedelta(days=1)):
        with pytest.raises(InvalidInput) as raised:
            make.ask(scene.helper, scene.person_id, until_on=until)
        assert raised.value.field == "until_on"
    for until in (today, add_months(today, 12)):
        make.ask(scene.helper, scene.person_id, until_on=until)


@pytest.mark.parametrize("power", ["change_payment_details", "change_contact_details"])
def test_a_reserved_power_is_given_by_itself_and_a_witness_is_too_little_for_it(
    scene, power: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        make.ask(scene.helper, scene.person_id, powers=["see", power])
    assert refused.value.field == "powers"
    with pytest.raises(ConsentTooWeak):
        make.represent(scene.helper, scene.person_id, powers=[power])


# -- how strong it is


def test_a_number_from_this_helper_confirms_no_more_than_basic(scene) -> None:
    person_id = people.make_person(
        scene.helper,
        "Bea Bell",
        contact_points=[people.mobile("07700 900456", whose="own", is_safe=True)],
    )
    request_id = make.ask(scene.helper, person_id)
    make.read_and_say(scene.helper, request_id)
    code = make.send_code(scene.helper, request_id, person_id)
    make.confirm(scene.helper, request_id, "code", code=code)
    row = make.get_consent(request_id)
    assert row.strength == "basic"
    assert set(row.reasons) == {
        "code_to_own_phone", "number_from_this_helper", "number_is_new",
    }  # fmt: skip


def test_a_phone_that_others_read_confirms_no_more_than_basic(hand: Hand, scene) -> None:
    person_id = people.make_person(
        scene.colleague,
        "Bea Bell",
        contact_points=[people.mobile("07700 900456", whose="shared", is_safe=True)],
    )
    hand.move(days=40)
    make.allow_money(scene.helper)
    request_id = make.ask(scene.helper, person_id)
    make.read_and_say(scene.helper, request_id)
    make.confirm(
        scene.helper, request_id, "code", code=make.send_code(scene.helper, request_id, person_id)
    )
    row = make.get_consent(request_id)
    assert (row.strength, row.reasons) == ("basic", ["code_to_own_phone", "phone_is_shared"])


def test_nor_does_it_on_another_day_or_from_another_account(hand: Hand, scene) -> None:
    person_id = people.make_person(
        scene.helper,
        "Bea Bell",
        contact_points=[people.mobile("07700 900456", whose="own", is_safe=True)],
    )
    hand.move(days=40)
    for helper in (scene.helper, people.other_account(scene.desk, scene.helper)):
        (phone,) = make.list_phones(helper, person_id)
        assert (phone.by_helper, phone.is_new) == (True, False)
    (phone,) = make.list_phones(scene.colleague, person_id)
    assert (phone.by_helper, phone.is_new) == (False, False)


def test_a_colleagues_number_is_new_for_a_month_unless_they_saw_who_gave_it(
    hand: Hand, scene
) -> None:
    own = {"whose": "own", "is_safe": True}
    bea, cai, dee = (
        people.make_person(scene.colleague, name, contact_points=[people.mobile(value, **own)])
        for name, value in (("Bea Bell", "900456"), ("Cai Cole", "900457"), ("Dee Dyer", "900457"))
        for value in [f"07700 {value}"]
    )
    service_identity.add_identity_evidence(
        actor=scene.colleague, person_id=cai, kind="passport", level="high"
    )
    service_identity.add_identity_evidence(
        actor=people.make_helper(scene.desk), person_id=bea, kind="passport", level="high"
    )  # whoever did not enter the number shows nothing of it

    def weigh(person_id) -> tuple[bool, bool]:
        (phone,) = make.list_phones(scene.helper, person_id)
        return phone.is_new, phone.is_shared

    assert [weigh(one) for one in (bea, cai, dee)] == [(True, False), (True, True), (True, True)]
    hand.move(days=1)
    assert [weigh(one) for one in (bea, cai, dee)] == [(True, False), (False, True), (True, True)]
    (phone,) = make.list_phones(scene.helper, bea)
    hand.move(days=29)
    assert weigh(bea) == (False, False)
    service_contact.change_contact_point(
        actor=people.make_helper(scene.desk),
        contact_point_id=phone.id,
        value=phone.number,
        whose="shared",
    )
    assert weigh(bea) == (False, True)  # the line is mended, and the number is no newer


def test_what_a_weak_code_cannot_carry_is_refused_before_it_is_sent(scene) -> None:
    person_id = people.make_person(
        scene.helper,
        "Bea Bell",
        contact_points=[people.mobile("07700 900456", whose="own", is_safe=True)],
    )
    request_id = make.ask(scene.helper, person_id, powers=["see", "pay"])
    make.read_and_say(scene.helper, request_id)
    with pytest.raises(ConsentTooWeak) as raised:
        make.send_code(scene.helper, request_id, person_id)
    assert "Pay, up to" in raised.value.next_step
    assert count(ConsentCode) == 0
    assert make.read_codes(person_id) == []


def test_a_witness_at_the_same_address_is_none_and_of_an_unknown_one_proves_less(scene) -> None:
    request_id = make.ask(scene.helper, scene.person_id, powers=["see", "pay"])
    make.read_and_say(scene.helper, request_id)
    for lives in ("with_person", "with_helper"):
        with pytest.raises(WitnessNotIndependent) as refused:
            make.confirm(scene.helper, request_id, witness_lives=lives)
        assert "a second member of staff, or ring somebody of the shared pool" in str(refused.value)
    with pytest.raises(ConsentTooWeak):
        make.confirm(scene.helper, request_id, witness_lives="not_known")
    assert count(Consent) == 0
    make.confirm(scene.helper, request_id, witness_lives="elsewhere")
    assert make.get_consent(request_id).strength == "standard"


@pytest.mark.parametrize(
    "fields",
    [
        {"whose": "own", "is_safe": False},
        {"whose": "other", "is_safe": True},
    ],
)
def test_no_code_goes_where_it_is_not_safe_or_not_theirs(scene, fields: dict[str, Any]) -> None:
    person_id = people.make_person(
        scene.colleague, "Cai Cole", contact_points=[people.mobile("07700 900789", **fields)]
    )
    assert make.list_phones(scene.helper, person_id) == []


def test_no_code_goes_to_a_number_that_the_helper_declared_as_their_own(scene) -> None:
    from assistedaccess.organisations.service import declare_interest

    declare_interest(actor=scene.helper, kind="contact_point", contact_point="+44 7700 900123")
    assert make.list_phones(scene.helper, scene.person_id) == []
    assert len(make.list_phones(scene.colleague, scene.person_id)) == 1
