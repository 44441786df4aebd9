"""Pages of the directory of places outside this system."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.kernel import undo
from assistedaccess.kernel.errors import InvalidInput

from . import queries_places, service_places
from .forms import VersionForm
from .forms_referrals import KINDS, PlaceForm
from .views import bp, read_version


@bp.get("/places")
@requires(Permission.ORGANISATION_VIEW)
def list_places() -> ResponseReturnValue:
    """The directory, by name."""
    actor = get_actor()
    return render_template(
        "casework/list_places.html",
        places=queries_places.list_outside_places(actor),
        kinds=KINDS,
        may_keep=is_allowed(actor, Permission.PLACE_KEEP),
    )


def _typed(form: PlaceForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "kinds": form.kinds.data,
        "reach": form.reach.data,
        "checked_on": form.checked_on.data,
        "area": form.area.data,
        "hours": form.hours.data,
    }


def _to_list(words: Any) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(url_for(".list_places"), code=303)


@bp.route("/places/new", methods=["GET", "POST"])
@requires(Permission.PLACE_KEEP)
def add_place() -> ResponseReturnValue:
    """Put a place into the directory."""
    form = PlaceForm()
    if form.validate_on_submit():
        try:
            service_places.add_place(
                actor=get_actor(), request_key=form.request_key.data, **_typed(form)
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return _to_list(_("The place is in the directory."))
    return render_template("casework/add_place.html", form=form), form.status


@bp.route("/places/<uuid:outside_place_id>", methods=["GET", "POST"])
@requires(Permission.PLACE_KEEP)
def change_place(outside_place_id: UUID) -> ResponseReturnValue:
    """Change an entry, or say that it was checked again."""
    actor = get_actor()
    place = queries_places.view_outside_place(actor, outside_place_id)
    form = PlaceForm(data=vars(place))
    if form.validate_on_submit():
        try:
            service_places.change_place(
                actor=actor,
                place_id=outside_place_id,
                version=read_version(form),
                **_typed(form),
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return _to_list(_("The place is changed."))
    page = render_template("casework/change_place.html", form=form, place=place)
    return page, form.status


@bp.post("/places/<uuid:outside_place_id>/remove")
@requires(Permission.PLACE_KEEP)
def remove_place(outside_place_id: UUID) -> ResponseReturnValue:
    """Take a place out of the directory."""
    with undo.offering() as offered:
        service_places.remove_place(
            actor=get_actor(), place_id=outside_place_id, version=read_version(VersionForm())
        )
    return _to_list(offered.banner(_("The place is taken out.")))
