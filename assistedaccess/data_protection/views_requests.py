"""What people ask about their data: written down at a desk, answered by a manager."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import read_key
from assistedaccess.my_record import service as my_record
from assistedaccess.people.queries import get_by_reference
from assistedaccess.people.views import record_address

from . import service_requests, words
from .forms_requests import DataAnswerForm, DataRequestForm
from .views import bp


@bp.route("/people/<reference>/data-request", methods=["GET", "POST"])
@requires(Permission.DATA_REQUEST_RECORD)
def record_data_request(reference: str) -> ResponseReturnValue:
    """The person asks to have something put right, erased or used less."""
    actor = get_actor()
    person_id = get_by_reference(reference)
    form = DataRequestForm()
    if form.validate_on_submit():
        try:
            made = service_requests.record_data_request(
                actor=actor,
                person_id=person_id,
                kind=form.kind.data or "",
                words=form.words.data or "",
                goes_on=form.goes_on.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(
                _(
                    "Written down as %(number)s. The person gets an answer within a month.",
                    number=made,
                ),
                "success",
            )
            return redirect(record_address(reference), code=303)
    person = my_record.ask_for_record(actor=actor, person_id=person_id)
    return render_template(
        "data_protection/record_data_request.html",
        form=form,
        person=person,
        back=record_address(reference),
    ), form.status


@bp.get("/data-requests")
@requires(Permission.DATA_REQUEST_ANSWER)
def list_data_requests() -> ResponseReturnValue:
    """The register of what people asked here."""
    before = read_key(request.args.get("before"))
    rows, older = service_requests.list_data_requests(actor=get_actor(), before=before)
    return render_template(
        "data_protection/list_data_requests.html",
        rows=rows,
        words=words,
        newer=url_for(".list_data_requests") if before else None,
        older=url_for(".list_data_requests", before=older) if older else None,
    )


@bp.route("/data-requests/<reference>", methods=["GET", "POST"])
@requires(Permission.DATA_REQUEST_ANSWER)
def answer_data_request(reference: str) -> ResponseReturnValue:
    """One request: what the person asks, what must stay and why, and the answer."""
    actor = get_actor()
    form = DataAnswerForm()
    if form.validate_on_submit():
        try:
            service_requests.answer_data_request(
                actor=actor,
                reference=reference,
                outcome=form.outcome.data or "",
                answer=form.answer.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The answer is on its way to the person."), "success")
            return redirect(url_for(".answer_data_request", reference=reference), code=303)
    opened = service_requests.open_data_request(actor=actor, reference=reference)
    return render_template(
        "data_protection/answer_data_request.html", form=form, opened=opened, words=words
    ), form.status
