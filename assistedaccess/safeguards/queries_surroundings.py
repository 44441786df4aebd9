"""What stands around an act: the person, and the helper, in one statement.

Each question is answered by an index of its own and stops at the first row that answers it; none
grows with what else the installation holds.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Exists,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State
from assistedaccess.audit import Action
from assistedaccess.audit.models import MOVED, AuditEvent
from assistedaccess.consent.models import Consent, ConsentRequest, Visit
from assistedaccess.consent.models_evidence import ConsentSighting
from assistedaccess.consent.rules import HolderKind, Strength, VisitChannel
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session, spelt
from assistedaccess.kernel.ids import first_id_at
from assistedaccess.people.models import ContactPoint, IdentityEvidence, Person
from assistedaccess.people.models_private import PrivateMoment
from assistedaccess.people.rules import EvidenceKind
from assistedaccess.people.rules_routes import PointKind

from . import acts, facts
from .models import Establishment
from .queries_helper import BACK_SINCE, helper_columns, read_helper
from .settings import Settings

REMEMBERED = timedelta(days=90)
"""So long what a reviewer has refused goes on at nobody else's word. A starting value of ours."""
REACHING = (PointKind.MOBILE, PointKind.LANDLINE, PointKind.EMAIL)
"""What somebody can be rung or written to on at once."""
RUNG = ("telephone", "card", "code", "post")
"""Ways of a yes that show more than a voice: a number on record, a card, a code."""
WORDS = (EvidenceKind.VOUCHED, EvidenceKind.KNOWN_HERE, EvidenceKind.ASKED_ONLY)
"""Evidence that shows nothing but what its writer says: of one's own, it is one helper's word."""
SHOWING = ("card", "code", "post", "telephone", "online", "voucher")
"""Ways of a yes by which somebody else, or what the person alone has, shows who said it."""
LOOKS = (Action.PERSON_OPENED, Action.PERSON_DUPLICATE_SHOWN)
"""To look at a record wakes it for nobody."""
_PERSON: BindParameter[UUID] = bindparam("person")
_HUMAN: BindParameter[UUID] = bindparam("human")


def load_surroundings(act: Act, settings: Settings) -> tuple[facts.Helper, facts.Person | None]:
    """The helper, and the person where the act names one. One statement."""
    actor, person_id = act.actor, act.person_id
    now = clock.now()
    new_since = now - timedelta(days=settings["new_days"])
    asleep = now - timedelta(days=settings["dormant_record_days"])
    rest = timedelta(days=settings["dormant_account_days"])
    given = {
        "person": person_id,
        "human": actor.human_id,
        "account": actor.account_id,
        "organisation": actor.organisation_id,
        "sign_in": actor.sign_in_id,
        "new_since": new_since,
        "new_key": first_id_at(new_since),
        "asleep": asleep,
        "asleep_key": first_id_at(asleep),
        "back_since": first_id_at(now - BACK_SINCE),
        "refused_since": now - REMEMBERED,
        "device_since": now - timedelta(hours=settings["device_hours"]),
        "place_since": now - timedelta(minutes=settings["place_minutes"]),
        "device_known": now - timedelta(days=settings["device_known_days"]),
        "now": now,
        "today": clock.today(),
        "new_day": clock.local(new_since).date(),
    }
    if person_id is None:
        row = get_session().execute(_select_helper(), given).one()
        return read_helper(row, actor, now, rest), None
    row = get_session().execute(_select_both(), given).one()
    person = facts.Person(
        id=person_id,
        is_new=row.created_at >= new_since,
        level=row.level or 0,
        level_by_others=row.level_by_others or 0,
        has_shown_others=bool(row.shown_others),
        is_seen_by_others=bool(row.met_by_others)
        or row.created_by_human_id not in (None, actor.human_id),
        is_reachable=bool(row.reachable),
        unconfirmed_near=row.unconfirmed_near or 0,
        is_dormant=row.created_at < asleep and not row.awake,
        contact_is_new=bool(row.contact_new),
        payee_is_new=bool(row.payee_new),
        payee_was_refused=bool(row.payee_refused),
        is_reached_anew=bool(row.reached_anew),
        is_recognised=bool(row.recognised),
        only_telephoned=bool(row.telephoned and not row.met and not row.rung),
        is_reviewed_by_actor=bool(row.reviewed),
        place=row.postcode_fingerprint,
        surname=surname(row.name_key),
    )
    return read_helper(row, actor, now, rest), person


def surname(name_key: str) -> str:
    """The last word of a folded name: what a household is taken to have in common."""
    return name_key.rpartition(" ")[2]


@cache
def _select_helper() -> Select[*tuple[Any, ...]]:
    return select(*helper_columns())


