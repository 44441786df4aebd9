"""What a helper reads of how the person hears of what was just done."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.kernel.actor import Actor
from assistedaccess.notices.rules import Channel

from .routes import choose_route


def say_told(person_id: UUID, actor: Actor) -> str:
    """By the route that is theirs now: where no message goes, or none in time, the helper must.

    A relative or friend does not read which: it says what is safe for the person (ADR 0048).
    """
    if actor.is_family:
        return say_told_somehow()
    channel = choose_route(person_id, actor).channel
    if channel in (Channel.TEXT, Channel.EMAIL):
        return _("The person is told.")
    if channel == Channel.LETTER:
        return _("A letter goes to the person, and may come late: tell them yourself too.")
    return _("No message goes to the person: tell them yourself.")


def say_told_somehow() -> str:
    """For whoever is to learn nothing of how the person can be reached."""
    return _("They are told by their safe route. Tell them yourself where they have none.")
