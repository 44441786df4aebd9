"""The moment of saying yes: hostile codes, and witnesses who are none."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from assistedaccess.consent import service_confirming
from assistedaccess.consent.models import Consent, ConsentCode
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput, TooManyAttempts
from assistedaccess.kernel.transactions import reading, use_database
from assistedaccess.notices.models import Notice
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.models import Person
from tests.factories import consent as make
from tests.factories import people
from tests.support.clocks import Hand
from tests.support.journal import list_events

pytestmark = pytest.mark.usefixtures("app")


def count(model: Any) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def hand():
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand):
    made = make.make_scene()
    hand.move(days=30)  # a colleague entered the number, long enough ago
    return made


@pytest.fixture
def asked(scene):
    """A request whose words have been read and said back."""
    request_id = make.ask(scene.helper, scene.person_id)
    make.read_and_say(scene.helper, request_id)
    return request_id


# -- codes


def try_code(scene, request_id, code: str) -> str:
    answer = make.confirm(scene.helper, request_id, "code", code=code)
    return "yes" if answer.consent_id else answer.words


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_code_forgives_spaces_and_nothing_else(scene, asked) -> None:
    code = make.send_code(scene.helper, asked, scene.person_id)
    assert "4 tries left" in try_code(scene, asked, wrong(code))
    for nonsense in ("12345", "1234567", "abcdef", "１２３４５６", ""):
        with pytest.raises(InvalidInput):
            try_code(scene, asked, nonsense)
    assert try_code(scene, asked, f" {code[:3]} {code[3:]} ") == "yes"


def test_a_code_dies_after_ten_minutes(hand: Hand, scene, asked) -> None:
    code = make.send_code(scene.helper, asked, scene.person_id)
    hand.move(minutes=9, seconds=59)
    hand.move(seconds=1)
    assert "older than 10 minutes" in try_code(scene, asked, code)
    hand.move(minutes=-10, seconds=-1)  # a clock that was set back revives nothing
    assert "older than 10 minutes" in try_code(scene, asked, code)
    assert count(Consent) == 0


def test_a_code_dies_after_five_tries(scene, asked) -> None:
    code = make.send_code(scene.helper, asked, scene.person_id)
    said = [try_code(scene, asked, wrong(code)) for _ in range(5)]
    assert "1 try left" in said[3]
    assert "does not work any more" in said[4]
    assert "does not work any more" in try_code(scene, asked, code)
    assert count(Consent) == 0
    reasons = [event.reason_code for event in list_events("consent_code.failed")]
    assert reasons == ["code_wrong"] * 4 + ["code_void"] * 2


def test_a_new_code_replaces_the_old_one(scene, asked) -> None:
    first = make.send_code(scene.helper, asked, scene.person_id)
    second = make.send_code(scene.helper, asked, scene.person_id)
    if first != second:
        assert "not the code" in try_code(scene, asked, first)
    assert try_code(scene, asked, second) == "yes"


def test_a_code_is_for_its_request_alone(scene, asked) -> None:
    other = make.ask(scene.helper, scene.person_id, services=[make.OTHER_SERVICE])
    make.read_and_say(scene.helper, other)
    code = make.send_code(scene.helper, asked, scene.person_id)
    with pytest.raises(InvalidInput, match="Send a code first"):
        try_code(scene, other, code)


def test_five_codes_an_hour_for_one_person(hand: Hand, scene, asked) -> None:
    other = make.ask(scene.helper, scene.person_id)
    make.read_and_say(scene.helper, other)
    for request_id in (asked, other, asked, other, asked):
        make.send_code(scene.helper, request_id, scene.person_id)
    with pytest.raises(TooManyAttempts):
        make.send_code(scene.helper, other, scene.person_id)
    hand.move(minutes=60)
    make.send_code(scene.helper, other, scene.person_id)


def test_a_number_that_is_gone_confirms_nothing(scene, asked) -> None:
    from assistedaccess.people.service_contact import end_contact_point

    code = make.send_code(scene.helper, asked, scene.person_id)
    phone = make.list_phones(scene.helper, scene.person_id)[0]
    helper = people.make_helper(scene.desk)
    end_contact_point(actor=helper, contact_point_id=phone.id, reason="gone")
    assert "does not work any more" in try_code(scene, asked, code)


def test_two_processes_with_one_code_make_one_consent(scene, asked, database: Database) -> None:
    code = make.send_code(scene.helper, asked, scene.person_id)
    terms_hash = make.hash_of(asked)
    barrier = threading.Barrier(3)
    answers, failures = [], []

    def give() -> None:
        barrier.wait()
        try:
            with use_database(database):
                answers.append(
                    service_confirming.confirm_request(
                        actor=scene.helper,
                        request_id=asked,
                        terms_hash=terms_hash,
                        way="code",
                        given={"code": code},
                    ).consent_id
                )
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=give) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert answers == [asked] * 3
    assert count(Consent) == 1
    assert len(list_events("consent.confirmed")) == 1


def test_guessing_in_many_threads_gets_no_more_than_five_tries(
    scene, asked, database: Database
) -> None:
    code = make.send_code(scene.helper, asked, scene.person_id)
    terms_hash = make.hash_of(asked)
    barrier = threading.Barrier(8)

    def guess(number: int) -> None:
        barrier.wait()
        with use_database(database):
            service_confirming.confirm_request(
                actor=scene.helper,
                request_id=asked,
                terms_hash=terms_hash,
                way="code",
                given={"code": f"{(int(code) + 1 + number) % 1_000_000:06}"},
            )

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading() as session:
        assert session.scalars(select(ConsentCode)).one().tries == 5


# -- witnesses


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"witness_name": "Harriet Helper"}, "witness_name"),
        ({"witness_name": "  HELPER,   harriet "}, "witness_name"),
        ({"witness_name": "Ada Lovelace"}, "witness_name"),
        ({"witness_name": "Lovelace Ada"}, "witness_name"),
        ({"witness_paid": "yes"}, "witness_paid"),
        ({"witness_paid": ""}, "witness_paid"),
        ({"witness_name": ""}, "witness_name"),
        ({"witness_role": ""}, "witness_role"),
        ({"witness_lives": "nowhere"}, "witness_lives"),
        ({"witness_lives": "with_person"}, "witness_lives"),
        ({"witness_lives": "with_helper"}, "witness_lives"),
        ({"witness_family": ""}, "witness_family"),
        ({"witness_where": "pool"}, "witness_email"),
        ({"witness_where": "street"}, "witness_where"),
        ({"sign": "silence"}, "sign"),
    ],
)
def test_who_cannot_be_a_witness(scene, asked, given: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        make.confirm(scene.helper, asked, **given)
    assert raised.value.field == field
    assert count(Consent) == 0


def test_the_helper_or_the_person_under_another_account_is_no_witness(scene, asked) -> None:
    from assistedaccess.accounts.models import Account
    from assistedaccess.accounts.queries import fingerprint_email
    from assistedaccess.kernel.database import get_session
    from assistedaccess.kernel.transactions import run_transaction

    other = people.other_account(scene.desk, scene.helper)
    colleague = people.make_helper(scene.desk)
    own = people.make_helper(people.make_desk("Ash Vale"))

    def write() -> None:
        get_session().get_one(Person, scene.person_id).human_id = own.human_id
        get_session().get_one(Organisation, scene.desk.organisation_id).is_pool = True
        for account_id, email, name in (
            (own.account_id, "own@example.org", "Ada at work"),
            (other.account_id, "second@example.org", "Hattie Other"),
            (colleague.account_id, "colleague@example.org", "Colin Colleague"),
        ):
            account = get_session().get_one(Account, account_id)
            account.email_fingerprint = fingerprint_email(email)
            account.name = name

    run_transaction(write)
    # By the name on the other account, and by its address.
    with pytest.raises(InvalidInput):
        make.confirm(scene.helper, asked, witness_name="Hattie Other")
    with pytest.raises(InvalidInput):
        make.confirm(scene.helper, asked, witness_email="second@example.org")
    with pytest.raises(InvalidInput):
        make.confirm(scene.helper, asked, witness_email="own@example.org")
    # By telephone, the pool that vouches is not the helper's own.
    pool = {"witness_where": "pool", "witness_email": "colleague@example.org"}
    with pytest.raises(InvalidInput):
        make.confirm(scene.helper, asked, **pool)
    assert list_mail() == []
    make.confirm(scene.helper, asked, witness_email="Colleague@example.org", sign="key")
    assert make.get_consent(asked).witness_human_id == colleague.human_id
    # Whoever was named is asked for their own word.
    assert list_mail() == [colleague.account_id]


def list_mail() -> list[UUID | None]:
    """Whom a mail went to that asks for their own word on a yes."""
    with reading() as session:
        told = select(Notice.account_id).where(Notice.kind == "account_word_asked")
        return list(session.scalars(told))
