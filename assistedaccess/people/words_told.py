"""What a helper reads of how the person hears of what was just done."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.kernel.actor import Actor
from assistedaccess.notices.rules import Channel

from .routes import choose_route


def say_told(person_id: UUID, actor: Actor) -> str:
    """By the route that is theirs now: where no message goes, or none in time, the helper must."""
    channel = choose_route(person_id, actor).channel
    if channel in (Channel.TEXT, Channel.EMAIL):
        return _("The person is told.")
    if channel == Channel.LETTER:
        return _("A letter goes to the person, and may come late: tell them yourself too.")
    return _("No message goes to the person: tell them yourself.")
