"""What the people of the world agreed to: help at a desk, and being represented."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assistedaccess.accounts.models import Account
from assistedaccess.accounts.queries import unseal_email
from assistedaccess.approvals.models import PendingAct
from assistedaccess.consent import (
    service,
    service_asking,
    service_confirming,
    service_papers,
    service_words,
)
from assistedaccess.consent.models import Consent, ConsentRequest
from assistedaccess.consent.models_evidence import ConsentPicture, ConsentWord
from assistedaccess.delegation import service_capacity, service_life
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.service import grant_delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading

from . import consent, ways
from .world import Side, soon

SERVICE = "attendance-allowance"


def add_assisting(side: Side) -> None:
    """The person at the desk asks for help with one service."""
    consent_id = service.record_assisting_consent(
        actor=side.actors["helper"],
        person_id=side.ids["person"],
        case_id=side.ids["case"],
        service=SERVICE,
        purpose=side.secret("Assistingpurpose"),
    )
    side.ids["assisting consent"] = consent_id
    with reading() as session:
        consent = session.get_one(Consent, consent_id)
        side.values["consents"] = consent.reference
        side.values["visit_id"] = str(consent.visit_id)


def add_representing(side: Side) -> None:
    """A delegation, one that waits for a second human, and one that is being asked for."""
    confirmed = ask(
        side,
        purpose=side.secret("Purpose"),
        powers=["see", "fill_in", "submit", "receive_messages"],
    )
    confirm_before_witness(side, confirmed)
    delegation_id = grant_delegation(actor=side.actors["helper"], consent_id=confirmed)
    side.ids["delegation"] = delegation_id
    with reading() as session:
        side.values["delegations"] = session.get_one(Delegation, delegation_id).reference
        asked = session.get_one(ConsentRequest, confirmed).reference
        side.values["delegation.show_result:reference"] = asked
        side.values["consent.view_consent:reference"] = asked
    held = ask(
        side,
        purpose=side.secret("Heldpurpose"),
        powers=["see", "pay"],
        money_limit_pence=60_000,
        money_period="month",
    )
    confirm_before_witness(side, held)
    try:
        grant_delegation(actor=side.actors["helper"], consent_id=held)
    except Held as fact:
        side.values["reviews"] = fact.pending_reference
    _add_reviewer(side)
    open_request = ask(side, purpose=side.secret("Openpurpose"), powers=["see"])
    side.ids["asking"] = open_request
    with reading() as session:
        row = session.get_one(ConsentRequest, open_request)
        side.values["asking"] = row.reference
        side.values["terms_hash"] = row.terms_hash


def add_evidence(side: Side) -> None:
    """A signature, a signed form that is still to come, and a person whom a colleague asks."""
    helper, colleague = side.actors["helper"], side.actors["colleague"]
    signed = ask(side, purpose=side.secret("Signedpurpose"), powers=["see"])
    confirm(side, signed, "signature", how="drawn", strokes=ways.strokes(ord(side.letter) % 7))
    on_paper = ask(side, purpose=side.secret("Paperpurpose"), powers=["see"])
    service_papers.print_form(actor=helper, request_id=on_paper)
    confirm(side, on_paper, "paper", sign="signature")
    printed = ask(side, purpose=side.secret("Printedpurpose"), powers=["see"])
    service_papers.print_form(actor=helper, request_id=printed)
    seen = ask(side, actor=colleague, purpose=side.secret("Seenpurpose"), powers=["see"])
    with reading() as session:
        side.values["consent.open_picture:reference"] = session.get_one(Consent, signed).reference
        side.values["picture_id"] = str(
            session.query(ConsentPicture).filter_by(consent_id=signed).one().id
        )
        for name, request_id in (("show_form", printed), ("confirm_seen", seen)):
            row = session.get_one(ConsentRequest, request_id)
            side.values[f"delegation.{name}:reference"] = row.reference
        side.values["delegation.add_scan:reference"] = session.get_one(Consent, on_paper).reference
    _add_words(side, colleague)


def _add_words(side: Side, colleague: Actor) -> None:
    """Two yeses in which a colleague is named: one that they deny, one that they are asked about;
    and one whose witness has no account."""
    with reading() as session:
        account = session.get_one(Account, colleague.account_id)
        address = unseal_email(account.id, account.email)
    for purpose, given in (("Deniedpurpose", address), ("Wordpurpose", address), ("", "")):
        request_id = ask(side, purpose=side.secret(purpose or "Nobodypurpose"), powers=["see"])
        email = given or side.secret("witness email", f"witness.{side.letter}@example.org")
        confirm_before_witness(side, request_id, witness_email=email)
        with reading() as session:
            word = session.query(ConsentWord).filter_by(request_id=request_id).one_or_none()
        if purpose == "Deniedpurpose" and word is not None:
            said = side.secret("Deniedsaid")
            service_words.answer_word(actor=colleague, word_id=word.id, answer="no", said=said)
        elif word is not None:
            side.values["word_id"] = str(word.id)


def add_life(side: Side) -> None:
    """A renewal that has begun, and somebody who cannot decide today."""
    helper = side.actors["helper"]
    renewal = service_life.begin_renewal(
        actor=helper, delegation_id=side.ids["delegation"], request_key=new_request_key()
    )
    doubted = ask(side, purpose=side.secret("Doubtedpurpose"), powers=["see"])
    service_capacity.record_capacity_concern(
        actor=helper,
        request_id=doubted,
        decision=side.secret("Decisionasked"),
        signs=side.secret("Signs"),
        support=side.secret("Supportgiven"),
        assessor="Dr Odile Marchant, general practitioner",
        assessed_on=clock.today(),
        outcome="cannot_decide",
    )
    with reading() as session:
        for name, request_id in (("ask_again", renewal), ("find_other_ways", doubted)):
            row = session.get_one(ConsentRequest, request_id)
            side.values[f"delegation.{name}:reference"] = row.reference


def confirm(side: Side, request_id: UUID, way: str, **given: str) -> None:
    """The person confirms; it does not begin."""
    answer = service_confirming.confirm_request(
        actor=side.actors["helper"],
        request_id=request_id,
        terms_hash=terms_hash(request_id),
        way=way,
        given=given,
    )
    assert answer.consent_id == request_id


def _add_reviewer(side: Side) -> None:
    """Who was drawn to decide on the delegation: one of this side's."""
    with reading() as session:
        row = session.query(PendingAct).filter_by(reference=side.values["reviews"]).one()
        act_id, account_id = row.id, row.drawn_account_id
    name = next(name for name, actor in side.actors.items() if actor.account_id == account_id)
    side.actors["drawn"], side.accounts["drawn"] = side.actors[name], side.accounts[name]
    side.ids["review"] = act_id


