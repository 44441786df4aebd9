"""A page of the form: shown, saved, and kept where it cannot be saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel import clock
from assistedaccess.kernel.card_numbers import words_for_card
from assistedaccess.kernel.errors import Held, NotFound, Refused, StaleVersion
from assistedaccess.kernel.foreign_passwords import words_for_password
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.services.components import FileQuestion
from assistedaccess.services.definition import Page, PageKind
from assistedaccess.services.messages import Problem
from assistedaccess.services.page_form import PageForm, page_form, read_posted
from assistedaccess.services.pages import Fault, repost_page

from . import kept as keeper
from . import rules, service_viewing
from .queries_drafts import Draft, Kept, load_draft
from .rules import NotFit
from .service_filling import PageSaved, save_page
from .views import bp, page_address, step_address, sum_up, to_application, yes_address
from .views_evidence import LARGEST_REQUEST, name_files, take_files

LATER, ADD, REMOVE, ROW, DROP = "later", "add", "remove", "row", "drop"
"""The buttons of the page, beside the one that saves and goes on; the row that is changed;
the file that is taken off the page."""


def _find_page(draft: Draft, path: str) -> Page:
    page = draft.definition.find_page(path)
    if page is None:
        raise NotFound
    return page


@bp.route("/applications/<reference>/pages/<path:path>", methods=["GET", "POST"])
@requires(Permission.APPLICATION_FILL_IN)
def answer_page(reference: str, path: str) -> ResponseReturnValue:
    """One page of questions: a page that is not on the way yet leads to the first that is open."""
    if request.method == "POST":
        return _save(reference, path)
    draft, known = service_viewing.open_page(actor=get_actor(), reference=reference, path=path)
    page = _find_page(draft, path)
    if not draft.is_draft:
        flash(_("This application cannot be changed any more."), "message")
        return to_application(draft.reference)
    if page.kind in (PageKind.SUMMARY, PageKind.CONFIRM) or not draft.journey.contains(page):
        return redirect(step_address(draft), code=303)
    return _show(draft, page, **_fill_in(draft, page, known))


answer_page.max_content_length = LARGEST_REQUEST  # type: ignore[attr-defined]


def _fill_in(draft: Draft, page: Page, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the page's inputs begin with: what was typed before, the record, or what is saved."""
    after_sign_in = g.get("kept_form")
    own = draft.find_kept(page)
    typed: Any = None
    shown: dict[str, Any] = {"known": known}
    if after_sign_in is not None:
        typed = after_sign_in
        shown["version"] = _read_number(after_sign_in.get("version"))
    elif own is not None and request.args.get("fill") != "saved":
        typed = own.posted
        shown["kept"] = own
    elif known and request.args.get("fill") == "record":
        typed = repost_page(page, {**draft.answers, **known})
        shown["from_record"] = True
    row = _read_number(request.args.get(ROW), default=None) if typed is None else None
    form = _make_form(draft, page, None, row)
    form.posted = _with_files(draft, page, form.posted if typed is None else read_posted(typed))
    return {"form": form, **shown}


