"""What a person asks about their data, written down at any desk and answered by a manager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.consent.service import tell_person
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.people.models import Person
from assistedaccess.people.reach import reach_person
from assistedaccess.people.rules import GoesOn

from . import erasing, rules_requests, standing
from .models import DataRequest
from .rules_requests import EndedHow, Kind, Outcome, Stays
from .rules_retention import PERIODS

LONGEST_WORDS = 1_000
PAGE = 50
STANDARD = {
    kind: timedelta(days=period.days) for kind, period in PERIODS.items() if period.days is not None
}


@command("data_protection.record_data_request")
def record_data_request(
    *,
    actor: Actor,
    person_id: UUID,
    kind: str,
    words: str,
    goes_on: str | None = None,
    request_key: str | None = None,
) -> str:
    """Write down what the person asks, in their own words; its reference, which they get.

    A restriction (with what ``goes_on``) and an objection hold from now on, at every organisation:
    the person's word to one is a word to all. Raises NotFound, OwnRecord, RelativesRecord,
    InvalidInput. Said twice: once.
    """
    require(actor, Permission.DATA_REQUEST_RECORD)
    person = reach_person(actor, person_id, lock=True)
    asked = read_word("kind", kind, Kind, _("Select what the person asks"))
    left = (
        read_word("goes_on", goes_on or "", GoesOn, _("Select what goes on"))
        if asked is Kind.RESTRICTION
        else None
    )
    said = read_text("words", words, most=LONGEST_WORDS)
    if not said:
        raise InvalidInput("words", _("Enter what the person asks, in their own words"))
    once = Once(
        actor, "data_protection.record_data_request", request_key, person_id, asked, left, said
    )
    if (made := once.find("data_request")) is not None:
        return get_session().get_one(DataRequest, made).reference
    assert actor.account_id is not None and actor.organisation_id is not None  # noqa: S101, PT018
    row = DataRequest(
        id=new_id(),
        reference=new_reference("Q"),
        person_id=person.id,
        organisation_id=actor.organisation_id,
        kind=str(asked),
        words=encryption.seal(person.id, "data_request.words", said),
        asked_at=clock.now(),
        asked_by=actor.account_id,
        asked_by_human=actor.human_id,
        answer_by_on=rules_requests.find_answer_day(clock.today()),
        goes_on=str(left) if left else None,
    )
    get_session().add(row)
    get_session().flush()
    record(
        Action.DATA_REQUEST_RECORDED,
        actor=actor,
        person_id=person.id,
        subject=("data_request", row.id),
        reason=str(asked),
        details={"goes_on": str(left)} if left else None,
    )
    if asked in rules_requests.STANDING:
        standing.follow(person.id)
    if left is not None:
        tell_person(
            actor=actor,
            person_id=person.id,
            kind=NoticeKind.RECORD_RESTRICTED,
            organisation_id=row.organisation_id,
            facts={"nothing": "yes"} if left is GoesOn.NOTHING else {},
        )
    once.keep(row.id)
    return row.reference


@dataclass(frozen=True)
class Waiting:
    """One line of the register."""

    reference: str
    kind: Kind
    asked_at: datetime
    answer_by_on: date
    outcome: Outcome | None

    @property
    def is_late(self) -> bool:
        return self.outcome is None and self.answer_by_on < clock.today()


@command("data_protection.list_data_requests")
def list_data_requests(
    *, actor: Actor, before: UUID | None = None
) -> tuple[list[Waiting], UUID | None]:
    """This organisation's register, newest first, a page at a time; and the next page's key."""
    require(actor, Permission.DATA_REQUEST_ANSWER)
    query = select(DataRequest).where(DataRequest.organisation_id == actor.organisation_id)
    if before is not None:
        query = query.where(DataRequest.id < before)
    rows = get_session().scalars(query.order_by(DataRequest.id.desc()).limit(PAGE + 1)).all()
    record(Action.DATA_REQUESTS_LISTED, actor=actor)
    shown = [
        Waiting(
            row.reference,
            Kind(row.kind),
            row.asked_at,
            row.answer_by_on,
            Outcome(row.outcome) if row.outcome else None,
        )
        for row in rows[:PAGE]
    ]
    return shown, rows[PAGE - 1].id if len(rows) > PAGE else None


@dataclass(frozen=True)
class OpenedRequest:
    """A request as its manager sees it: the person's words, and what must stay."""

    id: UUID
    reference: str
    person_reference: str
    kind: Kind
    words: str
    asked_at: datetime
    answer_by_on: date
    outcome: Outcome | None
    answer: str
    stays: list[Stays]
    is_own: bool
    goes_on: GoesOn | None = None
    end_why: str = ""
    may_end_on: date | None = None
    may_end: bool = False  # by whoever looks: another human, and the two weeks are over
    ended_at: datetime | None = None
    ended_how: EndedHow | None = None

    @property
    def stands(self) -> bool:
        """Whether the person's record is restricted by this, or they are left out of counts."""
        return self.kind in rules_requests.STANDING and self.ended_at is None


