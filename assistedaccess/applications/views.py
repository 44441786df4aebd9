"""Pages of an application as a whole: begin, go on, give up, print. Others: views_*."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.audit.explain import NotIncluded
from assistedaccess.casework.queries import CaseDetails
from assistedaccess.casework.service import view_case
from assistedaccess.consent.queries import find_live_assisting_consent
from assistedaccess.consent.rules import Mode
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import Choice, Divider
from assistedaccess.kernel.return_path import find_safe_path
from assistedaccess.people.queries import get_person
from assistedaccess.services.definition import PageKind
from assistedaccess.services.forms import SearchForm
from assistedaccess.services.journey import TaskState, list_tasks
from assistedaccess.services.pages import SummarySection, summarise
from assistedaccess.services.queries import get_service, list_services

from . import queries, service, service_viewing, words, words_payments
from .forms import OTHER_SERVICE, RECORD, ChangeWayForm, StartForm, WithdrawForm
from .queries_changes import list_changes_of
from .queries_drafts import Draft, get_application_id, load_draft
from .queries_outcomes import is_awaited
from .queries_payments import Fee, load_fee
from .rules import Declarer, SaidBack, State, Step
from .rules_changes import Purpose

bp = Blueprint("applications", __name__)


def shown_language() -> str:
    """The language of the page."""
    locale = get_locale()
    return str(locale.language) if locale else "en"


def to_application(reference: str) -> ResponseReturnValue:
    """To where an application stands."""
    return redirect(url_for("applications.view_application", reference=reference), code=303)


def page_address(draft: Draft, path: str, **more: Any) -> str:
    """The address of a page of the form; of the check, where the form would sum up."""
    page = draft.definition.find_page(path)
    if page is not None and page.kind in (PageKind.SUMMARY, PageKind.CONFIRM):
        return url_for("applications.check_answers", reference=draft.reference)
    return url_for(
        "applications.answer_page", reference=draft.reference, path=path.lstrip("/"), **more
    )


def step_address(draft: Draft) -> str:
    """Where to go on: the first page without its answer, else the next step to sending."""
    step = draft.next_step
    if step is Step.QUESTIONS:
        return page_address(draft, draft.progress.unanswered)
    if draft.changes is not None and draft.changes.what and not draft.changed_keys:
        return url_for("applications.check_answers", reference=draft.reference)
    endpoint = "read_back" if step is Step.READ_BACK else "send_application"
    return url_for(f"applications.{endpoint}", reference=draft.reference)


def sum_up(draft: Draft, section: str | None = None) -> tuple[SummarySection, ...]:
    """The answers in play, as a summary reads them."""
    return summarise(
        draft.definition,
        draft.journey,
        now=draft.moment,
        language=draft.language,
        translate=_,
        section=section,
        name_file=draft.name_file,
    )


def service_choices(nation: str | None) -> list[Choice | Divider]:
    """The services there are where the person lives, and that it is none of them."""
    language = shown_language()
    choices: list[Choice | Divider] = [
        Choice(view.key, view.name(language)) for view in list_services(nation)
    ]
    return [*choices, Divider(_("or")), Choice(OTHER_SERVICE, _("Another service"))]


@bp.get("/cases/<reference>/services")
@requires(Permission.APPLICATION_FILL_IN)
def find_service(reference: str) -> ResponseReturnValue:
    """What does this person need? The catalogue, searched for the nation that they live in."""
    case = view_case(actor=get_actor(), reference=reference)
    person = get_person(case.person_id)
    form = SearchForm(request.args)
    if not request.args:
        form.nation.data = person.nation or ""
    fits = not request.args or form.validate()
    found = list_services(form.nation.data or None, form.words.data or "") if fits else []
    return (
        render_template(
            "applications/find_service.html",
            form=form,
            case=case,
            services=found,
            language=shown_language(),
        ),
        form.status,
    )


@bp.route("/cases/<reference>/applications/new", methods=["GET", "POST"])
@requires(Permission.APPLICATION_FILL_IN)
def start_application(reference: str) -> ResponseReturnValue:
    """Choose the service and the way; an application begins, or help elsewhere is recorded."""
    actor = get_actor()
    case = view_case(actor=actor, reference=reference)
    person = get_person(case.person_id)
    form = StartForm(
        service=request.args.get("service") or case.service, way=request.args.get("way")
    )
    form.service.choices = service_choices(person.nation)
    if form.validate_on_submit():
        done = _start(form, case)
        if done is not None:
            return done
    return (
        render_template(
            "applications/start_application.html",
            form=form,
            case=case,
            person=person,
            applications=queries.list_for_case(get_actor(), case.id),
            names={v.key: v.name(shown_language()) for v in list_services()},
            words=words,
        ),
        form.status,
    )


def _start(form: StartForm, case: CaseDetails) -> ResponseReturnValue | None:
    actor, chosen, way = get_actor(), str(form.service.data), str(form.way.data)
    if way == RECORD:
        address = url_for(
            ".make_record_of_help_in_case", case_reference=case.reference, service=chosen
        )
        return redirect(address, code=303)
    if chosen == OTHER_SERVICE:
        form.add_error("way", _("There is no form for it here. Record help on its own website"))
        return None
    if _needs_yes(case.person_id, chosen, way):
        back = url_for(".start_application", reference=case.reference, service=chosen, way=way)
        return _lead_to_yes(case.person_reference, case.reference, chosen, back)
    try:
        application_id = service.start_application(
            actor=actor,
            case_id=case.id,
            service=chosen,
            mode=way,
            language=shown_language(),
            request_key=form.request_key.data,
        )
    except InvalidInput as error:
        form.add_error(error.field, error.words)
        return None
    return to_application(queries.get_reference(application_id))


def _needs_yes(person_id: UUID, chosen: str, way: str) -> bool:
    if way != Mode.ASSISTING:
        return False
    return find_live_assisting_consent(get_actor(), person_id, chosen) is None


def _lead_to_yes(person: str, case: str, chosen: str, back: str) -> ResponseReturnValue:
    flash(_("The person has to say yes to this help first."), "message")
    return redirect(yes_address(person, case, chosen, back), code=303)


def yes_address(person: str, case: str, chosen: str | None, back: str) -> str:
    """The page that records the person's yes to be assisted, which leads back."""
    return url_for("consent.assist_person", reference=person, case=case, service=chosen, next=back)


