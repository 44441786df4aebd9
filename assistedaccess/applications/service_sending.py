"""From the last answer to the submission: reading back, and declaring and sending in one.

Sending a claim is never held: its date is money that does not come back (design, section 4, rule
10). A control may refuse it, with the lawful next step.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any
from uuid import UUID

import rfc8785
from flask_babel import gettext as _
from sqlalchemy import insert, select, update

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.casework.service import mark_claim_sent
from assistedaccess.consent.models import Consent
from assistedaccess.consent.rules import Mode, Power
from assistedaccess.consent.service import name_helper, tell_person
from assistedaccess.delegation.authority import Authority
from assistedaccess.delegation.service_life import end_with_task
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.people.models import Person
from assistedaccess.people.queries import get_person
from assistedaccess.services.definition import Definition
from assistedaccess.services.journey import Journey, find_journey
from assistedaccess.services.models import FormDefinition
from assistedaccess.services.queries import ServiceView, get_definition, get_service

from . import hearing, rules, service_payee
from .answers import Saved, list_from_record, load_pages, merge
from .copied import keep_texts
from .events import ApplicationSubmitted
from .models import AnswerPage, Application, Submission
from .queries_changes import Changed, find_change
from .rules import Declarer, DeclarerNotAllowed, Progress, SaidBack, State, Step
from .rules_changes import Purpose
from .service import (
    authorise_for,
    check_draft,
    check_version,
    lock_application,
    lock_with_case,
)
from .service_delivering import plan_delivery
from .words import declaration_html


@dataclass(frozen=True)
class _Form:
    """An application's form and answers, as they stand under the lock."""

    version: int
    hash: str
    definition: Definition
    pages: Saved
    journey: Journey


def _load_form(row: Application) -> _Form:
    version, form_hash = (
        get_session()
        .execute(
            select(FormDefinition.version, FormDefinition.hash).where(
                FormDefinition.id == row.form_definition_id
            )
        )
        .one()
    )
    definition = get_definition(form_hash)
    pages = load_pages(row.id, row.person_id)
    journey = find_journey(definition, merge(pages), clock.local(clock.now()))
    return _Form(version, form_hash, definition, pages, journey)


def _progress(row: Application, form: _Form) -> Progress:
    return Progress(
        version=row.version,
        read_back_version=row.read_back_version,
        read_back_answer=row.read_back_answer,
        unanswered=rules.first_unanswered(form.definition, form.journey),
    )


@command("applications.read_back")
def read_back(
    *,
    actor: Actor,
    application_id: UUID,
    version: int,
    answer: str,
    correction: str | None = None,
    path: str | None = None,
) -> UUID:
    """Record what the person said when the answers of a page were read to them.

    ``path`` is the page; without one, all of them were read at once. ``answer``: yes, correction
    (``correction`` says what is to be mended, in words) or, where the helper represents, not_here.
    Once each page is heard, the step is done for ``version``; an answer that changes later is read
    out again with its page. Raises StepMissing while an answer is missing, StaleVersion,
    ApplicationClosed, and what authorise() raises.
    """
    require(actor, Permission.APPLICATION_FILL_IN)
    row = lock_application(actor, application_id)
    check_draft(row)
    authority = authorise_for(actor, row, Power.FILL_IN)
    check_version(row, version)
    form = _load_form(row)
    rules.check_step(_progress(row, form), Step.READ_BACK)
    if answer not in rules.list_read_back(Mode(row.mode)):
        raise InvalidInput("answer", _("Select what the person said"))
    said = SaidBack(answer)
    words = None
    if said is SaidBack.CORRECTION:
        words = read_text(
            "correction", correction, rules.LONGEST_CORRECTION, _("Enter what has to be corrected")
        )
    if _hear(row, form, said, path):
        row.read_back_at = clock.now()
        row.read_back_by = actor.account_id
        row.read_back_version = row.version
        row.read_back_answer = said
    record(
        Action.APPLICATION_READ_BACK,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        authority=authority.pair,
        service=row.service,
        reason=str(said),
        details=_describe_hearing(path, words),
    )
    return row.id


