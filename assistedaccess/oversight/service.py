"""The auditor's own acts: each look into the journal is in the journal too."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.accounts.attempts import limit_rate
from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.errors import NotFound

from . import queries
from .queries import Page, Story
from .rules import EXPORT_ROWS, Question

MOST_EXPORTS = 30
"""Of one account in an hour."""


@command("oversight.search_journal")
def search_journal(*, actor: Actor, question: Question, after: UUID | None = None) -> Page:
    """A page of the journal. Recorded with what was asked."""
    require(actor, Permission.JOURNAL_VIEW)
    record(
        Action.JOURNAL_SEARCHED,
        actor=actor,
        person_id=question.person_id,
        details=question.as_details(),
    )
    return queries.list_events(actor, question, after=after)


@command("oversight.open_event")
def open_event(*, actor: Actor, event_id: UUID) -> Story:
    """One event in full. Raises NotFound outside the auditor's remit."""
    require(actor, Permission.JOURNAL_VIEW)
    story = queries.find_story(actor, event_id)
    if story is None:
        raise NotFound
    record(
        Action.JOURNAL_EVENT_OPENED,
        actor=actor,
        person_id=story.event.person_id,
        subject=("audit_event", event_id),
    )
    return story


@command("oversight.export_journal")
def export_journal(*, actor: Actor, question: Question) -> int:
    """Record that what is asked for leaves the system; returns how many rows it may hold.

    Raises TooManyAttempts where one account exports without end (ASVS 5.0, 2.4.1).
    """
    require(actor, Permission.JOURNAL_EXPORT)
    if actor.account_id is not None:
        limit_rate(
            "journal_export",
            actor.account_id,
            MOST_EXPORTS,
            timedelta(hours=1),
            _("You have exported very often in the last hour."),
            _("Wait a while, or ask for more in one export."),
        )
    record(
        Action.JOURNAL_EXPORTED,
        actor=actor,
        person_id=question.person_id,
        details=question.as_details(),
    )
    return EXPORT_ROWS
