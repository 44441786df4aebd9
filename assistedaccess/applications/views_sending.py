"""From the answers to the submission: check, read out, declare and submit; and what follows."""

from __future__ import annotations

from functools import cache, partial

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.services.definition import Page
from assistedaccess.services.pages import SummaryRow
from assistedaccess.services.queries import get_service

from . import hearing, rules, service_sending, service_viewing, words, words_payments
from .answers import list_from_record
from .forms import DeclarationForm, ReadBackForm
from .queries_drafts import Draft, get_application_id
from .queries_outcomes import is_awaited
from .queries_payments import load_fee
from .rules import SaidBack, State, Step, StepMissing
from .views import bp, page_address, shown_language, step_address, sum_up, to_application


def _open(reference: str, step: Step) -> Draft | ResponseReturnValue:
    """The draft, once ``step`` has come; else the way to what comes first."""
    draft = service_viewing.open_application(actor=get_actor(), reference=reference)
    if not draft.is_draft:
        return to_application(draft.reference)
    try:
        rules.check_step(draft.progress, step)
    except StepMissing:
        return _lead_to_missing(draft)
    return draft


def _lead_to_missing(draft: Draft) -> ResponseReturnValue:
    words_for = {
        Step.QUESTIONS: _("Something is not answered yet. Go on here."),
        Step.READ_BACK: _("Read the answers out to the person first."),
    }
    flash(words_for[draft.next_step], "message")
    return redirect(step_address(draft), code=303)


@bp.get("/applications/<reference>/check-answers")
@requires(Permission.APPLICATION_FILL_IN)
def check_answers(reference: str) -> ResponseReturnValue:
    """All answers, each with the way to change it."""
    found = _open(reference, Step.READ_BACK)
    if not isinstance(found, Draft):
        return found
    return render_template(
        "applications/check_answers.html",
        draft=found,
        sections=sum_up(found),
        change_address=cache(partial(page_address, found, change=1)),
        from_record=list_from_record(found.pages),
    )


@bp.route("/applications/<reference>/read-out", methods=["GET", "POST"])
@requires(Permission.APPLICATION_FILL_IN)
def read_back(reference: str) -> ResponseReturnValue:
    """Plain sentences for the helper to say, and what the person says to them."""
    form = ReadBackForm()
    if not form.is_submitted():
        return _show_read_back(reference, form)
    actor = get_actor()
    form.offer(list(SaidBack))
    if not form.validate():
        return _show_read_back(reference, form)
    try:
        service_sending.read_back(
            actor=actor,
            application_id=get_application_id(actor, reference),
            version=form.version.whole_number,
            answer=str(form.answer.data),
            correction=form.correction.data,
            path=form.page.data or None,
        )
    except InvalidInput as error:
        form.add_error(error.field, error.words)
        return _show_read_back(reference, form)
    except StepMissing:
        return redirect(url_for(".check_answers", reference=reference), code=303)
    if form.answer.data == SaidBack.CORRECTION:
        flash(_("Change what has to be corrected, then read it out again."), "message")
        if form.page.data:
            path = form.page.data.lstrip("/")
            address = url_for(".answer_page", reference=reference, path=path, change=1)
            return redirect(address, code=303)
        return redirect(url_for(".check_answers", reference=reference), code=303)
    # The next page; after the last one it leads on to the declaration.
    return redirect(url_for(".read_back", reference=reference), code=303)


def _show_read_back(reference: str, form: ReadBackForm) -> ResponseReturnValue:
    found = _open(reference, Step.READ_BACK)
    if not isinstance(found, Draft):
        return found
    if found.next_step is Step.DECLARATION and not form.is_submitted():
        return redirect(url_for(".send_application", reference=reference), code=303)
    form.offer(rules.list_read_back(found.mode))
    # Where each page was heard and yet something changed and changed back, all is read once more;
    # of a change report on the claim's own form, what differs.
    page = next(iter(found.unheard), None)
    only = found.changed_keys if found.changes is not None and found.changes.same_form else None
    parts = [
        each
        for each in hearing.list_heard_pages(found.pages, found.journey)
        if only is None or each == page or any(q.key in only for q in each.questions)
    ]
    return (
        render_template(
            "applications/read_back.html",
            form=form,
            draft=found,
            page=page,
            part=parts.index(page) + 1 if page else 0,
            parts=len(parts),
            sections=[
                (section.title, [row for row in section.rows if _is_read(row, page, only)])
                for section in sum_up(found)
            ],
            read_out=words.read_out,
        ),
        form.status,
    )


def _is_read(row: SummaryRow, page: Page | None, only: list[str] | None) -> bool:
    if page is not None:
        return row.path == page.path
    return only is None or row.key in only


@bp.route("/applications/<reference>/declaration", methods=["GET", "POST"])
@requires(Permission.APPLICATION_SUBMIT)
def send_application(reference: str) -> ResponseReturnValue:
    """The service's words, who says that it is true, and the button that submits it, once."""
    form = DeclarationForm()
    if not form.is_submitted():
        return _show_declaration(reference, form)
    actor = get_actor()
    form.offer(list(rules.Declarer))
    if not form.validate():
        return _show_declaration(reference, form)
    try:
        service_sending.submit_application(
            actor=actor,
            application_id=get_application_id(actor, reference),
            version=form.version.whole_number,
            declarer=str(form.declarer.data),
            declarer_words=form.declarer_words.data,
            written_on=form.written_on.data,
        )
    except InvalidInput as error:
        form.add_error(error.field, error.words)
        return _show_declaration(reference, form)
    except StepMissing:
        return redirect(url_for(".send_application", reference=reference), code=303)
    return redirect(url_for(".show_confirmation", reference=reference), code=303)


def _show_declaration(reference: str, form: DeclarationForm) -> ResponseReturnValue:
    found = _open(reference, Step.DECLARATION)
    if not isinstance(found, Draft):
        return found
    entry = get_service(found.service).entry
    form.offer(rules.list_declarers(entry.may_declare, found.mode))
    return (
        render_template(
            "applications/send_application.html",
            form=form,
            draft=found,
            declaration=Markup(words.declaration_html(found.definition, found.language)),  # noqa: S704
            declaring=entry.declaring.in_language(shown_language()),
        ),
        form.status,
    )


@bp.get("/applications/<reference>/sent")
@requires(Permission.APPLICATION_VIEW)
def show_confirmation(reference: str) -> ResponseReturnValue:
    """It is submitted: the reference, and what happens next."""
    actor = get_actor()
    draft = service_viewing.open_application(actor=actor, reference=reference)
    if draft.state is not State.SUBMITTED:
        return to_application(draft.reference)
    fee = load_fee(draft)
    return render_template(
        "applications/show_confirmation.html",
        draft=draft,
        fee=fee,
        fee_words=words_payments.say_fee(fee),
        is_awaited=is_awaited(actor, draft.id),
        steps=words.list_next_steps(get_service(draft.service).entry, shown_language()),
    )