@cache
def _select_both() -> Select[*tuple[Any, ...]]:
    level = (
        select(func.max(IdentityEvidence.level))
        .where(
            IdentityEvidence.person_id == _PERSON,
            IdentityEvidence.ended_at.is_(None),
            IdentityEvidence.kind.not_in(WORDS) | (IdentityEvidence.seen_by_human_id != _HUMAN),
        )
        .scalar_subquery()
    )
    by_others = (
        select(func.max(IdentityEvidence.level))
        .where(
            IdentityEvidence.person_id == _PERSON,
            IdentityEvidence.ended_at.is_(None),
            IdentityEvidence.seen_by_human_id != _HUMAN,
        )
        .scalar_subquery()
    )
    return select(
        Person.created_at,
        Person.created_by_human_id,
        Person.name_key,
        Person.postcode_fingerprint,
        level.label("level"),
        by_others.label("level_by_others"),
        has_shown_others(_PERSON).label("shown_others"),
        _is_met_by_others(_PERSON).label("met_by_others"),
        _is_reachable(_PERSON).label("reachable"),
        _count_unconfirmed_near().label("unconfirmed_near"),
        _is_awake().label("awake"),
        _is_contact_new().label("contact_new"),
        _is_payee_new().label("payee_new"),
        exists()
        .where(
            PendingAct.person_id == _PERSON,
            PendingAct.state == spelt(State.REFUSED),
            PendingAct.command.in_((acts.SUBMIT, acts.KEEP)),
            PendingAct.decided_at >= bindparam("refused_since"),
        )
        .label("payee_refused"),
        _is_reached_anew().label("reached_anew"),
        _is_recognised().label("recognised"),
        *_calls(),
        exists()
        .where(
            PendingAct.person_id == _PERSON,
            PendingAct.state == spelt(State.WAITING),
            PendingAct.drawn_human_id == _HUMAN,
        )
        .label("reviewed"),
        *helper_columns(),
    ).where(Person.id == _PERSON)


def has_shown_others(person_id: Any, than: Any = _HUMAN) -> Exists:
    """Whether another human ``than`` that one has seen a paper of theirs: more than the word of who
    writes it."""
    return exists().where(
        IdentityEvidence.person_id == person_id,
        IdentityEvidence.ended_at.is_(None),
        IdentityEvidence.kind.not_in(WORDS),
        IdentityEvidence.seen_by_human_id != than,
    )


def _is_met_by_others(person_id: Any) -> ColumnElement[bool]:
    """Whether another human has met them, and says so in a sign-in of their own: a visit, a yes
    that they saw said, a moment alone, or that they know them. That somebody vouches is not."""
    return or_(
        exists().where(Visit.person_id == person_id, Visit.human_id != _HUMAN),
        exists().where(
            ConsentRequest.person_id == person_id,
            ConsentSighting.request_id == ConsentRequest.id,
            ConsentSighting.human_id != _HUMAN,
        ),
        exists().where(PrivateMoment.person_id == person_id, PrivateMoment.human_id != _HUMAN),
        exists().where(
            IdentityEvidence.person_id == person_id,
            IdentityEvidence.ended_at.is_(None),
            IdentityEvidence.kind == EvidenceKind.KNOWN_HERE,
            IdentityEvidence.seen_by_human_id != _HUMAN,
        ),
    )


def _is_reachable(person_id: Any) -> Exists:
    return exists().where(
        ContactPoint.person_id == person_id,
        ContactPoint.ended_at.is_(None),
        ContactPoint.kind.in_(REACHING),
    )


def _count_unconfirmed_near() -> Any:
    """Others whom this human registered at the same postcode, and nobody else has seen; of who has
    no postcode, others who have none either and no telephone."""
    near, here = aliased(Person), aliased(Person)
    place = select(here.postcode_fingerprint).where(here.id == _PERSON).scalar_subquery()
    return (
        select(func.count())
        .where(
            near.created_by_human_id == _HUMAN,
            or_(
                near.postcode_fingerprint == place,
                and_(
                    near.postcode_fingerprint.is_(None),
                    place.is_(None),
                    ~_is_reachable(near.id),
                ),
            ),
            near.id != _PERSON,
            ~has_shown_others(near.id),
            ~_is_met_by_others(near.id),
        )
        .scalar_subquery()
    )


def _is_awake() -> ColumnElement[bool]:
    """Whether anything was done for them between long ago and lately: before this began.

    Of somebody registered since nobody asks: of all that was written down about them nothing is
    read."""
    done = exists().where(
        AuditEvent.person_id == _PERSON,
        AuditEvent.id >= bindparam("asleep_key"),
        AuditEvent.id < bindparam("new_key"),
        AuditEvent.actor_kind.in_(("account", "person")),
        AuditEvent.action.not_in(LOOKS),
    )
    return and_(Person.created_at < bindparam("asleep"), done)


