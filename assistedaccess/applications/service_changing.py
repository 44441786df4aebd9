"""Commands that report a change to what was sent: an application that changes another one.

From then on it is filled in, read back, declared and sent like any other. It rests on a delegation
that carries ``report_change``: an assisting consent carries filling in and sending, nothing else
(design, section 2), so a person who is here lets somebody tell of changes first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import insert

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.casework.models import Case
from assistedaccess.casework.rules import CaseState
from assistedaccess.consent.rules import Mode, Power
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.inputs import read_text
from assistedaccess.services.journey import find_journey
from assistedaccess.services.queries import find_change_service, get_definition

from . import hearing
from .answers import load_pages, merge, seal_page
from .models import AnswerPage, Application
from .queries_changes import Changes, load_changes, seal_told
from .rules import CaseIsClosed, State
from .rules_changes import (
    FURTHEST_SINCE_DAYS,
    LONGEST_WHAT,
    NothingSent,
    Purpose,
    write_told,
)
from .service import (
    add_draft,
    authorise_change,
    authorise_for,
    check_draft,
    check_no_draft,
    check_version,
    lock_application,
    lock_with_case,
)

START = "applications.start_change"


@command(START)
def start_change(
    *,
    actor: Actor,
    application_id: UUID,
    what: str | None = None,
    since_on: date | None = None,
    request_key: str | None = None,
) -> UUID:
    """Begin to report a change to what was sent; returns the change report's id.

    Where the catalogue has a form for such changes, that form is asked. Else the claim's own form
    is, with the answers that were sent last, each to be changed; and ``what`` has changed since
    ``since_on`` is said in the person's words first. Two requests with one ``request_key`` begin
    one. Raises NothingSent, CaseIsClosed, InvalidInput, and what authorise() raises.
    """
    require(actor, Permission.APPLICATION_FILL_IN)
    once = Once(actor, START, request_key, application_id, what, since_on)
    repeated = once.find("application")
    if repeated is not None:
        return repeated
    claim, case = lock_claim(actor, application_id)
    authority = authorise_change(actor, claim.person_id, claim.service, Purpose.CHANGE)
    told: Mapping[str, Any] = {}
    service, definition_id = claim.service, claim.form_definition_id
    own = find_change_service(claim.service)
    if own is not None and own.form_definition_id is not None:
        service, definition_id = own.key, own.form_definition_id
    else:
        told = read_told(what, since_on)
    check_no_draft(case.id, service, Purpose.CHANGE)
    row = add_draft(
        actor,
        case,
        authority,
        service,
        definition_id,
        mode=Mode.REPRESENTING,
        language=claim.language,
        purpose=Purpose.CHANGE,
        changes_id=claim.id,
    )
    if told:
        row.told = seal_told(row.person_id, row.id, told)
        _carry_answers(row, _load_before(row))
    get_session().flush()
    record(
        Action.CHANGE_STARTED,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        authority=authority.pair,
        service=row.service,
        details={
            "changes": str(claim.id),
            "answer what": told.get("what", ""),
            "since": told.get("since_on", ""),
        },
    )
    return once.keep(row.id)


def lock_claim(actor: Actor, application_id: UUID) -> tuple[Application, Case]:
    """The claim that is to be changed, and its case, locked; of a change report, the claim behind
    it. Raises NothingSent, CaseIsClosed, NotFound."""
    claim, case = lock_with_case(actor, application_id)
    if claim.changes_id is not None:
        claim = lock_application(actor, claim.changes_id)
    if claim.state != State.SUBMITTED:
        raise NothingSent(
            _("This application was not sent, so there is nothing to change in it yet."),
            next_step=_("Go on with the application itself."),
        )
    if case.state == CaseState.CLOSED:
        raise CaseIsClosed(_("This case is closed."), next_step=_("Reopen the case first."))
    return claim, case


def read_told(what: str | None, since_on: date | None) -> Mapping[str, Any]:
    """What has changed, in the person's words, and since when. Raises InvalidInput."""
    words = read_text("what", what, LONGEST_WHAT, _("Enter what has changed"))
    if since_on is None:
        raise InvalidInput("since_on", _("Enter since when it is so"))
    if since_on > clock.today() + timedelta(days=FURTHEST_SINCE_DAYS):
        raise InvalidInput("since_on", _("The day must be within the next 12 months"))
    return write_told(words, since_on.isoformat())


def _load_before(row: Application) -> Changes:
    changes = load_changes(row)
    assert changes is not None  # noqa: S101  (it is a change report)
    return changes


def _carry_answers(row: Application, before: Changes) -> None:
    """Put the answers that were sent last into the new draft, as heard: the person said yes to
    them when they were sent. Whatever changes is read out again, with its page."""
    pages = load_pages(before.before_id, row.person_id)
    definition = get_definition(before.form_hash)
    journey = find_journey(definition, merge(pages), clock.local(before.sent_at))
    for page in journey.pages:
        saved = pages.get(page.path)
        if saved is None:
            continue
        answers = {key: saved.answers[key] for key in saved.answers if key in journey.answers}
        get_session().execute(
            insert(AnswerPage),
            [
                {
                    "application_id": row.id,
                    "path": page.path,
                    "answers": seal_page(
                        row.person_id, row.id, page.path, answers, saved.from_record & set(answers)
                    ),
                    "version": 1,
                    "saved_at": row.started_at,
                    "saved_by": row.started_by,
                    "authority_kind": row.authority_kind,
                    "authority_id": row.authority_id,
                    "heard": hearing.sum_of_page(row.id, page, journey.answers),
                }
            ],
        )


@command("applications.tell_change")
def tell_change(
    *, actor: Actor, application_id: UUID, what: str, since_on: date | None, version: int
) -> UUID:
    """Say anew, in a draft, what has changed and since when; it is read back again after that.

    Raises InvalidInput, ApplicationClosed, StaleVersion, and what authorise() raises.
    """
    require(actor, Permission.APPLICATION_FILL_IN)
    row = lock_application(actor, application_id)
    check_draft(row)
    authority = authorise_for(actor, row, Power.FILL_IN)
    check_version(row, version)
    if row.told is None:
        raise InvalidInput("what", _("The form itself asks what has changed"))
    told = read_told(what, since_on)
    row.told = seal_told(row.person_id, row.id, told)
    assert actor.account_id is not None  # noqa: S101  (authorise refused it)
    row.version += 1
    row.changed_at = clock.now()
    row.changed_by = actor.account_id
    record(
        Action.ANSWERS_SAVED,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        authority=authority.pair,
        service=row.service,
        details={"page": "what-has-changed"},
    )
    return row.id
