"""Pages of organisations and their sites."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.accounts.hats import ROLE_NAMES
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import read_key, read_reference

from . import queries, queries_members, service, words
from .forms import AuditRemitForm, OrganisationForm, ReasonForm, SiteForm
from .models import Organisation
from .rules_hours import unpack_week

bp = Blueprint("organisations", __name__)


@bp.get("/organisations")
@requires(Permission.ORGANISATION_CREATE)
def list_organisations() -> ResponseReturnValue:
    """All organisations of this installation, for administrators."""
    page = queries.list_organisations(read_key(request.args.get("after")))
    return render_template(
        "organisations/list_organisations.html",
        page=page,
        is_first="after" not in request.args,
        words=words,
    )


@bp.get("/organisation")
@requires(Permission.ORGANISATION_VIEW)
def view_own_organisation() -> ResponseReturnValue:
    """The way to the page of one's own organisation."""
    organisation = queries.get_own_organisation(get_actor())
    return redirect(
        url_for("organisations.view_organisation", reference=organisation.reference), 303
    )


@bp.get("/organisations/<reference>")
@requires(Permission.ORGANISATION_VIEW)
def view_organisation(reference: str) -> ResponseReturnValue:
    """An organisation: what it asks, its sites, and for who manages it, its members."""
    actor = get_actor()
    organisation = queries.get_organisation(actor, reference)
    may_see_members = is_allowed(actor, Permission.MEMBERSHIP_VIEW)
    members = None
    if may_see_members:
        members = queries_members.list_members(organisation, read_key(request.args.get("after")))
    return render_template(
        "organisations/view_organisation.html",
        role_names=ROLE_NAMES,
        organisation=organisation,
        sites=queries.list_sites(organisation.id),
        unpack_week=unpack_week,
        members=members,
        is_first="after" not in request.args,
        may_change=is_allowed(actor, Permission.ORGANISATION_CHANGE),
        may_invite=is_allowed(actor, Permission.ACCOUNT_INVITE) and may_see_members,
        may_close=is_allowed(actor, Permission.ORGANISATION_CREATE)
        and actor.organisation_id != organisation.id,
        auditors=(
            queries.list_auditors(organisation.id)
            if is_allowed(actor, Permission.ORGANISATION_CREATE)
            else None
        ),
        words=words,
    )


@bp.route("/organisations/new", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CREATE)
def add_organisation() -> ResponseReturnValue:
    """Add an organisation."""
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            organisation_id = service.create_organisation(
                actor=get_actor(), request_key=form.request_key.data or None, **form.values()
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Organisation added. Add its sites and invite its first manager."), "success")
            return _to_organisation(organisation_id)
    return _show_organisation_form(form, None), form.status


@bp.route("/organisations/<reference>/edit", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CHANGE)
def edit_organisation(reference: str) -> ResponseReturnValue:
    """Change an organisation; what it asks of its helpers waits for a second human."""
    organisation = queries.get_organisation(get_actor(), reference)
    form = OrganisationForm(obj=organisation)
    if request.method == "GET" and organisation.required_check is None:
        form.required_check.data = "none"
    if form.validate_on_submit():
        try:
            service.change_organisation(
                actor=get_actor(),
                organisation_id=organisation.id,
                version=form.read_version,
                **form.values(),
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Organisation changed."), "success")
            return _to_organisation(organisation.id)
    return _show_organisation_form(form, organisation), form.status


def _show_organisation_form(form: OrganisationForm, organisation: Organisation | None) -> str:
    return render_template(
        "organisations/edit_organisation.html",
        form=form,
        organisation=organisation,
        may_share=is_allowed(get_actor(), Permission.ORGANISATION_CREATE),
    )


def _to_organisation(organisation_id: UUID) -> ResponseReturnValue:
    reference = queries.get_organisation_reference(organisation_id)
    return redirect(url_for("organisations.view_organisation", reference=reference), 303)


@bp.route("/organisations/<reference>/close", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CREATE)
def close_organisation(reference: str) -> ResponseReturnValue:
    """Close an organisation at once."""
    organisation = queries.get_organisation(get_actor(), reference)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            service.close_organisation(
                actor=get_actor(),
                organisation_id=organisation.id,
                reason=form.reason.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Organisation closed."), "success")
            return _to_organisation(organisation.id)
    page = render_template(
        "organisations/close_organisation.html", form=form, organisation=organisation
    )
    return page, form.status


@bp.route("/organisations/<reference>/auditors/new", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CREATE)
def add_audit_remit(reference: str) -> ResponseReturnValue:
    """Let another organisation's auditors read this one's journal."""
    organisation = queries.get_organisation(get_actor(), reference)
    form = AuditRemitForm()
    if form.validate_on_submit():
        try:
            auditing = queries.get_organisation(
                get_actor(), read_reference("O", form.auditing.data) or ""
            )
            service.add_audit_remit(
                actor=get_actor(),
                auditing_organisation_id=auditing.id,
                audited_organisation_id=organisation.id,
            )
        except NotFound:
            form.add_error("auditing", _("There is no organisation with this reference"))
        except InvalidInput as error:
            form.add_error("auditing", error.words)
        else:
            flash(_("Their auditors may now read this organisation's journal."), "success")
            return _to_organisation(organisation.id)
    page = render_template(
        "organisations/add_audit_remit.html", form=form, organisation=organisation
    )
    return page, form.status


@bp.post("/organisations/<reference>/auditors/<uuid:audit_remit_id>/end")
@requires(Permission.ORGANISATION_CREATE)
def end_audit_remit(reference: str, audit_remit_id: UUID) -> ResponseReturnValue:
    """Let those auditors read no more."""
    organisation = queries.get_organisation(get_actor(), reference)
    service.end_audit_remit(actor=get_actor(), audit_remit_id=audit_remit_id)
    flash(_("Their auditors can no longer read this organisation's journal."), "success")
    return _to_organisation(organisation.id)


@bp.route("/organisations/<reference>/sites/new", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CHANGE)
def add_site(reference: str) -> ResponseReturnValue:
    """Add a site with its opening hours."""
    organisation = queries.get_organisation(get_actor(), reference)
    form = SiteForm()
    if form.validate_on_submit():
        try:
            service.add_site(
                actor=get_actor(),
                organisation_id=organisation.id,
                name=form.name.data,
                address=form.address.data,
                phone=form.phone.data,
                ward=form.ward.data,
                hours=form.hours,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Site added."), "success")
            return _to_organisation(organisation.id)
    page = render_template(
        "organisations/edit_site.html",
        form=form,
        organisation=organisation,
        site=None,
        words=words,
    )
    return page, form.status


@bp.route("/sites/<reference>/edit", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CHANGE)
def edit_site(reference: str) -> ResponseReturnValue:
    """Change a site, or close it."""
    site, organisation = queries.get_site(get_actor(), reference)
    form = SiteForm(obj=site, is_closed=site.closed_on is not None)
    if request.method == "GET":
        form.show_hours(site.hours)
    if form.validate_on_submit():
        try:
            service.change_site(
                actor=get_actor(),
                site_id=site.id,
                name=form.name.data,
                address=form.address.data,
                phone=form.phone.data,
                ward=form.ward.data,
                hours=form.hours,
                is_closed=form.is_closed.data,
                version=form.read_version,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Site changed."), "success")
            return _to_organisation(organisation.id)
    page = render_template(
        "organisations/edit_site.html",
        form=form,
        organisation=organisation,
        site=site,
        words=words,
    )
    return page, form.status


from . import views_agreements, views_alarms, views_interests, views_members  # noqa: E402, F401  (they hang their pages onto bp)
