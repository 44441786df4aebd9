"""A record that is kept and not used: what was asked, told at any desk, and how it ends."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.my_record import service as my_record
from assistedaccess.people.queries import get_by_reference
from assistedaccess.people.views import record_address

from . import service_requests, service_use, words
from .forms_requests import EndRestrictionForm, SayEndForm, UseAgainForm
from .rules_requests import STANDING, Kind
from .views import bp


@bp.get("/people/<reference>/data-requests")
@requires(Permission.DATA_REQUEST_RECORD)
def tell_data_requests(reference: str) -> ResponseReturnValue:
    """What the person asked about their data, the answers, and what stands: to be read to them."""
    actor = get_actor()
    person_id = get_by_reference(reference)
    person = my_record.ask_for_record(actor=actor, person_id=person_id)
    told = service_use.tell_requests(actor=actor, person_id=person_id)
    return render_template(
        "data_protection/tell_data_requests.html",
        person=person,
        told=told,
        words=words,
        back=record_address(reference),
    )


@bp.route("/people/<reference>/use-again/<what>", methods=["GET", "POST"])
@requires(Permission.DATA_REQUEST_RECORD)
def use_again(reference: str, what: str) -> ResponseReturnValue:
    """The person says that their record may be used again, or that they may be counted again."""
    if what not in {str(each) for each in STANDING}:
        raise NotFound
    actor = get_actor()
    person_id = get_by_reference(reference)
    form = UseAgainForm()
    if form.validate_on_submit():
        service_use.use_again(actor=actor, person_id=person_id, kind=what)
        flash(_("Done. The person is told."), "success")
        return redirect(url_for(".tell_data_requests", reference=reference), code=303)
    person = my_record.ask_for_record(actor=actor, person_id=person_id)
    return render_template(
        "data_protection/use_again.html", form=form, person=person, kind=Kind(what)
    ), form.status


@bp.route("/data-requests/<reference>/use-again", methods=["GET", "POST"])
@requires(Permission.DATA_REQUEST_ANSWER)
def say_end(reference: str) -> ResponseReturnValue:
    """The organisation wants to use the record again: the person is told why, and when."""
    actor = get_actor()
    form = SayEndForm()
    if form.validate_on_submit():
        try:
            service_use.say_end(
                actor=actor,
                reference=reference,
                why=form.why.data or "",
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The message is on its way to the person."), "success")
            return redirect(url_for(".answer_data_request", reference=reference), code=303)
    opened = service_requests.open_data_request(actor=actor, reference=reference)
    if opened.kind is not Kind.RESTRICTION or not opened.stands:
        raise NotFound
    return render_template("data_protection/say_end.html", form=form, opened=opened), form.status


@bp.post("/data-requests/<reference>/end")
@requires(Permission.DATA_REQUEST_ANSWER)
def end_restriction(reference: str) -> ResponseReturnValue:
    """Two weeks after the person was told, another human ends the restriction."""
    form = EndRestrictionForm()
    if form.validate_on_submit():
        service_use.end_restriction(actor=get_actor(), reference=reference)
        flash(_("The record may be used again. The person is told."), "success")
    return redirect(url_for(".answer_data_request", reference=reference), code=303)
