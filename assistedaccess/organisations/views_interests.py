"""Pages on which each helper declares relatives and their own accounts."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput, NotFound

from . import queries_members, service, words
from .forms_members import BankAccountForm, ContactPointForm, RelativeForm
from .service_interests import InterestKind
from .views import bp

_KINDS = {
    "relatives": (InterestKind.RELATIVE, RelativeForm),
    "bank-accounts": (InterestKind.BANK_ACCOUNT, BankAccountForm),
    "contact-points": (InterestKind.CONTACT_POINT, ContactPointForm),
}


@bp.get("/my-declarations")
@requires(Permission.ACCOUNT_OWN)
def list_declarations() -> ResponseReturnValue:
    """What one has declared oneself; nobody else reads it."""
    return render_template(
        "organisations/list_declarations.html",
        interests=queries_members.list_own_interests(get_actor()),
        kinds={path: kind for path, (kind, _form) in _KINDS.items()},
        words=words,
    )


@bp.route("/my-declarations/<path>/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def declare_interest(path: str) -> ResponseReturnValue:
    """Declare a relative, a bank account or a contact point."""
    if path not in _KINDS:
        raise NotFound
    kind, form_class = _KINDS[path]
    form = form_class()
    if form.validate_on_submit():
        try:
            service.declare_interest(actor=get_actor(), kind=kind, **form.values())
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Declared. Thank you."), "success")
            return redirect(url_for("organisations.list_declarations"), 303)
    page = render_template(f"organisations/declare_{kind}.html", form=form)
    return page, form.status


@bp.post("/my-declarations/<uuid:interest_id>/end")
@requires(Permission.ACCOUNT_OWN)
def end_declaration(interest_id: UUID) -> ResponseReturnValue:
    """Say that a declaration no longer holds."""
    service.end_interest(actor=get_actor(), interest_id=interest_id)
    flash(_("The declaration has ended. It stays on record."), "success")
    return redirect(url_for("organisations.list_declarations"), 303)
