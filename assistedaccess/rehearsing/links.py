"""A link that is sent home (C12): the code read, the words read, and a yes to as much as one likes.

``way: online`` does all of it at once; the acts ``send_link`` and ``answer_link`` one by one.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC, Actor, ActorKind
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.my_record import service_asked, service_links, service_online
from assistedaccess.my_record.asked import WAY, list_points
from assistedaccess.people.queries import get_person

from .evidence import DEFAULTS, WRONG, NotConfirmed, read_message
from .stage import Stage

__all__ = ["WAY", "answer", "as_person", "ask_at_home", "send"]
ADDRESS = "https://aa.example.org"
SAID = {
    "what": "They fill in the form for me",
    "until": "Until next autumn",
    "stop": "I ring up, or come to a desk",
}


def as_person(person_id: UUID) -> Actor:
    """The person themself, once their session is proven."""
    return Actor(ActorKind.PERSON, person_id=person_id)


def send(stage: Stage, actor: Actor, request_id: UUID, person: str, kind: str) -> None:
    """A link and a code go to the person's own number or address. Raises NotConfirmed where there
    is none to which they may go."""
    with reading():
        points = list_points(actor, get_person(stage.person(person)))
    found = next((point for point in points if point.kind == kind), None)
    if found is None:
        raise NotConfirmed(
            f"There is no {kind} to which a link may go.", next_step="Choose another way."
        )
    service_links.send_link(
        actor=actor,
        request_id=request_id,
        contact_point_id=found.id,
        address=ADDRESS,
        request_key=new_request_key(),
    )


def answer(stage: Stage, person: str, said: dict[str, Any]) -> service_asked.Asked:
    """Whoever has the newest message opens its link, types the code, reads, and answers.

    Raises NotConfirmed for a wrong code, and what the commands raise.
    """
    person_id = stage.person(person)
    given = {**DEFAULTS[WAY], **said}
    told = read_message(person_id, "consent_link")
    token = service_links.open_link(
        actor=PUBLIC,
        link=told["link"].rpartition("/")[2],
        typed=told["code"] if given["code"] == "right" else WRONG,
    )
    if token is None:
        raise NotConfirmed(
            "That is not right, or the link is over.", next_step="Ask for a new one."
        )
    actor = as_person(person_id)
    with reading():
        session = service_online.find_session(token, PUBLIC)
    assert session is not None  # noqa: S101  (it was opened in this very moment)
    asked = service_asked.open_asked(actor=actor, session_id=session.id)
    if given["answer"] == "no":
        service_asked.decline_asked(actor=actor, session_id=session.id)
        return asked
    service_asked.accept_asked(
        actor=actor,
        session_id=session.id,
        terms_hash=asked.terms_hash,
        powers=given.get("powers") or [str(power) for power in asked.terms.powers],
        until_on=stage.day(given.get("until")) or asked.terms.until_on or clock.today(),
        money_limit_pence=given.get("money_limit", asked.terms.money_limit_pence),
        said={**SAID, "own_words": given.get("own_words") or "Yes, go ahead"},
    )
    return asked


def ask_at_home(
    stage: Stage, actor: Actor, request_id: UUID, person: str, said: dict[str, Any]
) -> None:
    """Sent, and answered; what rests on a yes is the next thing that whoever asks does."""
    send(stage, actor, request_id, person, said.get("link_to", DEFAULTS[WAY]["link_to"]))
    answer(stage, person, said)
    if said.get("answer") == "no":
        raise NotConfirmed("The person said no.", next_step="Nothing was agreed.")
