"""Money for tests: a fee at a desk, the till, and what the journal says of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from assistedaccess.applications import service_payments, service_till
from assistedaccess.applications.models_payments import Till
from assistedaccess.applications.queries_drafts import Draft
from assistedaccess.applications.queries_payments import Fee, load_fee
from assistedaccess.approvals.service import Decision, release_pending_act
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading
from tests.support.held import select_held

from . import applications, casework, delegation

BADGE = "blue-badge"
FEE = 1_000


def begin(mode: str = "assisting", **person: Any) -> tuple[applications.Scene, Draft]:
    """A badge that is applied for in England, where it costs £10."""
    scene = applications.make_scene(BADGE, **{"nation": "england", **person})
    return scene, begin_another(scene, mode, case_id=scene.case.id)


def begin_another(
    scene: applications.Scene, mode: str = "assisting", case_id: UUID | None = None
) -> Draft:
    """One more badge for the same person, in a case of its own."""
    from assistedaccess.applications import service

    if case_id is None:
        case_id = casework.make_case(scene.helper, scene.person_id, service=BADGE).id
    made = service.start_application(actor=scene.helper, case_id=case_id, service=BADGE, mode=mode)
    return applications.get_draft(scene.helper, applications.reference_of(made))


def let_pay(scene: applications.Scene, limit_pence: int = 1_500) -> UUID:
    """A delegation on which the helper may pay for badges; its id."""
    return delegation.grant(
        scene.helper,
        scene.person_id,
        services=[BADGE],
        powers=["fill_in", "submit", "pay"],
        money_limit_pence=limit_pence,
        money_period="month",
    )


def take(scene: applications.Scene, draft: Draft, **more: Any) -> UUID:
    """Take the fee: in cash, from the person, unless said otherwise."""
    given = {"amount_pence": FEE, "way": "cash", "whose": "own", **more}
    return service_payments.take_payment(actor=scene.helper, application_id=draft.id, **given)


def open_till(scene: applications.Scene, float_pence: int = 2_000) -> UUID:
    """The till of the desk."""
    return service_till.open_till(actor=scene.helper, float_pence=float_pence)


def fee_of(scene: applications.Scene, draft: Draft) -> Fee:
    """The fee as it stands."""
    with reading():
        return load_fee(applications.get_draft(scene.helper, draft.reference))


def get_till(till_id: UUID) -> Till:
    """The till's row."""
    with reading() as session:
        return session.get_one(Till, till_id)


def last_event(action: str) -> AuditEvent:
    """The newest event of that action."""
    with reading() as session:
        query = select(AuditEvent).where(AuditEvent.action == action)
        return session.scalars(query.order_by(AuditEvent.id.desc()).limit(1)).one()


def release(reviewer: Actor) -> Decision:
    """What waits, released by the one who was drawn."""
    with reading() as session:
        waiting = session.scalars(select_held().filter_by(state="waiting")).one()
        assert waiting.drawn_account_id == reviewer.account_id
        pending_act_id = waiting.id
    return release_pending_act(actor=reviewer, pending_act_id=pending_act_id, reason="In order")
