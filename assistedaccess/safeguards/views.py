"""Pages of the numbers that the controls count with, and of registered establishments."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import read_key

from . import queries_settings, service_establishments, service_settings, words
from .forms import EstablishmentForm, SettingsForm, enter_settings
from .settings import NUMBERS

bp = Blueprint("safeguards", __name__)


@bp.get("/controls")
@requires(Permission.ORGANISATION_VIEW)
def view_settings() -> ResponseReturnValue:
    """What makes an act wait, in numbers: everybody who works here may know."""
    settings = queries_settings.get_newest()
    return render_template(
        "safeguards/view_settings.html",
        settings=settings,
        rows=[
            (words.NUMBERS[name].label, words.spell(name, number), words.NUMBERS[name].hint)
            for name, number in settings.numbers.items()
        ],
        editions=queries_settings.list_editions(),
        may_change=is_allowed(get_actor(), Permission.POLICY_CHANGE),
    )


@bp.route("/controls/change", methods=["GET", "POST"])
@requires(Permission.POLICY_CHANGE)
def change_settings() -> ResponseReturnValue:
    """Ask for other numbers; a second human decides, a day later at the earliest."""
    form = SettingsForm(data=enter_settings(queries_settings.get_newest()))
    if form.validate_on_submit():
        version = form.base_version.data or ""
        try:
            service_settings.change_settings(
                actor=get_actor(),
                base_version=int(version) if version.isdecimal() and len(version) < 9 else 0,
                numbers=form.numbers,
                reason=form.reason.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return redirect(url_for(".view_settings"), code=303)
    return (
        render_template("safeguards/change_settings.html", form=form, names=list(NUMBERS)),
        form.status,
    )


@bp.get("/establishments")
@requires(Permission.ORGANISATION_CHANGE)
def list_establishments() -> ResponseReturnValue:
    """What the organisation has registered, for its managers."""
    after = request.args.get("after")
    rows, following = queries_settings.list_establishments(get_actor(), read_key(after))
    return render_template(
        "safeguards/list_establishments.html",
        rows=rows,
        is_first=after is None,
        next_key=following,
        kinds=words.KINDS,
        spell_account=words.spell_account,
    )


@bp.route("/establishments/register", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CHANGE)
def register_establishment() -> ResponseReturnValue:
    """Ask for an establishment to be registered; a second human looks at it once."""
    form = EstablishmentForm()
    if form.validate_on_submit():
        try:
            service_establishments.register_establishment(
                actor=get_actor(),
                kind=form.kind.data or "",
                name=form.name.data or "",
                postcode=form.postcode.data,
                sort_code=form.sort_code.data,
                account_number=form.account_number.data,
                roll_number=form.roll_number.data,
                telephone=form.telephone.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return redirect(url_for(".list_establishments"), code=303)
    return render_template("safeguards/register_establishment.html", form=form), form.status


@bp.post("/establishments/<reference>/end")
@requires(Permission.ORGANISATION_CHANGE)
def end_establishment(reference: str) -> ResponseReturnValue:
    """Let an establishment count no more."""
    actor = get_actor()
    establishment_id = queries_settings.get_establishment_id(actor, reference)
    try:
        service_establishments.end_establishment(actor=actor, establishment_id=establishment_id)
    except InvalidInput as error:
        flash(error.words)
    else:
        flash(_("It counts no more. Its people are counted as others are."), "success")
    return redirect(url_for(".list_establishments"), code=303)
