"""What the scan sees of looks that nothing explains but what the looker made themself (A30).

A case that somebody opens explains their looks at its person, and so does a yes that they write
down: for an hour's work that is as it should be. Where nothing came of it and no other hand
touched it, the last of those looks stands in the auditors' queue, as one that nothing explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, not_, or_, select

from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models import Case
from assistedaccess.casework.rules import CloseReason
from assistedaccess.consent.models import Consent
from assistedaccess.consent.rules import Mode
from assistedaccess.kernel.clock import local, start_of_day
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import first_id_at
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import Channel
from assistedaccess.notices.rules import State as NoticeState
from assistedaccess.people.models import Person
from assistedaccess.people.reach import REASON_IS_GOOD_FOR

QUIET_FOR = REASON_IS_GOOD_FOR
"""Looks so soon after a case was opened are the work of opening it: whoever took the wrong person
sees so and closes it. As long as a stated reason holds."""

SETTLES_IN = timedelta(hours=20)
"""After so long something would have come of a yes: it is for its day, and A30 wants the queue to
have it within 24 hours."""

SLACK = timedelta(minutes=10)
"""Between the moment of a key and of its row: a clock that was set, a long transaction."""

CAME_TO_NOTHING = (str(CloseReason.MISTAKE), str(CloseReason.NOT_WANTED))

WORK = frozenset(
    {
        Action.CONSENT_CONFIRMED,
        Action.ANSWERS_SAVED,
        Action.APPLICATION_SUBMITTED,
        Action.CHANGE_SUBMITTED,
        Action.PAYMENT_DETAILS_STARTED,
        Action.PAYMENT_DETAILS_CONFIRMED,
        Action.RECORD_OF_HELP_MADE,
        Action.HELP_GIVEN,
        Action.PAYMENT_TAKEN,
        Action.OUTCOME_HEARD,
        Action.EVIDENCE_ADDED,
        Action.DOCUMENT_ADDED,
        Action.LETTER_RECEIVED,
        Action.LETTER_READ,
        Action.LETTER_SENT,
        Action.BENEFITS_CHECK_RECORDED,
        Action.REFERRAL_MADE,
        Action.HAND_OVER_OFFERED,
        Action.CONCERN_RAISED,
        Action.CARD_ISSUED,
        Action.DELEGATION_ENDED,
        Action.DELEGATION_FROZEN,
    }
)
"""What shows that something came of it. What anybody can type about somebody who is not there (a
note, a telephone number, a case, one more yes) shows nothing."""

BY_ANOTHER = WORK | {
    Action.CONSENT_RECORDED,
    Action.CONSENT_SEEN,
    Action.CONTACT_POINT_ADDED,
    Action.CONTACT_POINT_CHANGED,
    Action.CASE_CHANGED,
    Action.NOTE_ADDED,
    Action.TASK_ADDED,
    Action.TASK_DONE,
    Action.APPOINTMENT_BOOKED,
    Action.APPOINTMENT_KEPT,
    Action.WAITING_PERSON_ADDED,
    Action.REFERRAL_IN_RECORDED,
    Action.PERSON_REGISTERED,
    Action.PERSON_CHANGED,
    Action.PENDING_ACT_RELEASED,
}
"""What shows that somebody else had to do with it."""


def find_own_cases(events: Sequence[Any]) -> list[Any]:
    """Of the cases that these events closed as a mistake or as not wanted: the last look of whoever
    opened and closed it, where nothing but the case explains that look. Two statements."""
    closed = {e.subject_id: e for e in events if e.reason_code in CAME_TO_NOTHING and e.human_id}
    if not closed:
        return []
    opened = (
        select(Case.id, Case.opened_at, Account.human_id)
        .join(Account, Account.id == Case.opened_by)
        .where(Case.id.in_(closed))
    )
    return _find_looks(
        _Made("case", row.id, event.person_id, event.human_id, row.opened_at, event.occurred_at)
        for row in get_session().execute(opened)
        if row.human_id == (event := closed[row.id]).human_id
    )


def find_own_yeses(since: datetime, until: datetime) -> list[Any]:
    """Of the yeses to help that were written down from ``since`` on, before ``until``: the last
    look that nothing but one of them explains, where no notice of its visit could reach the person
    by a way that whoever wrote it had no hand in. Whom they registered themself they read nothing
    of. Two statements.
    """
    was_told = exists().where(
        Notice.visit_id == Consent.visit_id,
        Notice.independent.is_(True),
        Notice.channel.not_in([str(Channel.IN_PERSON), str(Channel.NONE)]),
        Notice.state.not_in([str(NoticeState.FAILED), str(NoticeState.NOT_SENT)]),
    )
    query = (
        select(Consent.id, Consent.person_id, Consent.human_id, Consent.recorded_at)
        .join(Person, Person.id == Consent.person_id)
        .where(
            Consent.id >= first_id_at(since - SLACK),
            Consent.id < first_id_at(until + SLACK),
            Consent.recorded_at >= since,
            Consent.recorded_at < until,
            Consent.mode == str(Mode.ASSISTING),
            or_(
                Person.created_by_account_id.is_(None),
                Person.created_by_account_id != Consent.account_id,
            ),
            not_(was_told),
        )
        .order_by(Consent.id)
    )
    return _find_looks(
        _Made("consent", row.id, row.person_id, row.human_id, row.recorded_at, until + SETTLES_IN)
        for row in get_session().execute(query)
    )


@dataclass(frozen=True)
class _Made:
    """What somebody made for a person, and the time within which something may come of it."""

    kind: str
    id: UUID
    person_id: UUID
    human_id: UUID
    since: datetime
    until: datetime

    def list_looks(self, rows: Iterable[Any]) -> list[Any]:
        """The looks that this alone explains; none where it was no mere making."""
        near = [row for row in rows if row.person_id == self.person_id]
        day = start_of_day(local(self.since).date())
        if any(self._shows_more(row, day) for row in near):
            return []
        quiet = self.since + QUIET_FOR if self.kind == "case" else self.since
        return [
            row
            for row in near
            if row.human_id == self.human_id
            and (row.authority_kind, row.authority_id) == (self.kind, self.id)
            and (row.reason_code or "").startswith("explained.")
            and quiet <= row.occurred_at <= self.until
        ]

    def _shows_more(self, row: Any, day: datetime) -> bool:
        if row.human_id is None or row.occurred_at > self.until:
            return False
        if row.human_id == self.human_id:
            return row.action in WORK and row.occurred_at >= self.since
        return row.action in BY_ANOTHER and row.occurred_at >= day


def _find_looks(made: Iterable[_Made]) -> list[Any]:
    """The last look of each, as its event."""
    own = list(made)
    if not own:
        return []
    first = min(start_of_day(local(each.since).date()) for each in own)
    query = select(AuditEvent).where(
        AuditEvent.person_id.in_({each.person_id for each in own}),
        AuditEvent.id >= first_id_at(first),
        or_(
            AuditEvent.action.in_([str(action) for action in BY_ANOTHER]),
            AuditEvent.authority_id.in_([each.id for each in own]),
        ),
    )
    rows = get_session().scalars(query.order_by(AuditEvent.id)).all()
    return [looks[-1] for each in own if (looks := each.list_looks(rows))]
