"""The button in a banner that takes back what was just done."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import get_actor, signed_in
from assistedaccess.kernel.return_path import safe_path
from assistedaccess.kernel.undo import NotUndone

from . import service_undo
from .views import bp


@bp.post("/undo/<uuid:offer_id>")
@signed_in
def undo_act(offer_id: UUID) -> ResponseReturnValue:
    """Take it back, and stay on the page; or say why not, and how it is put right."""
    try:
        service_undo.undo_act(
            actor=get_actor(),
            offer_id=offer_id,
            request_key=request.form.get("request_key") or None,
        )
    except NotUndone as error:
        flash(error.words)
    else:
        flash(_("Undone: it is as it was before."), "success")
    return redirect(safe_path(request.form.get("return_to"), url_for("desk.go_home")), code=303)
