"""The pages of group sessions: what they show, to whom, and how few statements they cost."""

from __future__ import annotations

from datetime import time

import pytest
from flask.testing import FlaskClient

from assistedaccess.casework import queries_groups
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import reading
from tests.factories import applications as apps
from tests.factories import groups
from tests.factories.appointments import tomorrow
from tests.factories.casework import make_case
from tests.factories.people import Desk, make_desk, make_helper, make_person, reference_of, sign_in
from tests.support.clocks import Hand
from tests.support.desks import desk, hand, helper
from tests.support.journal import list_events
from tests.support.pages import send
from tests.support.statements import MOST, counted_statements

__all__ = ["desk", "hand", "helper"]

pytestmark = pytest.mark.usefixtures("app")
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
NBSP = "\N{NO-BREAK SPACE}"


@ON_SQLITE
def test_the_pages_plan_change_and_cancel(helper: Actor, client: FlaskClient) -> None:
    sign_in(client, helper)
    address, day = "/group-sessions/new", tomorrow()
    page = apps.soup_of(client.get(address))
    given = {
        "topic": "Out of debt", "is_private": "no", "begins": "10", "ends": "noon", "places": "12",
        "weeks": "2", "day-day": str(day.day), "day-month": str(day.month),
        "day-year": str(day.year),
    }  # fmt: skip
    wrong = apps.post(client, address, given, page)
    assert apps.errors_of(wrong) == ["400", "Enter a time, like 10:30 or 2:15pm"]
    wrong = apps.post(client, address, {**given, "ends": "12"}, page)
    assert apps.errors_of(wrong)[1].startswith("This topic tells what people come for.")
    made = apps.post(client, address, {**given, "ends": "12", "is_private": "yes"}, page)
    assert made.status_code == 303
    shown = client.get(made.location).text
    assert "Out of debt" in shown
    assert "Out of debt" not in client.get("/group-sessions").text
    change = f"{made.location}/change"
    changed = apps.post(client, change, {"begins": "9"}, apps.soup_of(client.get(change)))
    assert changed.status_code == 303
    with reading():
        rows = queries_groups.list_sessions(helper, day)
    assert [f"{clock.local(row.starts_at):%H:%M}" for row in rows] == ["09:00", "10:00"]
    cancel = f"{made.location}/cancel"
    gone = apps.post(client, cancel, {"with_later": "yes"}, apps.soup_of(client.get(cancel)))
    assert gone.status_code == 303
    with reading():
        rows = queries_groups.list_sessions(helper, day)
    assert {str(row.state) for row in rows} == {"cancelled"}
    for query in ("?from=nonsense&where=pub", "?from=0001-01-02", "?from=9999-12-30"):
        assert client.get(f"/group-sessions{query}").status_code == 200


@ON_SQLITE
def test_a_full_session_says_so_at_each_door_and_offers_the_next(
    helper: Actor, client: FlaskClient
) -> None:
    made = groups.plan(helper, places=1, weeks=2)
    later = groups.list_series(made)[1]
    groups.put_on(helper, made, reference_of(make_person(helper, "Grace Hopper")))
    case = make_case(helper, make_person(helper))
    sign_in(client, helper)
    address = f"/cases/{case.reference}/group-sessions"
    page = apps.soup_of(client.get(address))
    assert "Full" in page.text
    refused = apps.post(client, address, {"session": str(made)}, page)
    (error,) = apps.errors_of(refused)[1:]
    assert "full" in error
    assert "Tuesday 1 December" in error
    chosen = apps.soup_of(refused).select_one("input[name=session][checked]")
    assert chosen is not None
    assert chosen["value"] == str(later)  # one click more
    full = client.get(f"/group-sessions/{made}").text
    assert f"/group-sessions/{later}" in full
    answer = send(
        client,
        f"/group-sessions/{later}/put-on",
        page=f"/group-sessions/{later}",
        person_reference="P-0000-0000",
    )
    assert answer.status_code == 400
    assert "No person has this reference" in answer.text
    assert apps.post(client, address, {"session": str(later)}, page).status_code == 303
    again = client.get(address).text
    assert "They have a place" in again
    assert "Take them off" in again


def test_a_register_shows_initials_and_costs_the_same_for_many(
    hand: Hand, database: Database, helper: Actor, desk: Desk, client: FlaskClient
) -> None:
    made = groups.plan(helper, places=12)
    hidden = groups.plan(
        helper, begins=time(14), ends=time(15), topic="Out of debt", is_private=True
    )
    colleague, lead = make_helper(desk), make_helper(desk, "safeguarding_lead")
    stranger = make_helper(make_desk("Elsewhere"))
    entry = groups.put_on(helper, made, reference_of(make_person(helper, "Ada Lovelace")))
    groups.put_on(helper, hidden, reference_of(make_person(helper, "Grace Hopper")))
    sign_in(client, helper)
    with counted_statements(database) as few:
        client.get(f"/group-sessions/{made}")
    for number in range(8):
        groups.put_on(helper, made, reference_of(make_person(helper, f"Alan {number}")))
    with counted_statements(database) as many:
        page = client.get(f"/group-sessions/{made}").text
    assert len(many) == len(few) <= MOST["GET"]
    assert f"A.{NBSP}L." in page
    assert "Lovelace" not in page
    assert len(list_events("register.opened")) == 2
    hand.move(days=1)
    sign_in(client, helper)  # the day after, anew
    settle = send(
        client,
        f"/group-sessions/entries/{entry}/settle",
        page=f"/group-sessions/{made}",
        version="1",
        state="did_not_come",
    )
    assert settle.status_code == 303
    page = client.get(f"/group-sessions/{made}").text
    assert "Could not come" in page
    for blame in ("did not", "missed", "1 could not"):
        assert blame not in page.partition("<main")[2].lower()
    printed = client.get(f"/group-sessions/{made}/print").text
    assert "Lovelace" not in printed
    assert "Help with forms" not in printed
    assert len(list_events("register.printed")) == 1
    for address in ("", "/print", "/change", "/cancel"):
        sign_in(client, stranger)
        assert client.get(f"/group-sessions/{made}{address}").status_code == 404
    sign_in(client, colleague)
    assert "A." in client.get(f"/group-sessions/{made}").text
    covered = client.get(f"/group-sessions/{hidden}").text
    assert "Known to those who lead it" in covered
    for secret in ("debt", f"G.{NBSP}H."):
        assert secret not in covered
        assert secret not in client.get("/group-sessions").text
    assert client.get(f"/group-sessions/{hidden}/print").status_code == 403
    assert "/group-sessions/new" in client.get("/group-sessions").text
    sign_in(client, lead)
    assert "/group-sessions/new" not in client.get("/group-sessions").text  # theirs is to read
    opened = client.get(f"/group-sessions/{hidden}").text
    assert f"G.{NBSP}H." in opened
    assert "Take off" not in opened


@ON_SQLITE
def test_what_is_still_to_close_stands_first_and_with_the_manager(
    hand: Hand, helper: Actor, desk: Desk, client: FlaskClient
) -> None:
    groups.plan(helper)
    sign_in(client, helper)
    assert ">Group session<" not in client.get("/today").text
    hand.move(days=1)
    sign_in(client, helper)
    assert ">Group session<" in client.get("/today").text
    assert "have still to close" not in client.get("/group-sessions").text
    hand.move(days=1)
    sign_in(client, helper)
    assert "have still to close" in client.get("/group-sessions").text
    sign_in(client, make_helper(desk, "manager"))
    assert "Registers of group sessions that nobody has closed" in client.get("/team").text
