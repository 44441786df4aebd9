"""Pages to find, register and change a person. Views of contact: views_contact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.audit.explain import DetailsCovered, ReasonNeeded
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.form_fields import BaseForm
from assistedaccess.kernel.partial_date import UNKNOWN_DATE, PartialDate
from assistedaccess.kernel.return_path import find_safe_path

from . import queries, queries_matching, service, service_identity, service_search
from .forms import (
    ChangePersonForm,
    FindPersonForm,
    IdentityEvidenceForm,
    ProtectForm,
    ReasonForm,
    RegisterPersonForm,
)
from .queries import PersonView
from .rules import SPOKEN_LANGUAGES

bp = Blueprint("people", __name__)


def record_address(reference: str) -> str:
    """Where a person's record is read: the desk's page, which stands above and is known by name."""
    return url_for("desk.view_person", reference=reference)


def open_for_page(person_id: UUID) -> PersonView:
    """The recorded look with which each page that shows details of a person begins."""
    return service.open_person(actor=get_actor(), person_id=person_id, needs_details=True)


def try_command(form: BaseForm, run: Callable[[], Any], other_field: str = "") -> Any | None:
    """What the command returns, or None with its objection at the field."""
    try:
        return run()
    except InvalidInput as error:
        form.add_error(error.field or other_field, error.words)
        return None


def read_version(form: Any) -> int:
    """The version that the page showed. Raises InvalidInput for a page that was tampered with."""
    text = form.version.data or ""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidInput("version", _("Open the page again"))
    return int(text)


@bp.route("/people", methods=["GET", "POST"])
@requires(Permission.PERSON_FIND)
def find_person() -> ResponseReturnValue:
    """Search: by reference, or by name and one other fact. Nobody is browsed."""
    form = FindPersonForm()
    if form.validate_on_submit():
        outcome = try_command(
            form,
            lambda: service_search.search_people(
                actor=get_actor(),
                why=form.why.data,
                why_words=form.why_words.data,
                by=form.by.data,
                name=form.name.data,
                value=form.value,
            ),
        )
        if outcome is not None:
            return redirect(url_for(".list_results", search_id=outcome.search_id), code=303)
    may_register = is_allowed(get_actor(), Permission.PERSON_REGISTER)
    return (
        render_template("people/find_person.html", form=form, may_register=may_register),
        form.status,
    )


@bp.get("/people/results/<uuid:search_id>")
@requires(Permission.PERSON_FIND)
def list_results(search_id: UUID) -> ResponseReturnValue:
    """What a search found. Only for who searched."""
    account_id = get_actor().account_id
    found = queries_matching.find_search_results(account_id, search_id) if account_id else None
    if found is None:
        raise NotFound
    search, people = found
    return render_template(
        "people/list_results.html",
        people=[(person, record_address(person.reference)) for person in people],
        has_more=search.has_more,
        search_id=search_id,
        may_register=is_allowed(get_actor(), Permission.PERSON_REGISTER),
    )


@bp.route("/people/register", methods=["GET", "POST"])
@requires(Permission.PERSON_REGISTER)
def register_person() -> ResponseReturnValue:
    """Register a person; first show who they may be already. What was searched for is filled in."""
    form = RegisterPersonForm()
    if request.method == "GET":
        form = RegisterPersonForm(data=_read_searched(request.args.get("search", type=UUID)))
    wants_to_edit = "edit" in request.form  # back from the page of likely records
    if form.validate_on_submit() and not wants_to_edit:
        done = try_command(
            form,
            lambda: service.register_person(
                actor=get_actor(),
                request_key=form.request_key.data or "",
                **form.details,
                housing=form.housing.data,
                address=form.address,
                hides_address=form.hides_address.data,
                letters_are_safe=form.letters_are_safe.data and form.address is not None,
                contact_points=form.contact_points,
                **form.safe_contact,
                somebody_else=request.form.getlist("somebody_else"),
            ),
        )
        if done is not None and done.reference is not None:
            flash(
                _("Person registered. Their reference is %(ref)s.", ref=done.reference), "success"
            )
            return redirect(record_address(done.reference), code=303)
        if done is not None:
            return render_template(
                "people/confirm_new_person.html",
                duplicates=[(one, record_address(one.reference)) for one in done.duplicates],
                carried=_carry(form),
            )
    return render_template("people/register_person.html", form=form), form.status


def _read_searched(search_id: UUID | None) -> dict[str, Any]:
    """What the helper typed when they searched for the person, as far as a record has it."""
    account_id = get_actor().account_id
    if search_id is None or account_id is None:
        return {}
    searched = queries_matching.find_searched(account_id, search_id)
    fields: dict[str, Any] = {"name": searched.get("name")}
    if searched.get("by") == service_search.SearchBy.BIRTH_DATE:
        fields["birth_date"] = PartialDate.from_text(searched["value"])
    if searched.get("by") == service_search.SearchBy.NINO:
        fields["national_insurance_number"] = searched["value"]
    return fields


def _carry(form: BaseForm) -> list[tuple[str, str]]:
    """What was entered, to be sent again with the word that it is somebody else."""
    dropped = {"csrf_token", "somebody_else", "save", "edit"}
    return [(name, value) for name, value in request.form.items(multi=True) if name not in dropped]


def spoken_language(code: str) -> str:
    """A language by its own name in the list, or as it was written."""
    return SPOKEN_LANGUAGES.get(code, code)


def ask_reason(error: ReasonNeeded) -> ResponseReturnValue:
    """Nothing explains this look: ask the reason, then go back to the page."""
    person = queries.get_person(error.person_id)
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(
        url_for("people.state_reason", reference=person.reference, next=find_safe_path(back)),
        code=303,
    )


@bp.route("/people/<reference>/reason", methods=["GET", "POST"])
@requires(Permission.PERSON_VIEW)
def state_reason(reference: str) -> ResponseReturnValue:
    """Ask why somebody needs the record. Shows nothing of the person but the reference."""
    person_id = queries.get_by_reference(reference)
    form = ReasonForm()
    if form.validate_on_submit():
        done = try_command(
            form,
            lambda: service.state_reason(
                actor=get_actor(),
                person_id=person_id,
                reason=form.why.data,
                words=form.why_words.data,
            ),
        )
        if done is not None:
            back = find_safe_path(request.args.get("next"))
            return redirect(back or record_address(reference), code=303)
    return render_template("people/state_reason.html", form=form, reference=reference), form.status


def show_covered(
    error: DetailsCovered, reopen: tuple[str, dict[str, int]] | None = None
) -> ResponseReturnValue:
    """The page shows more than a stated reason opens: what uncovers it, and how.

    ``reopen``: the address and the fields that reopen the closed case which was asked for.
    """
    return render_template(
        "people/show_covered.html",
        person=queries.get_person(error.person_id),
        error=error,
        may_open_case=is_allowed(get_actor(), Permission.CASE_OPEN),
        is_family=get_actor().is_family,
        reopen=reopen,
    ), 403


@bp.route("/people/<reference>/protection", methods=["GET", "POST"])
@requires(Permission.PERSON_PROTECT)
def set_protection(reference: str) -> ResponseReturnValue:
    """Protect a record, so that lists show nothing of it."""
    person_id = queries.get_by_reference(reference)
    form = ProtectForm()
    if form.validate_on_submit():
        done = try_command(
            form,
            lambda: service.set_protection(
                actor=get_actor(),
                person_id=person_id,
                protect=not form.unprotect.data,
                words=form.words.data or "",
            ),
        )
        if done is not None:
            flash(_("Saved."), "success")
            return redirect(record_address(reference), code=303)
    person = service.open_person(actor=get_actor(), person_id=person_id)
    return render_template("people/set_protection.html", form=form, person=person), form.status


@bp.route("/people/<reference>/details", methods=["GET", "POST"])
@requires(Permission.PERSON_CHANGE)
def change_person(reference: str) -> ResponseReturnValue:
    """Change who the person is and what helps them."""
    person_id = queries.get_by_reference(reference)
    form = ChangePersonForm()
    if form.validate_on_submit():
        done = try_command(
            form,
            lambda: service.change_person(
                actor=get_actor(), person_id=person_id, version=read_version(form), **form.details
            ),
        )
        if done is not None:
            flash(_("Saved."), "success")
            return redirect(record_address(reference), code=303)
    person = open_for_page(person_id)
    if not form.is_submitted():
        form = ChangePersonForm(data=_details_of(person))
    return render_template("people/change_person.html", form=form, person=person), form.status


def _details_of(person: PersonView) -> dict[str, Any]:
    listed = person.spoken_language in SPOKEN_LANGUAGES
    return {
        "version": str(person.version),
        "name": person.name,
        "known_as": person.known_as,
        "birth_date": None if person.birth_date == UNKNOWN_DATE else person.birth_date,
        "nation": person.nation,
        "national_insurance_number": person.shown_nino,
        "spoken_language": person.spoken_language if listed else "other",
        "other_language": None if listed else person.spoken_language,
        "needs_interpreter": person.needs_interpreter,
        "language": person.language,
        "formats": list(person.formats),
        "hearing": list(person.hearing),
        "support_needs": person.support_needs,
    }


@bp.route("/people/<reference>/identity", methods=["GET", "POST"])
@requires(Permission.PERSON_CHANGE)
def add_identity_evidence(reference: str) -> ResponseReturnValue:
    """By what we know who the person is, and one more of it."""
    person_id = queries.get_by_reference(reference)
    form = IdentityEvidenceForm()
    if form.validate_on_submit():
        done = try_command(
            form,
            lambda: service_identity.add_identity_evidence(
                actor=get_actor(),
                person_id=person_id,
                kind=form.kind.data,
                level=form.level.data,
                what_was_seen=form.what_was_seen.data,
            ),
        )
        if done is not None:
            flash(_("Added."), "success")
            return redirect(url_for(".add_identity_evidence", reference=reference), code=303)
    person = open_for_page(person_id)
    return render_template(
        "people/add_identity_evidence.html",
        form=form,
        person=person,
        evidence=queries.list_identity_evidence(person.id),
        kinds={choice.value: choice.label for choice in form.kind.list_choices()},
        levels={choice.value: choice.label for choice in form.level.list_choices()},
    ), form.status


@bp.post("/people/<reference>/identity/<uuid:evidence_id>/end")
@requires(Permission.PERSON_CHANGE)
def end_identity_evidence(reference: str, evidence_id: UUID) -> ResponseReturnValue:
    """Let a piece of evidence count no longer."""
    service_identity.end_identity_evidence(actor=get_actor(), evidence_id=evidence_id)
    flash(_("This counts no longer."), "success")
    return redirect(url_for(".add_identity_evidence", reference=reference), code=303)
