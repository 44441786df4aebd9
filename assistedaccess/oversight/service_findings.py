"""Findings: case files of auditors, to which things are only ever added."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.checkpoints import find_leaf
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.once import Once
from assistedaccess.audit.tree import leaf_hash
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id, new_reference

from . import queries_findings, rules_findings
from .models import Finding, FindingEntry
from .queries import find_event
from .queries_findings import FindingPage, FindingView, QuestionRow
from .remit import list_remit_ids
from .rules_findings import EntryKind, ReferredTo
from .rules_flags import Decision, OwnAct
from .service_flags import decide_flag, read_words

LONGEST_TITLE = 200
LONGEST_TEXT = 8000
OPEN = "oversight.open_finding"


@command(OPEN)
def open_finding(
    *,
    actor: Actor,
    organisation_id: UUID,
    title: str,
    what: str,
    due_on: date | None = None,
    event_id: UUID | None = None,
    flag_id: UUID | None = None,
    request_key: str | None = None,
) -> UUID:
    """Open a finding about an organisation of the remit; with a first event as its evidence, and
    the flag that led to it decided by it. Raises NotFound outside the remit."""
    require(actor, Permission.FINDING_WRITE)
    if organisation_id not in list_remit_ids(actor):
        raise NotFound
    once = Once(actor, OPEN, request_key)
    if (repeated := once.find("finding")) is not None:
        return repeated
    named = read_words("title", title, LONGEST_TITLE, _("Enter what it is about"))
    told = read_words("what", what, LONGEST_TEXT, _("Enter what was found"))
    assert actor.account_id is not None and actor.human_id is not None  # noqa: S101, PT018
    assert actor.organisation_id is not None  # noqa: S101  (its remit holds the organisation)
    finding = Finding(
        id=new_id(),
        reference=new_reference("F"),
        organisation_id=organisation_id,
        auditing_organisation_id=actor.organisation_id,
        title="",
        opened_at=clock.now(),
        opened_by=actor.account_id,
        opened_by_human_id=actor.human_id,
    )
    finding.title = encryption.seal(finding.id, "finding.title", named)
    get_session().add(finding)
    get_session().flush()
    record(Action.FINDING_OPENED, actor=actor, subject=("finding", finding.id))
    _add(actor, finding, EntryKind.WHAT, told, due_on=_read_deadline(due_on))
    if event_id is not None:
        _pin(actor, finding, event_id, None)
    if flag_id is not None:
        decide_flag(
            actor=actor,
            flag_id=flag_id,
            decision=Decision.FINDING,
            words=finding.reference,
            finding_id=finding.id,
        )
    return once.keep(finding.id)


@command("oversight.pin_evidence")
def pin_evidence(
    *,
    actor: Actor,
    finding_id: UUID,
    event_id: UUID,
    why: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Pin an event of the journal to a finding, by its hash and its place. Raises NotFound for an
    event or a finding outside the remit, FindingClosed."""
    require(actor, Permission.FINDING_WRITE)
    finding = _reach(actor, finding_id)
    once = Once(actor, "oversight.pin_evidence", request_key, finding_id, event_id, why)
    if (repeated := once.find("finding")) is not None:
        return repeated
    rules_findings.check_entry(queries_findings.list_steps(finding.id), EntryKind.EVIDENCE)
    _pin(actor, finding, event_id, why)
    return once.keep(finding.id)


def _pin(actor: Actor, finding: Finding, event_id: UUID, why: str | None) -> None:
    event = find_event(actor, event_id)
    if event is None:
        raise NotFound
    words = read_words("why", why, LONGEST_TEXT, "") if (why or "").strip() else None
    _add(actor, finding, EntryKind.EVIDENCE, words, event=event)


