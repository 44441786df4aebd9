"""Who may act at an organisation, and within which limits. Pure: facts in, findings out.

Who gives help with money for an organisation is in *regulated activity with adults*, which a
barred person must not do: help with an adult's cash, bills or shopping because of age, illness or
disability, and help with the conduct of an adult's own affairs under an appointment (Safeguarding
Vulnerable Groups Act 2006, schedule 4, paragraph 7(1)(d) and (e), as amended by the Protection of
Freedoms Act 2012; DBS guidance on regulated activity with adults). So paying and changing payment
details need an enhanced check with the adults' barred list: in Scotland membership of the PVG
scheme (Protection of Vulnerable Groups (Scotland) Act 2007; Disclosure (Scotland) Act 2020), in
Northern Ireland AccessNI's enhanced check with the barred list (Safeguarding Vulnerable Groups
(Northern Ireland) Order 2007). The Act does not apply in the course of a family relationship
(section 58), and such a check cannot lawfully be asked of family: so none is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from flask_babel import gettext as _

from assistedaccess.kernel.errors import Refused


class OrganisationKind(StrEnum):
    """What sort of body vouches for helpers here."""

    COUNCIL = "council"
    LIBRARY = "library"
    CHARITY = "charity"
    CARE_HOME = "care_home"
    DEPARTMENT = "department"


class RegulatedHelp(StrEnum):
    """Help that is an offence, or no business of theirs, for whoever is not registered to give it.

    Advice on immigration: a person qualified or registered under the Immigration and Asylum Act
    1999, section 84. Advice on debts: authorised, or exempt, under the Financial Services and
    Markets Act 2000 (Regulated Activities) Order 2001, articles 39D and 39E.
    """

    IMMIGRATION = "immigration"
    DEBT = "debt"


class Nation(StrEnum):
    """Whose law the organisation works under."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"


class MembershipKind(StrEnum):
    """What ties a helper to the organisation; each kind has limits of its own."""

    STAFF = "staff"
    VOLUNTEER = "volunteer"
    FAMILY = "family"


class Course(StrEnum):
    """The training that an organisation can ask for."""

    ASSISTED_ACCESS = "assisted_access"
    DATA_PROTECTION = "data_protection"
    SAFEGUARDING_ADULTS = "safeguarding_adults"
    CONSENT_AND_CAPACITY = "consent_and_capacity"
    HANDLING_MONEY = "handling_money"


class CheckLevel(StrEnum):
    """Levels of criminal record check, each holding what the one before it holds."""

    BASIC = "basic"
    STANDARD = "standard"
    ENHANCED = "enhanced"
    ENHANCED_WITH_BARRED_LIST = "enhanced_with_barred_list"

    @property
    def rank(self) -> int:
        return list(CheckLevel).index(self)


MONEY_POWERS = frozenset({"pay", "change_payment_details"})
"""The powers whose use is regulated activity (see the head of this module)."""


@dataclass(frozen=True)
class Requirements:
    """What an organisation asks before somebody may act for it. Validity in months."""

    courses: tuple[Course, ...] = ()
    training_valid_months: int = 12
    check_level: CheckLevel | None = None
    check_valid_months: int = 36


@dataclass(frozen=True)
class CheckFact:
    """One recorded check. It counts up to and including ``expires_on``."""

    level: CheckLevel
    expires_on: date


@dataclass(frozen=True)
class MembershipFacts:
    """What is recorded of one membership. ``trained_until`` holds the last day of each course."""

    kind: MembershipKind
    starts_on: date
    ends_on: date | None = None
    ended: bool = False
    suspended: bool = False
    organisation_closed: bool = False
    trained_until: Mapping[Course, date] = field(default_factory=dict)
    checks: Collection[CheckFact] = ()


class MayNotAct(Refused):
    """Something that the organisation or the law asks of this helper is not there."""

    reason_code = "may_not_act"


class NoMembership(MayNotAct):
    """There is no membership behind this actor."""

    reason_code = "no_membership"


