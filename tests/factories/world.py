"""A small world: two organisations with everything that pages show, made by the commands.

Every text that somebody typed is a canary: a word that stands nowhere else, followed by what a page
must not run. What is secret is in ``Side.secrets``, what pages may show in ``Side.shown``; the two
sides share no word, so that whatever of one is seen by the other is found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from flask.testing import FlaskClient

from assistedaccess.accounts import service_recovery
from assistedaccess.accounts.drafts import keep_form
from assistedaccess.accounts.hats import Hat
from assistedaccess.accounts.models import Recovery
from assistedaccess.accounts.queries import find_account_id
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.queries_complaint_ways import list_letters_to_print
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC, SYSTEM, Actor
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.queries import list_letters
from assistedaccess.notices.rules import Channel
from assistedaccess.notices.senders import Message
from assistedaccess.notices.sending import send_due_notices
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.models import Site
from assistedaccess.organisations.queries import list_hats
from assistedaccess.organisations.rules import Course

from . import accounts as account_factory
from . import passkeys as passkey_factory
from .organisations import (
    MadeOrganisation,
    Member,
    actor_of,
    check,
    make_member,
    make_organisation,
    make_site,
    train,
)

HOSTILE = "<svg/onload=x>\"'{{7*7}}javascript:alert(1)"
"""What follows each canary word: markup, both quotes, a template and a scheme."""

WHOLE = 200
ROLES = ("helper", "reviewer", "safeguarding_lead", "manager", "auditor", "administrator")


@dataclass
class Side:
    """One organisation, and what it holds. ``values`` are the references and keys of its records,
    by the name under which a URL or a field takes them; where one page needs another record than
    its neighbours, by its endpoint."""

    letter: str
    organisation: MadeOrganisation = field(init=False)
    site_id: UUID = field(init=False)
    members: dict[str, Member] = field(default_factory=dict)
    accounts: dict[str, account_factory.MadeAccount] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)  # what is followed by HOSTILE, whole

    def word(self, what: str) -> str:
        """The canary of this side for ``what``: letters alone, found nowhere else."""
        return f"Canary{what}{self.letter}"

    def text(self, what: str) -> str:
        """A text that pages may show, hostile."""
        self.shown[what] = self.word(what)
        self.typed.add(what)
        return f"{self.word(what)} {HOSTILE}"

    def secret(self, what: str, value: str | None = None, *, most: int = WHOLE) -> str:
        """A text that is stored sealed: hostile prose of ``most`` letters, or ``value`` itself."""
        self.secrets[what] = self.word(what) if value is None else value
        if value is None and most == WHOLE:
            self.typed.add(what)
        return f"{self.word(what)} {HOSTILE}"[:most] if value is None else value

    def sign_in(self, client: FlaskClient, role: str) -> Actor:
        """Sign the client in as the member who has this role, and only it."""
        actor = self.actors[role]
        account_factory.sign_in(client, self.accounts[role].account_id, hat_of(actor))
        return actor


@dataclass
class World:
    """Two organisations, ``a`` and ``b``, and the messages that were sent meanwhile."""

    a: Side
    b: Side
    messages: list[Message] = field(default_factory=list)

    @property
    def sides(self) -> tuple[Side, Side]:
        return (self.a, self.b)


def hat_of(actor: Actor) -> Hat:
    """The live hat of this actor."""
    assert actor.account_id is not None
    with reading():
        return next(
            hat
            for hat in list_hats(actor.account_id)
            if hat.membership_id == actor.membership_id and hat.role == actor.role
        )


def make_world() -> World:
    """Both sides, the same in all but their words."""
    from . import world_oversight

    a, b = _make_side("a"), _make_side("b")
    _add_remit(a, b)
    _add_remit(b, a)
    for side in (a, b):
        _add_waiting(side)
        _add_kept(side)
        for part in _parts():
            part(side)
    _cross(a, b)
    sender = _Kept()
    send_due_notices(sender=sender)
    for side, audited in ((a, b), (b, a)):
        _add_letter(side)
        _add_event(side, audited)
        world_oversight.add(side, audited)
    return World(a, b, sender.messages)


def _cross(a: Side, b: Side) -> None:
    from . import world_record

    world_record.cross(a, b)
    world_record.cross(b, a)


class _Kept:
    """Sends nothing: keeps what would have been sent."""

    channels = frozenset({Channel.TEXT.value, Channel.EMAIL.value})

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> str:
        self.messages.append(message)
        return message.reference


def _parts() -> list[Callable[[Side], None]]:
    from . import (
        world_applications,
        world_casework,
        world_consent,
        world_documents,
        world_handover,
        world_payments,
        world_people,
        world_record,
        world_referrals,
        world_safeguards,
        world_team,
    )

    return [
        world_people.add,
        world_casework.add,
        world_consent.add_assisting,
        world_consent.add_representing,
        world_consent.add_evidence,
        world_consent.add_life,
        world_documents.add,
        world_people.add_death,
        world_people.add_merge,
        world_applications.add,
        world_payments.add,
        world_record.add,
        world_handover.add,
        world_referrals.add,
        world_casework.add_closed,
        world_safeguards.add,
        world_team.add,
    ]


def _make_side(letter: str) -> Side:
    side = Side(letter)
    organisation = side.organisation = make_organisation(name=side.text("Organisation"))
    side.site_id = make_site(
        organisation, name=side.text("Site"), address=side.text("Street"), phone="01632 960001"
    )
    side.values["organisations"] = organisation.reference
    side.values["organisation_id"] = str(organisation.id)
    side.values["site_id"] = str(side.site_id)
    for role in ROLES:
        _add_member(side, role)
    _add_member(side, "helper", "colleague")
    _add_member(side, "reviewer", "second_reviewer")
    with reading() as session:
        side.values["sites"] = session.get_one(Site, side.site_id).reference
    side.values["members"] = side.members["colleague"].membership_reference
    side.values["account_id"] = str(side.members["colleague"].account_id)
    side.values["role_grant_id"] = str(side.members["colleague"].role_grants["helper"])
    _add_papers(side)
    return side


def _add_member(side: Side, role: str, name: str = "") -> None:
    name = name or role
    made = account_factory.make_account(
        side.text(f"Account{name}".replace("_", "")),
        side.secret(f"email of {name}", f"canary.{name}.{side.letter}@example.org"),
    )
    side.secrets[f"factor of {name}"] = made.secret
    side.secrets[f"password of {name}"] = made.password
    member = make_member(
        side.organisation,
        role,
        account=(made.account_id, made.human_id, made.email),
        sites=[side.site_id],
    )
    side.accounts[name], side.members[name] = made, member
    side.actors[name] = actor_of(member, role)


def _add_papers(side: Side) -> None:
    """Training, a check with its number, what a helper declares, an invitation, a suspension."""
    helper, colleague = side.members["helper"], side.members["colleague"]
    for member in (helper, colleague):
        train(member, *Course)
        check(member)
    organisations.record_check(
        actor=SYSTEM,
        membership_id=colleague.membership_id,
        level="basic",
        checked_on=clock.today(),
        certificate=side.secret("certificate", f"00{ord(side.letter)}123456789"),
    )
    declare = partial(organisations.declare_interest, actor=side.actors["helper"])
    side.ids["interest"] = declare(kind="relative", name=side.secret("Relative"), relation="parent")
    side.values["interest_id"] = str(side.ids["interest"])
    number = f"4{ord(side.letter)}77001"[:8].ljust(8, "7")
    declare(kind="bank_account", sort_code="08-99-99", account_number=side.secret("bank", number))
    phone = "07700 900801" if side.letter == "a" else "07700 900802"
    declare(kind="contact_point", contact_point=side.secret("helper's phone", phone))
    invited = organisations.invite_member(
        actor=side.actors["manager"],
        organisation_id=side.organisation.id,
        name=side.text("Invited"),
        email=side.secret("email of invited", f"canary.invited.{side.letter}@example.org"),
        kind="staff",
        starts_on=clock.today(),
        ends_on=None,
        site_ids=[side.site_id],
    )
    side.values["organisations.renew_member_invitation:reference"] = invited.membership_reference
    side.secrets["invitation"] = side.values["token"] = invited.path.rpartition("/")[2]
    made = make_member(side.organisation, "helper", name=side.text("Suspended"))
    for endpoint in ("view_member", "resume_member"):
        side.values[f"organisations.{endpoint}:reference"] = made.membership_reference
    organisations.suspend_membership(
        actor=side.actors["manager"],
        membership_id=made.membership_id,
        reason=side.secret("Suspension"),
    )


def _add_remit(side: Side, other: Side) -> None:
    """The other side's auditors read this side's journal."""
    remit = organisations.add_audit_remit(
        actor=SYSTEM,
        auditing_organisation_id=other.organisation.id,
        audited_organisation_id=side.organisation.id,
    )
    side.values["audit_remit_id"] = str(remit)


def _add_waiting(side: Side) -> None:
    """A role that waits for a second human; somebody who forgot their password."""
    try:
        organisations.grant_role(
            actor=side.actors["manager"],
            membership_id=side.members["colleague"].membership_id,
            role="reviewer",
        )
    except Held as held:
        side.values["pending-acts"] = held.pending_reference
    service_recovery.ask_for_password(
        actor=PUBLIC, email=side.accounts["colleague"].email, address=account_factory.ADDRESS
    )
    with reading() as session:
        account_id = find_account_id(side.accounts["colleague"].email)
        recovery = session.query(Recovery).filter_by(account_id=account_id).one()
        side.values["recovery_id"] = str(recovery.id)
    other = account_factory.open_sign_in(side.accounts["helper"].account_id)
    side.values["sign_in_id"] = str(other.sign_in_id)
    side.secrets["sign-in"] = other.token
    side.values["passkey_id"] = str(passkey_factory.add_key(side.accounts["helper"].account_id))


def _add_kept(side: Side) -> None:
    """A form that came in after its sign-in had run out."""
    kept = keep_form(
        actor=side.actors["helper"],
        account_id=side.accounts["helper"].account_id,
        path="/my-declarations/relatives/new",
        fields=[("name", side.secret("Kept"))],
    )
    side.values["kept_id"] = str(kept)


def _add_letter(side: Side) -> None:
    """A letter of the organisation that waits to be printed."""
    with reading():
        side.values["letters-to-print"] = list_letters(side.actors["manager"])[0].reference
        number, letter = list_letters_to_print(side.actors["manager"])[0]
        for endpoint in ("print_complaint_notice", "post_complaint_notice"):
            side.values[f"casework.{endpoint}:reference"] = number
            side.values[f"casework.{endpoint}:notice_reference"] = letter


def _add_event(side: Side, audited: Side) -> None:
    """An event that this side's auditor may read: one of the organisation that they audit."""
    with reading() as session:
        event = (
            session.query(AuditEvent)
            .filter_by(organisation_id=audited.organisation.id, action="person.registered")
            .first()
        )
        assert event is not None
        side.values["event_id"] = str(event.id)


def soon(days: int) -> date:
    """A day from today on."""
    return clock.today() + timedelta(days=days)
