"""What a yes is worth: each way's reasons, each a ceiling; the strength is the lowest. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Strength(StrEnum):
    """How well a yes is proven."""

    BASIC = "basic"
    STANDARD = "standard"
    STRONG = "strong"

    @property
    def rank(self) -> int:
        return list(Strength).index(self)


class OwnPart(StrEnum):
    """What whoever heard a yes, or vouched, has left of their own: the rest is the helper's word.

    ASKED: they are asked in a sign-in of their own, and have not answered.
    """

    NOTHING = "nothing"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    SIGNED = "signed"


AWAITED, DENIED = "named_not_answered_yet", "named_denies"
"""Reasons by which it shows that somebody's own word is still to come, or is a no."""


@dataclass(frozen=True)
class Reason:
    """Something about the evidence, and the most that it lets the consent be worth."""

    code: str
    at_most: Strength


@dataclass(frozen=True)
class Evidence:
    """What is known about how a yes was given; each way of confirming fills in its own facts.

    ``contact_by_helper``: the helper's human put the number or address into the record, so that
    the helper may be the one who holds the phone; ``contact_is_new``: somebody did, of late, and
    nothing shows that the person was there (people.rules_routes.is_unproven);
    ``contact_is_shared``: somebody else uses it too. ``witness_at_same_address``: None where nobody
    knows; so for whoever interprets, vouches or hears. ``witness_is_family``: of the person.
    ``identity_is_medium``: the record has evidence of who the person is, of medium or better
    (GPG 45); ``identity_by_other``: somebody else than this helper saw it. ``is_drawn``: a
    signature was drawn or photographed, not typed. ``own_part``: what whoever hears, vouches or
    interprets has left of their own. ``paper_is_in``: the signed paper has been
    photographed. ``is_vouched``, ``is_seen``: somebody recognises the person; a second member of
    staff has seen them say yes. ``interpreter_is_independent``: neither of the family nor of the
    helper's. ``needs_interpreter``: the words are in no language of theirs (needs_interpreter).
    """

    way: str
    contact_by_helper: bool = False
    contact_is_new: bool = False
    contact_is_shared: bool = False
    witness_at_same_address: bool | None = False
    witness_is_family: bool = False
    identity_is_medium: bool = False
    identity_by_other: bool = False
    is_drawn: bool = False
    own_part: OwnPart = OwnPart.NOTHING
    paper_is_in: bool = False
    is_vouched: bool = False
    is_seen: bool = False
    interpreter_is_independent: bool = False
    needs_interpreter: bool = False


def needs_interpreter(*, needed: bool, spoken: str, language: str) -> bool:
    """Whether words in ``language`` are read to somebody who understands them through somebody else
    alone: their record says that they need an interpreter, and speak another language (A23)."""
    return needed and spoken != language


@dataclass(frozen=True)
class Assessment:
    """The strength of a consent, with every reason."""

    strength: Strength
    reasons: tuple[Reason, ...]

    @property
    def codes(self) -> list[str]:
        return [reason.code for reason in self.reasons]

    @property
    def limiting(self) -> list[str]:
        """The reasons that keep it from being stronger."""
        return [reason.code for reason in self.reasons if reason.at_most is self.strength]


WayRule = Callable[[Evidence], Iterable[Reason]]
_way_rules: dict[str, WayRule] = {}


def way_rule(way: str) -> Callable[[WayRule], WayRule]:
    """Register the rule that weighs the evidence of one way of confirming."""

    def decorate(rule: WayRule) -> WayRule:
        _way_rules[way] = rule
        return rule

    return decorate


def list_weighed_ways() -> list[str]:
    """The ways that have a rule."""
    return list(_way_rules)


def compute_strength(evidence: Evidence) -> Assessment:
    """Weigh the evidence: the lowest ceiling of all reasons. Raises KeyError for an unknown way."""
    reasons = (*_way_rules[evidence.way](evidence), *_weigh_language(evidence))
    lowest = min((reason.at_most for reason in reasons), key=lambda strength: strength.rank)
    return Assessment(lowest, reasons)


NOT_THEIR_LANGUAGE = "not_their_language"


def _weigh_language(evidence: Evidence) -> Iterable[Reason]:
    # A signature under words that were not understood binds to nothing; who interprets is named.
    if evidence.needs_interpreter and evidence.way not in ("interpreter", "said_yes"):
        yield Reason(NOT_THEIR_LANGUAGE, Strength.BASIC)


@way_rule("said_yes")
def _weigh_said_yes(evidence: Evidence) -> Iterable[Reason]:
    # Assisting: the person is present and decides; the notice and the sample are the check.
    yield Reason("said_yes_in_presence", Strength.BASIC)


@way_rule("code")
def _weigh_code(evidence: Evidence) -> Iterable[Reason]:
    yield Reason("code_to_own_phone", Strength.STANDARD)
    yield from _weigh_contact(evidence)


