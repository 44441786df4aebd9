"""Consent: asked, read, said back and confirmed in each of its ways, and taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import select

from assistedaccess.consent import queries as consent_queries
from assistedaccess.consent import service as consent_service
from assistedaccess.consent import (
    service_asking,
    service_papers,
    service_ways,
)
from assistedaccess.consent.models import Consent, ConsentRequest
from assistedaccess.consent.models_evidence import ConsentPaper
from assistedaccess.consent.rules import HolderKind, HowSaid, Period, Power, VisitChannel
from assistedaccess.delegation import service as delegation_service
from assistedaccess.delegation import service_capacity
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.rules_legal import Outcome
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.kernel.working_days import add_months

from . import links
from .evidence import EVIDENCE, WAYS, NotConfirmed, hash_of, photograph, prepare
from .kinds import (
    POINTS,
    Ago,
    ByAccount,
    Day,
    InLanguage,
    Money,
    OfPerson,
    Span,
    Text,
    Texts,
    Yes,
    choice,
    many,
)
from .language_world import THING
from .own_words import answer_asked
from .register import act
from .stage import Stage

CONSENT = "Consent and what rests on it"
Evidence = Annotated[dict[str, Any] | None, EVIDENCE]
Powers = Annotated[list[str], many(choice(Power))]
Channel = Annotated[str, choice(VisitChannel)]
HowPersonSaid = Annotated[str, choice(HowSaid)]
OfRequest = Annotated[str | None, THING["request"]]
OfConsent = Annotated[str | None, THING["consent"]]


@act(CONSENT, makes="consent")
def assist(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    service: Text = "blue-badge",
    purpose: Text = "Fill in the form with me",
    channel: Channel = "in_person",
    language: InLanguage = "en",
) -> Any:
    """A person who is there says yes to being helped with one service, for this visit."""
    made = consent_service.record_assisting_consent(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        service=service,
        purpose=purpose,
        channel=channel,
        language=language,
        request_key=new_request_key(),
    )
    return stage.keep("consent", made, person)


@act(CONSENT)
def withdraw_consent(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    how: HowPersonSaid = "in_front",
    consent: OfConsent = None,
) -> None:
    """A person takes a consent back."""
    consent_service.withdraw_consent(
        actor=stage.actor(by, "helper"),
        consent_id=stage.find("consent", consent, person),
        how=how,
    )


@act(CONSENT)
def end_visit(stage: Stage, by: ByAccount, person: OfPerson) -> None:
    """The visit of this person with this helper is over: its digest goes out."""
    actor = stage.actor(by, "helper")
    with reading():
        found = consent_queries.find_visit_id(actor, stage.person(person), VisitChannel.IN_PERSON)
    if found is None:
        raise LookupError(f"There is no visit of {person} today.")
    consent_service.end_visit(actor=actor, visit_id=found)


@act(CONSENT, makes="request")
def ask(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    services: Texts = ["blue-badge"],  # noqa: B006
    powers: Powers = ["see", "fill_in", "submit"],  # noqa: B006
    until: Day | None = None,
    purpose: Text = "Keep it going for me",
    money_limit: Money | None = None,
    money_period: Annotated[str | None, choice(Period)] = None,
    act_limit: Money | None = None,
    is_one_task: Yes = False,
    holder: Annotated[str, choice(HolderKind)] = "account",
    holder_account: ByAccount | None = None,
    channel: Channel = "in_person",
    language: InLanguage = "en",
    telling: Text = "",
    shown: Yes = True,
    read_for: Span = timedelta(minutes=2),
    present: Text = "",
    in_private: Yes = False,
    own_words: Text = "Yes, go ahead",
) -> Any:
    """A person is asked to let somebody act for them: the words are shown and read (`read_for` so
    long; `shown: no` leaves that out), and said back. `present` names who else is there. Nothing is
    confirmed yet."""
    actor = stage.actor(by, "helper")
    if "pay" in powers:
        money_limit, money_period = money_limit or 10_000, money_period or "month"
    account = stage.accounts[holder_account].account_id if holder_account else None
    request_id = service_asking.begin_request(
        actor=actor,
        person_id=stage.person(person),
        request_key=new_request_key(),
        language=language,
        holder_kind=holder,
        **spell_terms(stage, services, powers, until, purpose, money_limit, money_period),
        act_limit_pence=act_limit,
        is_one_task=is_one_task,
        telling=telling,
        holder_account_id=account,
        channel=channel,
    )
    stage.keep("request", request_id, person)
    if shown:
        read_and_say_back(stage, actor, request_id, read_for, present, in_private, own_words)
    return request_id


def spell_terms(
    stage: Stage,
    services: list[str],
    powers: list[str],
    until: date | Ago | None,
    purpose: str,
    money_limit: int | None,
    money_period: str | None,
) -> dict[str, Any]:
    """The terms as every command takes them that asks a person; for a year, if nothing is said."""
    return {
        "services": services,
        "powers": powers,
        "until_on": stage.day(until) or add_months(clock.today(), 12),
        "purpose": purpose,
        "money_limit_pence": money_limit,
        "money_period": money_period,
    }


def read_and_say_back(
    stage: Stage,
    actor: Actor,
    request_id: UUID,
    read_for: timedelta,
    present: str = "",
    in_private: bool = False,
    own_words: str = "Yes, go ahead",
) -> None:
    """The words are read aloud, which takes its time, and said back."""
    service_asking.show_statement(actor=actor, request_id=request_id)
    stage.clock.moment += read_for
    terms_hash = hash_of(request_id)
    service_asking.end_reading(actor=actor, request_id=request_id, terms_hash=terms_hash)
    service_asking.keep_said(
        actor=actor,
        request_id=request_id,
        terms_hash=terms_hash,
        what="They fill in the form for me",
        until="Until next autumn",
        stop="I ring up, or come here",
        own_words=own_words,
        present=present,
        in_private=in_private,
    )


@act(CONSENT)
def confirm(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    way: Annotated[str, choice(WAYS)] = "witness",
    evidence: Evidence = None,
    request: OfRequest = None,
) -> None:
    """The person confirms what they were asked, by that way and with that evidence; what rests on
    it begins, or waits. `code: right` is read where it was sent to."""
    confirm_request(
        stage,
        stage.actor(by, "helper"),
        stage.find("request", request, person),
        way,
        evidence or {},
        person,
    )


def confirm_request(
    stage: Stage,
    actor: Actor,
    request_id: UUID,
    way: str,
    said: dict[str, Any],
    person: str,
) -> None:
    """Confirm and grant. Raises NotConfirmed, and what the commands raise."""
    if way == links.WAY:
        links.ask_at_home(stage, actor, request_id, person, said)
    given = prepare(stage, actor, request_id, way, said)
    own_word = str(said.get("own_word", "yes"))
    try:
        answer = delegation_service.confirm_and_grant(
            actor=actor,
            request_id=request_id,
            terms_hash=hash_of(request_id),
            way=way,
            given=given,
        )
    finally:  # also of a yes that waits
        answered = answer_asked(stage, request_id, own_word)
    if answer.consent_id is None:
        raise NotConfirmed(answer.words, next_step="Ask again, or choose another way.")
    stage.keep("consent", answer.consent_id, person)
    if answered:
        delegation_service.grant_delegation(actor=actor, consent_id=answer.consent_id)
    keep_delegation(stage, answer.consent_id, person)


def keep_delegation(stage: Stage, consent_id: UUID, person: str) -> None:
    """Remember what came of a yes, where something did."""
    with reading() as session:
        found = session.scalar(select(Delegation.id).filter_by(consent_id=consent_id))
    if found is not None:
        stage.keep("delegation", found, person)


@act(CONSENT, makes="delegation")
def grant(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    way: Annotated[str, choice(WAYS)] = "witness",
    evidence: Evidence = None,
    services: Texts = ["blue-badge"],  # noqa: B006
    powers: Powers = ["see", "fill_in", "submit"],  # noqa: B006
    until: Day | None = None,
    purpose: Text = "Keep it going for me",
    money_limit: Money | None = None,
    money_period: Annotated[str | None, choice(Period)] = None,
    act_limit: Money | None = None,
    is_one_task: Yes = False,
    holder: Annotated[str, choice(HolderKind)] = "account",
    holder_account: ByAccount | None = None,
    channel: Channel = "in_person",
    language: InLanguage = "en",
    telling: Text = "",
    read_for: Span = timedelta(minutes=2),
    present: Text = "",
    in_private: Yes = False,
    own_words: Text = "Yes, go ahead",
) -> Any:
    """`ask` and `confirm` in one: a person lets somebody act for them."""
    terms = {
        key: value for key, value in locals().items() if key not in ("stage", "way", "evidence")
    }
    request_id = ask(stage, **terms, shown=way != links.WAY)
    confirm_request(stage, stage.actor(by, "helper"), request_id, way, evidence or {}, person)
    return stage.latest.get(("delegation", stage.person(person)))


@act(CONSENT)
def see_person(stage: Stage, by: ByAccount, person: OfPerson, request: OfRequest = None) -> None:
    """A second member of staff confirms having seen the person say yes to these very words."""
    request_id = stage.find("request", request, person)
    with reading() as session:
        row = session.get_one(ConsentRequest, request_id)
        reference, terms_hash = row.reference, row.terms_hash
    service_ways.confirm_seen(
        actor=stage.actor(by, "helper"), reference=reference, terms_hash=terms_hash
    )


@act(CONSENT)
def add_scan(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    hand: Text = "",
    wobble: Annotated[int, POINTS] = 0,
    consent: OfConsent = None,
) -> None:
    """The photograph of a signed form comes in. One `hand` makes one picture."""
    consent_id = stage.find("consent", consent, person)
    service_papers.add_scan(
        actor=stage.actor(by, "helper"),
        consent_id=consent_id,
        picture=photograph(hand or person, wobble),
    )
    with reading() as session:
        has_paper = session.query(ConsentPaper).filter_by(consent_id=consent_id).count()
        is_live = session.get_one(Consent, consent_id).withdrawn_at is None
    if has_paper and is_live:
        keep_delegation(stage, consent_id, person)


@act(CONSENT)
def record_capacity(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    outcome: Annotated[str, choice(Outcome)] = "cannot_decide",
    decision: Text = "Whether somebody may deal with the claim",
    signs: Text = "Did not know what was asked",
    support: Text = "Asked again in the morning, with pictures",
    assessor: Text = "Dr Amara Okafor, her GP",
    assessed: Day | None = None,
    request: OfRequest = None,
) -> None:
    """Record a doubt about whether a person can decide this, by a named assessor."""
    service_capacity.record_capacity_concern(
        actor=stage.actor(by, "helper"),
        request_id=stage.find("request", request, person),
        decision=decision,
        signs=signs,
        support=support,
        assessor=assessor,
        assessed_on=stage.day(assessed) or clock.today(),
        outcome=outcome,
    )


@act(CONSENT)
def open_appointee_route(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    service: Text = "universal-credit",
    request: OfRequest = None,
) -> None:
    """Open the way to become somebody's appointee, where they cannot decide."""
    service_capacity.open_appointee_route(
        actor=stage.actor(by, "helper"),
        request_id=stage.find("request", request, person),
        service=service,
    )


@act(CONSENT)
def change_request(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    services: Texts,
    powers: Powers = ["see", "fill_in", "submit"],  # noqa: B006
    until: Day | None = None,
    purpose: Text = "Keep it going for me",
    money_limit: Money | None = None,
    money_period: Annotated[str | None, choice(Period)] = None,
    request: OfRequest = None,
) -> None:
    """Change what a person is asked before they confirm it: it has to be read to them anew."""
    service_asking.change_request(
        actor=stage.actor(by, "helper"),
        request_id=stage.find("request", request, person),
        language="en",
        holder_kind="account",
        **spell_terms(stage, services, powers, until, purpose, money_limit, money_period),
    )
