"""The register of ways in which a person confirms what they agree to.

A way is a small class: which facts it needs from the page, what it checks, and which evidence it
leaves for rules.compute_strength. A new one is a subclass with a rule in ``rules`` (``way_rule``),
a form and a template; whoever asks, and whoever weighs, stays as they are.
"""

from __future__ import annotations

import hmac
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ScalarSelect, exists, or_, select

from assistedaccess.accounts.models import Account
from assistedaccess.accounts.queries import find_account_id
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.organisations.models import DeclaredInterest
from assistedaccess.organisations.queries_interests import (
    counting_interests_since,
    interest_counts,
)
from assistedaccess.people.models import ContactPoint, Person
from assistedaccess.people.routes import entered_by
from assistedaccess.people.rules_identifiers import show_phone
from assistedaccess.people.rules_routes import PointKind, Whose

from . import rules_codes, rules_terms
from .models import ConsentCode, ConsentRequest
from .rules import Evidence
from .rules_codes import CodeState


@dataclass(frozen=True)
class Confirmed:
    """The person confirmed: what to weigh, and what to keep (sealed) as evidence."""

    evidence: Evidence
    kept: Mapping[str, str] = field(default_factory=dict)
    contact_point_id: UUID | None = None
    witness_human_id: UUID | None = None


@dataclass(frozen=True)
class NotConfirmed:
    """What was given does not confirm; it is recorded, and ``words`` are shown at ``field``."""

    field: str
    words: str


class Way(ABC):
    """One way of confirming. ``key`` is its word in the journal, in addresses and in ``rules``."""

    key: ClassVar[str]

    def find_obstacle(self, actor: Actor, person: Person) -> str:
        """Why this way is not open now, in words to show; empty where it is."""
        return ""

    @abstractmethod
    def confirm(
        self, *, actor: Actor, person: Person, request: ConsentRequest, given: Mapping[str, str]
    ) -> Confirmed | NotConfirmed:
        """Check what was given, inside the command that records the consent.

        Raises InvalidInput at a field, or Refused: nothing of it is then kept.
        """


_ways: dict[str, Way] = {}


def register_way(way: Way) -> None:
    """Offer ``way`` to whoever asks a person, once, however often this is said."""
    _ways.setdefault(way.key, way)


def list_ways() -> list[Way]:
    """All ways, in the order in which they are offered."""
    return list(_ways.values())


def find_way(key: str) -> Way | None:
    """The way of that name."""
    return _ways.get(key)


# -- a code to the person's own phone (C01)


@dataclass(frozen=True)
class Phone:
    """A mobile number to which a code may go, and what is known about it."""

    id: UUID
    number: str
    by_helper: bool
    is_new: bool
    is_shared: bool

    @property
    def hint(self) -> str:
        """The number as far as a desk may show it: the person knows the rest."""
        return _("ending in %(digits)s", digits=show_phone(self.number)[-3:])

    @property
    def doubts(self) -> bool:
        """Whether a code to it proves less than one to the person's own, older number."""
        return self.by_helper or self.is_new or self.is_shared

    @property
    def evidence(self) -> Evidence:
        """What a code to it would leave as evidence."""
        return Evidence(
            way=CodeWay.key,
            contact_by_helper=self.by_helper,
            contact_is_new=self.is_new,
            contact_is_shared=self.is_shared,
        )


def list_phones(actor: Actor, person: Person) -> list[Phone]:
    """The person's own mobile numbers that are safe to send to, best first; one or two statements.

    Not one that the helper declared as their own (SCENARIOS, A27).
    """
    if person.contact_is_unsafe:
        return []
    is_helpers = exists().where(
        DeclaredInterest.human_id == actor.human_id,
        interest_counts(counting_interests_since()),
        DeclaredInterest.fingerprint == ContactPoint.fingerprint,
    )
    rows = list(
        get_session().execute(
            select(ContactPoint, entered_by(actor.human_id).label("by_helper"))
            .where(
                ContactPoint.person_id == person.id,
                ContactPoint.kind == PointKind.MOBILE,
                ContactPoint.whose != Whose.OTHER,
                ContactPoint.is_safe,
                ContactPoint.ended_at.is_(None),
                ~is_helpers,
            )
            .order_by(ContactPoint.id)
            .limit(10)
        )
    )
    today = clock.start_of_day(clock.today())
    phones = [
        Phone(
            id=row.id,
            number=encryption.unseal(person.id, "contact_point.value", row.value),
            by_helper=bool(by_helper),
            is_new=row.created_at >= today,
            is_shared=row.whose != Whose.OWN,
        )
        for row, by_helper in rows
    ]
    return sorted(phones, key=lambda phone: (phone.by_helper, phone.is_new, phone.is_shared))


