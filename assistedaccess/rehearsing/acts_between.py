"""Between organisations and days: cases handed over, referrals, appointments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from assistedaccess.casework import service as casework
from assistedaccess.casework import (
    service_appointments,
    service_handover,
    service_referral_steps,
    service_referrals,
    service_referrals_in,
)
from assistedaccess.casework.models import Case
from assistedaccess.casework.models_appointments import Appointment
from assistedaccess.casework.rules_appointments import (
    MINUTES,
    AppointmentKind,
    AppointmentState,
    Interpreter,
)
from assistedaccess.casework.rules_handover import HowSaid, Part, ReturnReason
from assistedaccess.casework.rules_referrals import Arrival, ReferralKind, SentBack, Shared, Way
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading

from .acts_cases import CASES, OfCase
from .kinds import (
    NUMBER,
    Ago,
    ByAccount,
    Day,
    Kind,
    Moment,
    OfOrganisation,
    OfPerson,
    Text,
    Yes,
    choice,
    many,
)
from .language_world import THING
from .register import act
from .stage import Stage

OfHandOver = Annotated[str | None, THING["hand_over"]]
OfReferral = Annotated[str | None, THING["referral"]]
OfAppointment = Annotated[str | None, THING["appointment"]]
LENGTH = Kind(f"minutes: {', '.join(map(str, MINUTES))}", NUMBER.read, NUMBER.schema)
HowYes = Annotated[str, choice(HowSaid)]
SENT_BACK = [reason for reason in SentBack if reason is not SentBack.CLOSED]
NOT_TAKEN = [reason for reason in ReturnReason if reason is not ReturnReason.CLOSED]


# -- handed over


@act(CASES, makes="hand_over")
def hand_over(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    to: ByAccount | None = None,
    to_organisation: OfOrganisation | None = None,
    parts: Annotated[list[str], many(choice(Part))] = ["notes", "tasks"],  # noqa: B006
    is_warm: Yes = False,
    said_yes: Yes = True,
    how_said: HowYes = "here",
    message: Text = "",
    case: OfCase = None,
) -> Any:
    """Hand a case over: `to` a colleague of the same organisation, at once; or offer it
    `to_organisation`, with the person's yes to what is shared, until somebody there takes it."""
    case_id = stage.find("case", case, person)
    actor = stage.actor(by, "helper")
    if to is not None:
        with reading() as session:
            version = session.get_one(Case, case_id).version
        return casework.assign_case(
            actor=actor,
            case_id=case_id,
            version=version,
            account_id=stage.accounts[to].account_id,
        )
    if to_organisation is None:
        raise InvalidInput("to_organisation", "Say to whom: “to” or “to organisation”")
    made = service_handover.offer_hand_over(
        actor=actor,
        case_id=case_id,
        to_organisation_id=stage.organisations[to_organisation],
        parts=parts,
        is_warm=is_warm,
        said_yes=said_yes,
        how_said=how_said,
        message=message or None,
        request_key=new_request_key(),
    )
    return stage.keep("hand_over", made, person)


@act(CASES)
def open_hand_over(
    stage: Stage, by: ByAccount, person: OfPerson, hand_over: OfHandOver = None
) -> None:
    """Look at a case that is offered, as far as the person agreed that it is shared."""
    service_handover.view_hand_over(
        actor=stage.actor(by, "helper"), hand_over_id=stage.find("hand_over", hand_over, person)
    )


@act(CASES, makes="case")
def take_hand_over(
    stage: Stage, by: ByAccount, person: OfPerson, hand_over: OfHandOver = None
) -> Any:
    """Take a case that is offered to one's organisation: from now on it is this one's."""
    actor = stage.actor(by, "helper")
    made = service_handover.take_hand_over(
        actor=actor, hand_over_id=stage.find("hand_over", hand_over, person)
    )
    stage.keep_case(actor, person, made)
    return stage.keep("case", made, person)


@act(CASES)
def return_hand_over(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    reason: Annotated[str, choice(NOT_TAKEN)] = "not_ours",
    words: Text = "",
    hand_over: OfHandOver = None,
) -> None:
    """Do not take a case that is offered to one's organisation, and say why."""
    service_handover.return_hand_over(
        actor=stage.actor(by, "helper"),
        hand_over_id=stage.find("hand_over", hand_over, person),
        reason=reason,
        words=words or None,
    )


@act(CASES)
def withdraw_hand_over(
    stage: Stage, by: ByAccount, person: OfPerson, hand_over: OfHandOver = None
) -> None:
    """Take back the offer of a case."""
    service_handover.withdraw_hand_over(
        actor=stage.actor(by, "helper"), hand_over_id=stage.find("hand_over", hand_over, person)
    )


# -- referred


@act(CASES, makes="referral")
def refer(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    kind: Annotated[str, choice(ReferralKind)],
    to_organisation: OfOrganisation | None = None,
    other_place: Text = "",
    shared: Annotated[list[str], many(choice(Shared))] = ["name", "about"],  # noqa: B006
    about: Text = "Needs food for the week",
    needs: Text = "Somebody who speaks slowly",
    way: Annotated[str, choice(Way)] = "told",
    said_yes: Yes = True,
    how_said: HowYes = "here",
    mind: Text = "",
    wants_private: Yes = False,
    wants_paper: Yes = False,
    case: OfCase = None,
) -> Any:
    """Name another place that may help, with the person's yes to what it is told: an organisation
    of this rehearsal, or `other_place` by its name. How to reach them is through this desk."""
    made = service_referrals.make_referral(
        actor=stage.actor(by, "helper"),
        case_id=stage.find("case", case, person),
        kind=kind,
        shared=shared,
        way=way,
        said_yes=said_yes,
        how_said=how_said,
        to_organisation_id=stage.organisations[to_organisation] if to_organisation else None,
        other_place=other_place or None,
        contact=service_referrals.THROUGH_US,
        mind=mind or None,
        about=about,
        needs=needs,
        wants_private=wants_private,
        wants_paper=wants_paper,
        request_key=new_request_key(),
    )
    return stage.keep("referral", made, person)


