"""Delegations: changed, renewed, ended, frozen; and what the law gives instead."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from assistedaccess.consent.rules import Period
from assistedaccess.delegation import service_legal, service_life, service_stops
from assistedaccess.delegation.rules_legal import InstrumentKind, SeenAs
from assistedaccess.kernel import clock
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.working_days import add_months

from .acts_consent import (
    Channel,
    Evidence,
    HowPersonSaid,
    Powers,
    confirm_request,
    read_and_say_back,
    spell_terms,
)
from .evidence import WAYS
from .kinds import ByAccount, Day, Money, OfPerson, Span, Text, Texts, Yes, choice
from .language_world import THING
from .register import act
from .stage import Stage

DELEGATION = "Delegations and stops"
OfDelegation = Annotated[str | None, THING["delegation"]]


@act(DELEGATION, makes="delegation")
def amend(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    services: Texts = ["blue-badge"],  # noqa: B006
    powers: Powers = ["see"],  # noqa: B006
    until: Day | None = None,
    purpose: Text = "Only look after it",
    money_limit: Money | None = None,
    money_period: Annotated[str | None, choice(Period)] = None,
    act_limit: Money | None = None,
    way: Annotated[str, choice(WAYS)] = "witness",
    evidence: Evidence = None,
    channel: Channel = "in_person",
    read_for: Span = timedelta(minutes=2),
    delegation: OfDelegation = None,
) -> Any:
    """Ask a person for other terms, and have them confirmed: another edition, which ends the old.
    The terms are given whole."""
    actor = stage.actor(by, "helper")
    if "pay" in powers:
        money_limit, money_period = money_limit or 10_000, money_period or "month"
    request_id = service_life.begin_edition(
        actor=actor,
        delegation_id=stage.find("delegation", delegation, person),
        request_key=new_request_key(),
        language="en",
        holder_kind="account",
        **spell_terms(stage, services, powers, until, purpose, money_limit, money_period),
        act_limit_pence=act_limit,
        channel=channel,
    )
    return _confirm(stage, by, person, request_id, way, evidence, read_for)


@act(DELEGATION, makes="delegation")
def renew(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    way: Annotated[str, choice(WAYS)] = "witness",
    evidence: Evidence = None,
    channel: Channel = "in_person",
    read_for: Span = timedelta(minutes=2),
    delegation: OfDelegation = None,
) -> Any:
    """Ask a person for the same again, in one step, and have it confirmed."""
    request_id = service_life.begin_renewal(
        actor=stage.actor(by, "helper"),
        delegation_id=stage.find("delegation", delegation, person),
        request_key=new_request_key(),
        channel=channel,
    )
    return _confirm(stage, by, person, request_id, way, evidence, read_for)


def _confirm(
    stage: Stage,
    by: str,
    person: str,
    request_id: UUID,
    way: str,
    evidence: dict[str, Any] | None,
    read_for: timedelta,
) -> Any:
    actor = stage.actor(by, "helper")
    stage.keep("request", request_id, person)
    read_and_say_back(stage, actor, request_id, read_for)
    confirm_request(stage, actor, request_id, way, evidence or {}, person)
    return stage.latest.get(("delegation", stage.person(person)))


@act(DELEGATION)
def check_in(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    how: HowPersonSaid = "in_front",
    delegation: OfDelegation = None,
) -> None:
    """The person says that a standing authority may go on: the yearly check-in."""
    service_life.check_in(
        actor=stage.actor(by, "helper"),
        delegation_id=stage.find("delegation", delegation, person),
        how=how,
    )


@act(DELEGATION)
def end_delegation(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    how: HowPersonSaid = "in_front",
    delegation: OfDelegation = None,
) -> None:
    """End a delegation at once, at the person's word to anybody."""
    service_stops.end_delegation(
        actor=stage.actor(by, "helper"),
        delegation_id=stage.find("delegation", delegation, person),
        how=how,
    )


@act(DELEGATION)
def end_all(stage: Stage, by: ByAccount, person: OfPerson, how: HowPersonSaid = "in_front") -> None:
    """End everything that lets somebody act for a person."""
    service_stops.end_all(actor=stage.actor(by, "helper"), person_id=stage.person(person), how=how)


@act(DELEGATION)
def freeze(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    how: HowPersonSaid = "in_front",
    is_proven: Yes = True,
    delegation: OfDelegation = None,
) -> None:
    """Freeze one delegation, or without a name all of them; by an unproven caller for 72 hours, of
    whose end the person is told (`delegation_stop_over`), with the flag `stop_ran_out`; somebody
    from elsewhere is asked to confirm it with the person."""
    service_stops.freeze(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        how=how,
        is_proven=is_proven,
        delegation_id=stage.things["delegation", delegation] if delegation else None,
    )


@act(DELEGATION)
def lift(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    how: HowPersonSaid = "in_front",
    delegation: OfDelegation = None,
) -> None:
    """The person lifts a freeze, before another helper; by `telephone` where they were rung on a
    number of their own that is 30 days old, and that neither who lifts nor who was stopped wrote
    down."""
    service_stops.lift(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        how=how,
        delegation_id=stage.things["delegation", delegation] if delegation else None,
    )


@act(DELEGATION, makes="delegation")
def record_legal_authority(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    kind: Annotated[str, choice(InstrumentKind)] = "appointee",
    number: Text = "AP 4471",
    named: Text = "",
    scope: Text = "Benefits",
    starts: Day | None = None,
    ends: Day | None = None,
    seen_as: Annotated[str, choice(SeenAs)] = "original",
    holder: ByAccount | None = None,
    services: Texts = ["universal-credit"],  # noqa: B006
    powers: Powers = ["see", "fill_in", "submit", "report_change"],  # noqa: B006
    until: Day | None = None,
    money_limit: Money | None = None,
) -> Any:
    """Record an appointee, an attorney, a deputy, a guardian or a controller, from their papers."""
    holder_name = holder or by
    made = service_legal.record_legal_authority(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        kind=kind,
        number=number,
        named=named or holder_name,
        scope=scope,
        starts_on=stage.day(starts) or clock.today(),
        ends_on=stage.day(ends),
        seen_as=seen_as,
        holder_account_id=stage.accounts[holder_name].account_id,
        services=services,
        powers=powers,
        until_on=stage.day(until) or add_months(clock.today(), 12),
        money_limit_pence=money_limit,
    )
    return stage.keep("delegation", made, person)
