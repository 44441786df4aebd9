"""What a person gives to confirm: codes that were sent, numbers of their card, pens and papers.

A rehearsal says ``code: right``; what is right is read where the person would read it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import select

from assistedaccess.consent import service_confirming, service_papers, service_ways
from assistedaccess.consent.models import ConsentRequest
from assistedaccess.consent.rules import Power
from assistedaccess.consent.ways import interpreter, voucher
from assistedaccess.consent.ways.code import list_numbers, list_phones
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput, Refused
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.people import cards
from assistedaccess.people.models import AccessCard
from assistedaccess.people.queries import get_person
from assistedaccess.people.routes import list_letter_routes
from assistedaccess.people.rules import SPOKEN_LANGUAGES
from assistedaccess.people.rules_private import place_below
from assistedaccess.people.service_cards import SHEET

from .kinds import DAY, MONEY, POINTS, TEXT, YES, choice, many, record
from .own_words import ANSWERS
from .stage import Stage

WRONG = "000000"
LIVES = choice(
    ("elsewhere", "with_person", "with_helper", "not_known"),
    also={"same": "with_person", "same_address": "with_person"},
)
RIGHT = choice(("right", "wrong"))
NUMBER_SAID = choice(("right", "wrong", "below"))
"""The number of the card that was asked for, or the one below it: the silent sign of some."""

LINK_FIELDS = {
    "link_to": choice(("mobile", "email")),
    "answer": choice(("yes", "no")),
    "powers": many(choice(Power)),
    "until": DAY,
    "money_limit": MONEY,
    "own_words": TEXT,
}
"""How a link that was sent home is answered: with a yes to what was asked or to less, or a no."""

EVIDENCE = record(
    "evidence of the yes",
    {
        "who": choice(("voucher", "second", "both")),
        "voucher_name": TEXT,
        "voucher_relation": choice((*voucher.RELATIONS, *voucher.TOO_NEAR)),
        "voucher_how": TEXT,
        "voucher_lives": LIVES,
        "voucher_paid": TEXT,
        "voucher_email": TEXT,
        "witness_name": TEXT,
        "witness_role": TEXT,
        "witness_family": choice(("no", "yes")),
        "witness_lives": LIVES,
        "witness_paid": TEXT,
        "witness_where": TEXT,
        "witness_email": TEXT,
        "witness_part": choice(("drawn", "nothing")),
        "own_word": choice(ANSWERS),
        "interpreter_name": TEXT,
        "interpreter_relation": choice(interpreter.RELATIONS),
        "interpreter_language": choice((*SPOKEN_LANGUAGES, "other")),
        "interpreter_other": TEXT,
        "interpreter_lives": LIVES,
        "interpreter_paid": TEXT,
        "interpreter_email": TEXT,
        "means": choice(("room", "telephone", "sign_video", "text_relay", "pool")),
        "sign": choice(("word", "mark", "key", "signature")),
        "how": choice(("drawn", "picture", "typed")),
        "typed": TEXT,
        "hand": TEXT,
        "wobble": POINTS,
        "who_rang": choice(("helper", "person")),
        "proof": choice(("code", "card")),
        "code": RIGHT,
        "number": NUMBER_SAID,
        "back": choice(("telephone", "in_person", "letter", "other")),
        "visited_on": TEXT,
        "printed": YES,
        **LINK_FIELDS,
    },
)
DEFAULTS: dict[str, dict[str, str]] = {
    "witness": {
        "witness_name": "Walter Witness",
        "witness_role": "a neighbour",
        "witness_family": "no",
        "witness_lives": "elsewhere",
        "witness_paid": "no",
        "witness_where": "room",
        "witness_part": "drawn",
        "sign": "word",
    },
    "voucher": {
        "who": "voucher",
        "voucher_name": "Nora Nurse",
        "voucher_relation": "nurse_or_carer",
        "voucher_how": "Her nurse for three years",
        "voucher_lives": "elsewhere",
        "voucher_paid": "no",
    },
    "interpreter": {
        "means": "telephone",
        "interpreter_name": "Iwona Int",
        "interpreter_relation": "professional",
        "interpreter_language": "pl",
        "interpreter_lives": "elsewhere",
        "interpreter_paid": "no",
    },
    "signature": {"how": "drawn"},
    "paper": {"sign": "signature"},
    "home_visit": {"sign": "signature"},
    "post": {"back": "telephone"},
    "telephone": {"who_rang": "helper", "proof": "code"},
    "code": {},
    "card": {},
    "online": {"link_to": "mobile", "code": "right", "answer": "yes"},
}
"""What is given where a rehearsal does not say."""
WAYS = tuple(DEFAULTS)


class NotConfirmed(Refused):
    """What the person gave does not confirm it: a wrong code, say."""

    reason_code = "not_confirmed"


def draw_hand(hand: str, wobble: int = 0) -> list[list[list[int]]]:
    """The strokes of a signature: the same ``hand``, the same strokes; ``wobble`` moves them by so
    many points, as tracing does."""
    seed = hashlib.sha256(hand.encode()).digest()
    points = [
        [20 + 20 * place + byte % 15, 30 + byte % 60 + (wobble if place % 2 else 0)]
        for place, byte in enumerate(seed[:14])
    ]
    return [points[:9], points[9:]]


def photograph(hand: str, wobble: int = 0) -> str:
    """A photograph of a signed form, in base64."""
    image = Image.new("RGB", (300, 400), "white")
    pen = ImageDraw.Draw(image)
    for stroke in draw_hand(hand, wobble):
        pen.line([(x, 200 + y) for x, y in stroke], fill="navy", width=5)
    out = io.BytesIO()
    image.save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()


def make_document(text: str) -> bytes:
    """A picture of a paper: the same ``text``, the same file."""
    image = Image.new("RGB", (240, 120), "white")
    ImageDraw.Draw(image).text((10, 40), text[:40], fill="black")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def read_message(person_id: UUID, kind: str) -> dict[str, str]:
    """What the newest message of that kind says, as whoever gets it reads it."""
    with reading() as session:
        sealed = session.scalars(
            select(NoticeEntry.facts)
            .join(Notice, Notice.id == NoticeEntry.notice_id)
            .where(Notice.person_id == person_id, NoticeEntry.kind == kind)
            .order_by(NoticeEntry.id.desc())
        ).first()
        if sealed is None:
            raise LookupError(f"No {kind} was sent to them.")
        facts: dict[str, str] = json.loads(encryption.unseal(person_id, "notice.facts", sealed))
        return facts


def keep_card(stage: Stage, person_id: UUID) -> None:
    """The person has their card in their hand: its numbers, while its sheet is there."""
    with reading() as session:
        card = session.scalars(
            select(AccessCard)
            .where(AccessCard.person_id == person_id, AccessCard.ended_at.is_(None))
            .order_by(AccessCard.id.desc())
        ).first()
        if card is not None and card.sheet is not None:
            stage.cards[person_id] = json.loads(encryption.unseal(person_id, SHEET, card.sheet))


def read_card_number(stage: Stage, person_id: UUID, asked_for: UUID, said: str = "right") -> str:
    """The number that the person is asked for, read off their card, or the one ``below`` it."""
    with reading():
        asked = cards.find_asked(person_id, asked_for)
    numbers = stage.cards.get(person_id)
    if asked is None or not numbers or said == "wrong":
        return WRONG
    place = place_below(asked.position, len(numbers)) if said == "below" else asked.position
    return numbers[place - 1]


def hash_of(request_id: UUID) -> str:
    """What the pages of a request carry."""
    with reading() as session:
        return session.get_one(ConsentRequest, request_id).terms_hash


def prepare(stage: Stage, actor: Actor, request_id: UUID, way: str, said: dict[str, Any]) -> Any:
    """What the page of that way would send, once what comes before it was done.

    A code is sent and read, a form printed, a number of the card asked for.
    """
    if way == "online":
        return {}  # the person has said it at home
    given = {**DEFAULTS[way], **{key: str(value) for key, value in said.items()}}
    for key in ("witness_email", "voucher_email", "interpreter_email"):
        account = stage.accounts.get(given.get(key, ""))
        if account is not None:
            given[key] = account.email
    with reading() as session:
        person_id = session.get_one(ConsentRequest, request_id).person_id
    given.pop("own_word", "")
    hand, wobble = given.pop("hand", str(person_id)), int(given.pop("wobble", "0"))
    terms_hash = hash_of(request_id)
    if way == "signature":
        given["strokes"] = json.dumps(draw_hand(hand, wobble))
        given["picture"] = photograph(hand, wobble) if given["how"] == "picture" else ""
    if way == "witness" and given.get("witness_email"):
        given["witness_part"] = "account"
    elif way == "witness" and given["witness_part"] == "drawn":
        given["strokes"] = json.dumps(draw_hand(f"{given['witness_name']} {request_id}", wobble))
    if way in ("paper", "home_visit") and given.pop("printed", "True") != "False":
        service_papers.print_form(actor=actor, request_id=request_id)
    if way == "home_visit":
        given.setdefault("visited_on", clock.today().isoformat())
    if way == "telephone":
        given["rang"] = _find_rung(actor, person_id)
    if way == "code" or (way == "telephone" and given["proof"] == "code"):
        given["code"] = _send_code(actor, request_id, person_id, given.get("code", "right"))
    if way == "card" or (way == "telephone" and given["proof"] == "card"):
        service_ways.ask_for_number(actor=actor, request_id=request_id, terms_hash=terms_hash)
        said_number = given.get("number", "right")
        given["number"] = read_card_number(stage, person_id, request_id, said_number)
    if way == "post":
        given["code"] = _post_code(actor, request_id, person_id, given.get("code", "right"))
    return given


def _find_rung(actor: Actor, person_id: UUID) -> str:
    with reading():
        numbers = list_numbers(actor, get_person(person_id))
    return str(numbers[0].id) if numbers else ""


def _send_code(actor: Actor, request_id: UUID, person_id: UUID, said: str) -> str:
    with reading():
        phones = list_phones(actor, get_person(person_id))
    if not phones:
        words = "There is no mobile of theirs to which a code can go: use a card, or see them"
        raise InvalidInput("code", words)
    service_confirming.send_code(
        actor=actor,
        request_id=request_id,
        contact_point_id=phones[0].id,
        terms_hash=hash_of(request_id),
    )
    return read_message(person_id, "consent_code")["code"] if said == "right" else WRONG


def _post_code(actor: Actor, request_id: UUID, person_id: UUID, said: str) -> str:
    with reading():
        routes = list_letter_routes(person_id, actor)
    if not routes or routes[0].contact_point_id is None:
        raise InvalidInput("code", "There is no address of theirs to which a letter can go")
    service_ways.send_letter(
        actor=actor,
        request_id=request_id,
        contact_point_id=routes[0].contact_point_id,
        terms_hash=hash_of(request_id),
    )
    return read_message(person_id, "consent_letter")["codes"] if said == "right" else WRONG
