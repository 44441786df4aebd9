"""What an installation needs once, and what time asks of it again and again.

Run by ``assistedaccess migrate``, ``users add`` and ``expire``.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from assistedaccess.access import Role
from assistedaccess.accounts import service as accounts
from assistedaccess.accounts.service_sessions import expire_sign_ins
from assistedaccess.approvals.redraw import redraw_pending_acts
from assistedaccess.audit import Action, record
from assistedaccess.audit.keys import ORIGIN, ensure_key
from assistedaccess.casework.service_queue import clear_queues
from assistedaccess.consent.service_papers import lapse_papers
from assistedaccess.consent.service_statements import publish_statements
from assistedaccess.delegation.service_time import expire_delegations
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import get_installation_key
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.my_record.reviewers import redraw_objections
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.models import Membership, Organisation
from assistedaccess.people.service_cards import erase_sheets
from assistedaccess.people.service_silence import end_silences
from assistedaccess.services.service import publish_services

PURPOSES = ("fingerprint",)


@command("installation.prepare_installation")
def prepare_installation(*, actor: Actor = SYSTEM, journal_name: str = ORIGIN) -> None:
    """Make the installation's keys, and publish the texts and forms that come with this version.

    Can be run again: what is there stays. ``journal_name`` is the origin of the journal's
    checkpoints, for good.
    """
    for purpose in PURPOSES:
        get_installation_key(purpose)
    ensure_key(journal_name)
    publish_services(actor=actor)
    publish_statements(actor=actor)
    record(Action.INSTALLATION_PREPARED, actor=actor)


@command("installation.add_first_administrator")
def add_first_administrator(
    *, actor: Actor, email: str, name: str, organisation: str = "Administration"
) -> str:
    """One of the first two administrators, in an organisation of their own; returns the path of
    the single-use link by which they set their sign-in.

    Raises EnoughAdministrators from the third on: later ones take two humans in the pages.
    """
    link = accounts.add_first_administrator(actor=actor, name=name, email=email)
    session = get_session()
    session.flush()
    if session.scalar(select(Membership.id).where(Membership.account_id == link.account_id)):
        return link.path  # said again: the link is new, the role is there
    organisation_id = session.scalar(
        select(Organisation.id).where(Organisation.name == organisation).limit(1)
    ) or organisations.create_organisation(
        actor=actor, name=organisation, kind="department", nation="england"
    )
    session.flush()
    membership_id = organisations.start_membership(
        actor=actor,
        organisation_id=organisation_id,
        account_id=link.account_id,
        kind="staff",
        starts_on=clock.today() - timedelta(days=1),
    )
    session.flush()
    organisations.grant_role(actor=actor, membership_id=membership_id, role=Role.ADMINISTRATOR)
    return link.path


def expire_everything() -> dict[str, int]:
    """Do what time asks for, each in a transaction of its own; returns how many of each.

    Nothing here releases anything: what waits for a human is escalated.
    """
    return {
        "sign-ins ended": expire_sign_ins(actor=SYSTEM),
        "reviews drawn or escalated": run_transaction(redraw_pending_acts),
        "signed forms that never came lapsed": run_transaction(lapse_papers),
        "printed numbers of cards erased": run_transaction(erase_sheets),
        "objections drawn or escalated": run_transaction(redraw_objections),
        "wishes to tell people less ended": run_transaction(end_silences),
        "queues of earlier days cleared": clear_queues(actor=SYSTEM),
        **expire_delegations(),
    }