def show_not_included(error: NotIncluded) -> ResponseReturnValue:
    """The person has agreed to something else: how to ask them, and the way back to the page."""
    person = get_person(error.person_id).reference
    back = find_safe_path(request.full_path.rstrip("?")) if request.method == "GET" else None
    asked: dict[str, Any] = {"next": back, **queries.find_asked(error.subject)}
    return render_template(
        "applications/show_not_included.html",
        error=error,
        person=person,
        back=back,
        ask=url_for("consent.assist_person", reference=person, **asked),
    ), 403


@bp.get("/applications/<reference>")
@requires(Permission.APPLICATION_VIEW)
def view_application(reference: str) -> ResponseReturnValue:
    """Where an application stands: its tasks, or when it was sent."""
    draft = service_viewing.open_application(actor=get_actor(), reference=reference)
    fee = load_fee(draft)
    return render_template(
        "applications/view_application.html",
        draft=draft,
        fee=fee,
        fee_words=words_payments.say_fee(fee),
        tasks=[*_list_tasks(draft), *_list_fee_task(draft, fee)] if draft.is_draft else [],
        kept=[(kept, page_address(draft, kept.path)) for kept in draft.kept],
        next_address=step_address(draft) if draft.is_draft else "",
        changes=list_changes_of(draft.id) if draft.purpose is Purpose.CLAIM else [],
        pays_money=draft.purpose is not Purpose.CHANGE
        and get_service(draft.service).entry.pays_money,
        is_awaited=draft.state is State.SUBMITTED and is_awaited(get_actor(), draft.id),
        words=words,
    )


_TASK_WORDS = {
    TaskState.DONE: (_l("Completed"), None),
    TaskState.IN_PROGRESS: (_l("In progress"), "teal"),
    TaskState.NOT_STARTED: (_l("Not yet started"), "blue"),
    TaskState.CANNOT_START: (_l("Cannot start yet"), None),
}


