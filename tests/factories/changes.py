"""Changes to what was sent: what was sent, what is heard of a change, and what waits of it."""

from __future__ import annotations

from sqlalchemy import select

from assistedaccess.accounts.models import Account
from assistedaccess.applications.models import Application
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.applications.queries_drafts import Draft
from assistedaccess.applications.rules import Step
from assistedaccess.approvals import service as approvals
from assistedaccess.approvals.models import PendingAct
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations.models import Membership, MembershipSite

from . import applications as apps


def send(scene: apps.Scene, service_key: str = apps.SERVICE) -> Draft:
    """What was sent, assisting."""
    draft = apps.make_ready(scene, service_key)
    apps.submit(scene.helper, draft)
    return apps.get_draft(scene.helper, draft.reference)


def hear(actor: Actor, reference: str) -> Draft:
    """Each page that differs is read out, and the person says yes."""
    for _ in range(50):
        draft = apps.get_draft(actor, reference)
        if draft.next_step is Step.DECLARATION:
            return draft
        apps.read_back(actor, draft, path=draft.unheard[0].path if draft.unheard else None)
    raise AssertionError("there is no last page")


def get_pending(draft: Draft) -> PendingAct:
    """What waits of a change, as it stands."""
    with reading() as session:
        waits_as = session.get_one(Application, draft.id).waits_as
        row = session.scalars(select(PendingAct).filter_by(reference=waits_as)).one()
        session.expunge(row)
        return row


def reviewer_of(row: PendingAct) -> Actor:
    """Whom the system drew to decide on it."""

    with reading() as session:
        account = session.get_one(Account, row.drawn_account_id)
        member = session.scalars(select(Membership).filter_by(account_id=account.id)).one()
        return Actor(
            ActorKind.ACCOUNT,
            account_id=account.id,
            human_id=account.human_id,
            role="reviewer",
            organisation_id=member.organisation_id,
            membership_id=member.id,
            site_id=session.scalars(
                select(MembershipSite.site_id).filter_by(membership_id=member.id)
            ).one(),
        )


def release(row: PendingAct) -> approvals.Decision:
    """Whoever was drawn lets it happen."""
    return approvals.release_pending_act(
        actor=reviewer_of(row), pending_act_id=row.id, reason="I rang them"
    )


def list_details(claim: Draft) -> list[PaymentDetails]:
    """Where the money of a claim has been paid, the oldest first."""
    with reading() as session:
        rows = list(
            session.scalars(
                select(PaymentDetails).filter_by(claim_id=claim.id).order_by(PaymentDetails.told_at)
            )
        )
        session.expunge_all()
        return rows
