"""The silent sign on the page by which a person opens their own record."""

from __future__ import annotations

from assistedaccess.consent import silent
from assistedaccess.consent.models_silent import Occasion
from assistedaccess.people import cards, private

from .models_online import RecordSession
from .rules_online import Proof, read_digits
from .service import registered_at


def heed(session: RecordSession, typed: str) -> None:
    """Keep the call for help at where the sign was agreed, if it was given; the page shows nothing
    of it, and sends the same statements.

    Who stands beside the person sees their record open as with any other number. A number that
    came too late is no proof, and is heeded all the same.
    """
    if session.person_id is None or session.proof != Proof.CARD:
        return
    cards.hear_sign(session.person_id, session.id, [read_digits(typed)])
    at = private.find_organisation(session.person_id) or registered_at(session.person_id)
    silent.keep_call(
        session.id,
        session.person_id,
        at,
        Occasion.RECORD,
        is_given=private.was_given(session.person_id, []),
    )
