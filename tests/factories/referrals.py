"""Referrals, as a helper makes them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from assistedaccess.casework import service_places, service_referrals
from assistedaccess.casework.models_referrals import Referral
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading

from . import people


def refer(helper: Actor, case_id: UUID, **fields: Any) -> UUID:
    """To a place whose name was typed, unless said otherwise; told that it is about food."""
    given: dict[str, Any] = {
        "kind": "food_bank",
        "shared": ["name", "contact", "about", "needs"],
        "way": "told",
        "said_yes": True,
        "how_said": "here",
        "contact": "desk",
        "mind": "Mornings alone",
        "about": "Wages came late",
        "needs": "Food for a week",
        **fields,
    }
    named = {"to_organisation_id", "place_id", "other_place"} & set(fields)
    if not named:
        given["other_place"] = "Pantry at Saint Anne"
    return service_referrals.make_referral(actor=helper, case_id=case_id, **given)


def add_place(manager: Actor, checked_on: date | None = None, **fields: Any) -> UUID:
    given: dict[str, Any] = {
        "name": "Hill Street Pantry",
        "kinds": ["food_bank"],
        "reach": "01632 960555, side door",
        "area": "Hill ward",
        "hours": "Tuesdays, 10 to 2",
        "checked_on": checked_on or clock.today(),
        **fields,
    }
    return service_places.add_place(actor=manager, **given)


def get(referral_id: UUID) -> Referral:
    with reading() as session:
        return session.get_one(Referral, referral_id)


def colleague_of(actor: Actor, role: str = "helper") -> Actor:
    """Somebody else of the same desk."""
    desk = people.Desk(actor.organisation_id, actor.site_id, "Millbrook Library")  # type: ignore[arg-type]
    return people.make_helper(desk, role)
