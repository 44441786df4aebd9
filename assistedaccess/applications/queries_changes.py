"""What a change report changes: the newest of what was sent, as it was before."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State as PendingState
from assistedaccess.delegation.queries import list_delegations
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.services.definition import Definition
from assistedaccess.services.journey import find_journey
from assistedaccess.services.models import FormDefinition
from assistedaccess.services.pages import SummaryRow, summarise
from assistedaccess.services.queries import get_definition

from .models import Application, Submission
from .models_payee import PaymentDetails
from .queries_evidence import list_evidence
from .rules import State
from .rules_changes import Difference, Purpose, list_changed_keys, list_differences, write_told
from .rules_payee import mask


@dataclass(frozen=True)
class Changes:
    """The claim that is changed, and the answers of ``before``: what was sent for it last.

    ``reference`` is the claim's, ``before_reference`` that of what was sent last: the claim, or an
    earlier change report. ``same_form``: both ask the same, so that what is no longer asked has
    gone. ``what`` and ``since_on`` are the person's words, empty where the form itself asks them.
    """

    id: UUID
    reference: str
    before_id: UUID
    before_reference: str
    sent_at: datetime
    form_hash: str
    same_form: bool
    what: str
    since_on: date | None
    answers: Mapping[str, Any] = field(repr=False)

    @cached_property
    def definition(self) -> Definition:
        """The form under which it was sent."""
        return get_definition(self.form_hash)

    def list_changed(self, answers: Mapping[str, Any]) -> list[str]:
        """The keys of ``answers``, those in play, that differ from what was sent."""
        return list_changed_keys(self.answers, answers, same_form=self.same_form)


def load_changes(row: Application) -> Changes | None:
    """What a change report changes; None for anything else. One statement.

    Of what was sent meanwhile nothing counts: of a report that was itself sent, what stood then.
    """
    if row.changes_id is None:
        return None
    claim = aliased(Application)
    query = (
        select(Application, claim.reference, FormDefinition.hash, Submission.body)
        .select_from(Application)
        .join(claim, claim.id == row.changes_id)
        .join(FormDefinition, FormDefinition.id == Application.form_definition_id)
        .join(Submission, Submission.application_id == Application.id)
        .where(
            or_(
                Application.id == row.changes_id,
                (Application.changes_id == row.changes_id)
                & (Application.purpose == row.purpose)
                # A change that has a form of its own is held against the claim itself.
                & (
                    (Application.form_definition_id == claim.form_definition_id)
                    & (claim.form_definition_id == row.form_definition_id)
                    | (Application.purpose == Purpose.PAYMENT)
                )
                # What the person said no to, and was put aside, is not what stood before.
                & ~exists().where(
                    PaymentDetails.application_id == Application.id,
                    PaymentDetails.ended_at.is_not(None),
                ),
            ),
            Application.state == State.SUBMITTED,
            Application.id != row.id,
        )
        .order_by(Application.submitted_at.desc(), Application.id.desc())
        .limit(1)
    )
    if row.submitted_at is not None:
        query = query.where(Application.submitted_at <= row.submitted_at)
    before, reference, form_hash, body = get_session().execute(query).one()
    told = open_told(row.person_id, row.id, row.told)
    since = told.get("since_on")
    return Changes(
        id=row.changes_id,
        reference=reference,
        before_id=before.id,
        before_reference=before.reference,
        sent_at=before.submitted_at or before.changed_at,
        form_hash=form_hash,
        same_form=before.purpose == Purpose.PAYMENT
        or before.form_definition_id == row.form_definition_id,
        what=told.get("what", ""),
        since_on=date.fromisoformat(since) if since else None,
        answers=open_answers(before, body),
    )


def told_and_stopped(application_id: Any) -> Any:
    """Whether an application is a change of account to which the person has said no, for a query.

    A claim that named one is none: it goes on.
    """
    return exists().where(
        PaymentDetails.application_id == application_id,
        PaymentDetails.claim_id != PaymentDetails.application_id,
        PaymentDetails.stopped_at.is_not(None),
    )


def open_answers(row: Application, body: bytes) -> Mapping[str, Any]:
    """The answers that were sent; none where they have been erased."""
    try:
        opened = encryption.unseal(row.person_id, f"submission.body.{row.id}", body)
    except KeyForgotten:
        return {}
    answers: Mapping[str, Any] = json.loads(opened)["answers"]
    return answers


def compare(
    changes: Changes,
    definition: Definition,
    answers: Mapping[str, Any],
    *,
    now: datetime,
    language: str,
    name_file: Callable[[str], str],
) -> list[Difference]:
    """Each answer that differs, before and after, in words; ``answers`` are those in play."""

    def sum_up(form: Definition, given: Mapping[str, Any], moment: datetime) -> list[SummaryRow]:
        sections = summarise(
            form,
            find_journey(form, given, moment),
            now=moment,
            language=language,
            translate=_,
            name_file=name_file,
        )
        return [row for section in sections for row in section.rows]

    return list_differences(
        changes.list_changed(answers),
        sum_up(changes.definition, changes.answers, clock.local(changes.sent_at)),
        sum_up(definition, answers, now),
    )


@dataclass(frozen=True)
class Changed:
    """A change report as it is sent: what it changes, and each answer before and after.

    Numbers of accounts are covered wherever they are told on.
    """

    changes: Changes
    differences: Sequence[Difference]
    answers: Mapping[str, Any] = field(repr=False)

    @property
    def _keys(self) -> list[str]:
        return [each.key for each in self.differences]

    @property
    def _since(self) -> str:
        return self.changes.since_on.isoformat() if self.changes.since_on else ""

    def for_submission(self) -> dict[str, Any]:
        """What stands in the submission: ``before`` holds the answers that differ, as they were."""
        return {
            "reference": self.changes.reference,
            "of": self.changes.before_reference,
            "what": self.changes.what,
            "since_on": self._since,
            "changed": self._keys,
            "before": {k: v for k, v in self.changes.answers.items() if k in self._keys},
        }

    def for_journal(self) -> dict[str, Any]:
        """What the journal commits to, sealed: before and after, in words, by ``answer key``.

        So named, an auditor is shown the end of each alone (oversight.rules.is_covered).
        """
        return {
            "changes": str(self.changes.id),
            "answer what": self.changes.what,
            "since": self._since,
            "before": {f"answer {one.key}": _join(one.before) for one in mask(self.differences)},
            "after": {f"answer {one.key}": _join(one.after) for one in mask(self.differences)},
        }

    def seal(self, row: Application) -> bytes:
        """The same for the column of Application, which stories read."""
        told = write_told(self.changes.what, self._since, mask(self.differences))
        return seal_told(row.person_id, row.id, told)


def _join(lines: Sequence[str] | None) -> str:
    return "; ".join(lines or ())


def find_change(
    row: Application, definition: Definition, answers: Mapping[str, Any]
) -> Changed | None:
    """What a change report that is about to be sent changes; None for anything else."""
    changes = load_changes(row)
    if changes is None:
        return None
    takes_files = definition.takes_files
    files = list_evidence(row.id, row.person_id, row.changes_id) if takes_files else {}
    differences = compare(
        changes,
        definition,
        answers,
        now=clock.local(clock.now()),
        language=row.language,
        name_file=lambda file_id: files[file_id].name if file_id in files else "–",
    )
    return Changed(changes, differences, answers)


def seal_told(person_id: UUID, application_id: UUID, told: Mapping[str, Any]) -> bytes:
    """What was told of a change, for the column of Application."""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return encryption.seal(person_id, f"application.told.{application_id}", text)


def open_told(person_id: UUID, application_id: UUID, sealed: bytes | None) -> Mapping[str, Any]:
    """What seal_told() sealed; nothing where there is nothing, or the person was erased."""
    if sealed is None:
        return {}
    try:
        text = encryption.unseal(person_id, f"application.told.{application_id}", sealed)
    except KeyForgotten:
        return {}
    opened: Mapping[str, Any] = json.loads(text)
    return opened


@dataclass(frozen=True)
class Waiting:
    """How far it is with what a second human has to look at first; ``words`` are why it waits."""

    reference: str
    state: PendingState
    words: str
    asked_at: datetime
    due_at: datetime


def read_waiting(row: PendingAct | None) -> Waiting | None:
    """How far it is with a pending act; None where nothing was held."""
    if row is None:
        return None
    return Waiting(row.reference, PendingState(row.state), row.words, row.asked_at, row.due_at)


def list_powers(actor: Actor, person_id: UUID, service: str) -> set[str]:
    """What live delegations seem to let this actor do, for what a page offers; one statement.

    The command asks authorise() itself, under the lock.
    """
    return {
        power
        for row in list_delegations(person_id, live_only=True)
        if row.state == "live"
        and row.starts_at <= clock.now()
        and row.organisation_id == actor.organisation_id
        and row.holder_account_id in (None, actor.account_id)
        and service in row.services
        for power in row.powers
    }


@dataclass(frozen=True)
class ChangeRow:
    """A change to a claim, for the claim's own page; no answer is in it.

    ``rests``: of payment details, that a second human looks at where the money goes meanwhile;
    ``is_aside``: that what was told before counts again.
    """

    reference: str
    purpose: Purpose
    state: str
    started_at: datetime
    submitted_at: datetime | None
    rests: bool = False
    is_aside: bool = False


def list_changes_of(application_id: UUID, limit: int = 25) -> Sequence[ChangeRow]:
    """A claim that the caller may see, and the changes to it, newest first; one statement."""
    rows = get_session().execute(
        select(
            Application.reference,
            Application.purpose,
            Application.state,
            Application.started_at,
            Application.submitted_at,
            PaymentDetails.stopped_at,
            PaymentDetails.ended_at,
        )
        .outerjoin(PaymentDetails, PaymentDetails.application_id == Application.id)
        .where(or_(Application.changes_id == application_id, Application.id == application_id))
        .order_by(Application.id.desc())
        .limit(limit)
    )
    return [
        ChangeRow(
            row.reference,
            Purpose(row.purpose),
            row.state,
            row.started_at,
            row.submitted_at,
            rests=row.stopped_at is not None and row.ended_at is None,
            is_aside=row.ended_at is not None,
        )
        for row in rows
    ]
