"""Questions about the versions of a service's form. They hold nobody's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assistedaccess.accounts.models import Account
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound

from .check import Report, check_incoming
from .definition import Definition
from .difference import Change, compare_definitions
from .models import FormDefinition, Service
from .parsing import parse_definition
from .queries import decode_form, get_definition

PAGE = 25


@dataclass(frozen=True)
class VersionRow:
    """A line of the list of versions. ``uploaded_by`` is a name, empty for what came with us."""

    version: int
    added_at: datetime
    uploaded_by: str
    is_in_force: bool


def list_versions(service: str, before: int | None = None) -> list[VersionRow]:
    """The versions of a service's form, newest first: PAGE and one more, where there are more."""
    query = (
        select(FormDefinition.version, FormDefinition.published_at, Account.name, Service.key)
        .outerjoin(Account, Account.id == FormDefinition.uploaded_by)
        .outerjoin(Service, Service.form_definition_id == FormDefinition.id)
        .where(FormDefinition.service_key == service)
        .order_by(FormDefinition.version.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(FormDefinition.version < before)
    return [
        VersionRow(row.version, row.published_at, row.name or "", row.key is not None)
        for row in get_session().execute(query)
    ]


@dataclass(frozen=True)
class FormView:
    """A version, the check's report on it, and what is other than in the version in force."""

    row: VersionRow
    hash: str
    definition: Definition
    report: Report
    in_force: int
    changes: tuple[Change, ...]


def get_form_view(service: str, version: int) -> FormView:
    """That version of a service's form beside the one in force. Raises NotFound."""
    query = (
        select(FormDefinition, Account.name)
        .outerjoin(Account, Account.id == FormDefinition.uploaded_by)
        .where(FormDefinition.service_key == service, FormDefinition.version == version)
    )
    found = get_session().execute(query).one_or_none()
    now = get_session().scalar(
        select(FormDefinition)
        .join(Service, Service.form_definition_id == FormDefinition.id)
        .where(Service.key == service)
    )
    if found is None or now is None:
        raise NotFound
    stored, uploaded_by = found
    raw = decode_form(stored.body, stored.hash)
    return FormView(
        row=VersionRow(stored.version, stored.published_at, uploaded_by or "", stored.id == now.id),
        hash=stored.hash,
        definition=parse_definition(raw),
        report=check_incoming(stored.body),
        in_force=now.version,
        changes=compare_definitions(decode_form(now.body, now.hash), raw),
    )


def get_stored_definition(service: str, version: int) -> Definition:
    """The parsed form of that version. Raises NotFound."""
    form_hash = get_session().scalar(
        select(FormDefinition.hash).filter_by(service_key=service, version=version)
    )
    if form_hash is None:
        raise NotFound
    return get_definition(form_hash)
