"""Whoever is named in a yes says so in a sign-in of their own: until then it is worth less."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.accounts.models import Account
from assistedaccess.accounts.queries import fingerprint_email
from assistedaccess.casework import queries_concerns
from assistedaccess.casework.models_concerns import Concern
from assistedaccess.consent import service_words
from assistedaccess.consent.models_evidence import ConsentWord
from assistedaccess.consent.queries_words import list_own_words
from assistedaccess.consent.rules_words import SaidNo, WordTooLate
from assistedaccess.consent.service import withdraw_consent
from assistedaccess.delegation import service as delegation
from assistedaccess.delegation.rules import DelegationFrozen, WordMissing
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.models import Notice
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people, ways
from tests.support.client import PageCheckingClient
from tests.support.clocks import Hand

pytestmark = pytest.mark.usefixtures("app")
NAMED = {"witness_email": "named@example.org", "witness_part": "account"}


@pytest.fixture
def hand():
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand) -> make.Scene:
    return make.make_scene()


@pytest.fixture
def named() -> Actor:
    """Somebody of another desk, who signs in with this address."""
    actor = people.make_helper(people.make_desk("Ash Vale"))
    give_address(actor, "named@example.org", "Nadia Named")
    return actor


def browse(app: Flask, actor: Actor) -> FlaskClient:
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    people.sign_in(client, actor)
    return client


def give_address(actor: Actor, email: str, name: str) -> None:
    def write() -> None:
        account = get_session().get_one(Account, actor.account_id)
        account.email_fingerprint = fingerprint_email(email)
        account.name = name

    run_transaction(write)


def confirm(scene: make.Scene, *powers: str, **more: str) -> UUID:
    request_id = ways.ready(scene.helper, scene.person_id, powers=list(powers))
    given = {**make.WITNESS, **NAMED, **more}
    assert ways.confirm(scene.helper, request_id, "witness", **given) == "yes"
    return request_id


def find_word(named: Actor) -> UUID:
    with reading():
        (row,) = list_own_words(named)
    return row.id


def test_until_the_witness_has_said_so_only_what_needs_little_proof_begins(scene, named) -> None:
    consent_id = confirm(scene, "see", "fill_in", "receive_messages")
    consent = make.get_consent(consent_id)
    assert consent.strength == "basic"
    assert "named_not_answered_yet" in consent.reasons
    row = ways.find_delegation(consent_id)
    assert row is not None
    assert row.powers == ["see", "fill_in"]
    assert list_mail() == [named.account_id]

    service_words.answer_word(actor=named, word_id=find_word(named), answer="yes")
    consent = make.get_consent(consent_id)
    assert consent.strength == "standard"
    assert "named_confirmed" in consent.reasons
    row = ways.find_delegation(consent_id)
    assert row is not None
    assert row.powers == ["see", "fill_in", "receive_messages"]
    assert list_mail("account_word_given") == []  # it widens by itself
    with reading():
        assert list_own_words(named) == []


def test_what_needs_the_witness_begins_when_they_have_said_so(app: Flask, scene, named) -> None:
    consent_id = confirm(scene, "receive_messages")
    client, begin = browse(app, scene.helper), "let it begin"
    assert begin not in client.get("/asking").text
    assert ways.find_delegation(consent_id) is None
    with pytest.raises(WordMissing):
        delegation.grant_delegation(actor=scene.helper, consent_id=consent_id)
    service_words.answer_word(actor=named, word_id=find_word(named), answer="yes")
    assert list_mail("account_word_given") == [scene.helper.account_id]
    assert begin in client.get("/asking").text
    delegation.grant_delegation(actor=scene.helper, consent_id=consent_id)
    assert ways.find_delegation(consent_id) is not None
    assert begin not in client.get("/asking").text


@pytest.mark.parametrize("first", ["", "yes"])
def test_a_no_stops_what_rests_on_it_and_the_leads_are_told(scene, named, first: str) -> None:
    consent_id = confirm(scene, "see", "receive_messages")
    word_id = find_word(named)
    if first:  # somebody may have been pressed
        service_words.answer_word(actor=named, word_id=word_id, answer=first)
    service_words.answer_word(actor=named, word_id=word_id, answer="no", said="I was at home")
    consent = make.get_consent(consent_id)
    assert (consent.strength, "named_denies" in consent.reasons) == ("basic", True)
    with pytest.raises(DelegationFrozen):
        granted.authorise(scene.helper, scene.person_id, "see")
    assert granted.told(scene.person_id, "delegation_frozen")
    with reading() as session:
        concern = session.scalars(select(Concern)).one()
        told = queries_concerns.open_told(concern)
    assert concern.organisation_id == scene.helper.organisation_id
    assert "I was at home" in told.seen
    with pytest.raises(SaidNo):
        service_words.answer_word(actor=named, word_id=word_id, answer="yes")


def test_once_taken_back_the_word_of_the_witness_begins_nothing(app: Flask, scene, named) -> None:
    consent_id = confirm(scene, "receive_messages")
    withdraw_consent(actor=scene.colleague, consent_id=consent_id, how="in_front")
    service_words.answer_word(actor=named, word_id=find_word(named), answer="yes")
    assert list_mail("account_word_given") == []
    assert "let it begin" not in browse(app, scene.helper).get("/asking").text


def test_a_no_before_anything_began_keeps_it_from_beginning(scene, named) -> None:
    consent_id = confirm(scene, "receive_messages")
    service_words.answer_word(actor=named, word_id=find_word(named), answer="no")
    with pytest.raises(SaidNo):
        delegation.grant_delegation(actor=scene.helper, consent_id=consent_id)


def test_nobody_answers_for_another_nor_for_ever(hand, scene, named) -> None:
    confirm(scene, "see", "receive_messages")
    word_id = find_word(named)
    for other in (scene.helper, scene.colleague):
        with pytest.raises(NotFound):
            service_words.answer_word(actor=other, word_id=word_id, answer="yes")
        with pytest.raises(NotFound):
            service_words.open_word(actor=other, word_id=word_id)
    with pytest.raises(InvalidInput):
        service_words.answer_word(actor=named, word_id=word_id, answer="perhaps")
    hand.move(days=15)
    with pytest.raises(WordTooLate):
        service_words.answer_word(actor=named, word_id=word_id, answer="yes")
    service_words.answer_word(actor=named, word_id=word_id, answer="no")


def test_an_address_that_nobody_has_reads_like_one_that_somebody_has(scene) -> None:
    consent_id = confirm(scene, "see", witness_email="nobody@example.org")
    assert "named_not_answered_yet" in make.get_consent(consent_id).reasons
    with reading() as session:
        assert session.scalars(select(ConsentWord)).all() == []


def test_a_voucher_with_an_account_is_asked_too(scene, named) -> None:
    request_id = ways.ready(scene.helper, scene.person_id, powers=["see", "receive_messages"])
    ways.see(scene.colleague, request_id)
    given = {**ways.VOUCHER, "who": "both", "voucher_email": "named@example.org"}
    assert ways.confirm(scene.helper, request_id, "voucher", **given) == "yes"
    assert make.get_consent(request_id).strength == "basic"
    service_words.answer_word(actor=named, word_id=find_word(named), answer="yes")
    assert make.get_consent(request_id).strength == "standard"


def test_an_interpreter_with_an_account_is_asked_too(app: Flask, scene, named) -> None:
    """As a colleague whom the helper had asked before to see the person: one human, one word."""
    request_id = ways.ready(scene.helper, scene.person_id, powers=["see", "receive_messages"])
    give_address(scene.colleague, "sam@example.org", "Sam Second")
    asked = {"request_id": request_id, "terms_hash": make.hash_of(request_id)}
    service_words.ask_second(actor=scene.helper, email="sam@example.org", **asked)
    ways.see(scene.colleague, request_id)
    given = {**ways.INTERPRETER, "interpreter_email": "sam@example.org"}
    assert ways.confirm(scene.helper, request_id, "interpreter", **given) == "yes"
    assert make.get_consent(request_id).strength == "basic"
    word_id = find_word(scene.colleague)
    page = browse(app, scene.colleague).get(f"/asking/words/{word_id}").text
    assert "wrote that you interpreted for" in page
    service_words.answer_word(actor=scene.colleague, word_id=word_id, answer="yes")
    assert make.get_consent(request_id).strength == "standard"
    service_words.answer_word(actor=scene.colleague, word_id=word_id, answer="no")
    with reading() as session:
        told = queries_concerns.open_told(session.scalars(select(Concern)).one())
    assert "as the interpreter of a yes" in told.seen


def test_a_colleagues_no_lets_nothing_begin_by_any_way(scene) -> None:
    from assistedaccess.consent import service_ways

    give_address(scene.colleague, "sam@example.org", "Sam Second")
    request_id = ways.ready(scene.helper, scene.person_id)
    asked: dict[str, Any] = {"request_id": request_id, "terms_hash": make.hash_of(request_id)}
    for wrong in ("named@example.org", "", "nobody@example.org"):
        with pytest.raises(InvalidInput):
            service_words.ask_second(actor=scene.helper, email=wrong, **asked)
    for _again in range(2):
        service_words.ask_second(actor=scene.helper, email="sam@example.org", **asked)
    find_word(scene.colleague)
    service_ways.deny_seen(
        actor=scene.colleague,
        reference=make.get_consent_reference(request_id),
        terms_hash=asked["terms_hash"],
    )
    with pytest.raises(SaidNo):
        ways.see(scene.colleague, request_id)
    with pytest.raises(SaidNo):
        make.confirm(scene.helper, request_id)
    with reading() as session:
        assert len(session.scalars(select(Concern)).all()) == 1


def test_the_pages(app: Flask, scene, named) -> None:
    consent_id = confirm(scene, "see", "receive_messages")
    client = browse(app, named)
    home = client.get("/today").text
    assert "/asking/words" in home
    word = f"/asking/words/{find_word(named)}"
    assert word in client.get("/asking/words").text
    page = client.get(word).text
    assert "Was it so?" in page
    # Whoever was there knows whom it is about; a typing error of the helper's tells nobody.
    assert "A.\N{NO-BREAK SPACE}L." in page
    assert "Lovelace" not in page
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    wrong = client.post(word, data={"csrf_token": token})
    assert "Select whether it was so" in wrong.text
    done = client.post(word, data={"csrf_token": token, "answer": "yes"}, follow_redirects=True)
    assert "You have said that it was so." in done.text
    assert make.get_consent(consent_id).strength == "standard"
    assert "/asking/words" not in client.get("/today").text


def test_a_reviewers_page_says_that_their_word_is_asked(app: Flask, scene) -> None:
    reviewer = people.make_helper(people.make_desk("Ash Vale"), "reviewer")
    give_address(reviewer, "named@example.org", "Rita Reviewer")
    client = browse(app, reviewer)
    assert "/asking/words" not in client.get("/reviews").text
    confirm(scene, "see", "receive_messages")
    page = client.get("/reviews").text
    assert page.count('href="/asking/words"') == 2  # in the navigation, and on the page
    service_words.answer_word(actor=reviewer, word_id=find_word(reviewer), answer="yes")
    assert "/asking/words" not in client.get("/reviews").text


# -- who has no account


@pytest.mark.parametrize(("part", "strength"), [("drawn", "standard"), ("nothing", "basic")])
def test_a_witness_without_an_account_signs_or_proves_less(scene, part, strength) -> None:
    signed = {**make.WITNESS, **make.sign(), "witness_part": part}
    request_id = ways.ready(scene.helper, scene.person_id)
    ways.confirm(scene.helper, request_id, "witness", **signed)
    assert make.get_consent(request_id).strength == strength


def test_an_address_in_a_field_that_is_not_shown_any_more_asks_nobody(scene, named) -> None:
    given = {**make.WITNESS, **make.sign(), "witness_email": "named@example.org"}
    request_id = ways.ready(scene.helper, scene.person_id)
    ways.confirm(scene.helper, request_id, "witness", **given)
    assert "witness_signed" in make.get_consent(request_id).reasons
    assert list_mail() == []
    asked = ways.ready(scene.helper, scene.person_id)
    with pytest.raises(InvalidInput) as refused:
        ways.confirm(scene.helper, asked, "witness", **{**make.WITNESS, "witness_part": "account"})
    assert refused.value.field == "witness_part"


def test_one_signature_of_a_witness_is_taken_once(scene) -> None:
    signed = {**make.WITNESS, **make.sign()}
    first, second = (ways.ready(scene.helper, scene.person_id) for _ in range(2))
    ways.confirm(scene.helper, first, "witness", **signed)
    with pytest.raises(InvalidInput, match="used before"):
        ways.confirm(scene.helper, second, "witness", **signed)
    for nonsense in ("", "[[[1,1]]]", "<script>"):
        with pytest.raises(InvalidInput) as refused:
            ways.confirm(scene.helper, second, "witness", **{**signed, "strokes": nonsense})
        assert refused.value.field == "witness_part"


def list_mail(kind: str = "account_word_asked") -> list[UUID | None]:
    """Whom a mail went to that asks for their own word."""
    with reading() as session:
        told = select(Notice.account_id).where(Notice.kind == kind)
        return list(session.scalars(told))
