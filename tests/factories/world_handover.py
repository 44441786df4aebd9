"""A case that was offered to a partner and came back, and one that the partner offers."""

from __future__ import annotations

from assistedaccess.casework import service_handover

from . import casework, people
from .world import Side


def add(side: Side) -> None:
    """The partner is an organisation of its own, so that neither side knows of the other's."""
    helper, person_id = side.actors["helper"], side.ids["person"]
    partner = people.make_helper(people.make_desk(f"Partner {side.letter}"))
    assert helper.organisation_id is not None
    assert partner.organisation_id is not None
    ours = casework.make_case(helper, person_id, need=side.secret("Offeredneed"))
    yes = {"is_warm": True, "said_yes": True, "how_said": "here", "parts": ["notes", "tasks"]}
    returned = service_handover.offer_hand_over(
        actor=helper,
        case_id=ours.id,
        to_organisation_id=partner.organisation_id,
        message=side.secret("Handmessage"),
        **yes,
    )
    service_handover.return_hand_over(
        actor=partner, hand_over_id=returned, reason="other", words=side.secret("Handreturn")
    )
    side.values["hand_over_id"] = str(returned)
    theirs = casework.make_case(partner, person_id)
    offered = service_handover.offer_hand_over(
        actor=partner, case_id=theirs.id, to_organisation_id=helper.organisation_id, **yes
    )
    side.values["casework.return_hand_over:hand_over_id"] = str(offered)
    side.values["casework.take_hand_over:hand_over_id"] = str(offered)