def _describe_hearing(path: str | None, words: str | None) -> dict[str, str] | None:
    details = {**({"page": path} if path else {}), **({"words": words} if words else {})}
    return details or None


def _hear(row: Application, form: _Form, said: SaidBack, path: str | None) -> bool:
    """Keep that a page was heard; whether this settles the step: all are heard, or it is wrong.

    Raises NotFound for a page that is not on the way.
    """
    if path is None:
        return True
    page = form.definition.find_page(path)
    if page is None or page not in hearing.list_heard_pages(form.pages, form.journey):
        raise NotFound
    is_right = said is not SaidBack.CORRECTION
    heard = hearing.sum_of_page(row.id, page, form.journey.answers) if is_right else None
    get_session().execute(
        update(AnswerPage)
        .where(AnswerPage.application_id == row.id, AnswerPage.path == page.path)
        .values(heard=heard)
        .execution_options(synchronize_session=False)
    )
    left = hearing.list_unheard(row.id, form.pages, form.journey)
    return not is_right or all(other.path == page.path for other in left)


@command("applications.submit_application")
def submit_application(
    *,
    actor: Actor,
    application_id: UUID,
    version: int,
    declarer: str,
    declarer_words: str | None = None,
    written_on: date | None = None,
) -> UUID:
    """Declare that the answers of ``version`` are true, and send them, once; returns the id.

    ``declarer`` is who said so in the service's words: one of its catalogue's; ``declarer_words``
    their name and what shows that they may, where it is somebody else than person or helper.
    ``written_on``: the earlier day on which it was signed on paper, so that it is marked late. Sent
    already, by whichever tab or process: the same id, and nothing happens. Raises StepMissing,
    StaleVersion, ApplicationClosed, DeclarerNotAllowed, and what authorise() raises.
    """
    require(actor, Permission.APPLICATION_SUBMIT)
    row, case = lock_with_case(actor, application_id)
    if row.state == State.SUBMITTED:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("application", row.id))
        return row.id
    check_draft(row)
    authority = authorise_for(actor, row, Power.SUBMIT)
    check_version(row, version)
    form = _load_form(row)
    rules.check_step(_progress(row, form), Step.DECLARATION)
    service = get_service(row.service)
    person = get_person(row.person_id)  # held on to, so that nobody below asks for it again
    changed = find_change(row, form.definition, form.journey.answers)
    payee = service_payee.assess(actor, row, form.journey.answers, person, authority, changed)
    if row.purpose == Purpose.PAYMENT and payee is not None:
        service_payee.decide(actor, row, payee, authority)
        held = None
    else:
        held = service_payee.weigh_claim(actor, row, form.journey.answers, payee)
    row.written_on = rules.check_written_on(written_on, clock.today())
    _declare(actor, row, form, service, declarer, declarer_words, authority)
    _store(actor, row, form, authority, changed, payee_waits=held is not None)
    keep_texts(row.id, form.definition, form.journey.answers, person.name)
    if held is not None:
        service_payee.withhold(actor, row, payee, held)
    elif payee is not None:
        service_payee.keep(actor, row, form.journey.answers, payee)
    plan_delivery(row, service.entry)
    if case.service == row.service and changed is None:
        mark_claim_sent(case, clock.today())
    record(
        _SUBMITTED[Purpose(row.purpose)],
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        authority=authority.pair,
        service=row.service,
        reason=row.mode,
        details=changed.for_journal() if changed else None,
    )
    _tell(actor, row, person, service, authority)
    publish(
        ApplicationSubmitted(
            row.id, row.person_id, row.organisation_id, row.case_id, row.service, actor
        )
    )
    end_with_task(actor, authority)
    return row.id


_SUBMITTED = {
    Purpose.CLAIM: Action.APPLICATION_SUBMITTED,
    Purpose.CHANGE: Action.CHANGE_SUBMITTED,
    Purpose.PAYMENT: Action.PAYMENT_DETAILS_CHANGED,
}
_TOLD = {
    Purpose.CHANGE: NoticeKind.CHANGE_REPORTED,
    Purpose.PAYMENT: NoticeKind.PAYMENT_DETAILS_CHANGED,
}


