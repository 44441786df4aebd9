"""Saying yes at home (C12): the person reads, makes it less, says yes; nobody does it for them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assistedaccess.casework.models_concerns import Concern
from assistedaccess.consent.rules import ConsentTooWeak, Power
from assistedaccess.consent.rules_terms import Terms
from assistedaccess.consent.service_asking import RequestOver
from assistedaccess.delegation import service as delegation
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.transactions import reading
from assistedaccess.my_record import asked, service_asked, service_links, service_online
from assistedaccess.my_record.rules_asked import narrow
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.people.queries import get_person
from tests.factories import consent, online, people, record
from tests.factories.silent import agree, blank, browse, count
from tests.support.journal import list_events
from tests.support.pages import send as submit
from tests.support.reads import how_read
from tests.support.silent_scene import hand

__all__ = ["hand"]

SAID = {
    "what": "They fill in the badge form",
    "until": "In spring",
    "stop": "I ring a desk",
    "own_words": "Yes please",
}


@pytest.fixture
def scene(app):
    with clock.set_clock(clock.now() - timedelta(days=40)):
        made = consent.make_scene(
            nation="england",
            contact_points=[people.mobile(whose="own", is_safe=True), people.email(is_safe=True)],
        )
    return made


def points_of(scene) -> list[asked.OnlinePoint]:
    with reading():
        return asked.list_points(scene.helper, get_person(scene.person_id))


def send(scene, request_id, kind: str = "email") -> tuple[str, str]:
    """A link is sent; what came with it, as the person reads it: the link and the code."""
    point = next(point for point in points_of(scene) if point.kind == kind)
    service_links.send_link(
        actor=scene.helper,
        request_id=request_id,
        contact_point_id=point.id,
        address="https://example.org",
    )
    with reading() as session:
        sealed = session.scalars(
            select(NoticeEntry.facts)
            .join(Notice, Notice.id == NoticeEntry.notice_id)
            .where(Notice.person_id == scene.person_id, NoticeEntry.kind == "consent_link")
            .order_by(NoticeEntry.id.desc())
        ).first()
        assert sealed is not None
        facts = json.loads(encryption.unseal(scene.person_id, "notice.facts", sealed))
    return facts["link"].rpartition("/")[2], facts["code"]


def enter(link: str, code: str):
    token = service_links.open_link(actor=PUBLIC, link=link, typed=code)
    assert token is not None
    with reading():
        session = service_online.find_session(token, PUBLIC)
    assert session is not None
    assert session.actor is not None
    assert session.actor.person_id is not None
    assert how_read(session.actor.person_id, "consent_link")[-1] == "opened"
    return session


def read(person):
    return service_asked.open_asked(actor=person.actor, session_id=person.id)


def accept(person, shown, **more):
    answer = {
        "powers": [str(power) for power in shown.terms.powers],
        "until_on": shown.terms.until_on,
        "money_limit_pence": None,
        "said": SAID,
        **more,
    }
    return service_asked.accept_asked(
        actor=person.actor, session_id=person.id, terms_hash=shown.terms_hash, **answer
    )


def begin(person, request_id):
    helper, terms_hash = None, ""
    with reading():
        helper, terms_hash = service_asked.find_helper(request_id, person.actor)
    return delegation.confirm_and_grant(
        actor=helper, request_id=request_id, terms_hash=terms_hash, way=asked.WAY, given={}
    )


def get_delegation(consent_id) -> Delegation:
    with reading() as session:
        row = session.scalars(select(Delegation).filter_by(consent_id=consent_id)).one()
        session.expunge(row)
        return row


@pytest.mark.parametrize("kind", ["email", "mobile"])
def test_c12_a_yes_at_home_begins_what_the_person_left_of_it(scene, kind: str) -> None:
    request_id = consent.ask(scene.helper, scene.person_id)
    person = enter(*send(scene, request_id, kind))
    shown = read(person)
    earlier = clock.today() + timedelta(days=30)
    accept(person, shown, powers=["see", "fill_in"], until_on=earlier)
    answer = begin(person, request_id)
    assert answer.consent_id == request_id
    kept = consent.get_consent(request_id)
    assert (kept.way, kept.strength) == ("online", "standard")
    assert "record_seen_online" in [kind for kind, _ in consent.list_told(scene.person_id)]
    granted = get_delegation(request_id)
    assert granted.powers == ["see", "fill_in"]
    assert clock.local(granted.expires_at - timedelta(seconds=1)).date() == earlier
    (event,) = list_events("consent.given_online")
    assert (event.actor_kind, event.account_id) == ("person", None)
    assert accept(person, shown) == request_id  # said twice: said once
    assert begin(person, request_id).consent_id == request_id


def test_c12_who_is_to_act_is_named_to_the_person_and_not_who_sent_the_link(scene) -> None:
    people.rename(scene.colleague, "Amal Ward")
    request_id = consent.ask(
        scene.helper, scene.person_id, holder_account_id=scene.colleague.account_id
    )
    shown = read(enter(*send(scene, request_id)))
    assert shown.holder == "Amal Ward, Millbrook Library Trust"


def test_c12_no_is_no(scene) -> None:
    request_id = consent.ask(scene.helper, scene.person_id)
    person = enter(*send(scene, request_id))
    shown = read(person)
    service_asked.decline_asked(actor=person.actor, session_id=person.id)
    with pytest.raises(RequestOver):
        accept(person, shown)
    assert list_events("consent.declined_online")


def test_c12_the_helper_cannot_say_yes_for_the_person(scene) -> None:
    request_id = consent.ask(scene.helper, scene.person_id)
    link, code = send(scene, request_id)
    consent.read_and_say(scene.helper, request_id)
    answer = delegation.confirm_and_grant(
        actor=scene.helper,
        request_id=request_id,
        terms_hash=consent.hash_of(request_id),
        way=asked.WAY,
        given={},
    )
    assert answer.consent_id is None
    person = enter(link, code)
    assert read(person).is_accepted is False


def test_c12_codes_are_counted_die_with_the_day_and_with_the_next_link(scene) -> None:
    request_id = consent.ask(scene.helper, scene.person_id)
    link, code = send(scene, request_id)
    wrong = "000000" if code != "000000" else "111111"
    assert service_links.open_link(actor=PUBLIC, link=link, typed=wrong) is None
    assert service_links.open_link(actor=PUBLIC, link="0" * 12, typed=code) is None
    second, new_code = send(scene, request_id)
    assert service_links.open_link(actor=PUBLIC, link=link, typed=code) is None
    for _ in range(5):
        service_links.open_link(actor=PUBLIC, link=second, typed=wrong)
    assert service_links.open_link(actor=PUBLIC, link=second, typed=new_code) is None
    third, third_code = send(scene, request_id)
    with clock.set_clock(clock.now() + timedelta(days=1)):
        assert service_links.open_link(actor=PUBLIC, link=third, typed=third_code) is None


def test_c12_a_number_of_todays_or_of_the_helpers_own_carries_too_little(app) -> None:
    made = consent.make_scene(nation="england")  # registered today
    request_id = consent.ask(made.helper, made.person_id, powers=["see", "pay"])
    (point,) = points_of(made)
    with pytest.raises(ConsentTooWeak):
        service_links.send_link(
            actor=made.helper,
            request_id=request_id,
            contact_point_id=point.id,
            address="https://example.org",
        )
    assert "consent_link" not in [kind for kind, _ in consent.list_told(made.person_id)]


def test_c12_no_link_is_sent_to_whom_its_words_would_be_strange(app) -> None:
    """A23: refused before it is sent, not once the person has read it and said yes."""
    with clock.set_clock(clock.now() - timedelta(days=40)):
        made = consent.make_scene(
            nation="england",
            contact_points=[people.email(is_safe=True)],
            spoken_language="pl",
            needs_interpreter=True,
        )
    request_id = consent.ask(made.helper, made.person_id, powers=["see", "pay"])
    with pytest.raises(ConsentTooWeak):
        send(made, request_id)
    assert "consent_link" not in [kind for kind, _ in consent.list_told(made.person_id)]


def test_c12_another_person_does_not_open_it(scene) -> None:
    consent.ask(scene.helper, scene.person_id)
    other, session_id = online.enter(scene.person_id)  # by a code, but no link was opened
    with pytest.raises(NotFound):
        service_asked.open_asked(actor=other, session_id=session_id)


def test_c12_a_card_in_the_helpers_hand_answers_no_link_that_the_person_opened(scene) -> None:
    """Each session answers the link that opened it: what was shown to the one proves the other."""
    request_id = consent.ask(scene.helper, scene.person_id, powers=["see", "pay"])
    person = enter(*send(scene, request_id))
    cheat = online.look(online.enter_by_card(scene.helper, scene.person_id))
    with pytest.raises(NotFound):
        read(cheat)
    for answer in (
        lambda: accept(cheat, read(person)),
        lambda: service_asked.decline_asked(actor=cheat.actor, session_id=cheat.id),
    ):
        with pytest.raises(NotFound):
            answer()
    accept(person, read(person))
    assert begin(person, request_id).consent_id == request_id


def test_c12_a_link_to_a_number_of_today_is_worth_little_and_opens_no_record(app) -> None:
    made = consent.make_scene(nation="england")  # registered today
    made = replace(made, helper=made.colleague)  # by the one who asks
    request_id = consent.ask(made.helper, made.person_id, powers=["see"])
    link, code = send(made, request_id, "mobile")
    theirs = app.test_client()
    submit(theirs, f"/yes/{link}", code=code)
    for page in ("/my-record/stop", "/my-record/not-agreed"):
        assert theirs.get(page).status_code == 404
    assert theirs.get("/my-record/record").location == "/my-record/asked"
    until = clock.today() + timedelta(days=1)
    day = {"until_on-day": until.day, "until_on-month": until.month, "until_on-year": until.year}
    hidden = {"terms_hash": consent.hash_of(request_id), "accept": "yes"}
    typed = {**SAID, **hidden, **{key: str(value) for key, value in day.items()}}
    answer = submit(theirs, "/my-record/asked", powers=["see"], **typed)
    assert (answer.status_code, answer.location) == (303, "/my-record")
    assert "You said yes." in theirs.get("/my-record").text
    assert theirs.get("/my-record/asked").location == "/my-record"  # it is over
    kept = consent.get_consent(request_id)
    assert (kept.strength, kept.reasons) == (
        "basic",
        ["read_and_said_online", "number_from_this_helper", "number_is_new"],
    )
    assert "record_seen_online" not in [kind for kind, _ in consent.list_told(made.person_id)]


def test_c12_the_visit_that_is_over_carries_nothing(scene) -> None:
    request_id = consent.ask(scene.helper, scene.person_id)
    person = enter(*send(scene, request_id))
    shown = read(person)
    with clock.set_clock(clock.now() + timedelta(days=1)), pytest.raises((RequestOver, NotFound)):
        accept(person, shown)


def say_it_at_home(app, helper, person_id, word: str, **more: str) -> list[str]:
    """Each page that the person and the helper meet on the way to a yes at home, in their order."""
    request_id = consent.ask(helper, person_id, powers=["see", "fill_in"])
    reference = consent.get_consent_reference(request_id)
    theirs, desk = app.test_client(), browse(app, helper)
    with reading():
        (point,) = asked.list_points(helper, get_person(person_id))
    fields = {"point": str(point.id)}
    pages = [submit(desk, f"/asking/{reference}/online", **fields)]
    facts = online.read_facts(person_id, "consent_link")
    pages.append(submit(theirs, "/yes/" + facts["link"].rpartition("/")[2], code=facts["code"]))
    opened = theirs.get("/my-record/asked")
    until = clock.today() + timedelta(days=30)
    day = {"until_on-day": until.day, "until_on-month": until.month, "until_on-year": until.year}
    said = {**SAID, "own_words": f"Yes, as the {word} grows", **more}
    hidden = {"terms_hash": consent.hash_of(request_id), "accept": "yes"}
    typed = {**said, **hidden, **{key: str(value) for key, value in day.items()}}
    pages += [opened, submit(theirs, "/my-record/asked", powers=["see"], **typed)]
    pages += [theirs.get("/my-record/record"), desk.get(f"/asking/{reference}/result")]
    pages.append(desk.get(f"/consents/{reference}/receipt"))
    words = [re.sub(r"\b[0-9a-f]{64}\b", "HASH", blank(page.text)) for page in pages]
    return [f"{page.status_code} {text}" for page, text in zip(pages, words, strict=True)]


@pytest.mark.parametrize("asker", ["family", "volunteer"])
def test_c12_the_agreed_word_typed_at_home_reads_as_any_yes_that_waits(app, hand, asker) -> None:
    """A relative's yes waits anyhow; a volunteer's waits by the word alone."""
    made = consent.make_scene(nation="england")
    helper = people.make_helper(made.desk)
    people.make_helper(made.desk, "safeguarding_lead")
    persons = []
    for name in ("Grace Hopper", "Amy Johnson"):
        persons.append(
            people.make_person(
                made.colleague, name, nation="england", contact_points=[people.email(is_safe=True)]
            )
        )
        agree(made.colleague, persons[-1])
    hand.move(days=30)
    people.make_kind(helper, asker)
    pages, told, stories = [], [], []
    for person_id, word in zip(persons, ("Lavender", "Primrose"), strict=True):
        pages.append(say_it_at_home(app, helper, person_id, word))
        kinds = [one for one in consent.list_told(person_id) if one[0] != "consent_link"]
        told.append(blank(str(kinds)))
        lines = record.read(made.colleague, person_id).record.lines
        stories.append([blank(f"{line.words} {line.why} {line.place}") for line in lines])
    assert count(Concern) == 1
    if asker == "family":
        assert count(Delegation) == 0
        for ours, other in zip(pages[0], pages[1], strict=True):
            assert ours == other
        assert (told[0], stories[0]) == (told[1], stories[1])
    else:
        assert count(Delegation) == 1  # the other's: with the word nothing began
        assert "Somebody else looks at it first" in pages[0][4]


def test_c12_the_word_in_a_yes_that_is_refused_is_heard(scene) -> None:
    people.make_helper(scene.desk, "safeguarding_lead")
    agree(scene.colleague, scene.person_id)
    request_id = consent.ask(scene.helper, scene.person_id)
    person = enter(*send(scene, request_id))
    shown = read(person)
    for wrong in ({"what": ""}, {"what": "My PIN is 4821"}):
        with pytest.raises(InvalidInput) as refused:
            accept(person, shown, said={**SAID, "own_words": "Yes, like lavender", **wrong})
        assert refused.value.field == "what"
        assert count(Concern) == 1  # once, however often


POWERS = (Power.SEE, Power.FILL_IN, Power.SUBMIT, Power.PAY)


@given(
    kept=st.sets(st.sampled_from([str(power) for power in Power]), max_size=5),
    days=st.integers(-30, 30),
    limit=st.one_of(st.none(), st.integers(1, 30_000)),
)
def test_what_is_asked_is_only_ever_made_less(kept: set[str], days: int, limit: int | None) -> None:
    day = date(2026, 11, 23)
    terms = Terms(
        holder_kind="account",  # type: ignore[arg-type]
        services=("blue-badge",),
        powers=POWERS,
        until_on=day,
        purpose="x",
        money_limit_pence=10_000,
        money_period="month",  # type: ignore[arg-type]
        act_limit_pence=5_000,
    )
    try:
        made = narrow(
            terms, powers=kept, until_on=day + timedelta(days=days), money_limit_pence=limit
        )
    except InvalidInput:
        assert (
            not kept & {str(power) for power in POWERS}
            or not kept <= {str(power) for power in POWERS}
            or days > 0
            or (limit or 0) > 10_000
        )
        return
    assert set(made.powers) <= set(POWERS)
    assert made.until_on <= day
    assert (made.money_limit_pence or 0) <= 10_000
    assert (made.act_limit_pence or 0) <= min(5_000, made.money_limit_pence or 0)
    assert made.services == terms.services
