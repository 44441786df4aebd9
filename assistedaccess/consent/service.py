"""Visits, the light consent of assisting, and taking a yes back.

What is asked before somebody may represent stands in service_asking and service_confirming.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from assistedaccess.access import Permission, require
from assistedaccess.access.policy import require_own
from assistedaccess.accounts.queries import list_names
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import check_theirs
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, Refused
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.transactions import get_transaction, run_transaction
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.service import queue_notice, release_digest
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.models import Person
from assistedaccess.people.reach import check_may_go_on, reach_person
from assistedaccess.people.routes import choose_route, choose_routes

from . import queries, rules, rules_terms, silent, stops
from .events import ConsentRecorded, ConsentWithdrawn, VisitEnded
from .models import Consent, Visit
from .rules import HolderKind, HowSaid, Mode, Power, VisitChannel
from .sampling import draw_sample
from .service_statements import publish_statements

__all__ = [
    "end_visit",
    "find_or_start_visit",
    "get_person_for_act",
    "publish_statements",
    "record_assisting_consent",
    "tell_person",
    "withdraw_consent",
]


ASSIST = "consent.record_assisting_consent"


class SpokenNotEnough(Refused):
    """The policy asks for more than a spoken yes, whatever it is about."""

    reason_code = "spoken_not_enough"


def get_person_for_act(actor: Actor, person_id: UUID) -> Person:
    """The person, locked against a change of what is decided on until the transaction ends.

    Raises NotFound; OwnRecord or RelativesRecord where the helper is no stranger; RecordClosed
    where the person has died, RecordRestricted where they want nothing done.
    """
    kept: dict[tuple[UUID | None, UUID], Person]
    kept = get_transaction().notes.setdefault("consent.people", {})
    key = (actor.human_id, person_id)
    if key not in kept:  # once a transaction: the row stays locked
        kept[key] = reach_person(actor, person_id, lock=True)
    check_may_go_on(kept[key])  # of a merged record: what runs goes on, whoever begins asks more
    return kept[key]


def tell_person(
    *,
    actor: Actor,
    person_id: UUID,
    kind: NoticeKind,
    organisation_id: UUID,
    visit_id: UUID | None = None,
    facts: Mapping[str, str] | None = None,
) -> UUID:
    """Queue the telling of an act by the person's safest route; a risky one by the second too."""
    if kind.is_risky:
        route, seconds = choose_routes(person_id, actor)
    else:
        route, seconds = choose_route(person_id, actor), ()
    return queue_notice(
        actor=actor,
        person_id=person_id,
        kind=kind,
        route=route,
        organisation_id=organisation_id,
        visit_id=visit_id,
        facts=dict(facts or {}),
        second_routes=seconds,
    )


# -- visits


def find_or_start_visit(
    *, actor: Actor, person_id: UUID, channel: str = VisitChannel.IN_PERSON
) -> UUID:
    """The open visit of this person with this helper, here, today; started where there is none.

    A telephone visit is one call: once ended, the next is another. Two at the same moment start
    one. Raises NotFound for an unknown person.
    """
    return run_transaction(lambda: _find_or_start_visit(actor, person_id, VisitChannel(channel)))


