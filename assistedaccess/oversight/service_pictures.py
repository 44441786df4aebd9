"""The recorded look with which the auditor's pictures begin."""

from __future__ import annotations

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command

from . import queries_pictures
from .queries_pictures import Pictures
from .service_flags import sample_own_look


@command("oversight.view_pictures")
def view_pictures(*, actor: Actor) -> Pictures:
    """The pictures of this auditor's remit."""
    require(actor, Permission.JOURNAL_VIEW)
    event_id = record(Action.JOURNAL_SEARCHED, actor=actor, reason="pictures")
    sample_own_look(actor, event_id, None)
    return queries_pictures.gather(actor)
