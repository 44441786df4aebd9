"""Legal authority (C11): what the law gives, recorded by one human and checked by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from assistedaccess.access import Permission, require
from assistedaccess.accounts.models import Account
from assistedaccess.accounts.queries import list_names
from assistedaccess.approvals.events import PendingActDecided
from assistedaccess.approvals.models import PendingAct
from assistedaccess.audit import Action, record
from assistedaccess.consent.queries import list_all_services, name_services
from assistedaccess.consent.rules import HolderKind, Period, Power
from assistedaccess.consent.service import get_person_for_act, tell_person
from assistedaccess.consent.words import POWERS
from assistedaccess.kernel import clock, controls, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.service import Holder, get_holder, require_may_act
from assistedaccess.people.reach import check_may_begin

from . import rules_legal
from .events import DelegationGranted
from .models import Delegation
from .models_legal import LegalAuthority
from .queries import make_facts
from .rules_legal import RECORD_INSTRUMENT, InstrumentKind, SeenAs
from .words import INSTRUMENTS, SEEN_AS, spell_date


@command(RECORD_INSTRUMENT)
def record_legal_authority(
    *,
    actor: Actor,
    person_id: UUID,
    kind: str,
    number: str,
    named: str,
    scope: str,
    starts_on: date,
    ends_on: date | None,
    seen_as: str,
    holder_account_id: UUID | None,
    services: list[str],
    powers: list[str],
    until_on: date,
    money_limit_pence: int | None = None,
) -> UUID:
    """Let somebody act whom the law lets act; returns the delegation's id. Always held first.

    ``named``: whom the instrument names; ``holder_account_id``: their account at this
    organisation, or None where the organisation itself is named. ``scope``: what it covers, in
    words. ``money_limit_pence`` a month, needed to pay. The person is told all the same, whatever
    they can decide. Raises InvalidInput at a field, OwnInstrument, or Held.
    """
    require(actor, Permission.DELEGATION_GRANT)
    require_may_act(actor)
    person = get_person_for_act(actor, person_id)
    check_may_begin(person)
    texts = {"number": number, "named": named, "scope": scope}
    for field, text in texts.items():
        if not text.strip():
            raise InvalidInput(field, _("Enter what the document says"))
        if len(text) > rules_legal.LONGEST_WORDS:
            raise InvalidInput(
                field, _("This must be %(most)s letters or less", most=rules_legal.LONGEST_WORDS)
            )
    try:
        instrument, seen = InstrumentKind(kind), SeenAs(seen_as)
        wanted = [power for power in Power if power in {Power(word) for word in powers}]
    except ValueError as error:
        raise InvalidInput("kind", _("Select from the answers on this page")) from error
    if not services or not set(services) <= set(list_all_services()):
        raise InvalidInput("services", _("Select services from the list"))
    rules_legal.check_instrument(
        kind=instrument,
        starts_on=starts_on,
        ends_on=ends_on,
        until_on=until_on,
        powers=wanted,
        nation=person.nation,
        today=clock.today(),
    )
    if (Power.PAY in wanted) != (money_limit_pence is not None and money_limit_pence > 0):
        raise InvalidInput("money_limit", _("Enter the most that may be paid in a month"))
    holder = None
    if holder_account_id is not None:
        holder = get_holder(holder_account_id, actor.organisation_id, wanted)
    if holder is not None and actor.is_same_human(holder.human_id):
        raise rules_legal.OwnInstrument(
            _("This would let you act, so you cannot record it yourself."),
            next_step=_("Ask a colleague to look at the document and record it."),
        )
    controls.decide(
        Act(
            RECORD_INSTRUMENT,
            actor,
            person_id=person_id,
            organisation_id=actor.organisation_id,
            amount_pence=money_limit_pence,
            facts={"kind": str(instrument), "powers": tuple(wanted)},
        )
    )
    authority_id = new_id()
    assert actor.account_id is not None  # noqa: S101
    assert actor.human_id is not None  # noqa: S101
    assert actor.organisation_id is not None  # noqa: S101
    get_session().add(
        LegalAuthority(
            id=authority_id,
            person_id=person_id,
            organisation_id=actor.organisation_id,
            kind=str(instrument),
            starts_on=starts_on,
            ends_on=ends_on,
            seen_as=str(seen),
            seen_by=actor.account_id,
            seen_by_human=actor.human_id,
            recorded_at=clock.now(),
            **{
                name: encryption.seal(person_id, f"legal_authority.{name}", text)
                for name, text in texts.items()
            },
        )
    )
    get_session().flush()
    kept = sorted(set(services))
    return _grant(actor, person_id, authority_id, holder, kept, wanted, until_on, money_limit_pence)


def _grant(
    actor: Actor,
    person_id: UUID,
    authority_id: UUID,
    holder: Holder | None,
    services: list[str],
    powers: list[Power],
    until_on: date,
    money_limit_pence: int | None,
) -> UUID:
    now, delegation_id = clock.now(), new_id()
    row = Delegation(
        id=delegation_id,
        reference=new_reference("D"),
        person_id=person_id,
        legal_authority_id=authority_id,
        organisation_id=actor.organisation_id,
        holder_kind=str(HolderKind.ACCOUNT if holder else HolderKind.ORGANISATION),
        holder_account_id=holder.account_id if holder else None,
        holder_human_id=holder.human_id if holder else None,
        services=services,
        powers=[str(power) for power in powers],
        chain_id=delegation_id,
        edition=1,
        is_one_task=False,
        money_limit_pence=money_limit_pence,
        money_period=str(Period.MONTH) if money_limit_pence else None,
        starts_at=now,
        expires_at=clock.end_of_day(until_on),
        granted_at=now,
        granted_by=actor.account_id,
        version=1,
    )
    get_session().add(row)
    get_session().flush()
    record(
        Action.LEGAL_AUTHORITY_RECORDED,
        actor=actor,
        person_id=person_id,
        subject=("delegation", delegation_id),
        authority=("legal_authority", authority_id),
        details={"powers": row.powers, "services": services},
    )
    tell_person(
        actor=actor,
        person_id=person_id,
        kind=NoticeKind.LEGAL_AUTHORITY_RECORDED,
        organisation_id=row.organisation_id,
        facts=make_facts(person_id, [row]),
    )
    publish(DelegationGranted(delegation_id, person_id, row.organisation_id))
    return delegation_id


def note_checker(event: PendingActDecided) -> None:
    """Note on the instrument who the second human was."""
    if event.command != RECORD_INSTRUMENT or not event.released:
        return
    act = get_session().get_one(PendingAct, event.pending_act_id)
    row = get_session().get_one(Delegation, event.result)
    get_session().execute(
        update(LegalAuthority)
        .where(LegalAuthority.id == row.legal_authority_id)
        .values(checked_by=act.decided_by or act.drawn_account_id)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True)
class Instrument:
    """A legal instrument in clear, for a page that has recorded its look."""

    kind: str
    number: str
    named: str
    scope: str
    starts_on: date
    ends_on: date | None
    seen_as: str
    seen_by: str
    checked_by: str


def find_instrument(legal_authority_id: UUID | None) -> Instrument | None:
    """The instrument on which a delegation rests, where it rests on one."""
    row = get_session().get(LegalAuthority, legal_authority_id) if legal_authority_id else None
    if row is None:
        return None
    names = list_names(filter(None, (row.seen_by, row.checked_by)))

    def clear(name: str) -> str:
        sealed: bytes = getattr(row, name)
        return encryption.unseal(row.person_id, f"legal_authority.{name}", sealed)

    return Instrument(
        kind=row.kind,
        number=clear("number"),
        named=clear("named"),
        scope=clear("scope"),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        seen_as=row.seen_as,
        seen_by=names.get(row.seen_by, ""),
        checked_by=names.get(row.checked_by, "") if row.checked_by else "",
    )


def describe_instrument(arguments: Mapping[str, Any]) -> Sequence[tuple[object, object]]:
    """Rows of label and value for the second human, who looks at the document too."""
    language = str(get_locale() or "en")
    ends_on = arguments["ends_on"]
    return [
        (_("What it is"), INSTRUMENTS[arguments["kind"]]),
        (_("Its number"), arguments["number"]),
        (_("Whom it names"), arguments["named"]),
        (_("What it covers"), arguments["scope"]),
        (_("From"), spell_date(arguments["starts_on"])),
        (_("Until"), spell_date(ends_on) if ends_on else _("no end")),
        (_("Seen as"), SEEN_AS[arguments["seen_as"]]),
        (_("In what"), name_services(arguments["services"], language)),
        (_("What they may do"), "; ".join(str(POWERS[power]) for power in arguments["powers"])),
        (_("The last day here"), spell_date(arguments["until_on"])),
    ]


def exclude_holder(
    command_name: str, arguments: Mapping[str, Any], _person_id: UUID | None
) -> set[UUID]:
    """Who is to act under an instrument does not check it."""
    account_id = arguments.get("holder_account_id") if command_name == RECORD_INSTRUMENT else None
    if account_id is None:
        return set()
    return set(get_session().scalars(select(Account.human_id).where(Account.id == account_id)))
