"""One application with all its answers, as pages read it. Not a recorded look in itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import Account
from assistedaccess.approvals.models import PendingAct
from assistedaccess.casework.models import Case
from assistedaccess.casework.queries import open_text
from assistedaccess.consent.rules import Mode
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import DataKey, KeyForgotten
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference
from assistedaccess.people.models import Person
from assistedaccess.services.definition import Definition, Page
from assistedaccess.services.journey import Journey, find_journey
from assistedaccess.services.models import FormDefinition
from assistedaccess.services.queries import get_definition

from . import hearing, rules
from .answers import SavedPage, load_pages, merge
from .models import Application, KeptText
from .name_check import NameCheck, get_name_checker
from .queries_changes import Changes, Waiting, compare, load_changes, read_waiting
from .queries_evidence import EvidenceRow, list_evidence
from .rules import Progress, State, Step
from .rules_changes import Difference, Purpose
from .rules_payee import Account as PayeeAccount
from .rules_payee import Part, compare_accounts, read_account


@dataclass(frozen=True)
class Kept:
    """A text of one's own that could not be saved; ``posted`` as the page sent it."""

    id: UUID
    path: str
    posted: dict[str, list[str]]
    reason: str
    kept_at: datetime


@dataclass(frozen=True)
class Draft:
    """One application with all its answers, and where it stands. ``kept``: newest first.

    ``changes``, of a change report: what was sent before; ``waits``: how far it is, where its
    sending was held for a second human.
    """

    id: UUID
    reference: str
    person_id: UUID
    person_reference: str
    person_name: str
    is_paper_unsafe: bool
    nation: str | None
    case_id: UUID
    case_reference: str
    service: str
    mode: Mode
    state: State
    purpose: Purpose
    language: str
    version: int
    form_version: int
    form_hash: str
    started_at: datetime
    started_by_human: UUID
    started_by_name: str
    changed_at: datetime
    changed_by_human: UUID
    changed_by_name: str
    read_back_at: datetime | None
    read_back_version: int | None
    read_back_answer: str | None
    declared_at: datetime | None
    declared_by: str | None
    declarer: str
    written_on: date | None
    submitted_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    ended_by_name: str | None
    pages: dict[str, SavedPage] = field(repr=False)
    kept: Sequence[Kept] = field(default=(), repr=False)
    evidence: Mapping[str, EvidenceRow] = field(default_factory=dict, repr=False)
    changes: Changes | None = field(default=None, repr=False)
    waits: Waiting | None = None

    @cached_property
    def definition(self) -> Definition:
        """The form as it was when this was begun."""
        return get_definition(self.form_hash)

    @cached_property
    def answers(self) -> dict[str, Any]:
        """All answers, those kept aside too."""
        return merge(self.pages)

    @cached_property
    def moment(self) -> datetime:
        """The local time at which its conditions are asked: now; of what was submitted, then."""
        return clock.local(self.submitted_at or clock.now())

    @cached_property
    def journey(self) -> Journey:
        """The way that the answers lead."""
        return find_journey(self.definition, self.answers, self.moment)

    @cached_property
    def progress(self) -> Progress:
        """How far it is."""
        return Progress(
            version=self.version,
            read_back_version=self.read_back_version,
            read_back_answer=self.read_back_answer,
            unanswered=rules.first_unanswered(self.definition, self.journey),
        )

    @cached_property
    def changed_keys(self) -> list[str]:
        """Of a change report: the keys of the answers that differ from what was sent."""
        return self.changes.list_changed(self.journey.answers) if self.changes else []

    @cached_property
    def differences(self) -> list[Difference]:
        """Of a change report: each answer that differs from what was sent, before and after."""
        if self.changes is None:
            return []
        return compare(
            self.changes,
            self.definition,
            self.journey.answers,
            now=self.moment,
            language=self.language,
            name_file=self.name_file,
        )

    @cached_property
    def account(self) -> PayeeAccount | None:
        """Of a change of payment details, or of a claim that is sent: the account that is told;
        None where there is none."""
        is_claim = self.purpose is Purpose.CLAIM and not self.is_draft
        is_told = self.purpose is Purpose.PAYMENT or is_claim
        return read_account(self.journey.answers) if is_told else None

    @property
    def is_to_confirm(self) -> bool:
        """Whether a colleague may ask the person about the payment details, without the helper."""
        if self.purpose is Purpose.PAYMENT:
            return self.is_draft
        is_sent = self.purpose is Purpose.CLAIM and not self.is_draft
        return is_sent and self.waits is not None and self.waits.state == "waiting"

    @cached_property
    def account_parts(self) -> list[Part]:
        """Of a change of payment details: the account before and now, digit by digit."""
        if self.purpose is not Purpose.PAYMENT or self.changes is None:
            return []
        return compare_accounts(read_account(self.changes.answers), self.account)

    @cached_property
    def name_check(self) -> NameCheck:
        """Whether the name on the account is the person's."""
        if self.account is None:
            return NameCheck.NOT_CHECKED
        return get_name_checker().check(
            name=self.person_name, holder=self.account.holder, account=self.account.canonical
        )

    @cached_property
    def unheard(self) -> list[Page]:
        """The pages that have still to be read out, in order."""
        return hearing.list_unheard(self.id, self.pages, self.journey)

    @property
    def next_step(self) -> Step:
        return rules.next_step(self.progress)

    @property
    def is_draft(self) -> bool:
        return self.state is State.DRAFT

    @property
    def service_name(self) -> str:
        """The name of the form, in the language of the application."""
        return self.definition.name.in_language(self.language)

    def find_kept(self, page: Page) -> Kept | None:
        """One's own newest text of that page that could not be saved."""
        return next((kept for kept in self.kept if kept.path == page.path), None)

    def name_file(self, file_id: str) -> str:
        """The name of one of its files."""
        found = self.evidence.get(file_id)
        return found.name if found is not None else _("A file that was taken out")

    def page_version(self, path: str) -> int:
        """The version of a page's answers; 0 before they were first saved."""
        saved = self.pages.get(path)
        return saved.version if saved is not None else 0


