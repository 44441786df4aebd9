"""The person online without an account: in by what they hold, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from assistedaccess.delegation import service_stops
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC, Actor, ActorKind
from assistedaccess.kernel.errors import InvalidInput, NotFound, TooManyAttempts
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.my_record import service_objections, service_online, service_online_record
from assistedaccess.my_record.rules_online import CODE_TRIES, CODES_AN_HOUR, PAIR_LIMIT
from assistedaccess.people import service_death
from tests.factories import consent, online, people
from tests.factories import delegation as granted
from tests.support.client import PageCheckingClient
from tests.support.journal import list_events
from tests.support.pages import send
from tests.support.reads import how_read

HEALTH, ORDINARY = "blue-badge", "council-tax-reduction"


@pytest.fixture
def scene(app):
    """A person whose mobile has been in the record since the day before."""
    with clock.set_clock(clock.now() - timedelta(days=40)):
        made = consent.make_scene(nation="england")
    return made


@pytest.fixture
def reference(scene) -> str:
    return people.reference_of(scene.person_id)


@pytest.fixture
def client(app):
    app.test_client_class = PageCheckingClient
    return app.test_client()


def test_a_code_by_text_opens_it_once(scene, reference) -> None:
    begun = online.begin(reference, "text")
    code = online.read_code(scene.person_id)
    session = online.look(begun.token)
    assert session is not None
    assert session.actor is None
    token = online.prove(begun, f"{code[:3]} {code[3:]}")
    assert token is not None
    assert token != begun.token
    assert online.look(begun.token) is None  # the cookie from before the proof opens nothing
    proven = online.look(token)
    assert proven is not None
    assert proven.actor is not None
    assert proven.actor.person_id == scene.person_id
    again = online.begin(reference, "text", "192.0.2.21")
    assert online.prove(again, code) is None
    assert "record_seen_online" in [kind for kind, _ in consent.list_told(scene.person_id)]
    # Of the code that opened it, it is known that it was read; of the second one it is not.
    assert how_read(scene.person_id, "record_code") == ["code_used", None]
    granted.grant(scene.helper, scene.person_id)
    service_online_record.open_online(actor=proven.actor, session_id=proven.id)
    assert how_read(scene.person_id, "delegation_granted") == ["opened"]


def test_a_number_of_the_card_opens_it(scene) -> None:
    card, numbers = online.give_card(scene.colleague, scene.person_id)
    begun = online.begin(card, "card")
    session = online.look(begun.token)
    assert session is not None
    assert session.position is not None
    other = session.position % 12
    assert online.prove(begun, numbers[other]) is None  # the next number on the card
    assert online.prove(begun, numbers[session.position - 1]) is not None


def test_a_code_by_post_opens_it_for_two_weeks(app, reference, scene) -> None:
    with clock.set_clock(clock.now() - timedelta(days=3)):
        made = people.make_person(
            scene.colleague,
            "Edith Postal",
            housing="address",
            address={"line_1": "1 High Street", "town": "Millbrook", "postcode": "SW1A 1AA"},
            letters_are_safe=True,
        )
    number = people.reference_of(made)
    service_online.ask_for_letter(actor=PUBLIC, reference=number, address="192.0.2.5")
    code = online.read_code(made, "record_letter")
    begun = online.begin(number, "letter")
    assert online.prove(begun, "0000 0000") is None
    with clock.set_clock(clock.now() + timedelta(days=13)):
        begun = online.begin(number, "letter")
        assert how_read(made, "record_letter") == [None]
        assert online.prove(begun, code) is not None
        assert how_read(made, "record_letter") == ["code_used"]
    with clock.set_clock(clock.now() + timedelta(days=15)):
        begun = online.begin(number, "letter")
        assert online.prove(begun, code) is None


def test_who_has_no_record_is_told_the_same(scene, reference, client) -> None:
    """Nobody learns here who has a record: not by words, not by an error, not by the number."""
    from assistedaccess.kernel.ids import new_reference

    answers = []
    for number, proof in (
        (reference, "text"),
        (new_reference("P"), "text"),
        (reference, "letter"),
        (new_reference("P"), "letter"),
    ):
        answer = send(client, "/my-record", reference=number, proof=proof)
        assert answer.location == "/my-record/prove"
        page = BeautifulSoup(client.get("/my-record/prove").text, "html.parser").find("main")
        words = page.get_text(" ", strip=True)  # type: ignore[union-attr]
        wrong = send(client, "/my-record/prove", code="111111")
        answers.append((proof, words, wrong.status_code))
    assert len(set(answers)) == 2  # one for each proof
    missing = new_reference("Y")
    first = online.look(online.begin(missing, "card").token)
    second = online.look(online.begin(missing, "card").token)
    assert first is not None
    assert second is not None
    assert first.position == second.position
    assert 1 <= (first.position or 0) <= 12


@pytest.mark.parametrize("typed", ["no number at all", "P-7K3M", "", "Y-0000"])
def test_what_can_be_no_number_is_said_at_the_field(app, typed) -> None:
    for proof in ("card", "text"):
        with pytest.raises(InvalidInput):
            online.begin(typed, proof)


def test_a_number_that_came_into_the_record_today_gets_no_code(app) -> None:
    """A helper who has just put their own phone there does not read the record by it."""
    made = consent.make_scene()
    online.begin(people.reference_of(made.person_id), "text")
    assert "record_code" not in [kind for kind, _ in consent.list_told(made.person_id)]


def test_codes_die_by_time_and_by_tries(scene, reference) -> None:
    begun = online.begin(reference, "text")
    code = online.read_code(scene.person_id)
    with clock.set_clock(clock.now() + timedelta(minutes=11)):
        assert online.prove(begun, code) is None
    begun = online.begin(reference, "text")
    code = online.read_code(scene.person_id)
    for _ in range(CODE_TRIES):
        assert online.prove(begun, "000000" if code != "000000" else "111111") is None
    with pytest.raises(NotFound):  # the session is over
        online.prove(begun, code)
    again = online.begin(reference, "letter")
    assert online.prove(again, code) is None
    assert len(list_events("record_session.failed")) == CODE_TRIES + 2


def test_tries_shut_out_who_tries_and_nobody_else(scene, reference) -> None:
    for _ in range(PAIR_LIMIT.tries):
        online.begin(reference, "letter", "192.0.2.66")
    with pytest.raises(TooManyAttempts):
        online.begin(reference, "letter", "192.0.2.66")
    online.begin(reference, "text", "192.0.2.67")  # the person, elsewhere
    sent = [kind for kind, _ in consent.list_told(scene.person_id)].count("record_code")
    for number in range(CODES_AN_HOUR + 3):
        online.begin(reference, "text", f"192.0.2.{100 + number}")
    told = [kind for kind, _ in consent.list_told(scene.person_id)].count("record_code")
    assert sent == 1
    assert told == CODES_AN_HOUR  # nobody is flooded with texts


def test_a_session_ends_by_itself_and_by_leaving(scene) -> None:
    actor, session_id = online.enter(scene.person_id)
    service_online_record.open_online(actor=actor, session_id=session_id)
    begun = online.begin(people.reference_of(scene.person_id), "text", "192.0.2.30")
    token = online.prove(begun, online.read_code(scene.person_id))
    assert token is not None
    with clock.set_clock(clock.now() + timedelta(minutes=11)):
        assert online.look(token) is None
    session = online.look(token)
    assert session is not None
    service_online.end_session(actor=actor, session_id=session.id)
    assert online.look(token) is None


def test_online_it_is_the_record_less_what_is_told_in_person(scene) -> None:
    granted.grant(scene.helper, scene.person_id, services=[HEALTH, ORDINARY])
    actor, session_id = online.enter(scene.person_id)
    opened = service_online_record.open_online(actor=actor, session_id=session_id)
    (may_act,) = opened.record.may_act
    assert "Council Tax Reduction" in may_act.services
    assert "Blue Badge" not in may_act.services
    assert "way to reach you" not in " ".join(str(line.words) for line in opened.record.lines)


def test_the_person_reaches_their_own_things_alone(scene) -> None:
    other = consent.make_scene()
    theirs = granted.grant(other.helper, other.person_id)
    own = granted.grant(scene.helper, scene.person_id)
    actor, session_id = online.enter(scene.person_id)
    for attempt in (
        lambda: service_stops.end_delegation(actor=actor, delegation_id=theirs, how="online"),
        lambda: service_stops.end_all(actor=actor, person_id=other.person_id, how="online"),
        lambda: service_stops.freeze(
            actor=actor, person_id=other.person_id, how="online", is_proven=True
        ),
        lambda: service_objections.object_online(
            actor=actor,
            delegation_ids=[theirs],
            event_ids=[],
            words="",
            request_key=new_request_key(),
        ),
        lambda: service_online_record.open_online(
            actor=Actor(ActorKind.PERSON, person_id=other.person_id), session_id=session_id
        ),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert granted.get_delegation(theirs).ended_at is None
    service_stops.end_delegation(actor=actor, delegation_id=own, how="online")
    assert granted.get_delegation(own).ended_how == "online"


IN_RECORD = {
    "my_record.show_online",
    "my_record.stop_online",
    "my_record.object_online",
    "my_record.leave_online",
}
"""What somebody does who is in: read, stop, not agree, leave."""


def test_whatever_there_is_stands_three_clicks_from_the_first_page(
    app, scene, reference, client
) -> None:
    """The first page asks who it is, the second for the proof: each is a click. All that somebody
    can do then is offered by the record itself."""
    granted.grant(scene.helper, scene.person_id)
    send(client, "/my-record", reference=reference, proof="text")
    proven = send(client, "/my-record/prove", code=online.read_code(scene.person_id))
    soup = BeautifulSoup(client.get(proven.location).text, "html.parser")  # the third click is here
    offered = {("GET", proven.location)}
    offered |= {("GET", str(one["href"]).partition("?")[0]) for one in soup.select("main a[href]")}
    offered |= {("POST", str(one["action"])) for one in soup.select("form[action]")}
    adapter = app.url_map.bind("localhost")
    found = {
        adapter.match(path, method=method)[0]
        for method, path in offered
        if path.startswith("/my-record")
    }
    assert found >= IN_RECORD


def test_through_the_pages_in_three_clicks(app, scene, reference, client) -> None:
    named = granted.get_delegation(granted.grant(scene.helper, scene.person_id))
    assert client.get("/my-record/record").location == "/my-record"
    send(client, "/my-record", reference=reference, proof="text")
    done = send(client, "/my-record/prove", code=online.read_code(scene.person_id))
    assert done.location == "/my-record/record"
    cookie = client.get_cookie("my-record")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    shown = client.get("/my-record/record")
    assert "no-store" in shown.headers["Cache-Control"]
    assert "Harriet Helper" in shown.text
    assert client.get("/today").status_code == 303  # it opens nothing of the helpers'
    assert send(client, "/my-record/stop", what="nonsense").status_code == 400
    assert send(client, "/my-record/stop", what="freeze").status_code == 303
    assert granted.get_delegation(named.id).frozen_how == "online"
    page = client.get("/my-record/not-agreed")
    key = BeautifulSoup(page.text, "html.parser").select_one("input[name=request_key]")
    sent = send(
        client,
        "/my-record/not-agreed",
        what=f"d-{named.id}",
        words="Not me",
        request_key=str(key["value"]),  # type: ignore[index]
    )
    assert sent.status_code == 303
    assert "Somebody from elsewhere looks into it" in client.get("/my-record/record").text
    send(client, "/my-record/stop", what=str(named.id))
    assert granted.get_delegation(named.id).ended_how == "online"
    send(client, "/my-record/leave", page="/my-record/record")
    assert client.get("/my-record/record").location == "/my-record"


def test_nothing_opens_the_record_of_somebody_who_died(scene) -> None:
    """Whoever empties the house finds the card: the page asks as ever, and opens nothing."""
    card, numbers = online.give_card(scene.helper, scene.person_id)
    service_death.record_death(
        actor=scene.colleague,
        person_id=scene.person_id,
        died_on=clock.today(),
        told_by="family",
    )
    begun = online.begin(card, "card")
    asked = online.look(begun.token)
    assert asked is not None
    assert online.prove(begun, numbers[asked.position - 1]) is None


@pytest.mark.parametrize("database_kind", ["sqlite"])  # words on a page
def test_after_five_wrong_tries_the_page_says_to_begin_again(app, scene, reference, client) -> None:
    send(client, "/my-record", reference=reference, proof="text")
    for _ in range(5):
        assert send(client, "/my-record/prove", code="123").status_code == 400
    assert client.get("/my-record/prove").location == "/my-record"
    assert "tried too often" in client.get("/my-record").text


@pytest.mark.parametrize("database_kind", ["sqlite"])  # the page; the command has tests on both
def test_one_press_ends_everything(app, scene, reference, client) -> None:
    given = [granted.grant(scene.helper, scene.person_id, powers=["see"]) for _ in (1, 2)]
    send(client, "/my-record", reference=reference, proof="text")
    send(client, "/my-record/prove", code=online.read_code(scene.person_id))
    assert send(client, "/my-record/stop", what="all").status_code == 303
    assert [granted.get_delegation(each).ended_how for each in given] == ["online"] * 2
