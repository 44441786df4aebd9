"""What the controls count with, and the establishments that are verified once."""

from __future__ import annotations

from typing import Annotated, Any

from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading
from assistedaccess.safeguards import queries_settings, service_establishments, service_settings
from assistedaccess.safeguards.models import EstablishmentKind
from assistedaccess.safeguards.settings import NUMBERS

from .kinds import NUMBER, BankAccount, ByAccount, Text, choice, record
from .register import act
from .stage import Stage

SAFEGUARDS = "What the controls count with"
CHANGE = record("numbers by their names", dict.fromkeys(NUMBERS, NUMBER))


@act(SAFEGUARDS)
def change_settings(
    stage: Stage,
    by: ByAccount,
    numbers: Annotated[dict[str, int], CHANGE],
    reason: Text = "We looked at last year",
) -> None:
    """Ask for other numbers: they wait for a second human, and for a day's notice."""
    with reading():
        version = queries_settings.get_newest().version
    service_settings.change_settings(
        actor=stage.actor(by, "administrator"),
        base_version=version,
        numbers=numbers,
        reason=reason,
    )


@act(SAFEGUARDS)
def register_establishment(
    stage: Stage,
    by: ByAccount,
    name: Text,
    kind: Annotated[str, choice(EstablishmentKind)] = "care_home",
    postcode: Text = "",
    account: BankAccount | None = None,
    telephone: Text = "",
) -> None:
    """Register a care home, a hostel, a day centre or a corporate appointee by what those who live
    there, are reached there or are paid through it have in common: it waits for a second human,
    once."""
    actor = stage.actor(by, "manager", "administrator")
    register(actor, name, kind, postcode, account, telephone)


def register(
    actor: Actor,
    name: str,
    kind: str = "care_home",
    postcode: str = "",
    account: dict[str, Any] | None = None,
    telephone: str = "",
) -> None:
    """Ask for it by the command of its page."""
    bank = account or {}
    service_establishments.register_establishment(
        actor=actor,
        kind=kind,
        name=name,
        postcode=postcode or None,
        sort_code=bank.get("sort_code"),
        account_number=bank.get("number"),
        roll_number=bank.get("roll"),
        telephone=telephone or None,
    )
