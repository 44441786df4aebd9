"""The scan: what only shows over time reaches the auditors, once, however it was stopped."""

from __future__ import annotations

import threading
from contextvars import copy_context
from uuid import UUID

import pytest
from sqlalchemy import select

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.redraw import redraw_pending_acts
from assistedaccess.approvals.service import refuse_pending_act
from assistedaccess.audit import Action, record
from assistedaccess.audit.journal import Outcome
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.sealing import seal_all
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.models import RoleGrant
from assistedaccess.oversight import service_flags
from assistedaccess.oversight.models import Flag
from assistedaccess.people import service_contact, service_death
from assistedaccess.people.rules_death import ToldBy
from assistedaccess.people.second_looks import COMMAND_SILENCE
from assistedaccess.safeguards import scan
from assistedaccess.safeguards.scan import scan_everything
from assistedaccess.safeguards.scan_rules import Suspicion
from tests.factories.organisations import actor_of, make_actor, make_member, make_organisation
from tests.factories.people import make_person, mobile
from tests.support.clocks import Hand
from tests.support.desks import hand
from tests.support.statements import counted_statements

__all__ = ["hand"]


class Town:
    """A council with helpers, whose journal an auditor of another office reads."""

    def __init__(self) -> None:
        self.council = make_organisation(name="Hilltown Council")
        office = make_organisation(name="Audit Office")
        organisations.add_audit_remit(
            actor=SYSTEM,
            auditing_organisation_id=office.id,
            audited_organisation_id=self.council.id,
        )
        self.auditor = actor_of(make_member(office, "auditor", name="Nell Auditor"), "auditor")
        self.helpers = [make_actor(self.council, "helper", name=f"Hal {n}") for n in range(4)]
        self.person_id = make_person(self.helpers[0], "Ada Lovelace")

    def do(self, action: Action, actor: Actor, person_id: UUID | None = None, **more) -> UUID:  # type: ignore[no-untyped-def]
        return run_transaction(lambda: record(action, actor=actor, person_id=person_id, **more))

    def search(self, actor: Actor, times: int) -> None:
        for _ in range(times):
            self.do(Action.PERSON_SEARCHED, actor)

    def look(self, actor: Actor) -> None:
        self.do(Action.PERSON_OPENED, actor, self.person_id, reason="stated.open_matter")

    def refuse(self, actor: Actor, person_id: UUID, reason: str) -> None:
        self.do(Action.ACT_REFUSED, actor, person_id, reason=reason, outcome=Outcome.REFUSED)


@pytest.fixture
def town(hand: Hand) -> Town:
    return Town()


def scanned(size: int = scan.BATCH) -> list[tuple[str, UUID | None]]:
    """Seal and scan; every flag of the scan there is, as (kind, account)."""
    seal_all()
    scan_everything(size)
    with reading() as session:
        rows = session.execute(
            select(Flag.kind, Flag.account_id)
            .where(Flag.kind.in_([str(kind) for kind in Suspicion]))
            .order_by(Flag.id)
        ).all()
    return [(row.kind, row.account_id) for row in rows]


def test_what_shows_over_time_reaches_the_auditor_once(town: Town) -> None:
    hal, cora, dan, eve = town.helpers
    assert scanned() == []
    town.search(hal, 30)  # A33: names, and nothing opened
    for helper in (hal, cora, dan):
        town.look(helper)  # A32: nobody is on the case
    town.refuse(eve, town.person_id, "delegation_expired")  # once is a slip
    assert {kind for kind, _who in scanned()} == {"search_only", "look_surge"}
    other_id = make_person(cora, "Bert Other")
    town.refuse(eve, other_id, "consent_withdrawn")  # A18
    town.refuse(cora, other_id, "payee_is_charge")  # A08
    found = scanned()
    assert ("search_only", hal.account_id) in found
    assert ("refused_again", eve.account_id) in found
    assert ("charge", cora.account_id) in found
    assert scanned() == found
    assert scan_everything().events == 0

    rows = service_flags.list_flags(actor=town.auditor, kind=None).rows
    assert {row.kind for row in rows} == {kind for kind, _who in found}
    view = service_flags.open_flag(actor=town.auditor, flag_id=rows[0].id)
    assert view.row.event_id is not None
    with reading() as session:
        raised = session.scalars(
            select(AuditEvent.reason_code).where(AuditEvent.action == "flag.raised")
        ).all()
    assert sorted(raised) == sorted(kind for kind, _who in found)


def test_a_sum_that_the_fund_refused_three_times_is_looked_at(town: Town, hand: Hand) -> None:
    """A06: in slices, by whomever; two slips in a row, or three in a month, are none."""
    hal, cora, *_ = town.helpers
    other_id = make_person(cora, "Bert Other")
    for helper in (hal, cora):
        town.refuse(helper, town.person_id, "over_cap")
        town.refuse(helper, other_id, "over_cap")
    hand.move(days=11)
    town.refuse(hal, other_id, "over_cap")
    assert scanned() == []
    town.refuse(hal, other_id, "over_cap")
    hand.move(minutes=1)  # within one moment nobody can say which came first
    town.refuse(cora, other_id, "over_cap")
    assert scanned() == [("split_money", cora.account_id)]


