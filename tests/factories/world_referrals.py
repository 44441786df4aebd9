"""A referral that came back, and one that a partner makes to the side; and a directory."""

from __future__ import annotations

from assistedaccess.casework import (
    service_benefits,
    service_referral_steps,
    service_referrals_in,
)
from assistedaccess.kernel import clock

from . import casework, people
from .referrals import add_place, refer
from .world import Side


def add(side: Side) -> None:
    """The partner is an organisation of its own, so that neither side knows of the other's."""
    helper, person_id = side.actors["helper"], side.ids["person"]
    partner = people.make_helper(people.make_desk(f"Other place {side.letter}"))
    place = add_place(
        side.actors["manager"],
        name=side.text("Place")[:150],
        reach=side.text("Placereach"),
        area=side.text("Placearea")[:150],
        hours=side.text("Placehours"),
    )
    side.values["outside_place_id"] = str(place)
    case = casework.make_case(helper, person_id)
    told = {
        "mind": side.secret("Refermind", most=150),
        "about": side.secret("Referabout"),
        "needs": side.secret("Referneeds"),
    }
    returned = refer(helper, case.id, to_organisation_id=partner.organisation_id, **told)
    service_referral_steps.return_referral(
        actor=partner, referral_id=returned, reason="other", words=side.secret("Referreturn")
    )
    side.values["referral_id"] = str(returned)
    paper = refer(helper, case.id, place_id=place, way="paper", wants_paper=True)
    for endpoint in ("print_referral", "say_arrived", "withdraw_referral"):
        side.values[f"casework.{endpoint}:referral_id"] = str(paper)
    came = service_referrals_in.record_referral_in(
        actor=helper,
        case_id=case.id,
        kind="debt",
        came_on=clock.today(),
        other_place=side.secret("Cameplace", most=150),
        words=side.secret("Camewords"),
    )
    side.values["referral_in_id"] = str(came)
    service_benefits.record_benefits_check(
        actor=helper,
        case_id=case.id,
        calculator="turn2us",
        checked_on=clock.today(),
        wishes=True,
        may_claim=side.secret("Mayclaim"),
    )
    theirs = casework.make_case(partner, person_id)
    for endpoint in ("accept_referral", "return_referral"):
        made = refer(partner, theirs.id, to_organisation_id=helper.organisation_id)
        side.values[f"casework.{endpoint}:referral_id"] = str(made)
