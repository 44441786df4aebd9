"""Looking at a consent, and printing its receipt: recorded before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from assistedaccess.access import Permission, require
from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action, record, record_look
from assistedaccess.audit.explain import Reasons, check_theirs, reasons
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.models import Person
from assistedaccess.people.reach import load_reached, reach_person
from assistedaccess.people.rules import Format, split_formats

from . import queries, receipts
from .beginning import has_begun
from .models import Consent, ConsentRequest, Visit
from .pictures_kept import list_pictures
from .queries import StatementView
from .rules import HolderKind, Mode
from .service_papers import find_paper


@dataclass(frozen=True)
class ConsentView:
    """All of a consent, in clear, once the look has been recorded."""

    id: UUID
    reference: str
    mode: Mode
    person_id: UUID
    person_name: str
    person_reference: str
    person_language: str
    large_print: bool
    helper_name: str
    organisation_name: str
    holder_kind: str
    other_holder_name: str | None
    services: list[str]
    powers: list[str]
    money_limit_pence: int | None
    money_period: str | None
    act_limit_pence: int | None
    until_on: date
    purpose: str
    statement: StatementView
    language: str
    read_began_at: datetime
    read_ended_at: datetime
    said: dict[str, str]
    way: str
    evidence: dict[str, str]
    strength: str
    reasons: list[str]
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_how: str | None
    visit_id: UUID
    form_hash: str
    pictures: list[tuple[UUID, str]]
    paper_due_on: date | None  # while the photograph of a signed form is still to come
    is_open: bool  # the visit goes on, and is this helper's
    has_begun: bool
    is_paper_unsafe: bool
    check_code: str = ""  # on a receipt alone

    @property
    def holder_name(self) -> str:
        """Who may act, by name: who took the yes, the other one whom it names, the organisation."""
        if self.holder_kind == HolderKind.ORGANISATION:
            return self.organisation_name
        return self.other_holder_name or self.helper_name


@dataclass(frozen=True)
class PersonAsked:
    """As much of a person as a page needs that asks them for a yes."""

    id: UUID
    reference: str
    name: str
    language: str
    nation: str | None


@command("consent.open_for_asking")
def open_for_asking(*, actor: Actor, person_id: UUID) -> PersonAsked:
    """Open a person to ask them for a yes: a recorded look, with nothing more than it needs.

    Raises NotFound, ReasonNeeded, OwnRecord, RelativesRecord.
    """
    require(actor, Permission.PERSON_VIEW)
    person, found = load_reached(actor, person_id, lock=False)
    record_look(
        Action.PERSON_OPENED,
        actor=actor,
        person_id=person_id,
        subject=("person", person_id),
        stated_reason=found.stated,
    )
    return PersonAsked(person.id, person.reference, person.name, person.language, person.nation)


@command("consent.open_consent")
def open_consent(*, actor: Actor, reference: str) -> ConsentView:
    """Open a consent of one's own organisation.

    Raises NotFound, ReasonNeeded, OwnRecord, RelativesRecord.
    """
    require(actor, Permission.DELEGATION_VIEW)
    loaded = _load(actor, reference)
    row = loaded.consent
    person, found = load_reached(actor, row.person_id, lock=False)
    concerns(subject=("consent", row.id))
    record_look(
        Action.CONSENT_VIEWED,
        actor=actor,
        person_id=row.person_id,
        subject=("consent", row.id),
        stated_reason=found.stated,
        needs_details=True,
    )
    return _view(loaded, person, actor)


@command("consent.print_receipt")
def print_receipt(*, actor: Actor, reference: str) -> ConsentView:
    """Print what a person agreed to, for the person: recorded, needs no other reason.

    Raises NotFound, OwnRecord, RelativesRecord.
    """
    require(actor, Permission.DELEGATION_VIEW)
    loaded = _load(actor, reference, to_print=True)
    row = loaded.consent
    check_theirs(actor, ("consent", row.id))
    person = reach_person(actor, row.person_id)
    concerns(subject=("consent", row.id))
    record(
        Action.RECEIPT_PRINTED,
        actor=actor,
        person_id=row.person_id,
        subject=("consent", row.id),
        authority=("visit", row.visit_id),
        reason="for_the_person",
    )
    return replace(_view(loaded, person, actor), check_code=receipts.issue_code(row.id))


@dataclass(frozen=True)
class OpenedRequest:
    """What a person is being asked, and the person; both to be read, not to be changed."""

    request: ConsentRequest
    person: Person
    way: str | None  # by which they confirmed it; None while they have not
    reasons: tuple[str, ...] = ()  # of what their yes is worth

    @property
    def is_confirmed(self) -> bool:
        return self.way is not None


@command("consent.open_request")
def open_request(*, actor: Actor, reference: str) -> OpenedRequest:
    """Open what this account is asking a person, or has asked them: their words stand there.

    A recorded look, which the asking itself explains. Raises NotFound, OwnRecord, RelativesRecord.
    """
    require(actor, Permission.DELEGATION_GRANT)
    found = (
        get_session()
        .execute(
            select(ConsentRequest, Consent.way, Consent.reasons)
            .outerjoin(Consent, Consent.id == ConsentRequest.id)
            .where(
                ConsentRequest.reference == reference,
                ConsentRequest.account_id == actor.account_id,
                ConsentRequest.organisation_id == actor.organisation_id,
            )
        )
        .one_or_none()
    )
    if found is None:
        raise NotFound
    row, way, reasons = found
    person = reach_person(actor, row.person_id)
    concerns(subject=("consent", row.id))
    record(
        Action.CONSENT_VIEWED,
        actor=actor,
        person_id=row.person_id,
        subject=("consent", row.id),
        authority=("visit", row.visit_id),
        reason="explained.asking",
    )
    return OpenedRequest(row, person, way, tuple(reasons or ()))


@dataclass(frozen=True)
class StopView:
    """As much of a consent as any desk needs to end it: nothing that was said or is wanted."""

    id: UUID
    reference: str
    mode: Mode
    organisation_name: str
    services: list[str]
    powers: list[str]
    recorded_at: datetime
    until_on: date
    withdrawn_at: datetime | None


@command("consent.open_to_stop")
def open_to_stop(*, actor: Actor, reference: str) -> StopView:
    """Open a consent that its person wants to take back, at whichever desk they say so.

    A recorded look, whose reason is the person's word itself. Raises NotFound.
    """
    require(actor, Permission.YES_TAKE_BACK)
    found = (
        get_session()
        .execute(
            select(Consent, Organisation.name)
            .join(Organisation, Organisation.id == Consent.organisation_id)
            .where(Consent.reference == reference)
        )
        .one_or_none()
    )
    if found is None:
        raise NotFound
    row, organisation_name = found
    concerns(person_id=row.person_id, subject=("consent", row.id))
    record_look(
        Action.CONSENT_VIEWED,
        actor=actor,
        person_id=row.person_id,
        subject=("consent", row.id),
        stated_reason="asked_to_stop",
    )
    return StopView(
        id=row.id,
        reference=row.reference,
        mode=Mode(row.mode),
        organisation_name=organisation_name,
        services=row.services,
        powers=row.powers,
        recorded_at=row.recorded_at,
        until_on=row.until_on,
        withdrawn_at=row.withdrawn_at,
    )


@dataclass(frozen=True)
class _Loaded:
    """A consent with the names and the visit that its pages show."""

    consent: Consent
    helper_name: str
    organisation_name: str
    visit: Visit
    other_holder_name: str | None


def _load(actor: Actor, reference: str, *, to_print: bool = False) -> _Loaded:
    """A consent that this desk may open, or print for the person. Raises NotFound.

    What somebody may do for a person is shared by all organisations (design, section 4, rule 12),
    so any desk prints it; what a person asked one organisation to help with is that one's.
    """
    other = aliased(Account)
    found = (
        get_session()
        .execute(
            select(Consent, Account.name, Organisation.name, Visit, other.name)
            .join(Account, Account.id == Consent.account_id)
            .outerjoin(other, other.id == Consent.holder_account_id)
            .join(Organisation, Organisation.id == Consent.organisation_id)
            .join(Visit, Visit.id == Consent.visit_id)
            .where(Consent.reference == reference)
        )
        .one_or_none()
    )
    if found is None:
        raise NotFound
    loaded = _Loaded(*found)
    is_shared = to_print and loaded.consent.mode == Mode.REPRESENTING
    if not is_shared and loaded.consent.organisation_id != actor.organisation_id:
        raise NotFound
    return loaded


def _view(loaded: _Loaded, person: Person, actor: Actor) -> ConsentView:
    row, visit = loaded.consent, loaded.visit
    paper = find_paper(row.id) if row.way == "paper" else None
    has_pictures = row.way in ("signature", "paper")
    return ConsentView(
        id=row.id,
        reference=row.reference,
        mode=Mode(row.mode),
        person_id=row.person_id,
        person_name=person.name,
        person_reference=person.reference,
        person_language=person.language,
        large_print=Format.LARGE_PRINT in split_formats(person.formats),
        helper_name=loaded.helper_name,
        organisation_name=loaded.organisation_name,
        holder_kind=row.holder_kind,
        other_holder_name=loaded.other_holder_name,
        services=row.services,
        powers=row.powers,
        money_limit_pence=row.money_limit_pence,
        money_period=row.money_period,
        act_limit_pence=row.act_limit_pence,
        until_on=row.until_on,
        purpose=encryption.unseal(row.person_id, "consent.purpose", row.purpose),
        statement=queries.get_statement_text(row.statement_id),
        language=row.language,
        read_began_at=row.read_began_at,
        read_ended_at=row.read_ended_at,
        said=queries.unseal_json(row.person_id, "consent.said", row.said),
        way=row.way,
        evidence=queries.unseal_json(row.person_id, "consent.evidence", row.evidence),
        strength=row.strength,
        reasons=row.reasons,
        recorded_at=row.recorded_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_how=row.withdrawn_how,
        visit_id=row.visit_id,
        form_hash=row.terms_hash,
        pictures=list_pictures(row.id) if has_pictures else [],
        paper_due_on=paper.due_on if paper and paper.picture_id is None else None,
        is_open=(
            visit.account_id == actor.account_id
            and visit.visited_on == clock.today()
            and visit.ended_at is None
        ),
        has_begun=has_begun(row.id, Mode(row.mode)),
        is_paper_unsafe=person.is_paper_unsafe,
    )


def explain_by_consent(_actor: Actor) -> Reasons:
    """Answers the explain port: the person said yes to this helper today, and it stands."""
    return _CONSENT_TODAY


SAID_TODAY = and_(
    Consent.person_id == bindparam("person_id"),
    Consent.account_id == bindparam("account_id"),
    Consent.organisation_id == bindparam("organisation_id"),
    Consent.recorded_at >= bindparam("this_morning"),
    Consent.withdrawn_at.is_(None),
)
"""A yes that the person said to this helper today, and that stands."""
_CONSENT_TODAY = (
    reasons("consent_today", "consent", Consent.id).where(SAID_TODAY).order_by(Consent.id.desc())
)
