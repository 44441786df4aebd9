"""The auditor's own acts: each look into the journal is in the journal too."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.accounts.attempts import limit_rate
from assistedaccess.audit import Action, record
from assistedaccess.audit.checkpoints import Checkpoint, find_checkpoint
from assistedaccess.audit.once import Once
from assistedaccess.audit.proofs import prove
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id

from . import queries, story
from .models import SavedQuestion
from .queries import Page
from .rules import EXPORT_ROWS as EXPORT_ROWS
from .rules import Question
from .service_flags import read_words, sample_own_look
from .story import Story

MOST_EXPORTS = 30
"""Of one account in an hour."""
MOST_SAVED = 30
LONGEST_NAME = 80


@command("oversight.search_journal")
def search_journal(*, actor: Actor, question: Question, after: UUID | None = None) -> Page:
    """A page of the journal, newest first; the life of an authority from its beginning. Recorded
    with what was asked."""
    require(actor, Permission.JOURNAL_VIEW)
    event_id = record(
        Action.JOURNAL_SEARCHED,
        actor=actor,
        person_id=question.person_id,
        details=question.as_details(),
    )
    sample_own_look(actor, event_id, question.person_id)
    return queries.list_events(actor, question, after=after, oldest_first=question.is_life)


@command("oversight.open_event")
def open_event(*, actor: Actor, event_id: UUID) -> Story:
    """One event in full. Raises NotFound outside the auditor's remit."""
    require(actor, Permission.JOURNAL_VIEW)
    found = story.find_story(actor, event_id)
    if found is None:
        raise NotFound
    look_id = record(
        Action.JOURNAL_EVENT_OPENED,
        actor=actor,
        person_id=found.event.person_id,
        subject=("audit_event", event_id),
    )
    sample_own_look(actor, look_id, found.event.person_id)
    return found


@command("oversight.take_proof")
def take_proof(*, actor: Actor, event_id: UUID) -> str:
    """The proof that an event is in the journal (C2SP tlog-proof).

    Raises NotFound outside the remit, and while no checkpoint has the event.
    """
    require(actor, Permission.JOURNAL_EXPORT)
    event = queries.find_event(actor, event_id)
    if event is None:
        raise NotFound
    record(
        Action.JOURNAL_EXPORTED,
        actor=actor,
        person_id=event.person_id,
        subject=("audit_event", event_id),
        reason="proof",
    )
    return prove(event_id)


@command("oversight.export_journal")
def export_journal(*, actor: Actor, question: Question) -> Checkpoint | None:
    """Record that what is asked for leaves the system; returns the checkpoint that it stands on.

    Raises TooManyAttempts where one account exports without end (ASVS 5.0, 2.4.1).
    """
    require(actor, Permission.JOURNAL_EXPORT)
    limit_exports(actor)
    event_id = record(
        Action.JOURNAL_EXPORTED,
        actor=actor,
        person_id=question.person_id,
        details=question.as_details(),
    )
    sample_own_look(actor, event_id, question.person_id)
    return find_checkpoint()


def limit_exports(actor: Actor) -> None:
    """Raise TooManyAttempts where one account takes files away without end."""
    if actor.account_id is not None:
        limit_rate(
            "journal_export",
            actor.account_id,
            MOST_EXPORTS,
            timedelta(hours=1),
            _("You have exported very often in the last hour."),
            _("Wait a while, or ask for more in one export."),
        )


@command("oversight.save_question")
def save_question(
    *, actor: Actor, name: str, asked: list[tuple[str, str]], request_key: str | None = None
) -> UUID:
    """Keep a question under a name, for this account alone."""
    require(actor, Permission.JOURNAL_VIEW)
    named = read_words("name", name, LONGEST_NAME, _("Enter a name for the question"))
    assert actor.account_id is not None and actor.organisation_id is not None  # noqa: S101, PT018
    once = Once(actor, "oversight.save_question", request_key, named, asked)
    if (repeated := once.find("saved_question")) is not None:
        return repeated
    if len(queries.list_saved(actor)) >= MOST_SAVED:
        raise InvalidInput(
            "name", _("You keep %(most)s questions. Drop one first.", most=MOST_SAVED)
        )
    row = SavedQuestion(
        id=new_id(),
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        name=encryption.seal(actor.account_id, "saved_question.name", named),
        asked=[list(pair) for pair in asked],
        saved_at=clock.now(),
    )
    get_session().add(row)
    record(Action.QUESTION_SAVED, actor=actor, subject=("saved_question", row.id))
    return once.keep(row.id)


@command("oversight.drop_question")
def drop_question(*, actor: Actor, question_id: UUID) -> UUID:
    """Keep a question no longer. Raises NotFound for somebody else's."""
    require(actor, Permission.JOURNAL_VIEW)
    row = get_session().get(SavedQuestion, question_id, with_for_update=True)
    if row is None or row.account_id != actor.account_id or row.ended_at is not None:
        raise NotFound
    row.ended_at = clock.now()
    record(Action.QUESTION_DROPPED, actor=actor, subject=("saved_question", row.id))
    return row.id
