"""Findings: the auditor's case files, and what an organisation answers to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.accounts.guard import requires_fresh
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import Choice

from . import queries_findings, rules_findings, service_findings, words
from .asking import read_id
from .bundle import make_bundle
from .forms import AddForm, AnswerForm, OpenFindingForm
from .remit import list_remit
from .rules_findings import EntryKind
from .views import bp, send_file


@bp.get("/findings")
@requires(Permission.JOURNAL_VIEW)
def list_findings() -> ResponseReturnValue:
    """What this office has found, newest first."""
    closed = request.args.get("which") == "closed"
    before = read_id(request.args.get("before"))
    page = service_findings.list_findings(actor=get_actor(), closed=closed, before=before)
    return render_template(
        "oversight/list_findings.html",
        page=page,
        closed=closed,
        is_first=before is None,
        today=clock.today(),
        may_write=is_allowed(get_actor(), Permission.FINDING_WRITE),
        words=words,
    )


@bp.route("/findings/new", methods=["GET", "POST"])
@requires(Permission.FINDING_WRITE)
def open_finding() -> ResponseReturnValue:
    """Open a finding; from an event or from a flag it takes them with it."""
    actor = get_actor()
    event_id, flag_id = read_id(request.args.get("event")), read_id(request.args.get("flag"))
    form = OpenFindingForm()
    if request.method == "GET":
        form = OpenFindingForm(
            data={
                "organisation": request.args.get("organisation"),
                "due_on": clock.today() + rules_findings.FINISH_WITHIN,
            }
        )
    form.organisation.choices = [Choice(str(key), name) for key, name in list_remit(actor)]
    if form.validate_on_submit():
        try:
            finding_id = service_findings.open_finding(
                actor=actor,
                organisation_id=UUID(form.organisation.data),
                title=form.title.data or "",
                what=form.what.data or "",
                due_on=form.due_on.data,
                event_id=event_id,
                flag_id=flag_id,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The finding is open."), "success")
            reference = queries_findings.get_reference(finding_id)
            return redirect(url_for("oversight.view_finding", reference=reference), 303)
    return render_template(
        "oversight/open_finding.html", form=form, event_id=event_id, flag_id=flag_id
    ), form.status


@bp.route("/findings/<reference>", methods=["GET", "POST"])
@requires(Permission.JOURNAL_VIEW)
def view_finding(reference: str) -> ResponseReturnValue:
    """The case file: what was found, by what it is shown, what was asked, answered, concluded."""
    actor = get_actor()
    form = AddForm()
    if request.method == "GET":
        form = AddForm(data={"answer_by": clock.today() + rules_findings.ANSWER_WITHIN})
    elif is_allowed(actor, Permission.FINDING_WRITE) and form.validate_on_submit():
        try:
            service_findings.add_to_finding(actor=actor, **_read_added(reference, form))
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Added to the finding."), "success")
            return redirect(url_for("oversight.view_finding", reference=reference), 303)
    view = service_findings.view_finding(actor=actor, reference=reference)
    return render_template(
        "oversight/view_finding.html",
        view=view,
        form=form,
        today=clock.today(),
        may_write=is_allowed(actor, Permission.FINDING_WRITE),
        words=words,
    ), form.status


def _read_added(reference: str, form: AddForm) -> dict[str, Any]:
    kind = form.kind.data
    due_on = form.answer_by.data if kind == EntryKind.QUESTION else form.due_on.data
    return {
        "finding_id": queries_findings.get_id(get_actor(), reference),
        "kind": kind,
        "text": form.text.data or "",
        "due_on": due_on,
        "referred_to": form.referred_to.data,
        "request_key": form.request_key.data,
    }


@bp.get("/findings/<reference>/print")
@requires(Permission.JOURNAL_VIEW)
def print_finding(reference: str) -> ResponseReturnValue:
    """The report, on paper. Recorded as printed."""
    view = service_findings.view_finding(actor=get_actor(), reference=reference, to_print=True)
    return render_template("oversight/print_finding.html", view=view, words=words, now=clock.now())


@bp.get("/findings/<reference>/bundle")
@requires(Permission.JOURNAL_EXPORT)
@requires_fresh
def bundle_finding(reference: str) -> ResponseReturnValue:
    """The finding for a court or the police: story, evidence, proofs, verifier, custody."""
    view = service_findings.bundle_finding(actor=get_actor(), reference=reference)
    bundle = make_bundle(view, clock.now())
    return send_file(bundle, "application/zip", f"finding-{reference}.zip")


@bp.get("/asked")
@requires(Permission.FINDING_ANSWER)
def list_questions() -> ResponseReturnValue:
    """What auditors ask of this manager's organisation."""
    return render_template(
        "oversight/list_questions.html",
        questions=service_findings.list_questions_asked(actor=get_actor()),
        today=clock.today(),
    )


@bp.route("/asked/<reference>", methods=["GET", "POST"])
@requires(Permission.FINDING_ANSWER)
def answer_finding(reference: str) -> ResponseReturnValue:
    """One question of an auditor, and the answer."""
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            service_findings.answer_finding(
                actor=get_actor(),
                reference=reference,
                text=form.text.data or "",
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The auditors have your answer."), "success")
            return redirect(url_for("oversight.list_questions"), 303)
    question = service_findings.open_question(actor=get_actor(), reference=reference)
    return render_template(
        "oversight/answer_finding.html", form=form, question=question
    ), form.status
