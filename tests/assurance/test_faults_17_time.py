"""Faults 17 and 18: a clock that goes back, a year ahead, the night of the clock change, 29 Feb."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.audit.verify import verify_journal
from assistedaccess.consent import service as consent
from assistedaccess.consent.models import ConsentCode, Visit
from assistedaccess.delegation.authority import authorise
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.rules import DelegationExpired
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.kernel.working_days import add_months
from assistedaccess.organisations.rules import MayNotAct
from assistedaccess.people import service as people
from tests.factories import organisations as organisation_factory
from tests.factories.world import World
from tests.factories.world_consent import SERVICE
from tests.support.worlds import MORNING, Ticking

from .crawl import Listener
from .probes import listed
from .role_route_matrix import PUBLIC, ROLES, ROUTES, role_for
from .routes import list_routes

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])

MOMENTS = {
    "the hour that comes twice": datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC),
    "the second of the two": datetime(2026, 10, 25, 1, 0, 1, tzinfo=UTC),
    "the hour that is left out": datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC),
    "29 February": datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
    "ten years on": datetime(2036, 11, 23, 10, 0, tzinfo=UTC),
    "an hour ago": MORNING - timedelta(hours=1),
    "New Year": datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
}


@ON_SQLITE
@pytest.mark.parametrize("moment", MOMENTS)
def test_faults_17_and_18_every_page_at_a_strange_moment(
    app: Flask, world: World, plain_client: FlaskClient, moment: str
) -> None:
    wrong = []
    shown = 0
    with clock.set_clock(Ticking(MOMENTS[moment])), Listener() as listener:
        for role in ROLES:
            world.a.sign_in(plain_client, role)
            for route in list_routes(app):
                if "GET" not in route.methods or role_for(route.endpoint) != role:
                    continue
                if ROUTES[route.endpoint] != PUBLIC:
                    answer = plain_client.get(route.path(world.a.values), buffered=True)
                    shown += answer.status_code == 200
                    if answer.status_code >= 500:
                        wrong.append((route.endpoint, answer.status_code))
    assert not wrong, listed(wrong + listener.lines[-3:])
    assert shown > 30


def test_fault_17_the_journal_is_ordered_by_its_sequence(world: World) -> None:
    helper, person_id = world.a.actors["helper"], world.a.ids["person"]
    for hours in (0, -1, -25, 2):
        with clock.set_clock(MORNING + timedelta(hours=hours, minutes=10)):
            people.open_person(actor=helper, person_id=person_id, stated_reason="person_is_here")
    with reading():
        report = verify_journal()
    assert report.ok, report.faults


def test_fault_17_a_code_that_ran_out_is_not_good_again(world: World) -> None:
    """The clock goes back an hour after the ten minutes are over: what was void stays void."""
    from assistedaccess.consent import service_confirming

    side = world.a
    sent = {
        "actor": side.actors["helper"],
        "request_id": side.ids["asking"],
        "terms_hash": side.values["terms_hash"],
    }
    service_confirming.send_code(contact_point_id=side.ids["mobile"], **sent)
    service_confirming.send_code(contact_point_id=side.ids["mobile"], **sent)
    with reading() as session:
        codes = session.query(ConsentCode).filter_by(request_id=side.ids["asking"]).all()
        assert [code.voided_at is None for code in sorted(codes, key=lambda c: c.id)] == [
            False,
            True,
        ]
    with clock.set_clock(MORNING - timedelta(hours=1)):
        given = {"code": "000000"}
        answer = service_confirming.confirm_request(way="code", given=given, **sent)
    assert answer.consent_id is None


def test_fault_17_nothing_ends_before_it_began(world: World) -> None:
    side = world.a
    with clock.set_clock(MORNING - timedelta(hours=2)):
        visit_id = consent.find_or_start_visit(
            actor=side.actors["colleague"], person_id=side.ids["plain person"]
        )
    with clock.set_clock(MORNING - timedelta(hours=3)):
        consent.end_visit(actor=side.actors["colleague"], visit_id=visit_id)
    with reading() as session:
        visit = session.get_one(Visit, visit_id)
        assert visit.ended_at is not None
        assert visit.ended_at >= visit.started_at


# -- what ends, ends at midnight in London, on the right day


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2026, 10, 24), datetime(2026, 10, 24, 23, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 26, 0, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 23, tzinfo=UTC)),
        (date(2028, 2, 29), datetime(2028, 3, 1, 0, tzinfo=UTC)),
    ],
)
def test_fault_18_a_day_ends_by_the_clocks_of_the_uk(day: date, ends: datetime) -> None:
    assert clock.end_of_day(day) == ends


def test_fault_18_a_month_from_the_29_of_february() -> None:
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)


def test_fault_18_a_delegation_holds_to_the_last_second_of_its_last_day(world: World) -> None:
    side = world.a
    helper = side.actors["helper"]
    with reading() as session:
        row = session.get_one(Delegation, side.ids["delegation"])
        expires_at = row.expires_at
    assert clock.local(expires_at).time().isoformat() == "00:00:00"

    def ask(moment: datetime) -> None:
        with clock.set_clock(moment):
            run_transaction(
                lambda: authorise(
                    actor=helper,
                    person_id=side.ids["person"],
                    service=SERVICE,
                    power="submit",
                    mode="representing",
                )
            )

    ask(expires_at - timedelta(seconds=1))
    with pytest.raises(DelegationExpired):
        ask(expires_at)


def test_fault_18_in_ten_years_training_and_consents_are_over(world: World) -> None:
    organisation = organisation_factory.make_organisation(
        required_courses=["data_protection"], training_valid_months=12
    )
    member = organisation_factory.make_member(organisation, "helper")
    from assistedaccess.organisations.rules import Course

    organisation_factory.train(member, Course.DATA_PROTECTION)
    actor = organisation_factory.actor_of(member, "helper")
    person = world.a.ids["plain person"]
    people.state_reason(actor=actor, person_id=person, reason="person_is_here")
    with clock.set_clock(Ticking(MOMENTS["ten years on"])):
        with pytest.raises(MayNotAct):
            consent.record_assisting_consent(
                actor=actor, person_id=person, service=SERVICE, purpose="Fill it in"
            )
        with pytest.raises(Refused):
            run_transaction(
                lambda: authorise(
                    actor=world.a.actors["helper"],
                    person_id=world.a.ids["person"],
                    service=SERVICE,
                    power="fill_in",
                )
            )