def test_a_busy_volunteer_and_one_curious_look_raise_nothing(town: Town) -> None:
    """L01: thirty people in a day, each found and opened."""
    for _ in range(30):
        town.search(town.helpers[0], 1)
        town.do(Action.PERSON_OPENED, town.helpers[0], town.person_id, reason="explained.open_case")
    town.look(town.helpers[1])
    assert scanned() == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_small_batches_find_what_one_large_one_finds(town: Town) -> None:
    town.search(town.helpers[0], 30)
    for helper in town.helpers:
        town.look(helper)
    assert {kind for kind, _who in scanned(size=7)} == {"search_only", "look_surge"}


def test_what_is_stopped_in_the_midst_is_done_again_and_nothing_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.search(town.helpers[0], 30)

    def fall_over(event: object) -> None:
        raise KeyboardInterrupt

    seal_all()
    with monkeypatch.context() as falling:
        falling.setattr(scan, "publish", fall_over)
        with pytest.raises(KeyboardInterrupt):
            scan_everything()
    assert scanned() == [("search_only", town.helpers[0].account_id)]


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_an_event_that_commits_late_is_judged_too(town: Town) -> None:
    """It began before what is scanned already, and commits after: it is sealed, and read, later."""
    begun, goes_on = threading.Event(), threading.Event()
    hal = town.helpers[0]

    def late() -> None:
        def write() -> None:
            for _ in range(30):
                record(Action.PERSON_SEARCHED, actor=hal)
            begun.set()
            goes_on.wait(30)

        run_transaction(write)

    thread = threading.Thread(target=copy_context().run, args=(late,))
    thread.start()
    try:
        assert begun.wait(30)
        town.look(town.helpers[1])
        assert scanned() == []
    finally:
        goes_on.set()
        thread.join()
    assert scanned() == [("search_only", hal.account_id)]


