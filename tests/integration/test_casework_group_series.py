"""A whole weekly series at once: on it, off it; a session whose leaders have left; and undo."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.access import PermissionMissing
from assistedaccess.casework import (
    service,
    service_left_sessions,
    service_register_looks,
    service_series,
)
from assistedaccess.casework.models import Case
from assistedaccess.casework.models_groups import RegisterEntry
from assistedaccess.casework.service_groups import RegisterNotYours
from assistedaccess.casework.undoing import CLOSED_AGAIN
from assistedaccess.desk.service_undo import undo_act
from assistedaccess.kernel import undo
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations import service_members
from assistedaccess.organisations.models import Membership
from tests.factories import groups
from tests.factories.appointments import book, tomorrow
from tests.factories.casework import make_case
from tests.factories.consent import list_told
from tests.factories.people import (
    Desk,
    make_desk,
    make_helper,
    make_person,
    reference_of,
    sign_in,
)
from tests.support.clocks import Hand
from tests.support.desks import colleague, desk, hand, helper
from tests.support.journal import list_events
from tests.support.pages import send
from tests.support.statements import MOST, counted_statements

__all__ = ["colleague", "desk", "hand", "helper"]
pytestmark = pytest.mark.usefixtures("app")


def entries_of(person_id: UUID, state: str = "booked") -> list[RegisterEntry]:
    with reading() as session:
        query = select(RegisterEntry).where(
            RegisterEntry.person_id == person_id, RegisterEntry.state == state
        )
        return list(session.scalars(query.order_by(RegisterEntry.starts_at)))


def leave(manager: Actor, actor: Actor) -> None:
    with reading() as session:
        found = session.scalars(
            select(Membership.id).where(Membership.account_id == actor.account_id)
        ).one()
    service_members.end_membership(actor=manager, membership_id=found, reason="left")


def test_on_all_that_is_free_once_told_once_and_off_again(
    database: Database, helper: Actor, colleague: Actor, hand: Hand
) -> None:
    """Of 26 weeks the third is full, in the fourth the person is elsewhere; two clicks are one."""
    first = groups.plan(colleague, weeks=26, places=1)
    series = groups.list_series(first)
    other = make_person(helper, "Ben Other")
    groups.put_on(helper, series[2], reference_of(other))
    person_id = make_person(helper)
    case = make_case(helper, person_id)
    book(helper, case, day=tomorrow() + timedelta(weeks=3), at=time(10, 30))
    key = new_request_key()
    with counted_statements(database) as statements:
        places = service_series.put_on_series(
            actor=helper, session_id=series[0], case_id=case.id, request_key=key
        )
    assert len(statements) <= MOST["POST"], statements
    assert (len(places.put_on), len(places.full), len(places.elsewhere)) == (24, 1, 1)
    again = service_series.put_on_series(
        actor=helper, session_id=series[0], case_id=case.id, request_key=key
    )
    assert again.put_on == []
    lines = entries_of(person_id)
    assert [line.session_id for line in lines] == [*series[:2], *series[4:]]
    told = [facts for kind, facts in list_told(person_id) if kind == "appointment_booked"]
    days = [facts["when"] for facts in told if ";" in facts["when"]]
    assert len(days) == 1
    assert days[0].count(";") == 23
    with pytest.raises(InvalidInput):
        service_series.put_on_series(actor=helper, session_id=series[0], case_id=case.id)
    with counted_statements(database) as statements:
        off = service_series.take_off_series(
            actor=helper, entry_id=lines[1].id, version=lines[1].version
        )
    assert len(statements) <= MOST["POST"], statements
    assert len(off.starts) == 23
    assert [line.session_id for line in entries_of(person_id)] == [series[0]]
    with pytest.raises(StaleVersion):
        service_series.take_off_series(actor=helper, entry_id=lines[1].id, version=lines[1].version)
    told = [facts for kind, facts in list_told(person_id) if kind == "appointment_cancelled"]
    assert [facts["when"].count(";") for facts in told] == [22]


def test_of_a_hidden_series_a_stranger_takes_off_only_what_came_from_a_case(
    desk: Desk, helper: Actor, colleague: Actor
) -> None:
    series = groups.list_series(groups.plan(colleague, weeks=3, topic="Debt", is_private=True))
    person_id = make_person(helper)
    groups.put_on(helper, series[1], reference_of(person_id))
    case = make_case(helper, person_id)
    service_series.put_on_series(actor=helper, session_id=series[0], case_id=case.id)
    first, second, third = entries_of(person_id)
    with pytest.raises(RegisterNotYours):
        service_series.take_off_series(actor=helper, entry_id=second.id, version=1)
    off = service_series.take_off_series(actor=helper, entry_id=first.id, version=1)
    assert off.starts == [first.starts_at, third.starts_at]
    stranger = make_helper(make_desk("Elsewhere"))
    with pytest.raises(NotFound):
        service_series.take_off_series(actor=stranger, entry_id=second.id, version=1)
    with pytest.raises(NotFound):
        service_series.put_on_series(
            actor=stranger, session_id=series[0], person_reference=reference_of(person_id)
        )


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_pages_put_on_and_take_off_a_series(
    helper: Actor, hand: Hand, client: FlaskClient
) -> None:
    series = groups.list_series(groups.plan(helper, weeks=3))
    person_id = make_person(helper)
    sign_in(client, helper)
    page = f"/group-sessions/{series[0]}"
    done = send(
        client,
        f"{page}/put-on",
        page=page,
        person_reference=reference_of(person_id),
        with_later="yes",
    )
    assert done.status_code == 303
    shown = client.get(page).text
    assert "They have a place on 3 sessions. They are told by their safe route." in shown
    assert "Take off this and all later ones" in shown
    assert "each later one" not in client.get(f"/group-sessions/{series[2]}").text
    line = entries_of(person_id)[1]
    done = send(
        client,
        f"/group-sessions/entries/{line.id}/settle",
        page=page,
        version=str(line.version),
        state="cancelled",
        with_later="yes",
    )
    assert done.status_code == 303
    assert "They are off 2 registers. They are told by their safe route." in client.get(page).text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_no_session_is_offered_on_which_they_are_and_no_hidden_topic_is_printed(
    helper: Actor, client: FlaskClient
) -> None:
    series = groups.list_series(groups.plan(helper, weeks=2, topic="Canary debt", is_private=True))
    case = make_case(helper, make_person(helper))
    groups.put_on(helper, series[0], case_id=case.id)
    sign_in(client, helper)
    page = client.get(f"/cases/{case.reference}/group-sessions").text
    assert f'value="{series[1]}"' in page
    assert f'value="{series[0]}"' not in page
    shown = client.get(f"/group-sessions/{series[0]}").text
    assert '<span class="app-no-print"><bdi>Canary debt</bdi></span>' in shown
    assert shown.count("Canary debt") == 1


def test_a_session_that_nobody_leads_goes_to_a_helper_without_a_word_of_it(
    desk: Desk, helper: Actor, colleague: Actor, client: FlaskClient
) -> None:
    """A manager gives it over; who gets it reads the topic after that is in the journal."""
    manager = make_helper(desk, "manager")
    first = groups.plan(helper, weeks=3, topic="Canary debt", is_private=True)
    both = groups.plan(
        helper,
        day=tomorrow() + timedelta(days=1),
        leaders=[helper.account_id, colleague.account_id],
    )
    assert service_left_sessions.list_left_sessions(actor=manager) == []
    leave(manager, helper)
    rows = service_left_sessions.list_left_sessions(actor=manager)
    assert [row.id for row in rows] == groups.list_series(first)
    assert both not in [row.id for row in rows]
    sign_in(client, manager)
    page = client.get("/team/group-sessions").text
    assert "Millbrook" in page
    assert "Canary" not in page
    with pytest.raises(RegisterNotYours):
        service_register_looks.open_group_session(actor=colleague, session_id=first, to_change=True)
    done = send(
        client,
        "/team/group-sessions",
        session=f"{first}.1",
        account_id=str(colleague.account_id),
        with_later="yes",
    )
    assert done.status_code == 303
    assert "3 sessions have a leader now." in client.get("/team/group-sessions").text
    assert len(list_events("group_session.changed")) == 3
    before = len(list_events("register.opened"))
    opened = service_register_looks.open_group_session(
        actor=colleague, session_id=first, to_change=True
    )
    assert opened.row.topic == "Canary debt"
    assert len(list_events("register.opened")) == before + 1
    # Now it has a leader: nobody takes it over behind their back.
    with pytest.raises(StaleVersion):
        service_left_sessions.give_left_session(
            actor=manager, session_id=first, version=2, account_id=colleague.account_id
        )


def test_who_may_not_give_a_session_over_and_to_whom_it_may_not_go(
    desk: Desk, helper: Actor, colleague: Actor
) -> None:
    manager, other = make_helper(desk, "manager"), make_helper(desk)
    first = groups.plan(helper)
    leave(manager, helper)

    def give(actor: Actor, account_id: UUID | None) -> object:
        assert account_id is not None
        return service_left_sessions.give_left_session(
            actor=actor, session_id=first, version=1, account_id=account_id
        )

    with pytest.raises(PermissionMissing):
        give(colleague, colleague.account_id)
    elsewhere = make_desk("Elsewhere")
    stranger, theirs = make_helper(elsewhere, "manager"), make_helper(elsewhere)
    with pytest.raises(NotFound):
        service_left_sessions.give_left_session(
            actor=stranger,
            session_id=first,
            version=1,
            account_id=theirs.account_id,  # type: ignore[arg-type]
        )
    with pytest.raises(InvalidInput):  # who has left themself
        give(manager, helper.account_id)
    groups.plan(other)
    with pytest.raises(InvalidInput):  # who leads another session then
        give(manager, other.account_id)
    assert give(manager, colleague.account_id) == [first]


def test_a_case_that_was_closed_by_a_slip_gets_its_place_back_while_it_is_free(
    helper: Actor, colleague: Actor, hand: Hand
) -> None:
    first = groups.plan(colleague, places=1)
    person_id = make_person(helper)
    case = make_case(helper, person_id)
    groups.put_on(helper, first, case_id=case.id)

    def close() -> UUID:
        with reading() as session:
            version = session.get_one(Case, case.id).version
        with undo.offering() as offered:
            service.close_case(actor=helper, case_id=case.id, version=version, reason="done")
        assert offered.id is not None, "no undo was offered"
        return offered.id

    offer = close()
    assert entries_of(person_id) == []
    undo_act(actor=helper, offer_id=offer)
    assert [line.session_id for line in entries_of(person_id)] == [first]
    assert [line.to_tell for line in entries_of(person_id)] == [None]
    offer = close()
    hand.move(seconds=2)
    groups.put_on(helper, first, reference_of(make_person(helper, "Ben Other")))
    with pytest.raises(undo.NotUndone, match=str(CLOSED_AGAIN)[:10]):
        undo_act(actor=helper, offer_id=offer)
    assert entries_of(person_id) == []