def _is_contact_new() -> ColumnElement[bool]:
    """Whether how they are reached, or where they live, was changed within ``new_days``."""
    point = exists().where(
        ContactPoint.person_id == _PERSON, ContactPoint.created_at >= bindparam("new_since")
    )
    moved = exists().where(
        AuditEvent.person_id == _PERSON,
        AuditEvent.id >= bindparam("new_key"),
        MOVED,  # in these very words, so that its index is used
    )
    return and_(Person.created_at < bindparam("new_since"), or_(point, moved))


def _is_reached_anew() -> ColumnElement[bool]:
    """Whether this human gave a telephone or an e-mail address lately, and one that came by another
    hand was taken away lately: put in its place, marked as unsafe, or ended. The number of a home
    that is registered is nobody's own (L02)."""
    given, taken = aliased(ContactPoint), aliased(ContactPoint)
    is_registered = exists().where(
        Establishment.contact == given.fingerprint, Establishment.ended_at.is_(None)
    )
    return and_(
        exists().where(
            given.person_id == _PERSON,
            given.ended_at.is_(None),
            given.kind.in_(REACHING),
            given.created_by_human_id == _HUMAN,
            given.created_at >= bindparam("new_since"),
            ~is_registered,
        ),
        exists().where(
            taken.person_id == _PERSON,
            taken.ended_at >= bindparam("new_since"),
            taken.kind.in_(REACHING),
            taken.created_by_human_id.is_distinct_from(_HUMAN),
        ),
    )


def _is_payee_new() -> ColumnElement[bool]:
    """Whether where money goes was changed within ``new_days``, or waits to be."""
    told = exists().where(
        PaymentDetails.person_id == _PERSON, PaymentDetails.told_at >= bindparam("new_since")
    )
    waits = exists().where(
        PendingAct.person_id == _PERSON,
        PendingAct.state == spelt(State.WAITING),
        PendingAct.command.in_((acts.SUBMIT, acts.KEEP)),
    )
    return or_(told, waits)


def _is_recognised() -> ColumnElement[bool]:
    """Whether somebody knew them lately, by evidence or by a yes that shows who said it; or this
    helper has met them longer ago than that, or they have let them, or the organisation, act. That
    they were asked, and nothing showed who they are, is written down too, and shows nothing; nor
    does that somebody vouched who is known from this helper's telling alone, where the person could
    be rung (A16): who has no telephone goes on at it (L05)."""
    seen = exists().where(
        IdentityEvidence.person_id == _PERSON,
        IdentityEvidence.level > 0,
        IdentityEvidence.seen_at >= bindparam("new_since"),
        IdentityEvidence.ended_at.is_(None),
        or_(
            IdentityEvidence.kind != EvidenceKind.VOUCHED,
            IdentityEvidence.seen_by_human_id != _HUMAN,
            ~_is_reachable(_PERSON),
        ),
    )
    said = exists().where(
        Consent.person_id == _PERSON,
        Consent.recorded_at >= bindparam("new_since"),
        Consent.strength.in_((Strength.STANDARD, Strength.STRONG)),
        Consent.way.in_(SHOWING),
    )
    acts_for = exists().where(
        Delegation.person_id == _PERSON,
        Delegation.organisation_id == bindparam("organisation"),
        Delegation.ended_at.is_(None),
        Delegation.expires_at > bindparam("now"),
        Delegation.granted_at < bindparam("new_since"),
        or_(
            Delegation.holder_human_id == _HUMAN,
            Delegation.holder_kind == HolderKind.ORGANISATION,
        ),
    )
    met_before = exists().where(
        Visit.person_id == _PERSON,
        Visit.human_id == _HUMAN,
        Visit.visited_on < bindparam("new_day"),
    )
    return or_(seen, said, acts_for, met_before)


def _calls() -> list[ColumnElement[Any]]:
    """Whether this helper has rung with them today, met them today, and rung a number on record."""

    def today(channel: VisitChannel) -> Exists:
        return exists().where(
            Visit.person_id == _PERSON,
            Visit.human_id == _HUMAN,
            Visit.visited_on == bindparam("today"),
            Visit.channel == channel,
        )

    rung = exists().where(
        Consent.person_id == _PERSON,
        Consent.human_id == _HUMAN,
        Consent.way.in_(RUNG),
        Consent.visit_id.in_(
            select(Visit.id).where(
                Visit.person_id == _PERSON, Visit.visited_on == bindparam("today")
            )
        ),
    )
    return [
        today(VisitChannel.TELEPHONE).label("telephoned"),
        today(VisitChannel.IN_PERSON).label("met"),
        rung.label("rung"),
    ]