def _declare(
    actor: Actor,
    row: Application,
    form: _Form,
    service: ServiceView,
    declarer: str,
    declarer_words: str | None,
    authority: Authority,
) -> None:
    if declarer not in list(Declarer):
        raise InvalidInput("declarer", _("Select who declares that the answers are true"))
    who = Declarer(declarer)
    if who not in rules.list_declarers(service.entry.may_declare, Mode(row.mode)):
        raise DeclarerNotAllowed(
            _("This service does not let them declare that the answers are true."),
            next_step=_("Have the person declare it, or somebody who may act for them by law."),
        )
    row.declarer = None
    if who.is_somebody_else:
        words = read_text(
            "declarer_words",
            declarer_words,
            rules.LONGEST_DECLARER,
            _("Enter their name, and what shows that they may declare"),
        )
        row.declarer = encryption.seal(row.person_id, f"application.declarer.{row.id}", words)
    shown = declaration_html(form.definition, row.language)
    row.declared_at = clock.now()
    row.declared_by = who
    row.declared_to = actor.account_id
    row.declared_words_hash = hashlib.sha256(shown.encode()).hexdigest()
    record(
        Action.APPLICATION_DECLARED,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        authority=authority.pair,
        service=row.service,
        reason=str(who),
        details={
            "words_sha256": row.declared_words_hash,
            "written_on": row.written_on.isoformat() if row.written_on else "",
        },
    )


def _store(
    actor: Actor,
    row: Application,
    form: _Form,
    authority: Authority,
    changed: Changed | None,
    *,
    payee_waits: bool,
) -> None:
    now = clock.now()
    written = rules.write_submission(
        reference=row.reference,
        service=row.service,
        form_version=form.version,
        form_hash=form.hash,
        mode=row.mode,
        language=row.language,
        answers=form.journey.answers,
        from_record=list_from_record(form.pages),
        declared_by=row.declared_by or "",
        declared_words_hash=row.declared_words_hash or "",
        read_back=row.read_back_answer or "",
        submitted_at=now.astimezone(UTC).isoformat(timespec="milliseconds"),
        changes=changed.for_submission() if changed else None,
        payee_waits=payee_waits,
    )
    if changed is not None:
        row.told = changed.seal(row)
    body, salt = rfc8785.dumps(written), secrets.token_bytes(32)
    values: Mapping[str, Any] = {
        "id": new_id(),
        "application_id": row.id,
        "sealed_for": row.person_id,
        "body": encryption.seal(row.person_id, f"submission.body.{row.id}", body),
        "salt": encryption.seal(row.person_id, f"submission.salt.{row.id}", salt),
        "commitment": hmac.digest(salt, body, "sha256"),
        "submitted_at": now,
        "submitted_by": actor.account_id,
        "submitted_by_human": actor.human_id,
        "authority_kind": authority.kind,
        "authority_id": authority.id,
    }
    get_session().execute(insert(Submission), [values])
    row.state = State.SUBMITTED
    row.submitted_at = now
    row.changed_at = now
    row.ended_by = actor.account_id
    row.version += 1
    get_session().flush()


def find_visit_of(authority: Authority) -> UUID | None:
    """The visit of an assisting consent; a delegation has none."""
    if authority.kind != "assisting":
        return None
    return get_session().scalar(select(Consent.visit_id).where(Consent.id == authority.id))


def _tell(
    actor: Actor, row: Application, person: Person, service: ServiceView, authority: Authority
) -> None:
    """At once where somebody acted for the person or much is at stake; else in the digest."""
    at_once = row.mode == Mode.REPRESENTING or service.entry.risk == "risky"
    kind = NoticeKind.APPLICATION_SENT_FOR_YOU if at_once else NoticeKind.APPLICATION_SUBMITTED
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=_TOLD.get(Purpose(row.purpose), kind),
        organisation_id=row.organisation_id,
        visit_id=find_visit_of(authority),
        facts={
            "helper": name_helper(actor) if at_once else "",
            "service": service.name(person.language),
            "their_reference": row.reference,
        },
    )
