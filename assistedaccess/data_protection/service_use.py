"""A record that its person wants kept and not used, or left out of counts, is used again.

At the person's own word at once, at any desk. At the organisation's, once they have known of it for
two weeks (UK GDPR, Article 18(3)), and by another human than the one who told them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from babel.dates import format_date
from flask_babel import get_locale
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
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.inputs import read_text
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import NoticeKind, State
from assistedaccess.notices.words import spell_day
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.queries_merging import list_records
from assistedaccess.people.reach import reach_person
from assistedaccess.people.rules import GoesOn

from . import rules_requests, standing
from .models import DataRequest
from .rules_requests import STANDING, EndedHow, Kind, NotStanding, NotToldYet, Outcome
from .service_requests import LONGEST_WORDS, load_request

MOST_TOLD = 50
GONE = (State.SENT, State.DELIVERED, State.POSTED)
"""Where a notice has left. One that waits to be told in person has told nobody anything yet."""


@dataclass(frozen=True)
class Asked:
    """One thing that the person asked about their data, to be read out to them."""

    reference: str
    kind: Kind
    asked_at: datetime
    answer_by_on: date
    goes_on: GoesOn | None
    outcome: Outcome | None
    answer: str
    end_why: str
    ended_at: datetime | None

    @property
    def stands(self) -> bool:
        return self.kind in STANDING and self.ended_at is None


@dataclass(frozen=True)
class AllAsked:
    """What a person asked, newest first, and what of it stands."""

    asked: list[Asked]
    restricted: GoesOn | None
    is_left_out: bool


@command("data_protection.tell_requests")
def tell_requests(*, actor: Actor, person_id: UUID) -> AllAsked:
    """What the person asked about their data, and the answers, for any desk to read to them.

    Not their own words: those are for the manager who answers. The look is recorded.
    """
    require(actor, Permission.DATA_REQUEST_RECORD)
    person = reach_person(actor, person_id)
    rows = get_session().scalars(
        select(DataRequest)
        .where(DataRequest.person_id.in_(list_records(person.id)))
        .order_by(DataRequest.id.desc())
        .limit(MOST_TOLD)
    )
    asked = [_read(row) for row in rows]
    record(
        Action.DATA_REQUESTS_TOLD,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
    )
    return AllAsked(
        asked,
        GoesOn(person.restricted) if person.restricted else None,
        person.left_out_at is not None,
    )


def _read(row: DataRequest) -> Asked:
    def unseal(column: str, sealed: bytes | None) -> str:
        return encryption.unseal(row.person_id, f"data_request.{column}", sealed) if sealed else ""

    return Asked(
        reference=row.reference,
        kind=Kind(row.kind),
        asked_at=row.asked_at,
        answer_by_on=row.answer_by_on,
        goes_on=GoesOn(row.goes_on) if row.goes_on else None,
        outcome=Outcome(row.outcome) if row.outcome else None,
        answer=unseal("answer", row.answer),
        end_why=unseal("end_why", row.end_why),
        ended_at=row.ended_at,
    )


@command("data_protection.use_again")
def use_again(*, actor: Actor, person_id: UUID, kind: str) -> int:
    """At the person's own word: their record is used again, or they are counted again.

    At once, at any desk; the person is told by a way that is not this helper's. Returns how many
    requests it ended. Said twice, it changes nothing more. Raises NotFound, OwnRecord,
    RelativesRecord.
    """
    require(actor, Permission.DATA_REQUEST_RECORD)
    require_may_act(actor)
    person = reach_person(actor, person_id, lock=True)
    asked = Kind(kind) if kind in {str(each) for each in STANDING} else None
    if asked is None:
        raise InvalidInput("kind", _("Select what the person asks"))
    rows = list(
        get_session().scalars(
            select(DataRequest)
            .where(
                DataRequest.person_id.in_(list_records(person.id)),
                DataRequest.kind == str(asked),
                DataRequest.ended_at.is_(None),
            )
            .order_by(DataRequest.id)
            .with_for_update()
        )
    )
    stood = (
        person.restricted is not None
        if asked is Kind.RESTRICTION
        else person.left_out_at is not None
    )
    _end(actor, rows, EndedHow.PERSON)
    standing.follow(person.id)
    record(
        Action.DATA_REQUEST_ENDED,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        reason=f"{asked}_by_{EndedHow.PERSON}",
    )
    if stood and asked is Kind.RESTRICTION:
        assert actor.organisation_id is not None  # noqa: S101  (require_may_act refused it)
        _tell_ended(actor, person.id, actor.organisation_id)
    return len(rows)


def _end(actor: Actor, rows: Sequence[DataRequest], how: EndedHow) -> None:
    for row in rows:
        row.ended_at = clock.now()
        row.ended_by = actor.account_id
        row.ended_how = str(how)
    get_session().flush()


def _tell_ended(actor: Actor, person_id: UUID, organisation_id: UUID) -> None:
    tell_person(
        actor=actor,
        person_id=person_id,
        kind=NoticeKind.RESTRICTION_ENDED,
        organisation_id=organisation_id,
    )


@command("data_protection.say_end")
def say_end(*, actor: Actor, reference: str, why: str, request_key: str | None = None) -> UUID:
    """Tell the person that their record is to be used again, and why (Article 18(3)).

    Nothing changes by it. Said anew, the two weeks begin anew; sent twice, once. Raises
    NotOwnRequest, NotStanding, NotFound, InvalidInput.
    """
    require(actor, Permission.DATA_REQUEST_ANSWER)
    row = load_request(actor, reference, lock=True)
    person = reach_person(actor, row.person_id)
    concerns(subject=("data_request", row.id))
    _check_stands(row)
    _check_another(row.asked_by_human, actor)
    said = read_text("why", why, most=LONGEST_WORDS)
    if not said:
        raise InvalidInput("why", _("Enter why the record is to be used again"))
    once = Once(actor, "data_protection.say_end", request_key, row.id, said)
    if once.find("data_request") is not None:
        return row.id
    row.end_said_at = clock.now()
    row.end_said_by = actor.account_id
    row.end_said_by_human = actor.human_id
    row.end_why = encryption.seal(row.person_id, "data_request.end_why", said)
    day = rules_requests.may_be_used_from(clock.today())
    row.end_notice_id = tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=NoticeKind.RESTRICTION_ENDS_SOON,
        organisation_id=row.organisation_id,
        facts={
            "their_reference": row.reference,
            "day": spell_day(clock.start_of_day(day), person.language),
        },
    )
    get_session().flush()
    record(
        Action.DATA_REQUEST_END_SAID,
        actor=actor,
        person_id=row.person_id,
        subject=("data_request", row.id),
    )
    return once.keep(row.id)


@command("data_protection.end_restriction")
def end_restriction(*, actor: Actor, reference: str) -> UUID:
    """Use the record again, at the organisation's word.

    By another human than who told the person and who wrote it down, two weeks after the message
    has left. Raises NotOwnRequest, NotToldYet, NotStanding, NotFound.
    """
    require(actor, Permission.DATA_REQUEST_ANSWER)
    row = load_request(actor, reference, lock=True)
    person = reach_person(actor, row.person_id, lock=True)
    concerns(subject=("data_request", row.id))
    _check_stands(row)
    _check_another(row.asked_by_human, actor)
    _check_another(row.end_said_by_human, actor)
    _check_told(row)
    _end(actor, [row], EndedHow.ORGANISATION)
    standing.follow(person.id)
    record(
        Action.DATA_REQUEST_ENDED,
        actor=actor,
        person_id=person.id,
        subject=("data_request", row.id),
        reason=f"{row.kind}_by_{EndedHow.ORGANISATION}",
    )
    _tell_ended(actor, person.id, row.organisation_id)
    return row.id


def _check_stands(row: DataRequest) -> None:
    if row.kind != Kind.RESTRICTION or row.ended_at is not None:
        raise NotStanding(
            _("No restriction stands by this request."),
            next_step=_("Open it again to see what became of it."),
        )


def _check_another(human_id: UUID | None, actor: Actor) -> None:
    if not rules_requests.is_another_human(human_id, actor.human_id):
        raise rules_requests.NotOwnRequest(
            _("You did one half of this yourself, so somebody else does the other."),
            next_step=_("Ask another manager of your organisation."),
        )


def _check_told(row: DataRequest) -> None:
    state = get_session().scalar(select(Notice.state).where(Notice.id == row.end_notice_id))
    if row.end_said_at is None or state not in GONE:
        raise NotToldYet(
            _("The person has not been told yet that their record is to be used again."),
            next_step=_("Wait until the message has gone. Or ask them when they are at a desk."),
        )
    day = rules_requests.may_be_used_from(clock.local(row.end_said_at).date())
    if clock.today() < day:
        raise NotToldYet(
            _(
                "The person was told. The record may be used again from %(day)s.",
                day=format_date(day, "d MMMM y", locale=get_locale() or "en_GB"),
            ),
            next_step=_("Come back then. At the person’s own word it may be used at once."),
        )
