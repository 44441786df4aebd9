"""The register of data sharing agreements: both sides enter it, either ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.access import PermissionMissing
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations import queries_agreements, service_agreements
from assistedaccess.organisations.queries import get_organisation_reference
from assistedaccess.organisations.rules_agreements import (
    AgreementOver,
    AgreementState,
    OwnProposal,
    find_state,
)
from tests.factories.casework import make_case
from tests.factories.people import Desk, make_desk, make_helper, make_person, sign_in
from tests.support.journal import list_events
from tests.support.pages import send

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk()


@pytest.fixture
def other(app: Flask) -> Desk:
    return make_desk("Advice Hilltown")


def propose(manager: Actor, other: Desk, **given: object) -> UUID:
    with reading():
        partner = get_organisation_reference(other.organisation_id)
    today = clock.today()
    fields = {
        "purpose": "Debt advice",
        "shared": "Names, needs",
        "starts_on": today,
        "review_on": today + timedelta(days=365),
        **given,
    }
    return service_agreements.propose_agreement(
        actor=manager,
        partner_reference=partner,
        **fields,  # type: ignore[arg-type]
    )


def partners(desk: Desk) -> set[UUID]:
    with reading():
        return queries_agreements.list_partners(desk.organisation_id)


def test_it_counts_once_both_sides_have_entered_it_until_one_ends_it(
    desk: Desk, other: Desk
) -> None:
    ours, theirs = make_helper(desk, "manager"), make_helper(other, "manager")
    made = propose(ours, other)
    assert partners(desk) == set()
    with reading():
        (row,) = queries_agreements.list_agreements(theirs)
    assert (row.state, row.may_confirm) == (AgreementState.PROPOSED, True)
    with pytest.raises(NotFound):  # one side alone does not confirm
        service_agreements.confirm_agreement(actor=ours, agreement_id=made)
    for _click in range(2):
        service_agreements.confirm_agreement(actor=theirs, agreement_id=made)
    assert partners(desk) == {other.organisation_id}
    assert partners(other) == {desk.organisation_id}
    with clock.set_clock(clock.now() + timedelta(days=366)):
        assert partners(desk) == set()  # nobody has looked at it again
    for side in (ours, theirs):
        service_agreements.end_agreement(actor=side, agreement_id=made)
    assert partners(other) == set()
    with pytest.raises(AgreementOver):
        service_agreements.confirm_agreement(actor=theirs, agreement_id=made)
    for action in ("proposed", "confirmed", "ended"):
        assert len(list_events(f"agreement.{action}")) == 1  # once, however often it was sent


def test_sent_again_it_is_entered_once_and_corrected_it_is_another(desk: Desk, other: Desk) -> None:
    manager, key = make_helper(desk, "manager"), new_request_key()
    first = propose(manager, other, request_key=key)
    assert propose(manager, other, request_key=key) == first
    sooner = clock.today() + timedelta(days=90)
    assert propose(manager, other, request_key=key, review_on=sooner) != first


def test_nobody_agrees_with_themself_by_another_account(desk: Desk, other: Desk) -> None:
    ours = make_helper(desk, "manager")
    theirs = make_helper(other, "manager", human_id=ours.human_id)
    made = propose(ours, other)
    with pytest.raises(OwnProposal):
        service_agreements.confirm_agreement(actor=theirs, agreement_id=made)


def test_to_a_third_organisation_it_is_not_there(desk: Desk, other: Desk) -> None:
    made = propose(make_helper(desk, "manager"), other)
    third = make_helper(make_desk("Elsewhere"), "manager")
    for command in (service_agreements.confirm_agreement, service_agreements.end_agreement):
        with pytest.raises(NotFound):
            command(actor=third, agreement_id=made)
    with reading():
        assert queries_agreements.list_agreements(third) == []
    with pytest.raises(PermissionMissing):
        propose(make_helper(desk), other)


def test_with_oneself_or_for_ever_there_is_none(desk: Desk, other: Desk) -> None:
    manager = make_helper(desk, "manager")
    today = clock.today()
    for wrong in (
        {"review_on": today},
        {"review_on": today + timedelta(days=4 * 365)},
        {"purpose": " "},
        {"shared": ""},
    ):
        with pytest.raises(InvalidInput):
            propose(manager, other, **wrong)
    with pytest.raises(InvalidInput):
        propose(manager, desk)


@pytest.mark.parametrize(
    ("confirmed", "ended", "today", "state"),
    [
        (False, False, date(2026, 6, 1), AgreementState.PROPOSED),
        (True, False, date(2025, 12, 31), AgreementState.NOT_STARTED),
        (True, False, date(2026, 1, 1), AgreementState.LIVE),
        (True, False, date(2026, 12, 31), AgreementState.LIVE),
        (True, False, date(2027, 1, 1), AgreementState.REVIEW_DUE),
        (True, True, date(2026, 6, 1), AgreementState.ENDED),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_how_it_stands(confirmed: bool, ended: bool, today: date, state: AgreementState) -> None:
    found = find_state(
        is_confirmed=confirmed,
        is_ended=ended,
        starts_on=date(2026, 1, 1),
        review_on=date(2026, 12, 31),
        today=today,
    )
    assert found is state


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_hand_over_without_an_agreement_is_warned_of(
    desk: Desk, other: Desk, client: FlaskClient
) -> None:
    helper = make_helper(desk)
    make_helper(other)  # somebody who could take it
    case = make_case(helper, make_person(helper))
    sign_in(client, helper)
    page = f"/cases/{case.reference}/hand-over"
    marked, warned = "(no data sharing agreement)", "before you hand over another"
    before = client.get(page).text
    assert marked in before
    assert warned in before
    made = propose(make_helper(desk, "manager"), other)
    service_agreements.confirm_agreement(actor=make_helper(other, "manager"), agreement_id=made)
    after = client.get(page).text
    assert "no data sharing agreement" not in after
    assert warned not in after


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_pages(desk: Desk, other: Desk, client: FlaskClient) -> None:
    ours, theirs = make_helper(desk, "manager"), make_helper(other, "manager")
    sign_in(client, ours)
    assert "Enter what it is for" in send(client, "/agreements/new").text
    day = clock.today() + timedelta(days=300)
    with reading():
        partner = get_organisation_reference(other.organisation_id)
    fields = {
        f"{name}-{part}": str(value)
        for name, when in (("starts_on", clock.today()), ("review_on", day))
        for part, value in (("day", when.day), ("month", when.month), ("year", when.year))
    }
    done = send(
        client, "/agreements/new", partner=partner, purpose="Debt", shared="Names", **fields
    )
    assert done.status_code == 303
    assert "Waits to be confirmed" in client.get("/agreements").text
    with reading():
        (row,) = queries_agreements.list_agreements(theirs)
    sign_in(client, replace(theirs))
    assert "Confirm it" in client.get("/agreements").text
    done = send(client, f"/agreements/{row.id}/confirm", page="/agreements")
    assert done.status_code == 303
    assert "In force" in client.get("/agreements").text
    assert send(client, f"/agreements/{row.id}/end", page="/agreements").status_code == 303
    assert "Ended" in client.get("/agreements").text