class OrganisationClosed(MayNotAct):
    reason_code = "organisation_closed"


class MembershipEnded(MayNotAct):
    reason_code = "membership_ended"


class MembershipNotStarted(MayNotAct):
    reason_code = "membership_not_started"


class Suspended(MayNotAct):
    reason_code = "membership_suspended"


class TrainingMissing(MayNotAct):
    reason_code = "training_missing"


class TrainingLapsed(MayNotAct):
    reason_code = "training_lapsed"


class CheckMissing(MayNotAct):
    reason_code = "check_missing"


class CheckLapsed(MayNotAct):
    reason_code = "check_lapsed"


class BarredListCheckNeeded(MayNotAct):
    reason_code = "barred_list_check_needed"


@dataclass(frozen=True)
class Finding:
    """One reason why this helper may not act. ``about`` is the course, level or date concerned."""

    refusal: type[MayNotAct]
    words: str
    next_step: str
    about: str = ""

    @property
    def reason_code(self) -> str:
        return self.refusal.reason_code


def is_within_dates(starts_on: date, ends_on: date | None, today: date) -> bool:
    """Whether a membership runs on ``today``: both its days count."""
    return starts_on <= today and (ends_on is None or today <= ends_on)


EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 1, 1)


def find_wrong_date(starts_on: date, ends_on: date | None, today: date) -> str | None:
    """Which of the dates of a membership cannot stand: ``starts_on``, ``ends_on``, or None.

    An end lies neither before the start nor in the past: what is over is ended, not dated back.
    """
    if not EARLIEST <= starts_on <= LATEST:
        return "starts_on"
    if ends_on is not None and not max(starts_on, today) <= ends_on <= LATEST:
        return "ends_on"
    return None


def may_act(
    facts: MembershipFacts, requirements: Requirements, today: date, power: str | None = None
) -> list[Finding]:
    """Everything that keeps this helper from acting today, the weightiest first; empty: may act.

    ``power`` is one of delegation's powers, or None for work that needs none. What money powers
    ask is in the head of this module. The site's opening hours are no rule here: help is also
    given at the kitchen table.
    """
    found = _standing(facts, today)
    found += _training(facts, requirements, today)
    if facts.kind is not MembershipKind.FAMILY:
        found += _checks(facts, requirements, today, power)
    return found


def _standing(facts: MembershipFacts, today: date) -> list[Finding]:
    manager = _("Ask a manager of your organisation.")
    if facts.organisation_closed:
        return [
            Finding(
                OrganisationClosed,
                _("Your organisation is closed here, so nobody can act for it."),
                _("The person can be helped by another organisation."),
            )
        ]
    if facts.ended or (facts.ends_on is not None and facts.ends_on < today):
        return [Finding(MembershipEnded, _("Your time at this organisation has ended."), manager)]
    found = []
    if today < facts.starts_on:
        found.append(
            Finding(
                MembershipNotStarted,
                _("Your time at this organisation has not begun yet."),
                _("Wait for your first day, or ask a manager to correct it."),
                facts.starts_on.isoformat(),
            )
        )
    if facts.suspended:
        found.append(
            Finding(Suspended, _("You are suspended at this organisation for now."), manager)
        )
    return found


def _training(facts: MembershipFacts, requirements: Requirements, today: date) -> list[Finding]:
    found = []
    for course in requirements.courses:
        until = facts.trained_until.get(course)
        if until is None:
            found.append(
                Finding(
                    TrainingMissing,
                    _("Your organisation has not recorded your training yet."),
                    _("Do the training, then ask a manager to record it."),
                    course,
                )
            )
        elif until < today:
            found.append(
                Finding(
                    TrainingLapsed,
                    _("Your training is out of date."),
                    _("Do the training again, then ask a manager to record it."),
                    course,
                )
            )
    return found