class CodeWay(Way):
    """A one-time code by text to the person's own phone, which they read out."""

    key = "code"

    def find_obstacle(self, actor: Actor, person: Person) -> str:
        if list_phones(actor, person):
            return ""
        if person.contact_is_unsafe:
            return _("It is not safe to contact this person, so no code can be sent.")
        return _("The record has no mobile number of the person’s own.")

    def confirm(
        self, *, actor: Actor, person: Person, request: ConsentRequest, given: Mapping[str, str]
    ) -> Confirmed | NotConfirmed:
        row = find_code(request.id, lock=True)
        if row is None:
            raise InvalidInput("code", _("Send a code first"))
        state = rules_codes.find_code_state(
            sent_at=row.sent_at,
            used_at=row.used_at,
            voided_at=row.voided_at,
            tries=row.tries,
            bound_to=row.terms_hash,
            terms_hash=request.terms_hash,
            now=clock.now(),
        )
        entered = rules_codes.read_code(given.get("code", ""))
        if entered is None:
            raise InvalidInput("code", _("Enter the code, which has 6 numbers"))
        phone = next((p for p in list_phones(actor, person) if p.id == row.contact_point_id), None)
        if state is CodeState.LIVE and phone is None:
            state = CodeState.VOID  # the number was ended, or turned out to be the helper's own
        if state is CodeState.LIVE and hmac.compare_digest(row.code, hash_code(row.id, entered)):
            assert phone is not None  # noqa: S101
            row.used_at = clock.now()
            return Confirmed(phone.evidence, {"phone": phone.number}, contact_point_id=phone.id)
        return self._count(actor, person, row, state)

    def _count(
        self, actor: Actor, person: Person, row: ConsentCode, state: CodeState
    ) -> NotConfirmed:
        if state is CodeState.LIVE:
            row.tries += 1
            left = rules_codes.CODE_TRIES - row.tries
            state = CodeState.LIVE if left else CodeState.VOID
        record(
            Action.CONSENT_CODE_FAILED,
            actor=actor,
            person_id=person.id,
            subject=("consent", row.request_id),
            reason=f"code_{'wrong' if state is CodeState.LIVE else state}",
        )
        if state is CodeState.LIVE:
            words = ngettext(
                "That is not the code. There is %(num)s try left",
                "That is not the code. There are %(num)s tries left",
                left,
            )
        elif state is CodeState.EXPIRED:
            words = _("This code is older than 10 minutes. Send a new one")
        else:
            words = _("This code does not work any more. Send a new one")
        return NotConfirmed("code", words)


def find_code(request_id: UUID, *, lock: bool = False) -> ConsentCode | None:
    """The newest code that was sent for this request."""
    query = (
        select(ConsentCode)
        .where(ConsentCode.request_id == request_id)
        # A newer code voids the older ones; ids alone mislead once the clock has been set back.
        .order_by(ConsentCode.voided_at.is_not(None), ConsentCode.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if lock:
        query = query.with_for_update()
    return get_session().scalars(query).one_or_none()


def hash_code(code_id: UUID, code: str) -> bytes:
    """A code as it is stored: keyed, and different for each sending."""
    return encryption.fingerprint("consent_code", f"{code_id}:{code}")


# -- the spoken word before a witness (C04)


class WitnessWay(Way):
    """The person says yes out loud, and somebody who is not the helper hears it.

    Given: witness_name, witness_role (who they are), witness_lives (elsewhere, with_person,
    with_helper or not_known), witness_paid (yes or no), witness_email (a colleague's, where the
    witness has an account here).
    """

    key = "witness"

    def confirm(
        self, *, actor: Actor, person: Person, request: ConsentRequest, given: Mapping[str, str]
    ) -> Confirmed | NotConfirmed:
        name = given.get("witness_name", "")
        if not name:
            raise InvalidInput("witness_name", _("Enter the name of the witness"))
        if not given.get("witness_role"):
            raise InvalidInput("witness_role", _("Enter who the witness is"))
        lives = given.get("witness_lives", "")
        if lives not in ("elsewhere", "with_person", "with_helper", "not_known"):
            raise InvalidInput("witness_lives", _("Select where the witness lives"))
        human_id = self._find_human(given.get("witness_email", ""))
        rules_terms.check_witness(
            name,
            helper_names=_list_helper_names(actor, request.holder_account_id),
            person_names=[part for part in (person.name, person.known_as) if part],
            is_helpers_human=(
                actor.is_same_human(human_id) or _is_holders(request.holder_account_id, human_id)
            ),
            is_persons_human=human_id is not None and human_id == person.human_id,
            is_paid=given.get("witness_paid") != "no",
        )
        at_same_address = {"elsewhere": False, "not_known": None}.get(lives, True)
        return Confirmed(
            Evidence(way=self.key, witness_at_same_address=at_same_address),
            {
                "witness_name": name,
                "witness_role": given["witness_role"],
                "witness_lives": lives,
                "witness_email": given.get("witness_email", ""),
            },
            witness_human_id=human_id,
        )

    def _find_human(self, email: str) -> UUID | None:
        if not email:
            return None
        # An address that is nobody's is kept as it is: this page does not tell who has an account.
        account_id = find_account_id(email)
        return get_session().scalar(select(Account.human_id).where(Account.id == account_id))


def _list_helper_names(actor: Actor, holder_account_id: UUID | None) -> Sequence[str]:
    """The names on all accounts of the helper's human, and of whoever is to act."""
    is_theirs = Account.human_id == actor.human_id
    if holder_account_id is not None:
        is_theirs = or_(is_theirs, Account.human_id == _human_of(holder_account_id))
    return list(get_session().scalars(select(Account.name).where(is_theirs)))


def _human_of(account_id: UUID) -> ScalarSelect[UUID]:
    return select(Account.human_id).where(Account.id == account_id).scalar_subquery()


def _is_holders(holder_account_id: UUID | None, human_id: UUID | None) -> bool:
    if holder_account_id is None or human_id is None:
        return False
    return get_session().scalar(select(_human_of(holder_account_id))) == human_id
