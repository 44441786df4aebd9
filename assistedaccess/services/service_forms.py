"""Other forms for a service: one administrator uploads, another human puts in force.

A version that was stored never changes, and what was begun under one goes on under it. Putting one
in force is always held: nobody decides alone what every desk asks people (design, section 4, 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.approvals.service import read_reason
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, controls
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, Refused, StaleVersion

from .check import Report, check_incoming
from .models import FormDefinition, Service
from .queries import forget_found
from .service import find_form, store_form

PUT_IN_FORCE = "services.put_form_in_force"
LONGEST_REASON = 500


class FormUnfit(Refused):
    """A definition that no applicant could get through; ``report`` says why, page by page."""

    reason_code = "form_unfit"

    def __init__(self, report: Report) -> None:
        super().__init__(
            _("This form cannot be used as it is."),
            next_step=_("Mend what the report names, and upload it again."),
        )
        self.report = report


class AlreadyInForce(Refused):
    """It is what is used now."""

    reason_code = "already_in_force"


@dataclass(frozen=True)
class UploadedForm:
    """A stored version. ``is_new``: nobody had uploaded these very bytes before."""

    id: UUID
    version: int
    is_new: bool


@command("services.upload_form")
def upload_form(*, actor: Actor, service: str, body: str) -> UploadedForm:
    """Store ``body``, the JSON of a definition, as the next version of a service's form.

    ``body`` is decoded with ``surrogateescape``, so that its very bytes are kept or refused.
    It is in force only when somebody puts it in force. The same bytes again are the version that
    there is. Raises FormUnfit where the check is not ``ok``, NotFound for a service without a form.
    """
    require(actor, Permission.SERVICE_PUBLISH)
    row = _lock_service(service)
    concerns(organisation_id=actor.organisation_id)
    encoded = body.encode("utf-8", "surrogateescape")
    report = check_incoming(encoded)
    if not report.ok:
        raise FormUnfit(report)
    before = find_form(row.key, encoded)
    stored = before or store_form(row.key, encoded, actor)
    record(
        Action.FORM_UPLOADED,
        actor=actor,
        service=row.key,
        subject=("form_definition", stored.id),
        reason="known_already" if before else f"version_{stored.version}",
        details={"sha256": stored.hash},
    )
    return UploadedForm(stored.id, stored.version, before is None)


@command(PUT_IN_FORCE)
def put_form_in_force(
    *, actor: Actor, service: str, version: int, replaces: int, reason: str
) -> UUID:
    """Have applications begin under ``version`` from now on; always held for a second human.

    ``replaces`` is the version in force that it was compared with. Checked anew at the release:
    raises StaleVersion where another one has come into force, FormUnfit where the check of today
    does not take it, AlreadyInForce, InvalidInput or NotFound.
    """
    require(actor, Permission.SERVICE_PUBLISH)
    row = _lock_service(service)
    concerns(organisation_id=actor.organisation_id)
    why = read_reason(reason, _("Enter why this version should be used"), LONGEST_REASON)
    stored = get_form(row.key, version)
    now = get_session().get_one(FormDefinition, row.form_definition_id)
    if now.id == stored.id:
        raise AlreadyInForce(
            _("This version is in use already."), next_step=_("There is nothing to do.")
        )
    if now.version != replaces:
        raise StaleVersion(
            _("Another version has come into use meanwhile."),
            next_step=_("Open this version again, see what is different, and decide then."),
        )
    report = check_incoming(stored.body)
    if not report.ok:
        raise FormUnfit(report)
    controls.decide(
        Act(PUT_IN_FORCE, actor, organisation_id=actor.organisation_id, service=row.key)
    )
    row.form_definition_id = stored.id
    row.published_at = clock.now()
    get_session().flush()
    forget_found()
    record(
        Action.FORM_PUT_IN_FORCE,
        actor=actor,
        service=row.key,
        subject=("form_definition", stored.id),
        reason=f"version_{stored.version}",
        details={
            "sha256": stored.hash,
            "replaces": now.version,
            "reason": why,
            "uploaded_by": str(stored.uploaded_by or "program"),
        },
    )
    return stored.id


def _lock_service(key: str) -> Service:
    row = get_session().get(Service, key, with_for_update=True, populate_existing=True)
    if row is None or row.form_definition_id is None:
        raise NotFound
    return row


def get_form(service: str, version: int) -> FormDefinition:
    """That version of a service's form. Raises NotFound."""
    query = select(FormDefinition).filter_by(service_key=service, version=version)
    found = get_session().scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def hold_for_second_human(act: Act) -> Iterable[Finding]:
    """The control: no form comes into force by one human alone."""
    if act.name == PUT_IN_FORCE:
        yield Finding(
            Verdict.HOLD,
            "form_second_human",
            _("A second administrator has to look at this form and agree before it is used."),
        )


def exclude_uploader(
    command: str, arguments: Mapping[str, Any], _person_id: UUID | None
) -> set[UUID]:
    """Whoever uploaded a form does not decide on it, by any account, whoever asked for it."""
    if command != PUT_IN_FORCE:
        return set()
    found = get_session().scalar(
        select(FormDefinition.uploaded_by_human).filter_by(
            service_key=arguments.get("service"), version=arguments.get("version")
        )
    )
    return {found} if found is not None else set()
