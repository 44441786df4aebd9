"""The graphs: who else has this account or this contact point, and which establishment's it is.

Equality on keyed hashes alone; one statement, which stops at MOST rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    LargeBinary,
    Select,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import Account
from assistedaccess.applications.models import Application
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.applications.rules_payee import Whose as WhoseAccount
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State
from assistedaccess.casework.models import Case
from assistedaccess.casework.models_concerns import Concern
from assistedaccess.consent.models import Visit
from assistedaccess.kernel import clock
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session, spelt
from assistedaccess.people.models import ContactPoint, LookReason, Person
from assistedaccess.people.rules import LookWhy
from assistedaccess.people.rules_routes import Whose as WhosePoint

from .facts import NOBODY, Establishment, Tie
from .models import Establishment as EstablishmentRow
from .queries_surroundings import surname
from .settings import Settings

MOST = 60
"""So many people with one account are enough to know."""

_TIE, _ESTABLISHMENT, _WAITS, _PAID = "tie", "establishment", "waits", "paid"


@dataclass(frozen=True)
class Around:
    """What stands around an account, or around a contact point (``ties`` by its hash). ``waits``:
    the account is one that the same person's money is to go to, and that waits already.
    ``is_known``: money of theirs goes there now; ``goes_elsewhere``: to another account."""

    ties: dict[bytes, list[Tie]]
    establishments: list[Establishment]
    waits: bool = False
    is_known: bool = False
    goes_elsewhere: bool = False


def load_account(act: Act, fingerprint: bytes, place: bytes | None) -> Around:
    """Who else is paid into an account, or would be by a claim or a change whose account waits.
    ``place`` is where the act's person lives."""
    given = {
        "fingerprint": fingerprint,
        "person": act.person_id,
        "place": place,
    }
    return _read(get_session().execute(_select_account(), given))


def load_contact(act: Act, fingerprints: Sequence[bytes], place: bytes | None) -> Around:
    """In whose records contact points stand, of other people than the act's."""
    given = {
        "fingerprints": list(fingerprints),
        "person": act.person_id or NOBODY,
        "place": place,
    }
    return _read(get_session().execute(_select_contact(), given))


def _read(rows: Any) -> Around:
    around = Around({}, [])
    for what, person_id, name_key, place, is_shared, key in rows:
        if what == _TIE:
            tie = Tie(UUID(str(person_id)), surname(name_key or ""), place, bool(is_shared))
            around.ties.setdefault(key, []).append(tie)
        elif what == _WAITS:
            around = replace(around, waits=True)
        elif what == _PAID and is_shared:
            around = replace(around, is_known=True)
        elif what == _PAID:
            around = replace(around, goes_elsewhere=True)
        else:
            around.establishments.append(
                Establishment(has_account=bool(is_shared), has_contact=bool(is_shared), place=place)
            )
    return around


@cache
def _select_account() -> Any:
    ties = (
        select(
            literal(_TIE).label("what"),
            PaymentDetails.person_id.label("person_id"),
            Person.name_key.label("name_key"),
            Person.postcode_fingerprint.label("place"),
            func.max(_as_number(PaymentDetails.whose == WhoseAccount.JOINT)).label("is_shared"),
            PaymentDetails.fingerprint.label("key"),
        )
        .join(Person, Person.id == PaymentDetails.person_id)
        .where(
            PaymentDetails.fingerprint == bindparam("fingerprint"),
            PaymentDetails.person_id != bindparam("person"),
        )
        .group_by(
            PaymentDetails.person_id,
            Person.name_key,
            Person.postcode_fingerprint,
            PaymentDetails.fingerprint,
        )
        .limit(spelt(MOST))
        .subquery()
    )
    is_own = Application.person_id == bindparam("person")
    waiting = (
        select(
            case((is_own, _WAITS), else_=_TIE).label("what"),
            Application.person_id.label("person_id"),
            Person.name_key.label("name_key"),
            Person.postcode_fingerprint.label("place"),
            literal(0).label("is_shared"),
            Application.waiting_account.label("key"),
        )
        .join(Person, Person.id == Application.person_id)
        .join(PendingAct, PendingAct.reference == Application.waits_as)
        .where(
            Application.waiting_account == bindparam("fingerprint"),
            PendingAct.state == spelt(State.WAITING),
        )
        .limit(spelt(MOST))
        .subquery()
    )
    found = EstablishmentRow.account == bindparam("fingerprint")
    return union_all(select(ties), select(waiting), _list_paid(), _establishments(found))