def get_application_id(actor: Actor, reference: str) -> UUID:
    """The id of the organisation's application with that reference. Raises NotFound."""
    found: UUID | None = get_session().scalar(
        select(Application.id).where(
            Application.reference == (read_reference("A", reference) or ""),
            Application.organisation_id == actor.organisation_id,
        )
    )
    if found is None:
        raise NotFound
    return found


@cache
def _application() -> Select[*tuple[Any, ...]]:
    starter, changer, ender = aliased(Account), aliased(Account), aliased(Account)
    return (
        select(
            Application,
            PendingAct,
            DataKey,
            Person.reference.label("person_reference"),
            Person.name.label("person_name"),
            or_(Person.no_paper_at_home, Person.contact_is_unsafe).label("is_paper_unsafe"),
            Person.nation,
            Case.reference.label("case_reference"),
            FormDefinition.version.label("form_version"),
            FormDefinition.hash.label("form_hash"),
            starter.name.label("started_by_name"),
            changer.name.label("changed_by_name"),
            changer.human_id.label("changed_by_human"),
            ender.name.label("ended_by_name"),
        )
        .join(Person, Person.id == Application.person_id)
        .join(Case, Case.id == Application.case_id)
        .join(FormDefinition, FormDefinition.id == Application.form_definition_id)
        .join(starter, starter.id == Application.started_by)
        .join(changer, changer.id == Application.changed_by)
        .outerjoin(ender, ender.id == Application.ended_by)
        .outerjoin(PendingAct, PendingAct.reference == Application.waits_as)
        .outerjoin(DataKey, DataKey.subject_id == Application.person_id)
        .where(
            Application.reference == bindparam("reference"),
            Application.organisation_id == bindparam("organisation_id"),
        )
        .execution_options(populate_existing=True)
    )


def load_draft(actor: Actor, reference: str) -> Draft:
    """The organisation's application with that reference, in any state. Raises NotFound.

    Three statements: the application with the person's key, its pages, one's own kept texts; one
    more for the files of a form that takes some, and one for what a change report changes.
    """
    given = {
        "reference": read_reference("A", reference) or "",
        "organisation_id": actor.organisation_id,
    }
    row = get_session().execute(_application(), given).one_or_none()
    if row is None:
        raise NotFound
    found: Application = row.Application
    encryption.keep_key(row.DataKey)
    return Draft(
        **_columns(found),
        mode=Mode(found.mode),
        state=State(found.state),
        purpose=Purpose(found.purpose),
        person_reference=row.person_reference,
        person_name=row.person_name,
        is_paper_unsafe=bool(row.is_paper_unsafe),
        nation=row.nation,
        case_reference=row.case_reference,
        form_version=row.form_version,
        form_hash=row.form_hash,
        started_by_name=row.started_by_name,
        changed_by_human=row.changed_by_human,
        changed_by_name=row.changed_by_name,
        ended_by_name=row.ended_by_name,
        declarer=open_declarer(found),
        pages=load_pages(found.id, found.person_id),
        kept=list_kept(actor, found.id, found.person_id),
        evidence=_list_evidence(row.form_hash, found),
        changes=load_changes(found),
        waits=read_waiting(row.PendingAct),
    )


def _list_evidence(form_hash: str, row: Application) -> Mapping[str, EvidenceRow]:
    """The files; nothing is asked for a form that takes none."""
    if not get_definition(form_hash).takes_files:
        return {}
    return list_evidence(row.id, row.person_id, row.changes_id)


_SAME_COLUMNS = (
    *("id", "reference", "person_id", "case_id", "service", "language", "version", "started_at"),
    "started_by_human",
    *("changed_at", "read_back_at", "read_back_version", "read_back_answer", "declared_at"),
    *("declared_by", "written_on", "submitted_at", "withdrawn_at", "withdrawn_reason"),
)


def _columns(row: Application) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SAME_COLUMNS}


def open_declarer(row: Application) -> str:
    """Who declared, in words, where it was not the person themself."""
    return open_text(row.person_id, f"application.declarer.{row.id}", row.declarer)


@cache
def _kept() -> Select[KeptText]:
    return (
        select(KeptText)
        .where(
            KeptText.application_id == bindparam("application_id"),
            KeptText.account_id == bindparam("account_id"),
        )
        .order_by(KeptText.id.desc())
    )


def list_kept(actor: Actor, application_id: UUID, person_id: UUID) -> list[Kept]:
    """What this account typed in an application and could not save, newest first."""
    given = {"application_id": application_id, "account_id": actor.account_id}
    rows = get_session().scalars(_kept(), given)
    try:
        return [
            Kept(row.id, row.path, _open_posted(row, person_id), row.reason, row.kept_at)
            for row in rows
        ]
    except KeyForgotten:
        return []


def _open_posted(row: KeptText, person_id: UUID) -> dict[str, list[str]]:
    text = encryption.unseal(person_id, f"kept_text.posted.{row.id}", row.posted)
    opened: dict[str, list[str]] = json.loads(text)
    return opened