def _show(
    draft: Draft,
    page: Page,
    *,
    form: PageForm,
    known: Mapping[str, Any] | None = None,
    kept: Kept | None = None,
    from_record: bool = False,
    version: int | None = None,
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    now = clock.local(clock.now())
    before = draft.journey.path_before(page)
    html = render_template(
        "applications/answer_page.html",
        draft=draft,
        page=page,
        form=form,
        back=page_address(draft, before) if before else None,
        known=_list_lines(form, known or {}),
        kept=kept,
        from_record=from_record,
        version=draft.page_version(page.path) if version is None else version,
        request_key=new_request_key(),
        errors=form.error_summary if errors is None else errors,
        leads_nowhere=_leads_nowhere(draft, page),
        leads_out=rules.leads_out(draft.definition, draft.journey, now),
        sections=sum_up(draft, page.section) if page.kind is PageKind.MINI_SUMMARY else (),
    )
    return html, status


def _leads_nowhere(draft: Draft, page: Page) -> bool:
    """Whether the page's own answers lead back, or to no page at all."""
    journey = draft.journey
    at_fault = journey.looped or journey.stuck
    return at_fault and journey.incomplete is not None and journey.incomplete.path == page.path


def _list_lines(form: PageForm, answers: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Each question of the page that is among ``answers``, with the lines of its answer."""
    return [
        (
            form.asking.fill(question.title) or form.title,
            question.show(answers[question.key], form.asking),
        )
        for question in form.page.questions
        if question.key in answers
    ]


# -- saving


def _save(reference: str, path: str) -> ResponseReturnValue:
    draft = load_draft(get_actor(), reference)
    page = _find_page(draft, path)
    row = _read_number(request.form.get(ROW), default=None)
    posted, bad_files = read_posted(request.form), {}
    if DROP in posted:
        drop = posted.pop(DROP)
        posted = {name: [v for v in values if v not in drop] for name, values in posted.items()}
        form = _make_form(draft, page, posted, row)
        return _show_again(reference, page, form, errors=[], status=200)
    if request.files and draft.is_draft:
        bad_files = take_files(draft, page, posted)
        draft = load_draft(get_actor(), reference)
    form = _make_form(draft, page, posted, row)
    to_remove = _read_number(request.form.get(REMOVE), default=None)
    if not page.questions:
        return _after(draft, page, PageSaved(draft.id, _next_of(draft, page), ""))
    is_fit = _is_fit(form, bad_files)
    if to_remove is None and draft.is_draft and not is_fit:
        if LATER in request.form:
            _keep(draft, page, form)
            flash(_("What you typed is kept for you. It is not saved as an answer yet."), "message")
            return to_application(draft.reference)
        return _show_again(reference, page, form)
    try:
        saved = save_page(
            actor=get_actor(),
            application_id=draft.id,
            path=page.path,
            posted=_answers_of(form),
            version=_read_number(request.form.get("version")),
            from_record=request.form.get("from_record") == "yes",
            row_to_remove=to_remove,
            row_to_change=row,
            request_key=request.form.get("request_key"),
        )
    except NotFit as error:
        return _show_again(
            reference, page, form, [{"text": error.words, "href": f"#{error.field}"}]
        )
    except StaleVersion:
        return _show_conflict(reference, page, form)
    except (Refused, Held) as error:
        return _show_refusal(draft, page, form, error)
    if to_remove is not None and form.is_adding:
        _keep(draft, page, form)  # what was typed for the next row
    return _after(draft, page, saved)


def _keep(draft: Draft, page: Page, form: PageForm) -> None:
    keeper.keep_text(
        actor=get_actor(), application_id=draft.id, path=page.path, posted=_answers_of(form)
    )


def _answers_of(form: PageForm) -> dict[str, list[str]]:
    """What was posted, without what is the page's own: token, buttons, key."""
    return {name: list(v) for name, v in form.posted.items() if name.startswith("q-")}


def _is_fit(form: PageForm, bad_files: Mapping[str, str]) -> bool:
    """Whether the page takes what was posted: every file too, and no answer with a password."""
    fit = form.validate()
    found = [
        (form.definition.questions[key], words_for_password())
        for key in rules.find_passwords(form.answers)
    ]
    found += [
        (form.definition.questions[key], words_for_card())
        for key in rules.find_card_numbers(form.answers)
    ]
    for question in form.page.questions:
        inner = getattr(question, "inner", None) or question
        for cell in (inner, *getattr(inner, "cells", ())):
            if cell.control in bad_files:
                found.append((question, bad_files[cell.control]))
    for question, words in found:
        fault = Fault(question, Problem("", part=question.first_part, own_words=words))
        form.faults = (*(f for f in form.faults if f.question.key != question.key), fault)
        form[question.control].take_faults([fault])
        fit = False
    return fit


def _make_form(
    draft: Draft, page: Page, posted: Mapping[str, list[str]] | None, row: int | None
) -> PageForm:
    return page_form(
        draft.definition,
        page,
        draft.language,
        posted,
        draft.answers,
        row=row,
        files=name_files(draft),
        upload=url_for(".add_evidence", reference=draft.reference),
    )


def _with_files(draft: Draft, page: Page, posted: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the page is filled in with, and the files that were sent for it and never saved."""
    filled = {name: list(values) for name, values in posted.items()}
    for question in page.questions:
        if isinstance(question, FileQuestion):
            listed = filled.setdefault(question.control, [])
            sent = (i for i, file in draft.evidence.items() if file.question == question.key)
            listed += [file_id for file_id in sent if file_id not in listed]
    return filled


def _next_of(draft: Draft, page: Page) -> str | None:
    """The page after one that asks nothing."""
    paths = [each.path for each in draft.journey.pages]
    place = paths.index(page.path) if page.path in paths else -1
    return paths[place + 1] if 0 <= place < len(paths) - 1 else None


def _after(draft: Draft, page: Page, saved: PageSaved) -> ResponseReturnValue:
    """Where to go after a page was saved."""
    form = request.form
    if LATER in form:
        flash(_("Saved. You can go on with it later."), "success")
        return to_application(draft.reference)
    if ADD in form or REMOVE in form or ROW in form:
        return redirect(page_address(draft, page.path, **_same_query()), code=303)
    path = saved.next_path
    if request.args.get("change"):
        path = saved.unanswered or _summary_path(draft)
    return redirect(page_address(draft, path or saved.unanswered or page.path), code=303)


def _same_query() -> dict[str, str]:
    return {"change": "1"} if request.args.get("change") else {}


def _summary_path(draft: Draft) -> str:
    return next((p.path for p in draft.definition.pages.values() if p.kind is PageKind.SUMMARY), "")


def _read_number(text: str | None, default: Any = -1) -> Any:
    """A whole number that the page carried; a tampered one is ``default``."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else default


# -- what could not be saved


def _show_again(
    reference: str,
    page: Page,
    form: PageForm,
    errors: list[dict[str, str]] | None = None,
    status: int = 400,
) -> ResponseReturnValue:
    """The page with what was typed and what is wrong with it; a look, like any other."""
    draft, _known = service_viewing.open_page(
        actor=get_actor(), reference=reference, path=page.path
    )
    version = _read_number(request.form.get("version"))
    return _show(draft, page, form=form, errors=errors, version=version, status=status)


def _show_conflict(reference: str, page: Page, form: PageForm) -> ResponseReturnValue:
    """Both texts: what somebody else saved, and what was typed here; neither is lost."""
    draft, _known = service_viewing.open_page(
        actor=get_actor(), reference=reference, path=page.path
    )
    kept = draft.find_kept(page)
    html = render_template(
        "applications/show_conflict.html",
        draft=draft,
        page=page,
        title=form.title,
        saved=draft.pages.get(page.path),
        theirs=_list_lines(form, draft.answers),
        mine=_list_lines(form, form.answers),
        posted=_answers_of(form),
        version=draft.page_version(page.path),
        request_key=new_request_key(),
        kept=kept,
        address=page_address(draft, page.path),
    )
    return html, 409


def _show_refusal(
    draft: Draft, page: Page, form: PageForm, error: Refused | Held
) -> ResponseReturnValue:
    """Why it was not saved, the lawful next step, and what was typed: kept for this account."""
    address = page_address(draft, page.path)
    is_held = isinstance(error, Held)
    html = render_template(
        "applications/show_refusal.html",
        draft=draft,
        page=page,
        title=form.title,
        words=error.words,
        next_step="" if isinstance(error, Held) else error.next_step,
        is_held=is_held,
        typed=_list_lines(form, form.answers),
        address=address,
        yes_address=yes_address(
            draft.person_reference, draft.case_reference, draft.service, address
        )
        if draft.is_draft and draft.mode == "assisting"
        else "",
    )
    return html, 202 if is_held else 403


@bp.post("/applications/<reference>/kept/<uuid:kept_id>/drop")
@requires(Permission.APPLICATION_FILL_IN)
def drop_kept_text(reference: str, kept_id: UUID) -> ResponseReturnValue:
    """Delete a text of one's own that could not be saved and is not wanted any more."""
    keeper.drop_kept_text(actor=get_actor(), kept_id=kept_id)
    flash(_("The text that was not saved is deleted."), "success")
    return to_application(reference)
