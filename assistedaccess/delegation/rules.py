"""Whether somebody may act for a person now. Pure: facts in, an authority or a refusal out.

A delegation allows what its consent named, to whom it named, while it runs: nothing that a clock,
a second tab or another account does can make more of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Role
from assistedaccess.consent.rules import HolderKind, Period, Power
from assistedaccess.kernel import clock
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.errors import InvalidInput, Refused

GRANT = "delegation.grant"
"""The name of the act that the controls are asked about."""

HOLD_OVER_PENCE = 50_000
"""£500: the money that one holder may be trusted with for one person on one human's work alone.

A starting value of this project: a delegation that takes the sum of the holder's limits over it
waits for a second human.
"""

SECOND_LOOK = "second_look"
"""The one reason for which a grant is held, whatever the ground."""

UNPROVEN_FREEZE = timedelta(hours=72)
"""How long a freeze lasts that a caller asked for whom nobody could recognise."""


class EndedHow(StrEnum):
    """On whose word a delegation ended before its day."""

    IN_FRONT = "in_front"
    TELEPHONE = "telephone"
    ONLINE = "online"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    DIED = "died"
    SUPERSEDED = "superseded"
    HANDED_OVER = "handed_over"
    DONE = "done"


class SuspendedHow(StrEnum):
    """Why nobody can act on a delegation that the person has neither ended nor stopped."""

    HELPER_LEFT = "helper_left"
    ORGANISATION_CLOSED = "organisation_closed"


class NoAuthority(Refused):
    """Nothing lets this helper do this for this person."""

    reason_code = "no_authority"


class OwnRecord(Refused):
    """The helper is the person: nobody helps themself."""

    reason_code = "own_record"


class DelegationEnded(Refused):
    reason_code = "delegation_ended"


class ConsentWithdrawn(Refused):
    reason_code = "consent_withdrawn"


class DelegationExpired(Refused):
    reason_code = "delegation_expired"


class DelegationNotStarted(Refused):
    reason_code = "delegation_not_started"


class DelegationFrozen(Refused):
    reason_code = "delegation_frozen"


class DelegationSuspended(Refused):
    """The helper left, or the organisation closed: only a new yes of the person goes on from it."""

    reason_code = "delegation_suspended"


class CheckInMissed(Refused):
    """The day by which the person was to say that it may go on has passed."""

    reason_code = "check_in_missed"


class OutOfScope(Refused):
    """There is a delegation, but not for this service, or not for this kind of act."""

    reason_code = "out_of_scope"


class LimitReached(Refused):
    """The money limit does not leave room for this."""

    reason_code = "limit_reached"


class AlreadyReserved(Refused):
    """Something else is set aside for the same payment."""

    reason_code = "already_reserved"


class AlreadySettled(Refused):
    """A reserve is used, or given back, once."""

    reason_code = "already_settled"


@dataclass(frozen=True)
class DelegationFacts:
    """One delegation as it stands. ``taken_pence``: reserved or used in the present period, by this
    edition and all before it. ``check_in_by``: from then on it rests, unless the person said so."""

    id: UUID
    reference: str
    holder_kind: HolderKind
    holder_account_id: UUID | None
    organisation_id: UUID
    services: frozenset[str]
    powers: frozenset[str]
    starts_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    is_replaced: bool = False
    consent_withdrawn_at: datetime | None = None
    frozen_at: datetime | None = None
    frozen_until: datetime | None = None
    suspended_at: datetime | None = None
    check_in_by: datetime | None = None
    limit_pence: int | None = None
    act_limit_pence: int | None = None
    taken_pence: int = 0


@dataclass(frozen=True)
class Asked:
    """What somebody wants to do, for whom they act, and when. ``amount_pence``: what it costs."""

    account_id: UUID | None
    organisation_id: UUID | None
    service: str | None
    power: Power
    amount_pence: int | None
    now: datetime


def choose_delegation(held: Sequence[DelegationFacts], asked: Asked) -> UUID:
    """The delegation that allows what is asked.

    ``held`` are this person's delegations, in any state. Raises the refusal that is nearest to
    being mended: of a delegation that covers service and power before one that covers neither.
    """
    if asked.amount_pence is not None and asked.amount_pence <= 0:
        raise InvalidInput("amount", _("The amount must be more than £0"))
    nearest: tuple[int, Refused] | None = None
    for facts in held:
        if not is_holder(facts, asked):
            continue
        found = _find_obstacle(facts, asked)
        if found is None:
            return facts.id
        if nearest is None or found[0] > nearest[0]:
            nearest = found
    if nearest is not None:
        raise nearest[1]
    raise NoAuthority(
        _("Nothing lets you do this for this person yet."),
        next_step=_("Ask the person, and record what they agree to."),
    )


def is_holder(facts: DelegationFacts, asked: Asked) -> bool:
    """Whether the delegation was given to this account, or to its organisation."""
    if facts.organisation_id != asked.organisation_id:
        return False
    if facts.holder_kind is HolderKind.ORGANISATION:
        return True
    return asked.account_id is not None and facts.holder_account_id == asked.account_id


def is_frozen(frozen_at: datetime | None, frozen_until: datetime | None, now: datetime) -> bool:
    """Whether a freeze holds; without an end it holds until the person lifts it."""
    return frozen_at is not None and (frozen_until is None or now < frozen_until)


def stops_longer(
    frozen_at: datetime | None, frozen_until: datetime | None, until: datetime | None, now: datetime
) -> bool:
    """Whether a new stop until ``until`` (None: until it is lifted) holds longer than the old."""
    if not is_frozen(frozen_at, frozen_until, now):
        return True
    return frozen_until is not None and (until is None or until > frozen_until)


def _find_obstacle(facts: DelegationFacts, asked: Asked) -> tuple[int, Refused] | None:
    """What is in the way, and how near it is to allowing: the higher, the nearer."""
    ask_again = _("Ask the person. If they want it, record a new yes.")
    if asked.power not in facts.powers or asked.service not in facts.services:
        words = (
            _("What was agreed does not include this kind of act.")
            if asked.service in facts.services
            else _("What was agreed does not include this service.")
        )
        # One that has ended and was about something else says nothing useful here.
        return (1 if facts.ended_at else 2, OutOfScope(words, next_step=ask_again))
    if facts.ended_at is not None:
        words = _("What was agreed was ended on %(day)s.", day=spell_moment(facts.ended_at))
        # Where another edition took its place, what that one says counts.
        return (1 if facts.is_replaced else 3, DelegationEnded(words, next_step=ask_again))
    if facts.consent_withdrawn_at is not None:
        day = spell_moment(facts.consent_withdrawn_at)
        words = _("The person took back their yes on %(day)s.", day=day)
        return (3, ConsentWithdrawn(words, next_step=ask_again))
    if asked.now >= facts.expires_at:
        words = _("What was agreed ran out on %(day)s.", day=spell_moment(facts.expires_at))
        return (4, DelegationExpired(words, next_step=ask_again))
    if asked.now < facts.starts_at:
        words = _("What was agreed has not begun yet.")
        return (4, DelegationNotStarted(words, next_step=_("Wait until it begins.")))
    if is_frozen(facts.frozen_at, facts.frozen_until, asked.now):
        words = _("The person has put a stop on this for now.")
        step = _("Only the person can lift the stop, in front of another helper.")
        return (5, DelegationFrozen(words, next_step=step))
    if facts.suspended_at is not None:
        words = _("This has been at rest since %(day)s.", day=spell_moment(facts.suspended_at))
        step = _("Ask the person. If they want it to go on, they renew it with one yes.")
        return (5, DelegationSuspended(words, next_step=step))
    if facts.check_in_by is not None and asked.now >= facts.check_in_by:
        words = _("The person has not been asked in time whether this may go on.")
        step = _("Have another helper ask them, and record that they checked in.")
        return (5, CheckInMissed(words, next_step=step))
    return _find_money_obstacle(facts, asked)


def _find_money_obstacle(facts: DelegationFacts, asked: Asked) -> tuple[int, Refused] | None:
    if asked.amount_pence is None:
        return None
    words = ""
    if facts.limit_pence is None:
        words = _("No money limit was agreed, so nothing can be paid.")
    elif facts.act_limit_pence is not None and asked.amount_pence > facts.act_limit_pence:
        words = _("This is more than was agreed for one payment.")
    elif facts.taken_pence + asked.amount_pence > facts.limit_pence:
        words = _("This is more than the money limit still allows.")
    if not words:
        return None
    return (6, LimitReached(words, next_step=_("Ask the person. A higher limit is a new yes.")))


def spell_moment(moment: datetime) -> str:
    """A moment as the day and time that clocks in the UK show."""
    local = clock.local(moment)
    hour, half = local.hour % 12 or 12, "am" if local.hour < 12 else "pm"
    return f"{local.day} {local:%B %Y} at {hour}:{local:%M}{half}"


def period_key(period: Period, now: datetime) -> str:
    """The period that a payment of this moment counts in: a calendar month, or the whole term."""
    return f"{clock.local(now):%Y-%m}" if period is Period.MONTH else "term"


def check_limit(act: Act) -> Iterable[Finding]:
    """The control: a money limit over the set sum waits for a second human.

    ``amount_pence`` is the limit that is to be given; the fact ``standing_pence`` is what the same
    holder may already spend for this person, so that no limit is given in slices.
    """
    if act.name != GRANT or act.amount_pence is None:
        return
    standing = act.facts.get("standing_pence", 0)
    if act.amount_pence + (standing if isinstance(standing, int) else 0) > HOLD_OVER_PENCE:
        yield ask_second_look()


def check_silent_help(act: Act) -> Iterable[Finding]:
    """The control: a yes with the silent sign in it waits for a safeguarding lead, and nobody else.

    To everybody else it reads, letter by letter, as what check_limit says. A yes that somebody
    doubted waits with other words, with the sign and without: those are rules_legal.hold_doubt's.
    """
    if act.name != GRANT or act.facts.get("capacity_doubted"):
        return
    if act.facts.get("asks_for_help"):
        yield ask_second_look(deciding_role=Role.SAFEGUARDING_LEAD)


def ask_second_look(deciding_role: str | None = None) -> Finding:
    """The one finding for which a grant is held."""
    # One code and one sentence for every ground: a wait that says why it waits would tell, by
    # what it does not say, when somebody asked for help.
    return Finding(
        Verdict.HOLD,
        SECOND_LOOK,
        _("A second person looks at this before it begins. Nobody can act on it until then."),
        deciding_role=deciding_role,
    )


def check_late(act: Act) -> Iterable[Finding]:
    """The control: what was written up after a home visit waits for a second human."""
    if act.name == GRANT and act.facts.get("way") == "home_visit":
        yield Finding(
            Verdict.HOLD,
            SECOND_LOOK,
            _("This was entered after a visit. A second person has to look at it first."),
        )


class PaperMissing(Refused):
    """Nothing can begin before the signed form is there."""

    reason_code = "paper_missing"


class WordMissing(Refused):
    """Nothing can begin before somebody who was named has confirmed it."""

    reason_code = "word_missing"


class TooManyPeople(Refused):
    """A helper of this kind represents as many people as they may."""

    reason_code = "too_many_people"


class GrantRefused(Refused):
    """A second human has looked at this grant and did not agree."""

    reason_code = "grant_refused"


def check_people(represented: int, most_people: int | None) -> None:
    """Raise TooManyPeople when one more person would be one too many."""
    if most_people is not None and represented >= most_people:
        raise TooManyPeople(
            _("A helper of this kind can act for %(most)s people at most.", most=most_people),
            next_step=_("The person can let the organisation, or another helper, act for them."),
        )


def is_own(
    *,
    holder_human_id: UUID | None,
    holder_organisation_id: UUID | None,
    human_id: UUID | None,
    organisations: Collection[UUID],
) -> bool:
    """Whether it is given to this human, or to one of the ``organisations`` where they belong.

    ``holder_organisation_id``: where an organisation holds it; None where one helper does.
    """
    if human_id is None or human_id == holder_human_id:
        return True
    return holder_organisation_id in organisations


def add_up(amounts: Mapping[str, int]) -> int:
    """What is taken of a limit: reserved, less given back; using what is reserved takes no more."""
    return amounts.get("reserve", 0) - amounts.get("give_back", 0)
