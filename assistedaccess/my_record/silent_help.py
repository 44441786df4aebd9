"""The silent sign on the page by which a person opens their own record."""

from __future__ import annotations

from assistedaccess.consent import silent
from assistedaccess.kernel.actor import Actor
from assistedaccess.people import cards, private

from .models_online import RecordSession
from .rules_online import Proof, read_digits
from .service import registered_at


def heed(actor: Actor, session: RecordSession, typed: str) -> None:
    """Tell the leads of where the sign was agreed, if it was given; the page shows nothing of it.

    Who stands beside the person sees their record open as with any other number. A number that
    came too late is no proof, and is heeded all the same.
    """
    if session.person_id is None or session.proof != Proof.CARD:
        return
    cards.hear_sign(session.person_id, session.id, [read_digits(typed)])
    if private.was_given(session.person_id, []):
        at = private.find_organisation(session.person_id) or registered_at(session.person_id)
        silent.call_for_help(actor, session.id, session.person_id, at)
