"""The ways to say yes for tests: what a page would give, and pictures of signatures."""

from __future__ import annotations

import base64
import io
import json
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw

from assistedaccess.consent import service_papers, service_ways
from assistedaccess.consent.models import ConsentRequest
from assistedaccess.delegation import service as delegation
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.service_capacity import record_capacity_concern
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.transactions import reading

from . import cards, consent

VOUCHER = {
    "who": "voucher",
    "voucher_name": "Nora Nurse",
    "voucher_relation": "nurse_or_carer",
    "voucher_how": "Her nurse for three years",
    "voucher_lives": "elsewhere",
    "voucher_paid": "no",
}
INTERPRETER = {
    "means": "telephone",
    "interpreter_name": "Iwona Int",
    "interpreter_relation": "professional",
    "interpreter_language": "pl",
    "interpreter_lives": "elsewhere",
    "interpreter_paid": "no",
}


def ready(helper: Actor, person_id: UUID, **terms: Any) -> UUID:
    """Asked, read and said back: a request that can be confirmed."""
    request_id = consent.ask(helper, person_id, **terms)
    consent.read_and_say(helper, request_id)
    return request_id


def confirm(helper: Actor, request_id: UUID, way: str, **given: str) -> str:
    """Confirm and grant: "yes", "waits" where a second human has to look, or the words."""
    try:
        answer = delegation.confirm_and_grant(
            actor=helper,
            request_id=request_id,
            terms_hash=consent.hash_of(request_id),
            way=way,
            given=given,
        )
    except Held:
        return "waits"
    return "yes" if answer.consent_id else answer.words


def find_delegation(consent_id: UUID) -> Delegation | None:
    """What the yes has become, to look at."""
    with reading() as session:
        row = session.query(Delegation).filter_by(consent_id=consent_id).one_or_none()
        if row is not None:
            session.expunge(row)
        return row


def print_form(helper: Actor, request_id: UUID) -> None:
    """The form is printed."""
    service_papers.print_form(actor=helper, request_id=request_id)


def photograph(slant: int = 0, kind: str = "JPEG") -> str:
    """A photograph of a signed form, in base64; another ``slant`` is another signature."""
    image = Image.new("RGB", (300, 400), "white")
    ImageDraw.Draw(image).line([(20, 300), (150, 250 + slant), (280, 310)], fill="navy", width=6)
    out = io.BytesIO()
    image.save(out, kind)
    return base64.b64encode(out.getvalue()).decode()


def strokes(slant: int = 0) -> str:
    """Strokes of a pen; another ``slant`` is another signature."""
    return json.dumps([[[20, 30], [90, 80 + slant], [200, 40], [300, 90]], [[310, 60], [340, 90]]])


def ask_card(helper: Actor, request_id: UUID, card: cards.MadeCard) -> str:
    """The number that the person reads out of their card for this request."""
    from assistedaccess.people.cards import find_asked

    service_ways.ask_for_number(
        actor=helper, request_id=request_id, terms_hash=consent.hash_of(request_id)
    )
    with reading() as session:
        person_id = session.get_one(ConsentRequest, request_id).person_id
        asked = find_asked(person_id, request_id)
    assert asked is not None
    return card.number(asked.position)


def see(colleague: Actor, request_id: UUID) -> UUID:
    """A colleague confirms that they have seen the person."""
    with reading() as session:
        row = session.get_one(ConsentRequest, request_id)
        reference, terms_hash = row.reference, row.terms_hash
    return service_ways.confirm_seen(actor=colleague, reference=reference, terms_hash=terms_hash)


def doubt(helper: Actor, request_id: UUID, outcome: str = "can_decide", **more: Any) -> UUID:
    """Somebody doubts that the person can decide this today; how it came out."""
    return record_capacity_concern(
        **{
            "actor": helper,
            "request_id": request_id,
            "decision": "Whether Harriet sends the form",
            "signs": "Lost the thread twice",
            "support": "Pictures, short words, a rest",
            "assessor": "Ifan Rees, community nurse",
            "assessed_on": clock.today(),
            "outcome": outcome,
            **more,
        }
    )
