"""Who else has a hand in a yes: a witness, a voucher, an interpreter. Never the helper themself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.accounts.models import Account
from assistedaccess.accounts.queries import find_account_id
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput

from .. import rules_terms
from .base import Asking


@dataclass(frozen=True)
class Bystander:
    """Somebody who is neither helper nor person nor paid. ``human_id`` where they work here."""

    name: str
    email: str
    human_id: UUID | None


def read_bystander(asking: Asking, given: Mapping[str, str], called: str) -> Bystander:
    """Who they are, from the fields ``<called>_name``, ``_email`` and ``_paid``.

    Raises InvalidInput at the field for one who is the helper under whatever account, the person
    themself, or somebody who gets any of the money.
    """
    name = given.get(f"{called}_name", "").strip()
    if not name:
        raise InvalidInput(f"{called}_name", _("Enter their name"))
    email = given.get(f"{called}_email", "")
    human_id = find_human(email)
    person, holder_id = asking.person, asking.request.holder_account_id
    rules_terms.check_bystander(
        called,
        name,
        helper_names=list_helper_names(asking.actor, holder_id),
        person_names=[part for part in (person.name, person.known_as) if part],
        is_helpers_human=asking.actor.is_same_human(human_id)
        or (human_id is not None and human_id == find_holders_human(holder_id)),
        is_persons_human=human_id is not None and human_id == person.human_id,
        is_paid=given.get(f"{called}_paid") != "no",
    )
    return Bystander(name, email, human_id)


def read_lives(given: Mapping[str, str], called: str) -> bool | None:
    """Whether they live with the person or the helper; None where nobody knows."""
    lives = given.get(f"{called}_lives", "")
    if lives not in ("elsewhere", "with_person", "with_helper", "not_known"):
        raise InvalidInput(f"{called}_lives", _("Select where they live"))
    return {"elsewhere": False, "not_known": None}.get(lives, True)


def find_human(email: str) -> UUID | None:
    """Whose account has that address. One that is nobody's is kept as it is: no page tells."""
    if not email:
        return None
    account_id = find_account_id(email)
    return get_session().scalar(select(Account.human_id).where(Account.id == account_id))


def find_named(kept: Mapping[str, Any], called: str) -> Account | None:
    """The account of whoever was named, by the address that the helper typed."""
    email = kept.get(f"{called}_email")
    account_id = find_account_id(email) if email else None
    return get_session().get_one(Account, account_id) if account_id is not None else None


def find_holders_human(holder_account_id: UUID | None) -> UUID | None:
    """The human of whoever is to act, where it is not the one who asks."""
    if holder_account_id is None:
        return None
    return get_session().scalar(select(Account.human_id).where(Account.id == holder_account_id))


def list_helper_names(actor: Actor, holder_account_id: UUID | None) -> list[str]:
    """The names on all accounts of the helper's human, and of whoever is to act."""
    humans = [actor.human_id, find_holders_human(holder_account_id)]
    return list(
        get_session().scalars(
            select(Account.name).where(Account.human_id.in_([one for one in humans if one]))
        )
    )