def _weigh_contact(evidence: Evidence) -> Iterable[Reason]:
    if evidence.contact_by_helper:
        # Design, section 4, rule 5: such a route is never independent of the helper.
        yield Reason("number_from_this_helper", Strength.BASIC)
    if evidence.contact_is_new:
        yield Reason("number_is_new", Strength.BASIC)
    if evidence.contact_is_shared:
        yield Reason("phone_is_shared", Strength.BASIC)


@way_rule("online")
def _weigh_online(evidence: Evidence) -> Iterable[Reason]:
    yield Reason("read_and_said_online", Strength.STANDARD)
    yield from _weigh_contact(evidence)


@way_rule("signature")
def _weigh_signature(evidence: Evidence) -> Iterable[Reason]:
    if evidence.is_drawn:
        yield Reason("signed_on_screen", Strength.STANDARD)
    else:
        # Letters look the same whoever types them: nothing of the person's hand is in them.
        yield Reason("typed_name", Strength.BASIC)


@way_rule("paper")
def _weigh_paper(evidence: Evidence) -> Iterable[Reason]:
    yield Reason("signed_on_paper", Strength.STANDARD)
    if not evidence.paper_is_in:
        yield Reason("paper_not_in_yet", Strength.BASIC)


@way_rule("witness")
def _weigh_witness(evidence: Evidence) -> Iterable[Reason]:
    yield Reason("spoken_before_witness", Strength.STANDARD)
    if evidence.witness_at_same_address is None:
        yield Reason("witness_address_not_known", Strength.BASIC)
    elif evidence.witness_at_same_address:
        yield Reason("witness_at_same_address", Strength.BASIC)
    if evidence.witness_is_family:
        # It proves as much; whether the person was free to say it is asked alone (rules_grant).
        yield Reason("witness_is_family", Strength.STANDARD)
    if evidence.own_part is OwnPart.NOTHING:
        yield Reason("witness_left_nothing", Strength.BASIC)
    elif evidence.own_part is OwnPart.SIGNED:
        yield Reason("witness_signed", Strength.STANDARD)
    else:
        yield _weigh_own_word(evidence.own_part)


def _weigh_own_word(part: OwnPart) -> Reason:
    """The answer of whoever was named and has an account: until it is there, a name is a claim."""
    if part is OwnPart.CONFIRMED:
        return Reason("named_confirmed", Strength.STANDARD)
    return Reason(DENIED if part is OwnPart.DENIED else AWAITED, Strength.BASIC)


@way_rule("voucher")
def _weigh_voucher(evidence: Evidence) -> Iterable[Reason]:
    if evidence.is_vouched:
        yield Reason("vouched_for", Strength.STANDARD)
    if evidence.is_seen:
        yield Reason("seen_by_second", Strength.STANDARD)
    if not (evidence.is_vouched and evidence.is_seen):
        yield Reason("one_of_the_two", Strength.BASIC)
    if evidence.is_vouched and evidence.witness_at_same_address is None:
        yield Reason("voucher_address_not_known", Strength.BASIC)
    if evidence.own_part in (OwnPart.ASKED, OwnPart.CONFIRMED, OwnPart.DENIED):
        yield _weigh_own_word(evidence.own_part)


@way_rule("card")
def _weigh_card(evidence: Evidence) -> Iterable[Reason]:
    # The helper never had the card in their hand: with such a one this way is not open.
    yield Reason("card_number", Strength.STRONG)
    if not evidence.identity_is_medium:
        yield Reason("identity_below_medium", Strength.STANDARD)
    elif not evidence.identity_by_other:
        yield Reason("identity_by_this_helper", Strength.STANDARD)


@way_rule("telephone")
def _weigh_telephone(evidence: Evidence) -> Iterable[Reason]:
    yield Reason("rung_on_number_on_record", Strength.STANDARD)
    yield from _weigh_contact(evidence)


@way_rule("interpreter")
def _weigh_interpreter(evidence: Evidence) -> Iterable[Reason]:
    yield Reason("said_through_interpreter", Strength.STANDARD)
    if not evidence.interpreter_is_independent:
        yield Reason("interpreter_not_independent", Strength.BASIC)
    if evidence.own_part is OwnPart.NOTHING:
        # An agency's interpreter on the telephone, an operator of a relay: as good as the helper's
        # word, of which chance draws some (service_confirming.NOTHING_SIGNED_IN).
        yield Reason("interpreter_has_no_account", Strength.STANDARD)
    else:
        yield _weigh_own_word(evidence.own_part)


@way_rule("post")
def _weigh_post(evidence: Evidence) -> Iterable[Reason]:
    yield Reason("code_by_post", Strength.STANDARD)
    if evidence.contact_is_new:
        yield Reason("address_is_new", Strength.BASIC)


@way_rule("home_visit")
def _weigh_home_visit(evidence: Evidence) -> Iterable[Reason]:
    yield Reason("signed_at_home", Strength.STANDARD)
    # What a helper writes up afterwards is their word until somebody else has looked at it.
    yield Reason("entered_late", Strength.BASIC)
