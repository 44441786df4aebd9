"""A silent sign that was agreed, a yes with it, and pages without what tells two people apart."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from assistedaccess.approvals.models import PendingAct
from assistedaccess.consent.silent import tell_calls
from assistedaccess.delegation import service
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import service_private
from tests.factories import consent as make
from tests.factories import people
from tests.support.client import PageCheckingClient
from tests.support.clocks import Hand

OVER = {"powers": ["submit", "pay"], "money_limit_pence": 50_001, "money_period": "term"}
WORD = "lavender"
SAYS_IT = {"own_words": "Yes. Like the Lavender, let it grow"}


class Ticking(Hand):
    """A clock that goes on by a millisecond at each look: what happened in order reads so."""

    def __call__(self) -> datetime:
        self.move(seconds=0.001)
        return super().__call__()


def agree(actor: Actor, person_id: UUID, sign: str = "word", word: str | None = WORD) -> UUID:
    """A private moment in which a sign is agreed."""
    return service_private.hold_private_moment(
        actor=actor,
        person_id=person_id,
        was_alone=True,
        request_key=new_request_key(),
        sign=sign,
        word=word,
    )


def say_yes(scene: make.Scene, person_id: UUID, said: dict[str, str], **terms: Any) -> UUID:
    """A yes before a witness, with these answers; not granted yet."""
    request_id = make.ask(scene.helper, person_id, **terms)
    make.read_and_say(scene.helper, request_id, **said)
    consent_id = make.confirm(scene.helper, request_id).consent_id
    assert consent_id is not None
    return consent_id


def hold(scene: make.Scene, consent_id: UUID) -> Held:
    with pytest.raises(Held) as raised:
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    return raised.value


def ask_for_help(scene: make.Scene, **terms: Any) -> PendingAct:
    """A yes with the sign in it, which waits."""
    agree(scene.colleague, scene.person_id)
    held = hold(scene, say_yes(scene, scene.person_id, SAYS_IT, **terms))
    tell_calls()
    return find_pending(held.pending_reference)


def find_pending(reference: str) -> PendingAct:
    with reading() as session:
        row = session.scalars(select(PendingAct).filter_by(reference=reference)).one()
        session.expunge(row)
        return row


def count(model: Any) -> int:
    """How many rows there are, once the timer has told what it tells."""
    tell_calls()
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def browse(app: Flask, actor: Actor) -> FlaskClient:
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    people.sign_in(client, actor)
    return client


def blank(page: str) -> str:
    """A page without what differs between any two people: references, keys, tokens."""
    page = re.sub(r"\b[A-Z]-[0-9A-Z]{4}-[0-9A-Z]{4}\b", "REFERENCE", page)
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", page)
    page = re.sub(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", "RECEIPT", page)
    page = re.sub(r"Lavender|Primrose", "FLOWER", page)
    page = re.sub(r"Grace Hopper|Amy Johnson", "NAME", page)
    page = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+", "MOMENT", page)
    page = re.sub(r'nonce="[^"]*"', "nonce", page)
    page = re.sub(r'(name="(?:csrf_token|request_key)"[^>]*value=")[^"]*', r"\1", page)
    return re.sub(r'(<meta name="csrf-token" content=")[^"]*', r"\1", page)
