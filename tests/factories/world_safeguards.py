"""Controls in the world: an establishment that two humans agreed to."""

from __future__ import annotations

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.transactions import reading
from assistedaccess.safeguards.models import Establishment
from assistedaccess.safeguards.service_establishments import register_establishment

from .world import Side


def add(side: Side) -> None:
    """Its name is a canary that its organisation may see."""
    try:
        register_establishment(
            actor=side.actors["manager"],
            kind="care_home",
            name=side.text("Establishment")[:200],
            telephone="01632 960009",
        )
    except Held as held:
        release(side, held.pending_reference)
    with reading() as session:
        row = session.query(Establishment).filter_by(organisation_id=side.organisation.id).one()
        side.values["establishments"] = row.reference


def release(side: Side, reference: str) -> None:
    """Whoever was drawn agrees: a reviewer of this side, or any administrator."""
    with reading() as session:
        row = session.query(PendingAct).filter_by(reference=reference).one()
        act_id, drawn = row.id, row.drawn_account_id
    reviewer = next((each for each in side.actors.values() if each.account_id == drawn), None)
    assert reviewer is not None, "drawn from the other side"
    release_pending_act(actor=reviewer, pending_act_id=act_id, reason="In order")