def test_two_scans_at_once_raise_each_flag_once(town: Town) -> None:
    town.search(town.helpers[0], 30)
    town.refuse(town.helpers[1], town.person_id, "record_closed")
    seal_all()
    counted: list[int] = []
    threads = [
        threading.Thread(
            target=copy_context().run,
            args=(lambda: counted.append(scan_everything(5).events),),
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kind for kind, _who in scanned()) == ["after_death", "search_only"]


def test_a_number_for_people_who_do_not_live_together(town: Town) -> None:
    """A27, below the number at which it is held."""
    hal = town.helpers[0]
    for name in ("Ann One", "Ben Two", "Cal Three"):
        make_person(hal, name, contact_points=[mobile("07700 900321")])
    assert scanned() == [("shared_contact", hal.account_id)]


def test_what_was_done_after_a_death_shows_when_it_is_known(town: Town, hand: Hand) -> None:
    """A12: and what was done before it does not."""
    hal, cora = town.helpers[:2]
    town.do(Action.CONSENT_RECORDED, hal, town.person_id)
    hand.move(days=3)
    died_on = clock.today()
    hand.move(days=10)
    town.do(Action.APPLICATION_SUBMITTED, cora, town.person_id)
    assert scanned() == []
    service_death.record_death(
        actor=hal, person_id=town.person_id, died_on=died_on, told_by=next(iter(ToldBy)).value
    )
    assert scanned() == [("after_death", cora.account_id)]


def test_a_role_for_a_moment_and_a_rule_there_and_back(town: Town, hand: Hand) -> None:
    """A45 and A48."""
    member = make_member(town.council, "helper", "reviewer", name="Rae Reviewer")
    rae = actor_of(member, "reviewer")
    town.do(Action.PENDING_ACT_RELEASED, rae, town.person_id)
    hand.move(hours=1)

    def end() -> None:
        with reading() as session:
            grant = session.get(RoleGrant, member.role_grants["reviewer"], with_for_update=True)
            assert grant is not None
            grant.ended_at = clock.now()
        record(
            Action.ROLE_ENDED,
            actor=SYSTEM,
            organisation_id=town.council.id,
            subject=("role_grant", grant.id),
        )

    run_transaction(end)
    assert {kind for kind, _who in scanned()} == {"brief_role"}
    town.do(Action.POLICY_CHANGED, town.helpers[0])
    assert {kind for kind, _who in scanned()} == {"brief_role", "settings"}


def test_two_who_register_at_one_address_are_one_cluster(town: Town, hand: Hand) -> None:
    """A10, careful: two take turns; three hands and more are a street that people move to."""
    ghost = {"housing": "address", "address": {"line_1": "44 Empty Road", "postcode": "DE1 1AA"}}
    for number, name in enumerate(["Abel Ash", "Bela Birch", "Cy Cedar"]):
        assert scanned() == []
        make_person(town.helpers[number % 2], name, **ghost)
        hand.move(days=8)
    assert scanned() == [("ghosts", town.helpers[0].account_id)]
    for number, name in enumerate(["Eve Elm", "Flo Fir", "Gus Gum"]):
        elsewhere = {"line_1": "1 New Street", "postcode": "DE2 2BB"}
        make_person(town.helpers[number % 3], name, housing="address", address=elsewhere)
    assert len(scanned()) == 1


def test_a_few_names_a_day_of_which_nothing_comes_add_up(town: Town, hand: Hand) -> None:
    """A33, careful; who registers whom they did not find raises nothing (L01)."""
    clerk, volunteer = town.helpers[:2]
    for day in range(13):
        assert day < 12 or scanned() == []
        for _ in range(2):
            town.search(clerk, 1)
            town.search(volunteer, 1)
            town.do(Action.PERSON_REGISTERED, volunteer)
            hand.move(hours=2)
        hand.move(days=1)
    assert scanned() == [("search_only", clerk.account_id)]


def test_six_weeks_later_it_is_raised_again(town: Town, hand: Hand) -> None:
    hal = town.helpers[0]
    town.search(hal, 30)
    assert len(scanned()) == 1
    hand.move(days=20)
    town.search(hal, 30)
    assert len(scanned()) == 1
    with reading() as session:
        flag_id = session.scalars(select(Flag.id).where(Flag.kind == "search_only")).one()
    service_flags.decide_flag(
        actor=town.auditor, flag_id=flag_id, decision="in_order", words="A count of streets"
    )
    hand.move(weeks=6)
    town.search(hal, 30)
    assert len(scanned()) == 2


def test_what_still_waits_after_a_year_takes_in_the_same_again(town: Town, hand: Hand) -> None:
    """Else the scan would stop at that event, and see nothing any more (A12)."""
    for _ in range(2):
        town.refuse(town.helpers[1], town.person_id, "record_closed")
        assert [kind for kind, _who in scanned()] == ["after_death"]
        hand.move(weeks=52)


def test_a_wish_for_silence_that_a_second_human_does_not_find_in_order_is_read(town: Town) -> None:
    helper, reviewer = town.helpers[1], make_actor(town.council, "reviewer", name="Rex Reviewer")
    service_contact.set_safe_contact(
        actor=helper,
        person_id=town.person_id,
        version=1,
        contact_is_unsafe=True,
        person_was_alone=True,
    )
    run_transaction(redraw_pending_acts)
    with reading() as session:
        look = session.scalars(select(PendingAct).filter_by(command=COMMAND_SILENCE)).one()
    assert scanned() == []
    refuse_pending_act(actor=reviewer, pending_act_id=look.id, reason="She knows nothing of it")
    assert scanned() == [("silenced", helper.account_id)]


def test_whoever_is_told_nothing_any_more_is_read_within_a_day(town: Town, hand: Hand) -> None:
    """With a way left it is no silence, and whoever came today was told of nothing yet (A44)."""
    hal, cora, dan, _eve = town.helpers
    people_of = {}
    for number, name in enumerate(("Bea Bell", "Cai Cole", "Dee Dyer")):
        points = [mobile(f"07700 90045{number}", whose="own")] if number < 2 else []
        people_of[name] = make_person(hal, name, contact_points=points)

    def stop(helper: Actor, person_id: UUID, **wish: bool) -> None:
        service_contact.set_safe_contact(
            actor=helper, person_id=person_id, version=1, person_was_alone=True, **wish
        )

    newcomer = make_person(cora, "Eva East")
    stop(cora, newcomer, contact_is_unsafe=True)
    hand.move(days=2)
    stop(cora, people_of["Bea Bell"], contact_is_unsafe=True)
    stop(cora, people_of["Cai Cole"], contact_is_unsafe=False, no_paper_at_home=True)
    stop(dan, people_of["Dee Dyer"], contact_is_unsafe=False, no_paper_at_home=True)
    silent = {("told_nothing", cora.account_id), ("told_nothing", dan.account_id)}
    found = scanned()
    assert (len(found), set(found)) == (2, silent)


def test_its_statements_do_not_grow_with_the_events(town: Town, database: Database) -> None:
    assert scanned() == []
    counts = []
    for times in (1, 9):
        for helper in town.helpers:
            town.search(helper, times)
            town.refuse(helper, town.person_id, "step_missing")
        seal_all()
        with counted_statements(database) as sent:
            scan_everything()
        counts.append(len(sent))
    assert counts[0] == counts[1]

    hal = town.helpers[0]
    for action in set[Action]().union(*(actions for actions, _look in scan.BY_ACTION)):
        town.do(action, hal, town.person_id)
    for action in (Action.DEATH_RECORDED, Action.PENDING_ACT_STORED):
        town.do(action, hal, town.person_id)
    town.look(hal)
    town.refuse(hal, town.person_id, "consent_withdrawn")
    town.refuse(hal, town.person_id, "over_cap")
    with reading() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        with counted_statements(database) as sent:
            scan.judge(events)
    assert len(sent) <= 25
