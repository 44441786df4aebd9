"""Who saw what between two moments, on one page and in one file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.accounts.guard import requires_fresh
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.form_fields import BaseForm, Choice
from assistedaccess.kernel.ids import read_reference
from assistedaccess.kernel.transactions import reading
from assistedaccess.people.queries import find_by_reference

from . import queries_looks, rules_time, service, service_looks, words
from .asking import read_id
from .forms import WhoSawForm
from .queries_looks import Between
from .remit import list_remit
from .rows import COLUMNS, cells, say_checkpoint
from .rules import csv_line
from .views import bp, send_file


@bp.route("/who-saw-what", methods=["GET", "POST"])
@requires(Permission.JOURNAL_VIEW)
def ask_who_saw() -> ResponseReturnValue:
    """Two moments, and if need be a place or a person; then the whole answer on one page."""
    if request.method == "GET" and "since" in request.args:
        return _show_looks()
    form = WhoSawForm()
    form.organisation.choices = [Choice(str(key), name) for key, name in list_remit(get_actor())]
    if form.validate_on_submit():
        asked = _read_form(form)
        if not form.errors:
            return redirect(url_for("oversight.ask_who_saw", **asked), 303)
    return render_template("oversight/ask_who_saw.html", form=form), form.status


def _read_form(form: WhoSawForm) -> dict[str, Any]:
    since = rules_time.begin_at(form.since_on.data, rules_time.read_at(form.since_at.data))
    until = rules_time.end_at(form.until_on.data, rules_time.read_at(form.until_at.data))
    asked: dict[str, Any] = {"since": since.isoformat(), "until": until.isoformat()}
    if form.organisation.data:
        asked["organisation"] = form.organisation.data
    if form.person.data:
        reference = read_reference("P", form.person.data)
        if reference is None or find_by_reference(reference) is None:
            form.add_error("person", _("No person has this reference. Check it and try again."))
        asked["person"] = reference
    return asked


def _read_between(given: MultiDict[str, str]) -> tuple[Between, dict[str, Any]]:
    try:
        since, until = (datetime.fromisoformat(given[name]) for name in ("since", "until"))
        if since.tzinfo is None or until.tzinfo is None or until <= since:
            raise ValueError
    except (KeyError, ValueError):
        raise NotFound from None
    person_id: UUID | None = None
    if given.get("person"):
        person_id = find_by_reference(given["person"])
        if person_id is None:
            raise NotFound
    names = ("since", "until", "organisation", "person")
    asked = {name: given[name] for name in names if given.get(name)}
    return Between(since, until, read_id(given.get("organisation")), person_id), asked


def _show_looks() -> ResponseReturnValue:
    between, asked = _read_between(request.args)
    sights = service_looks.list_looks(actor=get_actor(), **vars(between))
    return render_template(
        "oversight/list_looks.html",
        sights=sights,
        between=between,
        asked=asked,
        export_form=BaseForm(),
        local=clock.local,
        words=words,
    )


@bp.post("/who-saw-what/file")
@requires(Permission.JOURNAL_EXPORT)
@requires_fresh
def export_looks() -> ResponseReturnValue:
    """Every single look of that time, in one file. Recorded before it leaves."""
    actor = get_actor()
    between, _asked = _read_between(request.form)
    stands_on = service_looks.export_looks(actor=actor, **vars(between))

    def lines() -> Iterator[str]:
        yield "\ufeff" + csv_line(COLUMNS)
        with reading():
            for entry in queries_looks.iterate_looks(actor, between, service.EXPORT_ROWS):
                yield csv_line(cells(entry))
        yield csv_line([say_checkpoint(stands_on)])

    return send_file(
        stream_with_context(lines()), "text/csv", f"who-saw-what-{clock.today().isoformat()}.csv"
    )
