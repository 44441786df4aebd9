"""Pages of records of help: make one, look at it, print its receipt."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.casework.queries import find_case_of
from assistedaccess.casework.service import view_case
from assistedaccess.consent.queries import StatementView, list_statements
from assistedaccess.consent.rules import Mode
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import Choice
from assistedaccess.notices.sites import find_desk
from assistedaccess.people.models import Person
from assistedaccess.people.queries import PersonView, get_by_reference, get_person
from assistedaccess.people.service import open_person
from assistedaccess.services.queries import find_change_service

from . import service_helping, service_viewing, words
from .forms import OTHER_SERVICE, HelpForm
from .queries_help import find_last_service
from .queries_outcomes import is_awaited
from .rules import Word
from .views import bp, service_choices


@bp.route("/people/<person_reference>/records-of-help/new", methods=["GET", "POST"])
@requires(Permission.RECORD_OF_HELP_MAKE)
def make_record_of_help(person_reference: str) -> ResponseReturnValue:
    """Record help for a person, without a case."""
    person_id = get_by_reference(person_reference)
    form = _read_form()
    done = _make(form, person_id, None)
    if done is not None:
        return done
    person = open_person(actor=get_actor(), person_id=person_id)
    return _show(form, person, "", url_for("desk.view_person", reference=person_reference))


@bp.route("/cases/<case_reference>/records-of-help/new", methods=["GET", "POST"])
@requires(Permission.RECORD_OF_HELP_MAKE)
def make_record_of_help_in_case(case_reference: str) -> ResponseReturnValue:
    """Record help with what a case is about."""
    actor = get_actor()
    case_id, person_id = find_case_of(actor, case_reference)
    form = _read_form()
    done = _make(form, person_id, case_id)
    if done is not None:
        return done
    case = view_case(actor=actor, reference=case_reference)
    back = url_for("desk.view_case", reference=case.reference)
    return _show(form, get_person(person_id), case.service or "", back)


def _read_form() -> HelpForm:
    return HelpForm(service=request.args.get("service") or None)


def _offer(form: HelpForm, nation: str | None, last: str | None = None) -> None:
    """The services of the nation, the one that the person had help with last before all others."""
    choices = [
        Choice(each.value, each.label, reveals="other_service")
        if isinstance(each, Choice) and each.value == OTHER_SERVICE
        else each
        for each in service_choices(nation)
    ]
    form.service.choices = sorted(choices, key=lambda each: getattr(each, "value", "") != last)


def _make(form: HelpForm, person_id: UUID, case_id: UUID | None) -> ResponseReturnValue | None:
    """Record what was sent; None where the page is to be shown, with its errors if it has any."""
    if not form.is_submitted():
        return None
    _offer(form, None)
    if not form.validate():
        return None
    chosen = str(form.service.data)
    try:
        made = service_helping.make_record_of_help(
            actor=get_actor(),
            person_id=person_id,
            case_id=case_id,
            service=None if chosen == OTHER_SERVICE else chosen,
            other_service=form.other_service.data,
            asked=form.asked.data or "",
            word=str(form.word.data),
            said_yes=form.said_yes.data,
            language=form.language.data or "",
            their_reference=form.their_reference.data,
            note=form.note.data,
            was_sent=form.was_sent.data,
            request_key=form.request_key.data,
        )
    except InvalidInput as error:
        form.add_error(error.field, error.words)
        return None
    return redirect(url_for(".view_record_of_help", reference=made.reference), code=303)


def _show(
    form: HelpForm, person: Person | PersonView, of_case: str, back: str
) -> ResponseReturnValue:
    statement = _choose_statement(person.language)
    form.language.data = statement.language
    if not form.is_submitted() and not form.service.data:
        form.service.data = of_case or None
    last = find_last_service(get_actor(), person.id)
    _offer(form, person.nation, last)
    return (
        render_template(
            "applications/make_record_of_help.html",
            form=form,
            person=person,
            statement=statement,
            back=back,
        ),
        form.status,
    )


def _choose_statement(language: str) -> StatementView:
    """The words to tell the person: in their language where there are approved ones."""
    found = list_statements(Mode.ASSISTING)
    return next((one for one in found if one.language == language), found[0])


@bp.get("/records-of-help/<reference>")
@requires(Permission.APPLICATION_VIEW)
def view_record_of_help(reference: str) -> ResponseReturnValue:
    """What was recorded, and its receipt."""
    actor = get_actor()
    found = service_viewing.open_record_of_help(actor=actor, reference=reference)
    change = find_change_service(found.service) if found.service and found.was_sent else None
    return render_template(
        "applications/view_record_of_help.html",
        help=found,
        word=words.WORDS_OF[Word(found.word)],
        change=change.key if change is not None and change.has_form else "",
        is_awaited=is_awaited(actor, found.id),
    )


@bp.get("/records-of-help/<reference>/receipt")
@requires(Permission.APPLICATION_VIEW)
def print_receipt(reference: str) -> ResponseReturnValue:
    """The receipt, in the person's language."""
    actor = get_actor()
    found = service_viewing.print_receipt(actor=actor, reference=reference)
    with force_locale(get_person(found.person_id).language):
        return render_template(
            "applications/print_receipt.html",
            help=found,
            desk=find_desk(actor.organisation_id, actor.site_id),
        )