@command("data_protection.open_data_request")
def open_data_request(*, actor: Actor, reference: str) -> OpenedRequest:
    """Open one request; the look is recorded. Raises NotFound for another organisation's."""
    require(actor, Permission.DATA_REQUEST_ANSWER)
    row = load_request(actor, reference)
    person = reach_person(actor, row.person_id)
    record(
        Action.DATA_REQUEST_OPENED,
        actor=actor,
        person_id=person.id,
        subject=("data_request", row.id),
        reason=row.kind,
    )
    may_end_on = (
        rules_requests.may_be_used_from(clock.local(row.end_said_at).date())
        if row.end_said_at
        else None
    )
    is_own = not rules_requests.is_another_human(row.asked_by_human, actor.human_id)
    return OpenedRequest(
        id=row.id,
        reference=row.reference,
        person_reference=person.reference,
        kind=Kind(row.kind),
        words=_unseal(row, "words", row.words),
        asked_at=row.asked_at,
        answer_by_on=row.answer_by_on,
        outcome=Outcome(row.outcome) if row.outcome else None,
        answer=_unseal(row, "answer", row.answer),
        stays=erasing.list_what_stays(person.id, STANDARD) if row.kind == Kind.ERASURE else [],
        is_own=is_own,
        goes_on=GoesOn(row.goes_on) if row.goes_on else None,
        end_why=_unseal(row, "end_why", row.end_why),
        may_end_on=may_end_on,
        may_end=(
            may_end_on is not None
            and clock.today() >= may_end_on
            and not is_own
            and row.end_said_by_human != actor.human_id
        ),
        ended_at=row.ended_at,
        ended_how=EndedHow(row.ended_how) if row.ended_how else None,
    )


@command("data_protection.answer_data_request")
def answer_data_request(*, actor: Actor, reference: str, outcome: str, answer: str) -> UUID:
    """Say what was done, in words for the person, who is told.

    An erasure that is agreed is carried out by the next ``retention run``, once its answer has
    gone. Raises NotOwnRequest, AlreadyAnswered, MustStay, NotFound, InvalidInput.
    """
    require(actor, Permission.DATA_REQUEST_ANSWER)
    row = load_request(actor, reference, lock=True)
    person = reach_person(actor, row.person_id)
    concerns(subject=("data_request", row.id))
    if not rules_requests.is_another_human(row.asked_by_human, actor.human_id):
        raise rules_requests.NotOwnRequest(
            _("You wrote this down yourself, so somebody else answers it."),
            next_step=_("Ask another manager of your organisation."),
        )
    if row.closed_at is not None:
        raise rules_requests.AlreadyAnswered(
            _("This has been answered already."),
            next_step=_("Open it again to see the answer."),
        )
    found = read_word("outcome", outcome, Outcome, _("Select what was done"))
    said = read_text("answer", answer, most=LONGEST_WORDS)
    if not said:
        raise InvalidInput("answer", _("Enter the answer to the person"))
    if row.kind == Kind.ERASURE and found is Outcome.DONE:
        erasing.refuse_what_stays(person.id, STANDARD, but=Stays.ON_ITS_WAY)
    row.outcome = str(found)
    row.answer = encryption.seal(person.id, "data_request.answer", said)
    row.closed_at = clock.now()
    row.closed_by = actor.account_id
    get_session().flush()
    record(
        Action.DATA_REQUEST_ANSWERED,
        actor=actor,
        person_id=person.id,
        subject=("data_request", row.id),
        reason=str(found),
    )
    tell_person(
        actor=actor,
        person_id=person.id,
        kind=NoticeKind.DATA_REQUEST_ANSWERED,
        organisation_id=row.organisation_id,
        facts={"their_reference": row.reference},
    )
    return row.id


def load_request(actor: Actor, reference: str, *, lock: bool = False) -> DataRequest:
    query = (
        select(DataRequest)
        .join(Person, Person.id == DataRequest.person_id)
        .where(
            DataRequest.reference == reference,
            DataRequest.organisation_id == actor.organisation_id,
            Person.erased_at.is_(None),
        )
    )
    if lock:
        query = query.with_for_update(of=DataRequest).execution_options(populate_existing=True)
    row = get_session().scalar(query)
    if row is None:
        raise NotFound
    return row


def _unseal(row: DataRequest, column: str, sealed: bytes | None) -> str:
    return encryption.unseal(row.person_id, f"data_request.{column}", sealed) if sealed else ""
