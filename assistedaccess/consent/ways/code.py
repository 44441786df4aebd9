"""A one-time code by text to the person's own phone, which they read out (C01)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.rules_reading import ReadHow
from assistedaccess.notices.service_reading import newest, note_read
from assistedaccess.people.models import Person
from assistedaccess.people.queries_own_points import OwnPoint, list_own_points
from assistedaccess.people.rules_identifiers import show_phone
from assistedaccess.people.rules_routes import PointKind

from .. import rules_codes
from ..models import ConsentCode
from ..rules_codes import CodeKind, CodeState
from ..rules_strength import Evidence
from .base import Asking, Confirmed, NotConfirmed, Way


@dataclass(frozen=True)
class Phone(OwnPoint):
    """A number of the person's own, and what is known about it."""

    @property
    def number(self) -> str:
        """In its one spelling."""
        return self.value

    @property
    def hint(self) -> str:
        """The number as far as a desk may show it: the person knows the rest."""
        return _("ending in %(digits)s", digits=show_phone(self.number)[-3:])

    @property
    def spelt(self) -> str:
        """The whole number, to be rung."""
        return show_phone(self.number)

    @property
    def doubts(self) -> bool:
        """Whether it proves less than the person's own, older number."""
        return self.by_helper or self.is_new or self.is_shared

    def evidence_of(self, way: str) -> Evidence:
        """What a code to it, or a call, would leave as evidence."""
        return Evidence(
            way=way,
            contact_by_helper=self.by_helper,
            contact_is_new=self.is_new,
            contact_is_shared=self.is_shared,
        )

    @property
    def evidence(self) -> Evidence:
        """What a code to it would leave as evidence."""
        return self.evidence_of(CodeWay.key)


def list_numbers(actor: Actor, person: Person) -> list[Phone]:
    """The person's own numbers that are safe to use, best first; one or two statements.

    Not one that the helper declared as their own (SCENARIOS, A27).
    """
    kinds = (PointKind.MOBILE, PointKind.LANDLINE)
    return [Phone(**vars(point)) for point in list_own_points(actor, person, kinds, most=20)]


def list_phones(actor: Actor, person: Person) -> list[Phone]:
    """Those of list_numbers to which a text can go."""
    return [phone for phone in list_numbers(actor, person) if phone.kind is PointKind.MOBILE]


class CodeWay(Way):
    """A one-time code by text to the person's own phone, which they read out."""

    key = "code"

    def find_obstacle(self, asking: Asking) -> str:
        if list_phones(asking.actor, asking.person):
            return ""
        if asking.person.contact_is_unsafe and not asking.actor.is_family:
            return _("It is not safe to contact this person, so no code can be sent.")
        return _("The record has no mobile number of the person’s own.")

    def confirm(self, asking: Asking, given: Mapping[str, str]) -> Confirmed | NotConfirmed:
        phone = check_texted_code(asking, given.get("code", ""))
        if isinstance(phone, NotConfirmed):
            return phone
        return Confirmed(phone.evidence, {"phone": phone.number}, contact_point_id=phone.id)


def check_texted_code(asking: Asking, typed: str) -> Phone | NotConfirmed:
    """The phone to which the right code went; a wrong one is counted and answered in words.

    Raises InvalidInput where none was sent, or what was typed can be none.
    """
    row = find_code(asking.request.id, lock=True)
    if row is None:
        raise InvalidInput("code", _("Send a code first"))
    entered = rules_codes.read_code(typed)
    if entered is None:
        raise InvalidInput("code", _("Enter the code, which has 6 numbers"))
    state = find_state(row, asking)
    phones = list_phones(asking.actor, asking.person)
    phone = next((p for p in phones if p.id == row.contact_point_id), None)
    if state is CodeState.LIVE and phone is None:
        state = CodeState.VOID  # the number was ended, or turned out to be the helper's own
    if state is CodeState.LIVE and is_right(row, entered):
        assert phone is not None  # noqa: S101
        row.used_at = clock.now()
        which = newest(asking.person.id, NoticeKind.CONSENT_CODE, row.contact_point_id)
        note_read(asking.actor, asking.person.id, ReadHow.CODE_USED, which)
        return phone
    return count_wrong(asking, row, state)


def find_state(row: ConsentCode, asking: Asking) -> CodeState:
    """What an entered code meets."""
    return rules_codes.find_code_state(
        sent_at=row.sent_at,
        used_at=row.used_at,
        voided_at=row.voided_at,
        tries=row.tries,
        bound_to=row.terms_hash,
        terms_hash=asking.request.terms_hash,
        now=clock.now(),
        kind=CodeKind(row.kind),
    )


def is_right(row: ConsentCode, entered: str) -> bool:
    """Whether that is the code, compared in constant time."""
    return hmac.compare_digest(row.code, hash_code(row.id, entered))


def count_wrong(asking: Asking, row: ConsentCode, state: CodeState) -> NotConfirmed:
    """Count a code that does not confirm, and say what is left."""
    if state is CodeState.LIVE:
        row.tries += 1
        left = rules_codes.CODE_TRIES - row.tries
        state = CodeState.LIVE if left else CodeState.VOID
    record(
        Action.CONSENT_CODE_FAILED,
        actor=asking.actor,
        person_id=asking.person.id,
        subject=("consent", row.request_id),
        reason=f"code_{'wrong' if state is CodeState.LIVE else state}",
    )
    if state is CodeState.LIVE:
        words = ngettext(
            "That is not the code. There is %(num)s try left",
            "That is not the code. There are %(num)s tries left",
            left,
        )
    elif state is CodeState.EXPIRED and row.kind == CodeKind.TEXT:
        words = _("This code is older than 10 minutes. Send a new one")
    elif state is CodeState.EXPIRED:
        words = _("This letter is older than 28 days. Send a new one")
    else:
        words = _("This code does not work any more. Send a new one")
    return NotConfirmed("code", words)


def find_code(
    request_id: UUID, *, kind: CodeKind = CodeKind.TEXT, lock: bool = False
) -> ConsentCode | None:
    """The newest code of that kind that was sent for this request."""
    query = (
        select(ConsentCode)
        .where(ConsentCode.request_id == request_id, ConsentCode.kind == str(kind))
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