def ask(side: Side, actor: Actor | None = None, **terms: Any) -> UUID:
    """Asked, read aloud and said back; not confirmed yet."""
    helper = actor or side.actors["helper"]
    request_id = service_asking.begin_request(
        actor=helper,
        person_id=side.ids["person"],
        request_key=new_request_key(),
        language="en",
        holder_kind="account",
        services=[SERVICE],
        until_on=soon(90),
        **terms,
    )
    service_asking.show_statement(actor=helper, request_id=request_id)
    service_asking.end_reading(
        actor=helper, request_id=request_id, terms_hash=terms_hash(request_id)
    )
    service_asking.keep_said(
        actor=helper,
        request_id=request_id,
        terms_hash=terms_hash(request_id),
        what=side.secret("Saidwhat"),
        until=side.secret("Saiduntil"),
        stop=side.secret("Saidstop"),
        own_words=side.secret("Ownwords"),
        present=side.secret("Present"),
        in_private=True,
    )
    return request_id


def terms_hash(request_id: UUID) -> str:
    """What the pages of this request carry."""
    with reading():
        return get_session().get_one(ConsentRequest, request_id).terms_hash


def confirm_before_witness(side: Side, request_id: UUID, **named: str) -> None:
    """The person says yes, and somebody hears it, and signs unless they are ``named``."""
    answer = service_confirming.confirm_request(
        actor=side.actors["helper"],
        request_id=request_id,
        terms_hash=terms_hash(request_id),
        way="witness",
        given={
            "witness_name": side.secret("Witness"),
            "witness_role": side.secret("Witnessrole"),
            "witness_family": "no",
            "witness_lives": "elsewhere",
            "witness_paid": "no",
            **(named or consent.sign()),
        },
    )
    assert answer.consent_id == request_id
