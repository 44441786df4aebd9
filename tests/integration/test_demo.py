"""The demonstration: a whole small town, seeded once, kept, and open to whoever reads its page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistedaccess import create_app
from assistedaccess.access import Role
from assistedaccess.accounts.models import Account
from assistedaccess.applications.models import Application, RecordOfHelp
from assistedaccess.applications.models_emergency import EmergencyGift
from assistedaccess.applications.models_payments import Payment, Till
from assistedaccess.approvals.models import PendingAct
from assistedaccess.audit.models_tree import AuditCheckpoint
from assistedaccess.casework.models import Case
from assistedaccess.casework.rules import CaseState
from assistedaccess.cli import main
from assistedaccess.consent.models import Consent, ConsentRequest
from assistedaccess.consent.models_silent import SilentHelp
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.models_legal import CapacityConcern
from assistedaccess.delegation.rules_legal import RECORD_INSTRUMENT
from assistedaccess.demo import seed
from assistedaccess.demo.accounts import introduce, read_accounts
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import bind_database, get_database, reading
from assistedaccess.organisations.models import Membership, Organisation, RoleGrant
from assistedaccess.organisations.rules import MembershipKind
from assistedaccess.people.models import ContactPoint, Person
from config import Settings
from tests.support.pages import send


@pytest.fixture
def demo(empty_settings: Settings, monkeypatch: pytest.MonkeyPatch, app: Flask) -> Settings:
    """Settings of a demonstration without a table; the test's own database comes back."""
    import config

    settings = replace(empty_settings, env="demo")
    monkeypatch.setattr(config, "load_settings", lambda environ=None: settings)
    return settings


@contextmanager
def another_database() -> Iterator[None]:
    """Whatever is bound meanwhile is closed, and the test's own database comes back."""
    before = get_database()
    try:
        yield
    finally:
        if get_database() is not before:
            get_database().dispose()
        bind_database(before)


def run(*words: str) -> Result:
    with another_database():
        return CliRunner().invoke(main, list(words))


@contextmanager
def looking_into(settings: Settings) -> Iterator[None]:
    with another_database():
        bind_database(Database(settings.database_url))
        yield


def count() -> dict[str, int]:
    kinds = (Organisation, Account, Person, Case, Consent, Delegation, Application, RecordOfHelp)
    with reading() as session:
        return {
            kind.__tablename__: session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in kinds
        }


def test_the_demonstration_is_a_small_town(demo: Settings) -> None:
    assert run("migrate").exit_code == 0
    made = run("demo")
    assert made.exit_code == 0, made.output
    with looking_into(demo):
        first = count()
        _check_the_town(first)
    again = run("demo")
    assert again.exit_code == 0
    assert "there already" in again.output
    with looking_into(demo):
        assert count() == first
    verified = json.loads(run("audit", "verify", "--json").output)
    assert verified["ok"] is True
    with another_database():
        _check_that_everybody_can_sign_in(demo)


def _check_the_town(first: dict[str, int]) -> None:
    assert (first["organisation"], first["account"], first["person"]) == (4, 14, 60)
    with reading() as session:
        assert set(session.scalars(select(RoleGrant.role))) == set(Role)
        assert set(session.scalars(select(Membership.kind))) == set(MembershipKind)
        assert set(session.scalars(select(Case.state))) == set(CaseState)
        assert set(session.scalars(select(Consent.mode))) == {"assisting", "representing"}
        assert {"draft", "submitted"} <= set(session.scalars(select(Application.state)))
        assert session.scalars(select(Till.state)).one() == "checked"
        assert [payment.way for payment in session.scalars(select(Payment))] == ["cash"]
        assert session.scalars(select(EmergencyGift.kind)).one() == "food_voucher"
        waiting = select(PendingAct.state).filter_by(command="applications.refund_payment")
        assert session.scalars(waiting).one() == "waiting"
        people = list(session.scalars(select(Person)))
        reached = set(session.scalars(select(ContactPoint.person_id)))
        _check_ways_to_say_yes(session)
        assert session.scalar(select(func.max(AuditCheckpoint.size)))  # receipts bear their proof
    assert first["record_of_help"] > 0
    _check_people_of_every_sort(people, reached)