def _find_or_start_visit(actor: Actor, person_id: UUID, channel: VisitChannel) -> UUID:
    require(actor, Permission.CONSENT_RECORD)
    require_may_act(actor)
    get_person_for_act(actor, person_id)
    found = queries.find_visit_id(actor, person_id, channel)
    if found is not None:
        return found
    session = get_session()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    visit_id = session.scalar(
        insert(Visit)
        .values(
            id=new_id(),
            person_id=person_id,
            account_id=actor.account_id,
            human_id=actor.human_id,
            organisation_id=actor.organisation_id,
            site_id=actor.site_id,
            place_id=queries.place_of(actor),
            channel=str(channel),
            visited_on=clock.today(),
            started_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(Visit.id)
    )
    if visit_id is not None:
        record(
            Action.VISIT_STARTED,
            actor=actor,
            person_id=person_id,
            subject=("visit", visit_id),
            reason=str(channel),
        )
        return visit_id
    found = queries.find_visit_id(actor, person_id, channel)
    if found is None:  # ended in between: the next call starts anew
        raise Refused(_("This visit has just ended."), next_step=_("Try again."))
    return found


@command("consent.end_visit")
def end_visit(*, actor: Actor, visit_id: UUID) -> UUID:
    """Say that helper and person have parted: the digest is due, the assisting consents are over.

    Ending it twice ends it once. Raises NotFound for another helper's visit.
    """
    require(actor, Permission.CONSENT_RECORD)
    visit = get_session().get(Visit, visit_id, with_for_update=True, populate_existing=True)
    if visit is None or visit.account_id != actor.account_id:
        raise NotFound
    concerns(person_id=visit.person_id, subject=("visit", visit_id))
    if visit.ended_at is None:
        visit.ended_at = max(clock.now(), visit.started_at)  # a clock may have been set back
        release_digest(visit_id=visit_id)
        publish(VisitEnded(visit_id, visit.person_id))
    record(Action.VISIT_ENDED, actor=actor, person_id=visit.person_id, subject=("visit", visit_id))
    return visit_id


# -- assisting


@command(ASSIST)
def record_assisting_consent(
    *,
    actor: Actor,
    person_id: UUID,
    case_id: UUID | None = None,
    service: str | None,
    purpose: str,
    channel: str = VisitChannel.IN_PERSON,
    language: str = "en",
    request_key: str | None = None,
    tell: bool = True,
) -> UUID:
    """Record that the present person asked for help with one service; returns the consent's id.

    It carries ``fill_in`` and ``submit`` for this visit and this service, nothing else. Without a
    ``service`` it is help with what ``purpose`` says in words. ``language``: in which the statement
    was read. Two requests with one ``request_key`` make one consent. ``tell`` is False where the
    caller's own act, in the same transaction, tells the person.
    """
    require(actor, Permission.CONSENT_RECORD)
    rules_terms.check_purpose(purpose)
    once = Once(actor, ASSIST, request_key or None, person_id, service, purpose)
    if (made := once.find("consent", person_id)) is not None:
        return made
    silent.heed_help_even_if_refused(actor, person_id, purpose)
    stops.check_may_take_yes(actor, person_id)
    visit_id = find_or_start_visit(actor=actor, person_id=person_id, channel=channel)
    service_name = queries.get_service_name(service, language) if service else ""
    statement = queries.get_statement(Mode.ASSISTING, language)
    now = clock.now()
    policy = queries.get_policy()
    consent_id = new_id()
    terms = rules_terms.Terms(
        holder_kind=HolderKind.ACCOUNT,
        services=(service,) if service else (),
        powers=_list_spoken(policy),
        until_on=clock.today(),
        purpose=purpose,
    )
    assessment = rules.compute_strength(rules.Evidence(way="said_yes"))
    assert actor.account_id is not None  # noqa: S101  (a visit has a helper)
    assert actor.human_id is not None  # noqa: S101
    assert actor.organisation_id is not None  # noqa: S101
    get_session().add(
        consent := Consent(
            id=consent_id,
            reference=new_reference("K"),
            mode=str(Mode.ASSISTING),
            person_id=person_id,
            visit_id=visit_id,
            account_id=actor.account_id,
            human_id=actor.human_id,
            organisation_id=actor.organisation_id,
            case_id=case_id,
            holder_kind=str(terms.holder_kind),
            services=list(terms.services),
            powers=[str(power) for power in terms.powers],
            until_on=terms.until_on,
            is_one_task=False,
            purpose=encryption.seal(person_id, "consent.purpose", purpose),
            statement_id=statement.id,
            statement_hash=statement.text_hash,
            terms_hash=rules_terms.hash_terms(
                person_id, actor.account_id, terms, statement.text_hash
            ),
            language=language,
            read_began_at=now,
            read_ended_at=now,
            said=queries.seal_json(person_id, "consent.said", {}),
            way="said_yes",
            evidence=queries.seal_json(person_id, "consent.evidence", {"channel": channel}),
            strength=str(assessment.strength),
            reasons=assessment.codes,
            policy_version=policy.version,
            recorded_at=now,
        )
    )
    get_session().flush()
    silent.heed_help(consent, purpose)
    once.keep(consent_id)
    record(
        Action.CONSENT_RECORDED,
        actor=actor,
        person_id=person_id,
        subject=("consent", consent_id),
        authority=("visit", visit_id),
        service=service,
        reason=str(Mode.ASSISTING),
    )
    draw_sample(actor, consent, policy)
    if tell:
        tell_person(
            actor=actor,
            person_id=person_id,
            kind=NoticeKind.CONSENT_RECORDED,
            organisation_id=actor.organisation_id,
            visit_id=visit_id,
            facts={"helper": name_helper(actor), "service": service_name},
        )
    publish(
        ConsentRecorded(consent_id, person_id, actor.organisation_id, str(Mode.ASSISTING), case_id)
    )
    return consent_id


def _list_spoken(policy: rules.Policy) -> tuple[Power, ...]:
    """What a spoken yes is enough for. Raises SpokenNotEnough where that is nothing."""
    powers = tuple(power for power in Power if power in policy.spoken)
    if not powers:
        raise SpokenNotEnough(
            _("A spoken yes alone is not enough here."),
            next_step=_("The person can let you act for them: that asks for more."),
        )
    return powers


def name_helper(actor: Actor) -> str:
    """The name of the account that acts."""
    return list_names([actor.account_id]).get(actor.account_id, "") if actor.account_id else ""


# -- taking it back


@command("consent.withdraw_consent")
def withdraw_consent(*, actor: Actor, consent_id: UUID, how: str) -> UUID:
    """Take a consent back at the person's word: whatever rests on it ends with it, at once.

    Any helper at any organisation can (design, section 4, rule 6), so neither training nor
    organisation is asked; a relative, if it was to them. ``how``: in_front, telephone. Twice: once.
    """
    require(actor, Permission.YES_TAKE_BACK)
    row = get_session().get(Consent, consent_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    require_own(actor, row.person_id)
    check_theirs(actor, ("consent", row.id))
    _withdraw(actor, row, HowSaid(how))
    return row.id


def _withdraw(actor: Actor, row: Consent, how: HowSaid) -> None:
    concerns(person_id=row.person_id, subject=("consent", row.id))
    is_first = row.withdrawn_at is None
    record(
        Action.CONSENT_WITHDRAWN,
        actor=actor,
        person_id=row.person_id,
        subject=("consent", row.id),
        reason=str(how) if is_first else "already_withdrawn",
    )
    if not is_first:
        return
    row.withdrawn_at = clock.now()
    row.withdrawn_by = actor.account_id
    row.withdrawn_how = str(how)
    get_session().flush()
    language = get_session().get_one(Person, row.person_id).language
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=NoticeKind.CONSENT_WITHDRAWN,
        organisation_id=actor.organisation_id or row.organisation_id,
        facts={"service": queries.name_services(row.services, language)},
    )
    publish(ConsentWithdrawn(row.id, row.person_id, row.mode, str(how), actor))


def withdraw_waiting(*, actor: Actor, person_id: UUID, how: str) -> list[UUID]:
    """Take back every yes of a person that stands, inside the caller's transaction.

    So that what still waits for a second human, and the help of a visit that nobody has ended,
    find nothing to rest on. Returns their ids.
    """
    return take_back(actor, lock_standing(actor, person_id), how)


def lock_standing(actor: Actor, person_id: UUID) -> list[Consent]:
    """Every yes of a person that stands, locked, but for help of the actor's own visit: whoever
    hears *stop* sits with the person, who can say so of that too."""
    return list(
        get_session().scalars(
            select(Consent)
            .where(
                Consent.person_id == person_id,
                (Consent.mode == Mode.REPRESENTING) | (Consent.account_id != actor.account_id),
                Consent.withdrawn_at.is_(None),
                Consent.until_on >= clock.today(),
            )
            .order_by(Consent.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def take_back(actor: Actor, rows: Sequence[Consent], how: str) -> list[UUID]:
    """Take locked consents back; the caller ends what rests on them, and tells the person."""
    now = clock.now()
    for row in rows:
        row.withdrawn_at = now
        row.withdrawn_by = actor.account_id
        row.withdrawn_how = str(HowSaid(how))
        record(
            Action.CONSENT_WITHDRAWN,
            actor=actor,
            person_id=row.person_id,
            subject=("consent", row.id),
            reason=str(how),
        )
    get_session().flush()
    return [row.id for row in rows]