def _list_tasks(draft: Draft) -> list[dict[str, Any]]:
    """The sections of the form, then what comes before sending."""
    tasks = [
        _task(
            task.title.in_language(draft.language),
            task.state,
            page_address(draft, task.path) if task.path else "",
        )
        for task in list_tasks(draft.definition, draft.answers, draft.journey)
    ]
    if not tasks:
        state = TaskState.IN_PROGRESS if draft.progress.unanswered else TaskState.DONE
        tasks = [_task(_("Questions"), state, page_address(draft, draft.definition.start_path))]
    for step, title, endpoint in (
        (Step.READ_BACK, _("Check the answers and read them out"), "check_answers"),
        (Step.DECLARATION, _("Declare and submit"), "send_application"),
    ):
        state = _state_of(draft.next_step, step)
        address = url_for(f".{endpoint}", reference=draft.reference)
        tasks.append(_task(title, state, "" if state is TaskState.CANNOT_START else address))
    return tasks


def _list_fee_task(draft: Draft, fee: Fee) -> list[dict[str, Any]]:
    """Paying comes last, and stands in nobody's way: what is free has no task."""
    if not fee.account.fee_pence and not fee.payments:
        return []
    is_settled = fee.account.is_settled
    return [
        {
            "title": _("Pay the fee"),
            "href": url_for(".pay_fee", reference=draft.reference),
            "hint": _("Before or after it is submitted."),
            "status": words_payments.say_fee(fee),
            "colour": None if is_settled else "blue",
        }
    ]


def _state_of(next_step: Step, step: Step) -> TaskState:
    order = list(Step)
    if order.index(next_step) > order.index(step):
        return TaskState.DONE
    return TaskState.NOT_STARTED if next_step is step else TaskState.CANNOT_START


def _task(title: str, state: TaskState, address: str) -> dict[str, Any]:
    status, colour = _TASK_WORDS[state]
    return {"title": title, "href": address, "status": status, "colour": colour}


@bp.route("/applications/<reference>/way", methods=["GET", "POST"])
@requires(Permission.APPLICATION_FILL_IN)
def change_way(reference: str) -> ResponseReturnValue:
    """Go on assisting what was begun representing, or the other way round."""
    actor = get_actor()
    form = ChangeWayForm()
    if form.validate_on_submit():
        way = str(form.way.data)
        draft = load_draft(actor, reference)
        if _needs_yes(draft.person_id, draft.service, way):
            back = url_for(".change_way", reference=draft.reference)
            return _lead_to_yes(draft.person_reference, draft.case_reference, draft.service, back)
        service.change_way(actor=actor, application_id=draft.id, mode=way)
        return to_application(draft.reference)
    draft = service_viewing.open_application(actor=actor, reference=reference)
    if not draft.is_draft:
        return to_application(draft.reference)
    if not form.is_submitted():
        form.way.data = str(draft.mode)
    return render_template("applications/change_way.html", form=form, draft=draft), form.status


@bp.route("/applications/<reference>/withdraw", methods=["GET", "POST"])
@requires(Permission.APPLICATION_FILL_IN)
def withdraw_application(reference: str) -> ResponseReturnValue:
    """Give a draft up."""
    form = WithdrawForm()
    if form.validate_on_submit():
        actor = get_actor()
        service.withdraw_application(
            actor=actor,
            application_id=get_application_id(actor, reference),
            reason=str(form.reason.data),
        )
        flash(_("The application is withdrawn. It was not submitted."), "success")
        return to_application(reference)
    draft = service_viewing.open_application(actor=get_actor(), reference=reference)
    if not draft.is_draft:
        return to_application(draft.reference)
    return (
        render_template("applications/withdraw_application.html", form=form, draft=draft),
        form.status,
    )


@bp.get("/applications/<reference>/print")
@requires(Permission.APPLICATION_VIEW)
def print_application(reference: str) -> ResponseReturnValue:
    """All of it on paper, for the person or for the body that it goes to."""
    draft = service_viewing.print_application(actor=get_actor(), reference=reference)
    return render_template(
        "applications/print_application.html",
        draft=draft,
        sections=sum_up(draft),
        declaration=Markup(words.declaration_html(draft.definition, draft.language)),  # noqa: S704
        entry=get_service(draft.service).entry,
        words=words,
        Declarer=Declarer,
        SaidBack=SaidBack,
    )
