"""The auditor's pages: ask the journal, open an event with its story, take a file away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.accounts.guard import requires_fresh
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.form_fields import BaseForm, Choice
from assistedaccess.kernel.transactions import reading

from . import queries, rules_life, service, service_findings, words
from .asking import (
    describe_question,
    make_ask_form,
    read_form,
    read_id,
    read_question,
    write_question,
)
from .forms import PinForm, SaveQuestionForm
from .rows import COLUMNS, cells, json_line, say_checkpoint
from .rules import csv_line

bp = Blueprint("oversight", __name__, url_prefix="/journal")


@bp.get("")
@requires(Permission.JOURNAL_VIEW)
def list_events() -> ResponseReturnValue:
    """What happened, newest first, by what is asked in the address; a life from its beginning."""
    question = read_question(request.args)
    after = read_id(request.args.get("after"))
    page = service.search_journal(actor=get_actor(), question=question, after=after)
    person = request.args.get("person")
    return render_template(
        "oversight/list_events.html",
        page=page,
        life=rules_life.tell_life(page.entries) if question.is_life else [],
        editions=queries.list_editions(get_actor(), question) if question.is_life else [],
        form=make_ask_form(question, person),
        asked=write_question(question, person),
        described=describe_question(question, person),
        saved=queries.list_saved(get_actor()),
        save_form=SaveQuestionForm(),
        export_form=BaseForm(),
        words=words,
        is_first=after is None,
    )


@bp.post("")
@requires(Permission.JOURNAL_VIEW)
def ask_journal() -> ResponseReturnValue:
    """Turn what was typed into references and ids, so that no name stands in an address."""
    form = make_ask_form()
    if form.validate_on_submit():
        asked: dict[str, Any] = read_form(form).to_dict(flat=False)
        if not form.errors:
            return redirect(url_for("oversight.list_events", **asked), 303)
    return render_template("oversight/ask_journal.html", form=form), form.status


@bp.post("/questions")
@requires(Permission.JOURNAL_VIEW)
def save_question() -> ResponseReturnValue:
    """Keep a question under a name."""
    question = read_question(request.form)
    asked = write_question(question, request.form.get("person"))
    form = SaveQuestionForm()
    arguments: dict[str, Any] = words.arguments(asked)
    back = url_for("oversight.list_events", **arguments)
    if form.validate_on_submit():
        try:
            service.save_question(
                actor=get_actor(),
                name=form.name.data or "",
                asked=asked,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error("name", error.words)
        else:
            flash(_("The question is kept."), "success")
            return redirect(back, 303)
    return render_template(
        "oversight/save_question.html", form=form, asked=asked, back=back
    ), form.status


@bp.post("/questions/<uuid:question_id>/drop")
@requires(Permission.JOURNAL_VIEW)
def drop_question(question_id: UUID) -> ResponseReturnValue:
    """Keep a question no longer."""
    service.drop_question(actor=get_actor(), question_id=question_id)
    flash(_("The question is no longer kept."), "success")
    return redirect(url_for("oversight.list_events"), 303)


@bp.get("/events/<uuid:event_id>")
@requires(Permission.JOURNAL_VIEW)
def view_event(event_id: UUID) -> ResponseReturnValue:
    """One event in full, with what happened around it."""
    actor = get_actor()
    story = service.open_event(actor=actor, event_id=event_id)
    may_write = is_allowed(actor, Permission.FINDING_WRITE)
    return render_template(
        "oversight/view_event.html", story=story, words=words, may_write=may_write
    )


@bp.route("/events/<uuid:event_id>/finding", methods=["GET", "POST"])
@requires(Permission.FINDING_WRITE)
def pin_event(event_id: UUID) -> ResponseReturnValue:
    """The event as evidence in a finding that is open."""
    actor = get_actor()
    if queries.find_event(actor, event_id) is None:
        raise NotFound
    form = PinForm()
    findings = service_findings.list_findings(actor=actor).rows
    form.finding.choices = [
        Choice(str(row.id), f"{row.reference}: {row.title}") for row in findings
    ]
    if form.validate_on_submit():
        service_findings.pin_evidence(
            actor=actor,
            finding_id=UUID(form.finding.data),
            event_id=event_id,
            why=form.why.data,
            request_key=form.request_key.data,
        )
        reference = next(row.reference for row in findings if str(row.id) == form.finding.data)
        flash(_("The event is evidence in finding %(ref)s.", ref=reference), "success")
        return redirect(url_for("oversight.view_finding", reference=reference), 303)
    return render_template(
        "oversight/pin_event.html", form=form, findings=findings, event_id=event_id
    ), form.status


@bp.get("/events/<uuid:event_id>/proof")
@requires(Permission.JOURNAL_EXPORT)
def download_proof(event_id: UUID) -> ResponseReturnValue:
    """The proof that the event is in the journal, to be checked without us. Recorded first."""
    text = service.take_proof(actor=get_actor(), event_id=event_id)
    return send_file(text, "text/plain", f"event-{event_id}.tlog-proof")


@bp.post("/export")
@requires(Permission.JOURNAL_EXPORT)
@requires_fresh
def export_events() -> ResponseReturnValue:
    """What is asked for as CSV that no spreadsheet runs, or as JSON lines. Recorded before it
    leaves; it names the checkpoint that it stands on."""
    actor, question = get_actor(), read_question(request.form)
    wants_json = request.form.get("as") == "jsonl"
    stands_on = service.export_journal(actor=actor, question=question)

    def lines() -> Iterator[str]:
        if wants_json:
            yield json_line({"checkpoint": stands_on.note if stands_on else None})
        else:
            yield "\ufeff" + csv_line(COLUMNS)
        with reading():  # the request's own reading is over when the server asks for lines
            for entry in queries.iterate_events(actor, question, service.EXPORT_ROWS):
                row = cells(entry)
                named = dict(zip(COLUMNS, row, strict=True))
                yield json_line(named) if wants_json else csv_line(row)
        if not wants_json:
            yield csv_line([say_checkpoint(stands_on)])

    kind, ending = ("application/jsonl", "jsonl") if wants_json else ("text/csv", "csv")
    return send_file(
        stream_with_context(lines()), kind, f"journal-{clock.today().isoformat()}.{ending}"
    )


def send_file(body: Any, mimetype: str, name: str) -> Response:
    """A download under a name of ours; with a charset whatever it is (ASVS 5.0, 4.1.1)."""
    return Response(
        body,
        content_type=f"{mimetype}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
