"""Pages of a form's versions: upload one, see what it is and what it changes, ask for its use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput, NotFound

from . import queries, queries_forms, service_forms
from .forms_versions import PutInForceForm, UploadForm
from .incoming import LARGEST_FORM
from .page_form import page_form
from .service_forms import AlreadyInForce, FormUnfit
from .views import bp, shown_language
from .words_forms import KINDS, name_place

ROOM = 10_000
CHANGES = 100
"""How many differences stand on one page."""


@bp.get("/services/<key>/forms")
@requires(Permission.SERVICE_PUBLISH)
def list_forms(key: str) -> ResponseReturnValue:
    """Every version of a service's form, the newest first."""
    service = queries.get_service(key)
    before = request.args.get("before", type=int)
    rows = queries_forms.list_versions(key, before)
    shown = rows[: queries_forms.PAGE]
    return render_template(
        "services/list_forms.html",
        service=service,
        language=shown_language(),
        rows=shown,
        is_first=before is None,
        last=shown[-1].version if len(rows) > len(shown) else None,
    )


@bp.route("/services/<key>/forms/upload", methods=["GET", "POST"])
@requires(Permission.SERVICE_PUBLISH)
def upload_form(key: str) -> ResponseReturnValue:
    """Give a definition. One that does not pass is shown its faults, and is not kept."""
    service = queries.get_service(key)
    if not service.has_form:
        return redirect(url_for(".list_forms", key=key), code=303)  # which says so
    form, report = UploadForm(), None
    if form.validate_on_submit():
        body = form.definition.data.read(LARGEST_FORM + 1)
        try:
            done = service_forms.upload_form(
                actor=get_actor(), service=key, body=body.decode("utf-8", "surrogateescape")
            )
        except FormUnfit as refusal:
            report = refusal.report
            form.add_error("definition", refusal.words)
        else:
            if done.is_new:
                flash(_("Uploaded. It is not in use yet: look at it first."), "success")
            else:
                flash(_("This very form is here already."), "message")
            return redirect(url_for(".view_form", key=key, version=done.version), code=303)
    return (
        render_template(
            "services/upload_form.html",
            form=form,
            service=service,
            language=shown_language(),
            report=report,
        ),
        form.status,
    )


upload_form.max_content_length = LARGEST_FORM + ROOM  # type: ignore[attr-defined]


@bp.route("/services/<key>/forms/<int:version>", methods=["GET", "POST"])
@requires(Permission.SERVICE_PUBLISH)
def view_form(key: str, version: int) -> ResponseReturnValue:
    """The check's report, the pages, the difference to what is in use; and the asking for it."""
    service = queries.get_service(key)
    form = PutInForceForm()
    if form.validate_on_submit():
        try:
            service_forms.put_form_in_force(
                actor=get_actor(),
                service=key,
                version=version,
                replaces=_read_number(form.replaces.data),
                reason=form.reason.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        except AlreadyInForce as error:
            flash(error.words)
            return redirect(url_for(".view_form", key=key, version=version), code=303)
        else:
            flash(_("This version is in use from now on."), "success")
            return redirect(url_for(".list_forms", key=key), code=303)
    view = queries_forms.get_form_view(key, version)
    if not form.is_submitted():
        form.replaces.data = str(view.in_force)
    start = min(max(request.args.get("start", 0, type=int), 0), len(view.changes))
    return (
        render_template(
            "services/view_form.html",
            form=form,
            service=service,
            language=shown_language(),
            view=view,
            changes=view.changes[start : start + CHANGES],
            start=start,
            step=CHANGES,
            kinds=KINDS,
            name_place=name_place,
        ),
        form.status,
    )


@bp.get("/services/<key>/forms/<int:version>/pages/<path:page>")
@requires(Permission.SERVICE_PUBLISH)
def preview_page(key: str, version: int, page: str) -> ResponseReturnValue:
    """One page as a helper would see it before anything is answered. Nothing can be sent."""
    service = queries.get_service(key)
    definition = queries_forms.get_stored_definition(key, version)
    found = definition.find_page(page)
    if found is None:
        raise NotFound
    paths = list(definition.pages)
    place = paths.index(found.path)
    return render_template(
        "services/preview_page.html",
        service=service,
        version=version,
        language=shown_language(),
        page=found,
        form=page_form(definition, found, shown_language()),
        before=paths[place - 1] if place else None,
        after=paths[place + 1] if place + 1 < len(paths) else None,
        number=place + 1,
        count=len(paths),
    )


def _read_number(typed: str | None) -> int:
    return int(typed) if typed and typed.isdecimal() and len(typed) < 9 else 0


def describe_putting_in_force(arguments: Mapping[str, Any]) -> Sequence[tuple[object, object]]:
    """What would be asked of people from then on, for whoever decides; with the way to read it."""
    key, version = str(arguments["service"]), int(arguments["version"])
    service = queries.get_service(key)
    view = queries_forms.get_form_view(key, version)
    address = url_for("services.view_form", key=key, version=version)
    link = Markup('<a class="govuk-link" href="{}">{}</a>').format(
        address, _("Read the form, and what is different")
    )
    return [
        (_("Service"), service.name(shown_language())),
        (_("Version in use"), view.in_force),
        (_("Version to be used"), version),
        (_("Uploaded by"), view.row.uploaded_by or _("Came with the program")),
        (_("Pages"), view.report.pages),
        (_("Differences"), len(view.changes)),
        (_("Why"), arguments["reason"]),
        (_("The form"), link),
    ]
