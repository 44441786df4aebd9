"""Somebody who may not be safe at home (C13): a sign agreed alone, and a yes with it in company.

Leila's adviser at the charity spoke with her alone. At the council's desk her husband sits beside
her, and Priya, who takes the yes, knows nothing. Ruth, who leads safeguarding there, finds it.
"""

from __future__ import annotations

from uuid import UUID

from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.people.service_private import hold_private_moment

from .yeses import begin, confirm, read_and_say_back

WORD = "marigold"


def call_for_help(adviser: Actor, helper: Actor, person_id: UUID) -> None:
    """A moment alone with ``adviser``; later a yes before ``helper``, in company, with the word."""
    hold_private_moment(
        actor=adviser,
        person_id=person_id,
        was_alone=True,
        request_key=new_request_key(),
        sign="word",
        word=WORD,
    )
    purpose = "Send the form for less council tax"
    request_id = begin(helper, person_id, ["fill_in", "submit"], purpose)
    read_and_say_back(
        helper,
        request_id,
        present="Karim, her husband",
        own_words=f"Yes, please. As bright as a {WORD}",
    )
    given = {
        "witness_name": "Peter Hall",
        "witness_role": "caretaker at the church hall",
        "witness_family": "no",
        "witness_lives": "elsewhere",
        "witness_paid": "no",
    }
    confirm(helper, request_id, "witness", given)