def _checks(
    facts: MembershipFacts, requirements: Requirements, today: date, power: str | None
) -> list[Finding]:
    needed = requirements.check_level
    if needed is not None and not _has_check(facts, needed, today):
        if _has_check(facts, needed, date.min):
            return [
                Finding(
                    CheckLapsed,
                    _("Your background check is out of date."),
                    _("Ask a manager to have it done again and to record it."),
                    needed,
                )
            ]
        return [
            Finding(
                CheckMissing,
                _("Your organisation has not recorded your background check yet."),
                _("Ask a manager to record it once it has come back."),
                needed,
            )
        ]
    barred = CheckLevel.ENHANCED_WITH_BARRED_LIST
    if power in MONEY_POWERS and not _has_check(facts, barred, today):
        return [
            Finding(
                BarredListCheckNeeded,
                _(
                    "The law asks a check of the adults' barred list before you may handle "
                    "somebody's money, and none is recorded that is still in date."
                ),
                _("Ask a colleague who has that check, or ask a manager to have yours done."),
                barred,
            )
        ]
    return []


def _has_check(facts: MembershipFacts, level: CheckLevel, today: date) -> bool:
    return any(
        check.level.rank >= level.rank and check.expires_on >= today for check in facts.checks
    )


LAPSE_WARNING_DAYS = 60


def find_next_lapse(facts: MembershipFacts, requirements: Requirements) -> date | None:
    """The last day on which this helper may act, by what is recorded; None: no end in sight.

    Only what the organisation asks counts; something asked and missing is no lapse but a finding.
    """
    ends = [facts.ends_on] if facts.ends_on is not None else []
    ends += [
        facts.trained_until[course]
        for course in requirements.courses
        if course in facts.trained_until
    ]
    needed = requirements.check_level
    if needed is not None and facts.kind is not MembershipKind.FAMILY:
        good = [check.expires_on for check in facts.checks if check.level.rank >= needed.rank]
        ends += [max(good)] if good else []
    return min(ends, default=None)


@dataclass(frozen=True)
class KindLimits:
    """What a kind of helper may be given at most.

    ``most_pence`` is the highest money limit of one delegation, in whole pence; ``most_people``
    how many people one human of this kind may represent at once (None: no such limit).
    """

    powers: frozenset[str]
    most_pence: int
    most_people: int | None
    may_be_payee: bool = False


_EVERYDAY = frozenset({"see", "fill_in", "submit", "report_change", "receive_messages"})

# Starting values of this project, meant to become settings that two humans change. That family
# help at most five people each and are never payee without legal authority is given by design.
_LIMITS = {
    MembershipKind.STAFF: KindLimits(
        _EVERYDAY | {"pay", "change_payment_details", "change_contact_details"}, 500_000, None
    ),
    MembershipKind.VOLUNTEER: KindLimits(_EVERYDAY | {"pay"}, 20_000, 30),
    MembershipKind.FAMILY: KindLimits(_EVERYDAY | {"pay", "change_contact_details"}, 200_000, 5),
}


def limits_for(kind: str) -> KindLimits:
    """The limits of a kind of membership. Raises ValueError for a word that is none."""
    return _LIMITS[MembershipKind(kind)]


_MANAGER_GRANTS = frozenset({"helper", "reviewer", "safeguarding_lead", "manager"})
_ROLES_OF_KIND = {
    MembershipKind.STAFF: _MANAGER_GRANTS | {"auditor", "administrator"},
    MembershipKind.VOLUNTEER: frozenset({"helper", "reviewer"}),
    MembershipKind.FAMILY: frozenset({"helper"}),
}


def list_grantable_roles(granter_role: str | None, kind: str) -> list[str]:
    """The roles that may be asked for a member of ``kind``, in their usual order.

    ``granter_role`` is manager, administrator, or None for the system. Auditors and
    administrators look beyond one organisation, so no manager makes them; a family helper
    represents relatives and decides on nobody else's work.
    """
    order = ("helper", "reviewer", "safeguarding_lead", "manager", "auditor", "administrator")
    allowed = _ROLES_OF_KIND[MembershipKind(kind)]
    if granter_role == "manager":
        allowed = allowed & _MANAGER_GRANTS
    return [role for role in order if role in allowed]