def _check_ways_to_say_yes(session: Session) -> None:
    """One person for each of C01 to C14."""
    rows = session.execute(select(Consent.way, Consent.person_id))
    by_way = {row.way: row.person_id for row in rows}
    posted = select(ConsentRequest.person_id).where(ConsentRequest.waits_until.is_not(None))
    law = select(PendingAct.person_id).where(PendingAct.command == RECORD_INSTRUMENT)
    ways = {
        **{way: by_way[way] for way in ("code", "signature", "paper", "witness", "voucher")},
        **{way: by_way[way] for way in ("card", "telephone", "interpreter", "home_visit")},
        "post": session.scalars(posted).first(),
        "law": session.scalars(law).one(),
        "online": by_way["online"],
        "unsafe": session.scalars(select(SilentHelp.person_id)).one(),
        "hard": session.scalars(select(CapacityConcern.person_id)).one(),
    }
    assert None not in ways.values()
    assert len(ways) == 14


def _check_people_of_every_sort(people: list[Person], reached: set[object]) -> None:
    words = {len(person.name.split()) for person in people}
    assert 1 in words  # one name
    assert max(words) >= 5
    assert min(len(person.name) for person in people) == 1
    assert any(not person.name.isascii() for person in people)
    assert any(ord(letter) > 0x2FF for person in people for letter in person.name)  # another script
    known = {
        (
            person.birth_year is not None,
            person.birth_month is not None,
            person.birth_day is not None,
        )
        for person in people
    }
    assert {(True, True, True), (True, False, False), (False, False, False)} <= known
    same = Counter(
        (person.name, person.birth_year, person.birth_month, person.birth_day)
        for person in people
        if person.birth_day is not None
    )
    assert max(same.values()) == 2  # two people of one name and birth date
    assert any(person.housing == "no_fixed_address" for person in people)
    assert any(person.id not in reached for person in people)  # no phone, no e-mail, no letters
    assert any(person.nino_fingerprint is None for person in people)
    assert any(person.contact_is_unsafe for person in people)
    assert any(person.hides_address for person in people)
    assert any(person.needs_interpreter for person in people)


def _check_that_everybody_can_sign_in(demo: Settings) -> None:
    """With what the page shows; and what `run` prints names each of them."""
    accounts = read_accounts(demo.data_dir)
    assert len(accounts) == 14
    assert any(account.sheet for account in accounts)  # a volunteer without a phone
    printed = introduce("http://127.0.0.1:8000")
    app = create_app(demo)
    page = app.test_client().get("/demonstration").text
    assert "This is a demonstration" in page
    for account in accounts:
        assert account.email in printed
        assert account.password in printed
        assert account.email in page
    app_users = [account for account in accounts if account.secret]
    for account in app_users[:2]:
        client = app.test_client()
        assert send(client, "/sign-in", email=account.email, password=account.password).location
        answer = send(client, "/sign-in/second-factor", code=account.code())
        assert answer.status_code == 303, answer.text
        assert client.get("/account").status_code == 200


def test_a_seeding_that_was_stopped_says_what_to_do(
    demo: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And tells nobody that half a town is one, nor ends in a trace for ever after."""

    def stop(*_anything: object) -> None:
        raise KeyboardInterrupt

    assert run("migrate").exit_code == 0
    monkeypatch.setattr(seed, "register_people", stop)
    assert run("demo").exit_code == 1
    monkeypatch.undo()
    import config

    monkeypatch.setattr(config, "load_settings", lambda environ=None: demo)
    again = run("demo")
    assert again.exit_code == 1
    assert "Remove the database" in again.output
    assert "Traceback" not in again.output
