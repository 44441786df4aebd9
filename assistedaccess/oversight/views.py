"""The auditor's pages: ask the journal, open an event, take an export away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.audit import Action, Outcome
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.form_fields import BaseForm, Choice
from assistedaccess.kernel.ids import read_reference
from assistedaccess.kernel.transactions import reading
from assistedaccess.people.queries import find_by_reference

from . import queries, service, words
from .forms import AskForm
from .queries import Entry
from .rules import Question, csv_line

bp = Blueprint("oversight", __name__, url_prefix="/journal")

COLUMNS = (
    "event",
    "time (UTC)",
    "what was done",
    "action",
    "how it ended",
    "reason",
    "kind of actor",
    "account",
    "name",
    "role",
    "organisation",
    "for person",
    "service",
    "on",
    "on id",
    "authority",
    "authority id",
    "command",
)


@bp.get("")
@requires(Permission.JOURNAL_VIEW)
def list_events() -> ResponseReturnValue:
    """What happened, newest first, by what is asked in the address."""
    question = _read_question(request.args)
    after = _read_id(request.args.get("after"))
    page = service.search_journal(actor=get_actor(), question=question, after=after)
    asked = _as_arguments(question)
    return render_template(
        "oversight/list_events.html",
        page=page,
        form=_make_form(),
        question=question,
        asked=asked,
        described=_describe(question),
        export_form=BaseForm(),
        words=words,
        is_first=after is None,
    )


@bp.post("")
@requires(Permission.JOURNAL_VIEW)
def ask_journal() -> ResponseReturnValue:
    """Turn what was typed into references and ids, so that no name stands in an address."""
    form = _make_form()
    arguments: MultiDict[str, str] = MultiDict()
    if form.validate_on_submit():
        if form.person.data:
            reference = read_reference("P", form.person.data)
            if reference is None or find_by_reference(reference) is None:
                form.add_error("person", _("No person has this reference. Check it and try again."))
            else:
                arguments["person"] = reference
        if form.helper.data:
            accounts = queries.find_accounts(get_actor(), form.helper.data)
            if not accounts:
                form.add_error("helper", _("Nobody whom you may audit has this name."))
            arguments.setlist("account", [str(account_id) for account_id in accounts])
        for field in (form.organisation, form.action, form.outcome):
            if field.data:
                arguments[field.name] = field.data
        for field in (form.from_on, form.until_on):
            if field.data:
                arguments[field.name] = field.data.isoformat()
        if form.from_on.data and form.until_on.data and form.until_on.data < form.from_on.data:
            form.add_error("until_on", _("“Until” must be the same day as “From”, or later"))
    if form.errors:
        return render_template("oversight/ask_journal.html", form=form), form.status
    query: dict[str, Any] = arguments.to_dict(flat=False)
    return redirect(url_for("oversight.list_events", **query), 303)


@bp.get("/events/<uuid:event_id>")
@requires(Permission.JOURNAL_VIEW)
def view_event(event_id: UUID) -> ResponseReturnValue:
    """One event in full, with what happened around it."""
    story = service.open_event(actor=get_actor(), event_id=event_id)
    return render_template("oversight/view_event.html", story=story, words=words)


@bp.post("/export")
@requires(Permission.JOURNAL_EXPORT)
def export_events() -> ResponseReturnValue:
    """What is asked for as CSV that no spreadsheet runs as a formula. Recorded before it leaves."""
    actor, question = get_actor(), _read_question(request.form)
    most = service.export_journal(actor=actor, question=question)

    def lines() -> Iterator[str]:
        yield "\ufeff" + csv_line(COLUMNS)
        with reading():  # the request's own reading is over when the server asks for lines
            for entry in queries.iterate_events(actor, question, most):
                yield csv_line(_cells(entry))

    name = f"journal-{clock.today().isoformat()}.csv"
    return Response(
        stream_with_context(lines()),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cells(entry: Entry) -> list[object]:
    return [
        entry.id,
        entry.occurred_at.isoformat(),
        words.say_action(entry.action),
        entry.action,
        entry.outcome,
        entry.reason_code,
        entry.actor_kind,
        entry.account_id,
        entry.account_name,
        entry.role,
        entry.organisation_name,
        entry.person_reference,
        entry.service,
        entry.subject_kind,
        entry.subject_id,
        entry.authority_kind,
        entry.authority_id,
        entry.command,
    ]


def _make_form() -> AskForm:
    form = AskForm()
    remit = queries.list_remit(get_actor())
    form.organisation.choices = [Choice(str(key), name) for key, name in remit]
    actions = sorted((str(words.say_action(action)), str(action)) for action in Action)
    form.action.choices = [Choice(action, said) for said, action in actions]
    form.outcome.choices = [Choice(str(o), words.say_outcome(o)) for o in Outcome]
    return form


def _read_id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def _read_date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotFound from None


def _read_question(given: MultiDict[str, str]) -> Question:
    person_id = None
    if given.get("person"):
        person_id = find_by_reference(given["person"])
        if person_id is None:
            raise NotFound
    accounts = tuple(filter(None, (_read_id(text) for text in given.getlist("account")[:50])))
    action, outcome = given.get("action") or None, given.get("outcome") or None
    if action is not None and action not in set(Action):
        raise NotFound
    if outcome is not None and outcome not in set(Outcome):
        raise NotFound
    return Question(
        person_id=person_id,
        account_ids=accounts or None,
        organisation_id=_read_id(given.get("organisation")),
        action=action,
        outcome=outcome,
        subject_id=_read_id(given.get("subject")),
        from_on=_read_date(given.get("from_on")),
        until_on=_read_date(given.get("until_on")),
    )


def _as_arguments(question: Question) -> list[tuple[str, str]]:
    """The question as the address spells it, for the next page and for the export."""
    asked: list[tuple[str, object]] = [("person", request.args.get("person"))]
    asked += [("account", str(account_id)) for account_id in question.account_ids or ()]
    asked += [
        ("organisation", question.organisation_id),
        ("action", question.action),
        ("outcome", question.outcome),
        ("subject", question.subject_id),
        ("from_on", question.from_on),
        ("until_on", question.until_on),
    ]
    return [(name, str(value)) for name, value in asked if value]


def _describe(question: Question) -> list[str]:
    """The question in words, each with its own part."""
    parts = []
    if question.person_id is not None:
        parts.append(_("for %(reference)s", reference=request.args.get("person", "")))
    if question.account_ids is not None:
        parts.append(_("by the helper you asked for"))
    if question.organisation_id is not None:
        names = dict(queries.list_remit(get_actor()))
        parts.append(_("at %(name)s", name=names.get(question.organisation_id, "")))
    if question.action is not None:
        parts.append(str(words.say_action(question.action)))
    if question.outcome is not None:
        parts.append(str(words.say_outcome(question.outcome)))
    if question.subject_id is not None:
        parts.append(_("on one record"))
    if question.from_on is not None:
        parts.append(_("from %(day)s", day=question.from_on.strftime("%-d %B %Y")))
    if question.until_on is not None:
        parts.append(_("until %(day)s", day=question.until_on.strftime("%-d %B %Y")))
    return parts
