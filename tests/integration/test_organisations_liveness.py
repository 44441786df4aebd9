"""SQL and the pure rule say the same of who is a member now; forms meet strange input."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations import rules
from assistedaccess.organisations.models import Membership, Organisation
from assistedaccess.organisations.queries import list_hats
from assistedaccess.organisations.rules import MembershipFacts, MembershipKind, Requirements
from tests.factories.organisations import enter, make_member, make_organisation
from tests.support.pages import read_token

NEAR = st.integers(-3, 3)


@settings(max_examples=30)
@given(NEAR, st.none() | NEAR, st.booleans(), st.booleans(), st.booleans())
def test_a_hat_is_live_exactly_when_the_rule_says_so(
    app: Flask, starts: int, lasts: int | None, ended: bool, suspended: bool, closed: bool
) -> None:
    today = clock.today()
    starts_on = today + timedelta(days=starts)
    ends_on = None if lasts is None else starts_on + timedelta(days=abs(lasts))
    member = make_member(make_organisation(), "helper")

    def set_facts() -> None:
        session = get_session()
        row = session.get_one(Membership, member.membership_id)
        row.starts_on, row.ends_on = starts_on, ends_on
        row.ended_at = clock.now() if ended else None
        row.suspended_at = clock.now() if suspended else None
        organisation = session.get_one(Organisation, member.organisation_id)
        organisation.closed_on = today if closed else None

    run_transaction(set_facts)
    facts = MembershipFacts(
        MembershipKind.STAFF, starts_on, ends_on, ended, suspended, organisation_closed=closed
    )
    with reading():
        live = bool(list_hats(member.account_id))
    assert live == (not rules.may_act(facts, Requirements(), today))


STRANGE = st.text(max_size=30) | st.sampled_from(
    ["\x00", "\ud800", "\u202eevil", "a" * 5000, "<svg/onload=x>\"'", "{{7*7}}", "' OR 1=1 --"]
)
FORMS = {
    "/organisations/{organisation}/edit": (
        "name kind nation required_courses training_valid_months required_check "
        "check_valid_months is_pool version"
    ),
    "/organisations/{organisation}/sites/new": "name address phone monday sunday",
    "/organisations/{organisation}/members/new": (
        "name email kind roles sites starts_on-day starts_on-month starts_on-year ends_on-year"
    ),
    "/members/{member}/edit": "starts_on-day starts_on-month starts_on-year sites version",
    "/members/{member}/training/new": "course completed_on-day completed_on-month",
    "/members/{member}/checks/new": "level checked_on-day checked_on-month certificate",
    "/members/{member}/roles/new": "role",
    "/members/{member}/suspend": "reason",
    "/my-declarations/relatives/new": "name relation person_reference",
    "/my-declarations/bank-accounts/new": "sort_code account_number roll_number",
    "/my-declarations/contact-points/new": "contact_point",
}


@pytest.mark.parametrize("path", FORMS)
def test_strange_input_is_answered_with_words_and_never_with_a_fault(
    client: FlaskClient, path: str
) -> None:
    organisation = make_organisation()
    enter(client, make_member(organisation, "manager"), "manager")
    member = make_member(organisation)
    address = path.format(organisation=organisation.reference, member=member.membership_reference)
    token = read_token(client.get(address))
    fields = st.fixed_dictionaries({}, optional=dict.fromkeys(FORMS[path].split(), STRANGE))

    @settings(max_examples=25)
    @given(fields)
    def post(typed: dict[str, Any]) -> None:
        data = {name: value.encode("utf-8", "replace") for name, value in typed.items()}
        response = client.post(address, data={"csrf_token": token, **data})
        assert response.status_code in (200, 303, 400, 403, 409), response.text

    post()


@settings(max_examples=20)
@given(st.dates(), st.none() | st.dates())
def test_any_dates_are_stored_or_told(app: Flask, starts_on: date, ends_on: date | None) -> None:
    organisation = make_organisation()
    if rules.find_wrong_date(starts_on, ends_on, clock.today()):
        with pytest.raises(InvalidInput):
            make_member(organisation, starts_on=starts_on, ends_on=ends_on)
        return
    member = make_member(organisation, starts_on=starts_on, ends_on=ends_on)
    with reading() as session:
        row = session.get_one(Membership, member.membership_id)
        assert (row.starts_on, row.ends_on) == (starts_on, ends_on)
