"""What shows the other side that somebody may deal with it for the person: printed, and sent.

Our own record of a yes is nothing that a department has to accept. Each service says what it does
accept (its catalogue entry), and for how long; that is filled in here, signed by the person, and
what was sent is kept with the day on which it runs out there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.consent import receipts
from assistedaccess.consent.models import Consent
from assistedaccess.consent.queries import list_all_services, name_services
from assistedaccess.consent.rules import HolderKind, Mode
from assistedaccess.consent.service import tell_person
from assistedaccess.consent.terms import kind_of, terms_of
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_word
from assistedaccess.kernel.partial_date import PartialDate
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.words import spell_day
from assistedaccess.organisations.rules import MembershipKind
from assistedaccess.people.queries import birth_date, find_address, get_person
from assistedaccess.services.catalogue import ServiceEntry

from . import queries
from .authority import authorise
from .models import Delegation
from .models_authority import SentAuthority
from .queries import DelegationRow
from .rules import NoAuthority
from .rules_authority import HowSent, check_runs_out, find_last_day
from .service_legal import Instrument, find_instrument


@dataclass(frozen=True)
class FilledForm:
    """The form of authority for one service, filled in as the person agreed."""

    row: DelegationRow
    entry: ServiceEntry
    last_on: date
    person_name: str
    person_language: str
    is_paper_unsafe: bool
    born: PartialDate
    address_lines: tuple[str, ...]
    """None where the person hides where they live."""
    purpose: str
    telling: str
    is_family: bool
    check_code: str
    agreed_at: datetime | None
    instrument: Instrument | None


@dataclass(frozen=True)
class SentRow:
    """One that was sent."""

    service: str
    how: str
    sent_at: datetime
    runs_out_on: date
    sent_by: str

    @property
    def is_over(self) -> bool:
        return self.runs_out_on < clock.today()


def find_last_on(row: DelegationRow, entry: ServiceEntry) -> date:
    """The last day that the form of this service names, if it is printed today."""
    return find_last_day(entry.authority.months, clock.today(), _end_of(row))


def list_sent(delegation_id: UUID) -> list[SentRow]:
    """What was sent on a delegation, newest first; one statement."""
    found = get_session().execute(
        select(
            SentAuthority.service,
            SentAuthority.how,
            SentAuthority.sent_at,
            SentAuthority.runs_out_on,
            Account.name,
        )
        .join(Account, Account.id == SentAuthority.sent_by)
        .where(SentAuthority.delegation_id == delegation_id)
        .order_by(SentAuthority.id.desc())
        .limit(queries.PAGE)
    )
    return [SentRow(*row) for row in found]


@command("delegation.print_authority")
def print_authority(*, actor: Actor, reference: str, service: str) -> FilledForm:
    """Fill in what this service accepts, to be signed: a recorded look at who the person is.

    By whoever may act on the delegation, while it is in force. Raises NotFound for others, and what
    authorise() raises. Where somebody lives is left out once it is hidden.
    """
    row = _authorise(actor, reference, service)
    entry = list_all_services()[service].entry
    person = get_person(row.person_id)
    record(
        Action.AUTHORITY_PRINTED,
        actor=actor,
        person_id=row.person_id,
        subject=("delegation", row.id),
        authority=("delegation", row.id),
        service=service,
    )
    consent = get_session().get(Consent, row.consent_id) if row.consent_id else None
    terms = terms_of(consent) if consent else None
    address = None if person.hides_address else find_address(person)
    return FilledForm(
        row=row,
        entry=entry,
        last_on=find_last_on(row, entry),
        person_name=person.name,
        person_language=person.language,
        is_paper_unsafe=person.is_paper_unsafe,
        born=birth_date(person),
        address_lines=tuple(address.lines) if address else (),
        purpose=terms.purpose if terms else "",
        telling=terms.telling if terms else "",
        is_family=row.holder_kind == HolderKind.ACCOUNT and kind_of(actor) == MembershipKind.FAMILY,
        check_code=receipts.issue_code(row.consent_id) if row.consent_id else "",
        agreed_at=consent.recorded_at if consent else None,
        instrument=find_instrument(row.legal_authority_id),
    )


@command("delegation.note_sent_authority")
def note_sent_authority(
    *,
    actor: Actor,
    reference: str,
    service: str,
    how: str,
    runs_out_on: date,
    request_key: str | None = None,
) -> UUID:
    """Keep that the other side has it, and until when it counts there; the person is told.

    ``runs_out_on``: what the other side said, or its rule; never after the delegation's last day.
    Raises as print_authority does, and InvalidInput.
    """
    row = _authorise(actor, reference, service)
    once = Once(actor, "delegation.note_sent_authority", request_key, row.id, service, how)
    made = once.find("sent_authority")
    if made is not None:
        return made
    sent = read_word("how", how, HowSent, _("Select how it was sent"))
    check_runs_out(runs_out_on, clock.today(), _end_of(row))
    assert actor.account_id is not None  # noqa: S101  (authorise refused it)
    one = SentAuthority(
        id=new_id(),
        delegation_id=row.id,
        service=service,
        how=str(sent),
        runs_out_on=runs_out_on,
        sent_at=clock.now(),
        sent_by=actor.account_id,
    )
    get_session().add(one)
    get_session().flush()
    record(
        Action.AUTHORITY_SENT,
        actor=actor,
        person_id=row.person_id,
        subject=("delegation", row.id),
        authority=("delegation", row.id),
        service=service,
        reason=str(sent),
        details={"runs_out_on": runs_out_on.isoformat()},
    )
    language = get_person(row.person_id).language
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=NoticeKind.AUTHORITY_SENT,
        organisation_id=row.organisation_id,
        facts={
            **queries.make_facts(row.person_id, [get_session().get_one(Delegation, row.id)]),
            "service": name_services([service], language),
            "until": spell_day(clock.start_of_day(runs_out_on), language),
        },
    )
    return once.keep(one.id)


def _authorise(actor: Actor, reference: str, service: str) -> DelegationRow:
    """The delegation, in force and this helper's own, for one of its services; locked."""
    require(actor, Permission.DELEGATION_GRANT)
    row = queries.find_delegation(reference)
    if row is None or service not in row.services or service not in list_all_services():
        raise NotFound
    is_theirs = row.holder_account_id in (None, actor.account_id)
    if row.organisation_id != actor.organisation_id or not is_theirs:
        raise NotFound
    concerns(person_id=row.person_id, subject=("delegation", row.id))
    authorise(
        actor=actor,
        person_id=row.person_id,
        service=service,
        power=row.powers[0],
        mode=Mode.REPRESENTING,
    )
    if row.state != "live":  # another one covers the service, and this one has its own end
        raise NoAuthority(_("This is not in force."), next_step=_("Use the one that is."))
    return row


def _end_of(row: DelegationRow) -> date:
    return clock.local(row.expires_at - timedelta(seconds=1)).date()
