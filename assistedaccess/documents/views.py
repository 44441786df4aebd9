"""Pages about documents, and about letters that came for the person."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.applications import files, files_rules, scanning
from assistedaccess.applications.files_rules import BadFile
from assistedaccess.applications.views_evidence import FAULTS, LARGEST_REQUEST, SCANS
from assistedaccess.casework.forms import VersionForm
from assistedaccess.casework.queries import get_case_by_reference
from assistedaccess.casework.service import view_case
from assistedaccess.casework.views import read_version
from assistedaccess.kernel import undo
from assistedaccess.kernel.downloads import attach
from assistedaccess.kernel.errors import InvalidInput

from . import queries, service, words
from .forms import AnsweredForm, DocumentForm, ReadForm, ReceivedForm
from .rules import Step
from .service import SentFile

bp = Blueprint("documents", __name__)


@bp.get("/cases/<reference>/documents")
@requires(Permission.CASE_VIEW)
def list_documents(reference: str) -> ResponseReturnValue:
    """The documents of a case and its letters, with what is left to do with them."""
    actor = get_actor()
    case = view_case(actor=actor, reference=reference)
    return render_template(
        "documents/list_documents.html",
        case=case,
        documents=queries.list_documents(case.id),
        letters=queries.list_letters(case.id),
        may_change=is_allowed(actor, Permission.CASE_CHANGE) and not case.is_closed,
        words=words,
    )


@bp.route("/cases/<reference>/documents/new", methods=["GET", "POST"])
@requires(Permission.CASE_CHANGE)
def add_document(reference: str) -> ResponseReturnValue:
    """Keep what the person brought."""
    actor = get_actor()
    case = get_case_by_reference(actor, reference)
    form = DocumentForm()
    if form.validate_on_submit():
        try:
            made = service.add_document(
                actor=actor,
                case_id=case.id,
                title=form.title.data,
                proves=form.proves.data,
                valid_until=form.valid_until.data,
                text=form.text.data,
                file=take_file(form.file.data),
                request_key=form.request_key.data,
            )
        except BadFile as error:
            form.add_error("file", str(FAULTS[error.fault]))
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The document is kept."), "success")
            return redirect(url_for(".view_document", document_id=made), code=303)
    view_case(actor=actor, reference=case.reference)  # a look, before it shows
    return render_template("documents/add_document.html", form=form, case=case), form.status


@bp.route("/cases/<reference>/documents/received", methods=["GET", "POST"])
@requires(Permission.CASE_CHANGE)
def receive_letter(reference: str) -> ResponseReturnValue:
    """Take in a letter that came for the person."""
    actor = get_actor()
    case = get_case_by_reference(actor, reference)
    form = ReceivedForm()
    if form.validate_on_submit():
        try:
            made = service.receive_letter(
                actor=actor,
                case_id=case.id,
                title=form.title.data,
                dated_on=form.dated_on.data,
                answer_by=form.answer_by.data,
                text=form.text.data,
                file=take_file(form.file.data),
                request_key=form.request_key.data,
            )
        except BadFile as error:
            form.add_error("file", str(FAULTS[error.fault]))
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The letter is taken in. The person is told that it came."), "success")
            return redirect(url_for(".view_document", document_id=made), code=303)
    view_case(actor=actor, reference=case.reference)  # a look, before it shows
    return render_template("documents/receive_letter.html", form=form, case=case), form.status


add_document.max_content_length = LARGEST_REQUEST  # type: ignore[attr-defined]
receive_letter.max_content_length = LARGEST_REQUEST  # type: ignore[attr-defined]


def take_file(sent: FileStorage | None) -> SentFile | None:
    """A clean copy of the file that was sent, scanned. Raises BadFile. Slow, so outside of any
    transaction."""
    if sent is None:
        return None
    made = files.clean_file(sent.stream.read(files_rules.LARGEST + 1))
    scan = scanning.scan_file(made.content, current_app.config["SETTINGS"].clamd)
    return SentFile(sent.filename or "", str(made.kind), made.content, str(scan))


@bp.get("/documents/<uuid:document_id>")
@requires(Permission.CASE_VIEW)
def view_document(document_id: UUID) -> ResponseReturnValue:
    """What it is, what it proves, what it says; of a letter also what comes next."""
    return _show(document_id, ReadForm(), AnsweredForm())


def _show(document_id: UUID, read: ReadForm, answered: AnsweredForm) -> ResponseReturnValue:
    actor = get_actor()
    found = service.open_document(actor=actor, document_id=document_id)
    form: ReadForm | AnsweredForm = read if found.row.step is Step.READ else answered
    form.version.data = str(found.version)
    return (
        render_template(
            "documents/view_document.html",
            document=found,
            form=form,
            may_change=is_allowed(actor, Permission.CASE_CHANGE),
            words=words,
            scans=SCANS,
        ),
        form.status,
    )


@bp.get("/documents/<uuid:document_id>/file")
@requires(Permission.CASE_VIEW)
def open_file(document_id: UUID) -> ResponseReturnValue:
    """The file, to be saved: never shown by the browser as a page of ours."""
    found = service.open_file(actor=get_actor(), document_id=document_id)
    return attach(found.content, found.kind, found.name)


@bp.post("/documents/<uuid:document_id>/read")
@requires(Permission.CASE_CHANGE)
def note_read(document_id: UUID) -> ResponseReturnValue:
    """The person knows what the letter says."""
    form = ReadForm()
    if form.validate_on_submit():
        service.note_read(
            actor=get_actor(),
            document_id=document_id,
            version=read_version(form),
            how=form.how.data,
        )
        flash(_("Saved."), "success")
        return redirect(url_for(".view_document", document_id=document_id), code=303)
    return _show(document_id, form, AnsweredForm())


@bp.post("/documents/<uuid:document_id>/answered")
@requires(Permission.CASE_CHANGE)
def note_answered(document_id: UUID) -> ResponseReturnValue:
    """The letter is answered, or needs no answer."""
    form = AnsweredForm()
    if form.validate_on_submit():
        with undo.offering() as offered:
            service.note_answered(
                actor=get_actor(),
                document_id=document_id,
                version=read_version(form),
                answer=form.answer.data,
            )
        flash(offered.banner(_("Saved.")), "success")
        return redirect(url_for(".view_document", document_id=document_id), code=303)
    return _show(document_id, ReadForm(), form)


@bp.post("/documents/<uuid:document_id>/filed")
@requires(Permission.CASE_CHANGE)
def file_letter(document_id: UUID) -> ResponseReturnValue:
    """Put the letter away."""
    with undo.offering() as offered:
        service.file_letter(
            actor=get_actor(), document_id=document_id, version=read_version(VersionForm())
        )
    flash(offered.banner(_("The letter is filed.")), "success")
    return redirect(url_for(".view_document", document_id=document_id), code=303)