def _list_paid() -> Select[*tuple[Any, ...]]:
    """Where the same person's money goes now, a row a claim: what was told last and they have not
    said no to. Whether it is the account in question stands in the fifth column."""
    later = aliased(PaymentDetails)
    is_this = PaymentDetails.fingerprint == bindparam("fingerprint")
    return select(
        literal(_PAID),
        PaymentDetails.person_id,
        literal(""),
        _no_bytes(),
        _as_number(is_this),
        PaymentDetails.fingerprint,
    ).where(
        PaymentDetails.person_id == bindparam("person"),
        PaymentDetails.fingerprint.is_not(None),
        PaymentDetails.stopped_at.is_(None),
        ~exists().where(
            later.claim_id == PaymentDetails.claim_id,
            later.told_at > PaymentDetails.told_at,
            later.stopped_at.is_(None),
        ),
    )


@cache
def _select_contact() -> Any:
    shared = ContactPoint.whose == WhosePoint.SHARED
    ties = (
        select(
            literal(_TIE).label("what"),
            ContactPoint.person_id.label("person_id"),
            Person.name_key.label("name_key"),
            Person.postcode_fingerprint.label("place"),
            func.max(_as_number(shared)).label("is_shared"),
            ContactPoint.fingerprint.label("key"),
        )
        .join(Person, Person.id == ContactPoint.person_id)
        .where(
            ContactPoint.fingerprint.in_(bindparam("fingerprints", expanding=True)),
            ContactPoint.ended_at.is_(None),
            ContactPoint.whose != WhosePoint.TRUSTED,
            ContactPoint.person_id != bindparam("person"),
        )
        .group_by(
            ContactPoint.person_id,
            Person.name_key,
            Person.postcode_fingerprint,
            ContactPoint.fingerprint,
        )
        .limit(spelt(MOST))
        .subquery()
    )
    found = EstablishmentRow.contact.in_(bindparam("fingerprints", expanding=True))
    return union_all(select(ties), _establishments(found))


def _establishments(is_its_own: Any) -> Select[*tuple[Any, ...]]:
    """Registered establishments that the act touches: by its account or contact, or where the
    person lives."""
    own = _as_number(is_its_own)
    return select(
        literal(_ESTABLISHMENT),
        EstablishmentRow.id,
        EstablishmentRow.name,
        EstablishmentRow.place,
        func.coalesce(own, 0),
        _no_bytes(),
    ).where(
        EstablishmentRow.ended_at.is_(None),
        or_(is_its_own, EstablishmentRow.place == bindparam("place")),
    )


def _as_number(condition: Any) -> Any:
    return case((condition, 1), else_=0)


def _no_bytes() -> Any:
    return literal(None, LargeBinary)


# -- the glass


def count_broken_glass(act: Act, settings: Settings) -> int:
    """For how many other people this human has broken the glass of late, and nothing came of it.

    A visit, a case or a concern about the person since then is what came of it. One statement.
    """
    since = clock.now() - timedelta(days=settings["glass_days"])
    given = {"human": act.actor.human_id, "person": act.person_id, "since": since}
    return int(get_session().scalar(_select_glass(), given) or 0)


@cache
def _select_glass() -> Select[*tuple[Any, ...]]:
    day: BindParameter[datetime] = bindparam("since")
    met = exists().where(Visit.person_id == LookReason.person_id, Visit.started_at >= day)
    opened = exists().where(Case.person_id == LookReason.person_id, Case.opened_at >= day)
    raised = exists().where(Concern.person_id == LookReason.person_id, Concern.raised_at >= day)
    return (
        select(func.count(LookReason.person_id.distinct()))
        .join(Account, Account.id == LookReason.account_id)
        .where(
            Account.human_id == bindparam("human"),
            LookReason.person_id != bindparam("person"),
            LookReason.stated_at >= bindparam("since"),
            LookReason.reason.in_((LookWhy.SAFEGUARDING, LookWhy.RISK_TO_LIFE)),
            ~met,
            ~opened,
            ~raised,
        )
    )
