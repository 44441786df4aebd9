"""Members: invited, trained, suspended; and the gate that a helper's command passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.accounts.models import SignIn
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor, ActorKind
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.kernel.working_days import add_months
from assistedaccess.organisations import rules, service
from assistedaccess.organisations.models import BackgroundCheck, Membership
from assistedaccess.organisations.queries import list_hats, list_member_accounts
from assistedaccess.organisations.rules import CheckLevel, Course
from assistedaccess.organisations.service_members import OwnMembership
from tests.factories.organisations import (
    MadeOrganisation,
    Member,
    actor_of,
    check,
    make_account,
    make_actor,
    make_member,
    make_organisation,
    make_site,
    train,
)

pytestmark = pytest.mark.usefixtures("app")


def may_act(actor: Actor, power: str | None = None) -> None:
    run_transaction(lambda: service.require_may_act(actor, power))


def hats_of(member: Member) -> list[str]:
    with reading():
        return [hat.role for hat in list_hats(member.account_id)]


@pytest.fixture
def organisation(app: Flask) -> MadeOrganisation:
    return make_organisation(
        required_courses=[Course.DATA_PROTECTION], required_check=CheckLevel.BASIC
    )


@pytest.fixture
def manager(organisation: MadeOrganisation) -> Actor:
    return make_actor(organisation, "manager")


def test_a_helper_acts_only_with_everything_recorded(organisation: MadeOrganisation) -> None:
    member = make_member(organisation, "helper")
    actor = actor_of(member, "helper")
    with pytest.raises(rules.TrainingMissing):
        may_act(actor)
    train(member, Course.DATA_PROTECTION)
    with pytest.raises(rules.CheckMissing):
        may_act(actor)
    check(member, CheckLevel.BASIC)
    may_act(actor)
    with pytest.raises(rules.BarredListCheckNeeded) as refused:
        may_act(actor, "pay")
    assert refused.value.next_step
    check(member)
    may_act(actor, "pay")


def test_what_has_lapsed_is_refused_the_day_after(organisation: MadeOrganisation) -> None:
    member = make_member(organisation, "helper")
    train(member, Course.DATA_PROTECTION)
    check(member)
    actor = actor_of(member, "helper")
    lapses = add_months(clock.today(), 12)
    with clock.set_clock(clock.start_of_day(lapses)):
        may_act(actor)
    next_day = clock.start_of_day(lapses + timedelta(days=1))
    with clock.set_clock(next_day), pytest.raises(rules.TrainingLapsed):
        may_act(actor)


def test_a_family_helper_needs_no_check(organisation: MadeOrganisation) -> None:
    member = make_member(organisation, "helper", kind="family")
    train(member, Course.DATA_PROTECTION)
    may_act(actor_of(member, "helper"), "pay")
    with pytest.raises(InvalidInput, match="family"):
        check(member, CheckLevel.ENHANCED)


def test_nobody_acts_without_a_membership_or_with_anothers() -> None:
    here = make_organisation()
    one, other = make_member(here, "helper"), make_member(here, "helper")
    actor = actor_of(one, "helper")
    for membership_id in (None, new_id(), other.membership_id):
        with pytest.raises(rules.NoMembership):
            may_act(replace(actor, membership_id=membership_id))
    may_act(SYSTEM)


@pytest.mark.parametrize("stop", [service.suspend_membership, service.end_membership])
def test_who_is_stopped_is_out_at_once(
    organisation: MadeOrganisation, manager: Actor, stop: Callable[..., UUID]
) -> None:
    member = make_member(organisation, "helper", "reviewer")
    sign_in_id = make_sign_in(member)
    assert hats_of(member) == ["helper", "reviewer"]
    stop(actor=manager, membership_id=member.membership_id, reason="Under enquiry")
    assert hats_of(member) == []
    with reading() as session:
        assert session.get_one(SignIn, sign_in_id).ended_at is not None
    with pytest.raises((rules.Suspended, rules.MembershipEnded)):
        may_act(helper_actor(member))


def helper_actor(member: Member) -> Actor:
    """As the request had it before the roles were gone."""
    return Actor(
        ActorKind.ACCOUNT,
        account_id=member.account_id,
        human_id=member.human_id,
        role="helper",
        organisation_id=member.organisation_id,
        membership_id=member.membership_id,
    )


def make_sign_in(member: Member) -> UUID:
    def add() -> UUID:
        now = clock.now()
        row = SignIn(
            id=new_id(),
            account_id=member.account_id,
            token_hash=new_id().bytes * 2,
            stage="open",
            device="a browser",
            started_at=now,
            seen_at=now,
            second_factor_at=now,
            tries=0,
        )
        get_session().add(row)
        return row.id

    return run_transaction(add)


def test_a_suspension_ends_and_the_roles_are_back(
    organisation: MadeOrganisation, manager: Actor
) -> None:
    member = make_member(organisation, "helper")
    service.suspend_membership(
        actor=manager, membership_id=member.membership_id, reason="An enquiry"
    )
    with pytest.raises(InvalidInput):
        service.suspend_membership(
            actor=manager, membership_id=member.membership_id, reason="Again"
        )
    with reading() as session:
        row = session.get_one(Membership, member.membership_id)
        assert row.suspension_reason is not None
        assert b"enquiry" not in row.suspension_reason
    service.resume_membership(
        actor=manager, membership_id=member.membership_id, reason="It is over"
    )
    assert hats_of(member) == ["helper"]


def test_nobody_does_it_for_themself_by_any_account(organisation: MadeOrganisation) -> None:
    first = make_member(organisation, "manager")
    second = make_member(organisation, "helper", human_id=first.human_id)
    actor = actor_of(first, "manager")
    for member in (first, second):
        of_it = {"actor": actor, "membership_id": member.membership_id}
        for act in (
            lambda of_it=of_it: service.suspend_membership(**of_it, reason="x"),
            lambda of_it=of_it: service.resume_membership(**of_it, reason="x"),
            lambda of_it=of_it: service.end_membership(**of_it, reason="x"),
            lambda of_it=of_it: service.record_training(
                **of_it, course=Course.DATA_PROTECTION, completed_on=clock.today()
            ),
            lambda of_it=of_it: service.record_check(
                **of_it, level=CheckLevel.BASIC, checked_on=clock.today()
            ),
            lambda of_it=of_it: service.change_membership(
                **of_it, starts_on=clock.today(), ends_on=None, site_ids=[]
            ),
        ):
            with pytest.raises(OwnMembership):
                act()
    with pytest.raises(OwnMembership):
        service.end_role(actor=actor, role_grant_id=second.role_grants["helper"])


def test_another_organisations_members_do_not_exist(
    organisation: MadeOrganisation, manager: Actor
) -> None:
    elsewhere = make_organisation()
    member = make_member(elsewhere, "helper")
    site = make_site(elsewhere)
    of_it = {"actor": manager, "membership_id": member.membership_id}
    with pytest.raises(NotFound):
        service.suspend_membership(**of_it, reason="x")
    with pytest.raises(NotFound):
        service.record_training(**of_it, course=Course.DATA_PROTECTION, completed_on=clock.today())
    with pytest.raises(NotFound):
        service.grant_role(**of_it, role="helper")
    with pytest.raises(NotFound):
        service.end_role(actor=manager, role_grant_id=member.role_grants["helper"])
    with pytest.raises(NotFound):
        service.add_site(
            actor=manager, organisation_id=elsewhere.id, name="Ours now", address="1 High Street"
        )
    with pytest.raises(NotFound):
        service.change_site(
            actor=manager, site_id=site, name="x", address="x", phone=None, hours={}
        )
    with pytest.raises(InvalidInput):  # a site that is not theirs to give
        service.invite_member(
            actor=manager,
            organisation_id=organisation.id,
            name="Sam",
            email="sam@example.org",
            kind="staff",
            starts_on=clock.today(),
            site_ids=[site],
        )


def test_an_invitation_makes_a_member_without_a_role(
    organisation: MadeOrganisation, manager: Actor
) -> None:
    site = make_site(organisation)
    invited = service.invite_member(
        actor=manager,
        organisation_id=organisation.id,
        name="Sam Reed",
        email="sam.reed@example.org",
        kind="volunteer",
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=90),
        site_ids=[site],
    )
    assert invited.path.startswith("/invitations/")
    with reading():
        assert list_hats(invited.account_id) == []
        assert invited.account_id in list_member_accounts(organisation.id)
    with reading() as session:
        events = session.scalars(
            select(AuditEvent.action).where(AuditEvent.subject_id == invited.membership_id)
        ).all()
    assert events == ["membership.started"]


def test_no_manager_takes_another_organisations_account(
    organisation: MadeOrganisation, manager: Actor
) -> None:
    # Their account would then be in this manager's reach: to vouch for, to disable.
    account_id, _human, email = make_account()
    wanted = {
        "organisation_id": organisation.id,
        "kind": "staff",
        "starts_on": clock.today(),
    }
    with pytest.raises(InvalidInput) as refused:
        service.invite_member(actor=manager, name="Theirs", email=email, **wanted)
    assert refused.value.field == "email"
    with pytest.raises(NotFound):
        service.start_membership(actor=manager, account_id=account_id, **wanted)
    administrator = make_actor(make_organisation(), "administrator")
    invited = service.invite_member(actor=administrator, name="Theirs", email=email, **wanted)
    assert (invited.account_id, invited.path) == (account_id, "")


def test_one_membership_at_a_time(organisation: MadeOrganisation) -> None:
    account = make_account()
    today = clock.today()
    member = make_member(organisation, "helper", account=account, ends_on=today)
    with pytest.raises(InvalidInput, match="member"):
        make_member(organisation, account=account)
    with clock.set_clock(clock.end_of_day(today)):
        assert hats_of(member) == []
        make_member(organisation, "helper", account=account, starts_on=clock.today())
        assert hats_of(member) == ["helper"]


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(1899, 1, 1), None),
        (date(2999, 1, 1), None),
        (date(2026, 1, 2), date(2026, 1, 1)),
        (date(2020, 1, 1), date(2020, 6, 1)),
    ],
)
def test_dates_that_cannot_be_are_refused(
    organisation: MadeOrganisation, starts_on: date, ends_on: date | None
) -> None:
    account = make_account()
    with pytest.raises(InvalidInput):
        make_member(organisation, account=account, starts_on=starts_on, ends_on=ends_on)


def test_hats_follow_sites(organisation: MadeOrganisation) -> None:
    sites = [make_site(organisation, name=name) for name in ("Alpha", "Beta")]
    member = make_member(organisation, "helper", sites=sites)
    with reading():
        hats = list_hats(member.account_id)
    assert [(hat.role, hat.site_name) for hat in hats] == [("helper", "Alpha"), ("helper", "Beta")]
    for site in sites:
        service.change_site(
            actor=SYSTEM,
            site_id=site,
            name="Closed",
            address="x",
            phone=None,
            hours={},
            is_closed=True,
        )
    with reading():
        hats = list_hats(member.account_id)
    assert [(hat.role, hat.site_id) for hat in hats] == [("helper", None)]


def test_a_closed_organisation_has_no_hats(organisation: MadeOrganisation) -> None:
    member = make_member(organisation, "helper")
    administrator = make_actor(make_organisation(), "administrator")
    service.close_organisation(
        actor=administrator, organisation_id=organisation.id, reason="It merged"
    )
    assert hats_of(member) == []


def test_the_same_change_twice_from_an_old_page_is_stale(
    organisation: MadeOrganisation, manager: Actor
) -> None:
    member = make_member(organisation)
    change = {
        "actor": manager,
        "membership_id": member.membership_id,
        "starts_on": clock.today(),
        "ends_on": None,
        "site_ids": [],
        "version": 1,
    }
    service.change_membership(**change)
    with pytest.raises(StaleVersion):
        service.change_membership(**change)


def test_what_stands_on_a_certificate_is_not_in_clear(
    organisation: MadeOrganisation, manager: Actor
) -> None:
    member = make_member(organisation)
    check_id = service.record_check(
        actor=manager,
        membership_id=member.membership_id,
        level=CheckLevel.ENHANCED,
        checked_on=clock.today(),
        certificate="001234567890",
    )
    with reading() as session:
        row = session.get_one(BackgroundCheck, check_id)
        assert row.certificate is not None
        assert b"001234567890" not in row.certificate
        assert row.seen_by == manager.account_id


@pytest.mark.parametrize("days", [-1, 400])
def test_training_is_neither_in_the_future_nor_too_long_ago(
    organisation: MadeOrganisation, manager: Actor, days: int
) -> None:
    member = make_member(organisation)
    with pytest.raises(InvalidInput) as refused:
        service.record_training(
            actor=manager,
            membership_id=member.membership_id,
            course=Course.DATA_PROTECTION,
            completed_on=clock.today() - timedelta(days=days),
        )
    assert refused.value.field == "completed_on"