@act(CASES)
def open_referral(
    stage: Stage, by: ByAccount, person: OfPerson, referral: OfReferral = None
) -> None:
    """Look at a referral."""
    service_referrals.view_referral(
        actor=stage.actor(by, "helper"), referral_id=stage.find("referral", referral, person)
    )


@act(CASES)
def answer_referral(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    accept: Yes = True,
    reason: Annotated[str, choice(SENT_BACK)] = "not_ours",
    words: Text = "",
    referral: OfReferral = None,
) -> None:
    """Accept what was referred to one's organisation, or (`accept: no`) send it back."""
    actor = stage.actor(by, "helper")
    referral_id = stage.find("referral", referral, person)
    if accept:
        service_referral_steps.accept_referral(actor=actor, referral_id=referral_id)
    else:
        service_referral_steps.return_referral(
            actor=actor, referral_id=referral_id, reason=reason, words=words or None
        )


@act(CASES)
def withdraw_referral(
    stage: Stage, by: ByAccount, person: OfPerson, referral: OfReferral = None
) -> None:
    """Take a referral back, at the person's word."""
    service_referral_steps.withdraw_referral(
        actor=stage.actor(by, "helper"), referral_id=stage.find("referral", referral, person)
    )


@act(CASES)
def say_arrived(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    arrival: Annotated[str, choice(Arrival)] = "arrived",
    referral: OfReferral = None,
) -> None:
    """Say whether the person arrived at the other place."""
    service_referral_steps.say_arrived(
        actor=stage.actor(by, "helper"),
        referral_id=stage.find("referral", referral, person),
        arrival=arrival,
    )


@act(CASES)
def record_who_sent(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    kind: Annotated[str, choice(ReferralKind)],
    other_place: Text = "",
    came: Day | None = None,
    words: Text = "",
    wants_private: Yes = False,
    case: OfCase = None,
    referral: OfReferral = None,
) -> None:
    """Write down which place sent the person of a case here: `other_place` by its name, or the
    `referral` that was made in this system."""
    service_referrals_in.record_referral_in(
        actor=stage.actor(by, "helper"),
        case_id=stage.find("case", case, person),
        kind=kind,
        came_on=stage.day(came) or clock.today(),
        referral_id=None if other_place else stage.find("referral", referral, person),
        other_place=other_place or None,
        words=words or None,
        wants_private=wants_private,
        request_key=new_request_key(),
    )


# -- a time that is kept


def _version(appointment_id: UUID) -> int:
    with reading() as session:
        return session.get_one(Appointment, appointment_id).version


def _moment(written: datetime | Ago) -> datetime:
    """By the clocks of the United Kingdom; to the minute."""
    meant = clock.now() + written.by if isinstance(written, Ago) else written
    return clock.local(meant + timedelta(seconds=59)).replace(second=0, microsecond=0)


@act(CASES, makes="appointment")
def book_appointment(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    when: Moment,
    minutes: Annotated[int, LENGTH] = 30,
    kind: Annotated[str, choice(AppointmentKind)] = "desk",
    colleague: ByAccount | None = None,
    interpreter: Annotated[str | None, choice(Interpreter)] = None,
    note: Text = "",
    case: OfCase = None,
) -> Any:
    """Keep a time for the person of a case, of one's own or of a `colleague`."""
    begins = _moment(when)
    made = service_appointments.book_appointment(
        actor=stage.actor(by, "helper"),
        case_id=stage.find("case", case, person),
        kind=kind,
        day=begins.date(),
        at=begins.time(),
        minutes=minutes,
        account_id=stage.accounts[colleague].account_id if colleague else None,
        interpreter=interpreter,
        note=note or None,
        request_key=new_request_key(),
    )
    return stage.keep("appointment", made, person)


@act(CASES)
def move_appointment(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    when: Moment,
    minutes: Annotated[int, LENGTH] = 30,
    colleague: ByAccount | None = None,
    appointment: OfAppointment = None,
) -> None:
    """Keep another time, or give it to a `colleague`."""
    begins = _moment(when)
    appointment_id = stage.find("appointment", appointment, person)
    service_appointments.move_appointment(
        actor=stage.actor(by, "helper"),
        appointment_id=appointment_id,
        version=_version(appointment_id),
        day=begins.date(),
        at=begins.time(),
        minutes=minutes,
        account_id=stage.accounts[colleague].account_id if colleague else None,
    )


@act(CASES)
def settle_appointment(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    state: Annotated[
        str, choice([state for state in AppointmentState if state is not AppointmentState.BOOKED])
    ] = "came",
    appointment: OfAppointment = None,
) -> None:
    """Say how an appointment ended."""
    appointment_id = stage.find("appointment", appointment, person)
    service_appointments.settle_appointment(
        actor=stage.actor(by, "helper"),
        appointment_id=appointment_id,
        version=_version(appointment_id),
        state=state,
    )
