"""What an installation needs once, and what time asks of it again and again.

Run by ``assistedaccess migrate``, ``users add`` and ``expire``.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from assistedaccess.access import Role
from assistedaccess.accounts import service as accounts
from assistedaccess.accounts.models import Account
from assistedaccess.accounts.service_sessions import expire_sign_ins
from assistedaccess.applications.awaiting import chase_silence
from assistedaccess.approvals.redraw import redraw_pending_acts
from assistedaccess.audit import Action, anchors, record
from assistedaccess.audit.keys import ORIGIN, ensure_key
from assistedaccess.casework.service_appointments import remind_of_appointments
from assistedaccess.casework.service_group_notices import tell_of_groups
from assistedaccess.casework.service_queue import clear_queues
from assistedaccess.consent.service_papers import lapse_papers
from assistedaccess.consent.service_statements import publish_statements
from assistedaccess.delegation.service_time import expire_delegations
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import get_installation_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.my_record.reviewers import redraw_objections
from assistedaccess.notices.rules import Channel
from assistedaccess.notices.senders import DeliveryFailed, Message, make_sender
from assistedaccess.notices.senders_timestamp import ask_for_timestamp
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.models import Membership, Organisation, RoleGrant
from assistedaccess.people.service_cards import erase_sheets
from assistedaccess.people.service_silence import end_silences
from assistedaccess.services.service import publish_services

if TYPE_CHECKING:
    from config import Settings

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


def list_anchor_ways(settings: Settings) -> list[anchors.Way]:
    """The ways by which checkpoints leave, as the settings have them.

    E-mails go to the addresses of the setting, else to everybody who holds the auditor's role, and
    by the sender that carries all other messages.
    """
    sender = make_sender(settings)

    def deliver(reference: str, address: str, text: str) -> None:
        message = Message(
            reference=reference,
            channel=Channel.EMAIL.value,
            to=address,
            subject="Checkpoint of the journal",
            body=text,
        )
        try:
            sender.send(message)
        except DeliveryFailed as error:
            raise anchors.AnchorFailed(error.code) from error

    ways = [anchors.by_email(deliver, lambda: list_checkpoint_addresses(settings))]
    if settings.checkpoint_folder:
        ways.append(anchors.to_folder(Path(settings.checkpoint_folder)))
    if settings.timestamp_url:
        ways.append(anchors.by_timestamp(settings.timestamp_url, ask_for_timestamp))
    return ways


def list_checkpoint_addresses(settings: Settings) -> list[str]:
    """Who gets checkpoints by e-mail."""
    given = [address.strip() for address in settings.checkpoint_emails.split(",")]
    if any(given):
        return [address for address in given if address]
    with reading() as session:
        accounts = session.execute(
            select(Account.id, Account.email)
            .join(Membership, Membership.account_id == Account.id)
            .join(RoleGrant, RoleGrant.membership_id == Membership.id)
            .where(
                RoleGrant.role == Role.AUDITOR,
                RoleGrant.ended_at.is_(None),
                Membership.ended_at.is_(None),
                Account.disabled_at.is_(None),
            )
            .order_by(Account.id)
        ).all()
        encryption.load_keys(row.id for row in accounts)
        return [encryption.unseal(row.id, "account.email", row.email) for row in accounts]


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
        "people reminded of an appointment": run_transaction(remind_of_appointments),
        "people told of a group session": run_transaction(tell_of_groups),
        "people asked what became of a form": run_transaction(chase_silence),
        "queues of earlier days cleared": clear_queues(actor=SYSTEM),
        **expire_delegations(),
    }