@command("oversight.add_to_finding")
def add_to_finding(
    *,
    actor: Actor,
    finding_id: UUID,
    kind: str,
    text: str,
    due_on: date | None = None,
    referred_to: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Add a note, a question to the organisation, a conclusion, a hand-on, a deadline, the end.

    Raises NotFound, FindingClosed, NotConcluded.
    """
    require(actor, Permission.FINDING_WRITE)
    finding = _reach(actor, finding_id)
    if kind not in rules_findings.WRITTEN_BY_AUDITORS:
        raise InvalidInput("kind", _("Select what you add"))
    added = EntryKind(kind)
    once = Once(actor, "oversight.add_to_finding", request_key, finding_id, kind, text)
    if (repeated := once.find("finding")) is not None:
        return repeated
    rules_findings.check_entry(queries_findings.list_steps(finding.id), added)
    words = read_words("text", text, LONGEST_TEXT, _("Enter the words"))
    if added is EntryKind.DEADLINE and due_on is None:
        raise InvalidInput("due_on", _("Enter the deadline"))
    sets_deadline = added in (EntryKind.DEADLINE, EntryKind.QUESTION, EntryKind.REFERRED)
    _add(
        actor,
        finding,
        added,
        words,
        due_on=_read_deadline(due_on) if sets_deadline else None,
        referred_to=_read_referred(referred_to) if added is EntryKind.REFERRED else None,
    )
    return once.keep(finding.id)


@command("oversight.answer_finding")
def answer_finding(
    *, actor: Actor, reference: str, text: str, request_key: str | None = None
) -> UUID:
    """The organisation's answer to what an auditor asked, by one of its managers.

    Raises NotFound where nothing is asked of the actor's organisation, OwnAct where the evidence
    shows what the manager did themself, FindingClosed.
    """
    require(actor, Permission.FINDING_ANSWER)
    finding = queries_findings.find_asked(actor, reference)
    if finding is None:
        raise NotFound
    concerns(subject=("finding", finding.id), organisation_id=finding.organisation_id)
    if queries_findings.is_in_evidence(finding.id, actor.human_id):
        raise OwnAct(
            _("This is about something that you did yourself, so you cannot answer it."),
            next_step=_("Ask another manager of your organisation to answer."),
        )
    once = Once(actor, "oversight.answer_finding", request_key, finding.id, text)
    if (repeated := once.find("finding")) is not None:
        return repeated
    rules_findings.check_entry(queries_findings.list_steps(finding.id), EntryKind.ANSWER)
    words = read_words("text", text, LONGEST_TEXT, _("Enter your answer"))
    _add(actor, finding, EntryKind.ANSWER, words)
    return once.keep(finding.id)


@command("oversight.open_question")
def open_question(*, actor: Actor, reference: str) -> QuestionRow:
    """What an auditor asks of the actor's organisation; nothing else of the finding."""
    require(actor, Permission.FINDING_ANSWER)
    finding = queries_findings.find_asked(actor, reference)
    if finding is None:
        raise NotFound
    record(Action.FINDING_VIEWED, actor=actor, subject=("finding", finding.id), reason="question")
    return queries_findings.get_question(finding)


@command("oversight.list_questions_asked")
def list_questions_asked(*, actor: Actor) -> list[QuestionRow]:
    """What auditors have asked of the actor's organisation and nobody has answered."""
    require(actor, Permission.FINDING_ANSWER)
    record(Action.FINDINGS_LISTED, actor=actor, reason="questions")
    return queries_findings.list_questions(actor)


@command("oversight.list_findings")
def list_findings(*, actor: Actor, closed: bool = False, before: UUID | None = None) -> FindingPage:
    """A page of the findings of the actor's office in their remit, newest first."""
    require(actor, Permission.JOURNAL_VIEW)
    record(Action.FINDINGS_LISTED, actor=actor)
    return queries_findings.list_findings(actor, closed=closed, before=before)


@command("oversight.view_finding")
def view_finding(*, actor: Actor, reference: str, to_print: bool = False) -> FindingView:
    """One finding in full. Raises NotFound outside the office or the remit."""
    require(actor, Permission.JOURNAL_VIEW)
    finding = queries_findings.find_finding(actor, reference)
    if finding is None:
        raise NotFound
    action = Action.FINDING_PRINTED if to_print else Action.FINDING_VIEWED
    record(action, actor=actor, subject=("finding", finding.id))
    return queries_findings.gather(actor, finding)


@command("oversight.bundle_finding")
def bundle_finding(*, actor: Actor, reference: str) -> FindingView:
    """The finding for a court or the police. Recorded first, so that its custody log says so;
    bundle.make_bundle makes the file once this is committed."""
    require(actor, Permission.JOURNAL_EXPORT)
    finding = queries_findings.find_finding(actor, reference)
    if finding is None:
        raise NotFound
    record(Action.FINDING_BUNDLED, actor=actor, subject=("finding", finding.id))
    return queries_findings.gather(actor, finding)


def _reach(actor: Actor, finding_id: UUID) -> Finding:
    finding = queries_findings.lock_finding(actor, finding_id)
    if finding is None:
        raise NotFound
    concerns(subject=("finding", finding.id))
    return finding


def _add(
    actor: Actor,
    finding: Finding,
    kind: EntryKind,
    text: str | None,
    *,
    due_on: date | None = None,
    referred_to: str | None = None,
    event: AuditEvent | None = None,
) -> None:
    assert actor.account_id is not None and actor.human_id is not None  # noqa: S101, PT018
    entry_id = new_id()
    get_session().add(
        FindingEntry(
            id=entry_id,
            finding_id=finding.id,
            kind=str(kind),
            text=encryption.seal(finding.id, "finding_entry.text", text) if text else None,
            event_id=event.id if event is not None else None,
            leaf_hash=leaf_hash(event.body) if event is not None else None,
            leaf_index=find_leaf(event.id) if event is not None else None,
            referred_to=referred_to,
            due_on=due_on,
            account_id=actor.account_id,
            human_id=actor.human_id,
            written_at=clock.now(),
        )
    )
    get_session().flush()
    record(
        Action.FINDING_CHANGED,
        actor=actor,
        subject=("finding", finding.id),
        authority=("audit_event", event.id) if event is not None else None,
        reason=str(kind),
    )


def _read_deadline(due_on: date | None) -> date | None:
    if due_on is not None and due_on < clock.today():
        raise InvalidInput("due_on", _("The deadline must be today or later"))
    return due_on


def _read_referred(referred_to: str | None) -> str:
    try:
        return str(ReferredTo(referred_to or ""))
    except ValueError as error:
        raise InvalidInput("referred_to", _("Select to whom it is handed on")) from error
