"""Establishments: looked at once by two humans, and then only their exceptions count (L02).

A care home's telephone stands in forty records, a corporate appointee's account pays forty people,
a hostel's address is everybody's. Registering one says so, for the rules that count such things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.approvals.describe import Row
from assistedaccess.audit import Action, record
from assistedaccess.kernel import canonical, clock, controls, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.people import inputs as people

from . import words
from .models import Establishment, EstablishmentKind
from .reasons import Reason

REGISTER = "safeguards.register_establishment"
LONGEST_NAME = 200


@command(REGISTER)
def register_establishment(
    *,
    actor: Actor,
    kind: str,
    name: str,
    postcode: str | None = None,
    sort_code: str | None = None,
    account_number: str | None = None,
    roll_number: str | None = None,
    telephone: str | None = None,
) -> UUID:
    """Register an establishment, by whichever of postcode, account and telephone it has in common
    with the people there; returns its id. Always held for a second human first.

    Raises InvalidInput, Held.
    """
    require(actor, Permission.ORGANISATION_CHANGE)
    concerns(organisation_id=actor.organisation_id)
    what = read_word("kind", kind, EstablishmentKind, _("Select what it is"))
    called = read_text("name", name, LONGEST_NAME, _("Enter its name"))
    place = people.read_postcode("postcode", postcode)
    account = _read_account(sort_code, account_number, roll_number)
    contact = people.read_phone("telephone", telephone) if telephone else None
    if not (place or account or contact):
        raise InvalidInput("postcode", _("Enter its postcode, its account or its telephone number"))
    if what is EstablishmentKind.CORPORATE_APPOINTEE and account is None:
        raise InvalidInput("account_number", _("Enter the account that it is paid into"))
    controls.decide(Act(REGISTER, actor, organisation_id=actor.organisation_id))
    assert actor.account_id is not None  # noqa: S101  (nobody else holds the permission)
    assert actor.organisation_id is not None  # noqa: S101
    fingerprint = encryption.fingerprint
    row = Establishment(
        id=new_id(),
        reference=new_reference("H"),
        organisation_id=actor.organisation_id,
        kind=what,
        name=called,
        place=people.fingerprint_postcode(place),
        account=fingerprint(canonical.BANK_ACCOUNT, account) if account else None,
        account_ends=account.split(" ")[1][-3:] if account else None,
        contact=fingerprint(canonical.CONTACT_POINT, contact) if contact else None,
        registered_at=clock.now(),
        registered_by=actor.account_id,
    )
    get_session().add(row)
    record(
        Action.ESTABLISHMENT_REGISTERED,
        actor=actor,
        organisation_id=actor.organisation_id,
        subject=("establishment", row.id),
        details={"name": called, "kind": str(what), "account_ends": row.account_ends or ""},
    )
    return row.id


def _read_account(sort_code: str | None, number: str | None, roll: str | None) -> str | None:
    if not sort_code and not number:
        return None
    written = canonical.canonical_bank_account(sort_code or "", number or "", roll or "")
    if written is None:
        raise InvalidInput("account_number", _("Check the sort code and the account number"))
    return written


@command("safeguards.end_establishment")
def end_establishment(*, actor: Actor, establishment_id: UUID) -> UUID:
    """Let it count no more, at once: from now on its people are counted as anybody is."""
    require(actor, Permission.ORGANISATION_CHANGE)
    row = get_session().get(Establishment, establishment_id, with_for_update=True)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    concerns(organisation_id=row.organisation_id, subject=("establishment", row.id))
    if row.ended_at is not None:
        raise InvalidInput("", _("It has ended already"))
    row.ended_at = clock.now()
    row.ended_by = actor.account_id
    record(
        Action.ESTABLISHMENT_ENDED,
        actor=actor,
        organisation_id=row.organisation_id,
        subject=("establishment", row.id),
    )
    return row.id


def hold_for_second_human(act: Act) -> Iterable[Finding]:
    """The control: what lets forty people share an account, two humans have looked at (L02)."""
    if act.name == REGISTER:
        yield Finding(
            Verdict.HOLD,
            str(Reason.ESTABLISHMENT_SECOND_HUMAN),
            _("A second person looks at it once. Until then its people are counted as others are."),
        )


def describe_registration(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What whoever decides reads; of the account its end, so that it can be asked for elsewhere."""
    account = canonical.canonical_bank_account(
        arguments.get("sort_code") or "",
        arguments.get("account_number") or "",
        arguments.get("roll_number") or "",
    )
    return (
        (_("What it is"), words.KINDS[arguments["kind"]]),
        (_("Name"), arguments["name"]),
        (_("Postcode"), arguments.get("postcode") or _("None")),
        (_("Account"), words.spell_account(account.split(" ")[1][-3:] if account else None)),
        (_("Telephone"), arguments.get("telephone") or _("None")),
        (
            _("Before you release it"),
            _(
                "Ring it on a number that you found yourself. Look it up in the register of its "
                "regulator, or ask for the letter that made it appointee."
            ),
        ),
    )
