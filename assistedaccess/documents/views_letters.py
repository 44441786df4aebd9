"""Pages about letters from the person."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.applications.views import yes_address
from assistedaccess.casework.queries import get_case_by_reference
from assistedaccess.casework.views import read_version
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import read_key

from . import service_letters as service
from . import words
from .forms import ChangeForm, ReadForm, SendForm, WriteForm
from .rules import LetterKind
from .views import bp


@bp.route("/cases/<reference>/letters/new", methods=["GET", "POST"])
@requires(Permission.CASE_CHANGE)
def write_letter(reference: str) -> ResponseReturnValue:
    """Choose what the letter is for; the rest is filled from the record."""
    actor = get_actor()
    chosen = request.args.get("kind", "")
    form = WriteForm(
        answers_id=str(read_key(request.args.get("answers")) or ""),
        kind=chosen if chosen in list(LetterKind) else None,
    )
    if form.validate_on_submit():
        try:
            made = service.write_letter(
                actor=actor,
                case_id=get_case_by_reference(actor, reference).id,
                kind=form.kind.data,
                recipient=form.recipient.data,
                why=form.why.data,
                their_reference=form.their_reference.data,
                decided_on=form.decided_on.data,
                new_address=form.new_address.data,
                moved_on=form.moved_on.data,
                answers_id=read_key(form.answers_id.data),
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The letter is written. Read it to the person now."), "success")
            return redirect(url_for(".view_letter", reference=made.reference), code=303)
    begun = service.begin_letter(actor=actor, reference=reference, kind=form.kind.data or chosen)
    case = begun.case
    page = render_template(
        "documents/write_letter.html",
        form=form,
        case=case,
        hindrance=begun.hindrance,
        yes=yes_address(case.person_reference, case.reference, case.service, _here()),
    )
    return page, form.status


def _here() -> str:
    return request.full_path if request.query_string else request.path


@bp.get("/letters/<reference>")
@requires(Permission.CASE_VIEW)
def view_letter(reference: str) -> ResponseReturnValue:
    """The letter, and what comes next: check it with the person, print it, send it."""
    return _show(reference, None)


def _show(reference: str, sent: ChangeForm | ReadForm | SendForm | None) -> ResponseReturnValue:
    """``sent`` is the form that was sent and has errors."""
    actor = get_actor()
    letter = service.open_letter(actor=actor, reference=reference)
    # The forms that were not sent are as new: what was sent for another must not empty them.
    change = sent if isinstance(sent, ChangeForm) else ChangeForm(formdata=None, text=letter.text)
    check = sent if isinstance(sent, ReadForm) else ReadForm(formdata=None)
    send = sent if isinstance(sent, SendForm) else SendForm(formdata=None)
    for form in (change, check, send):
        form.version.data = str(letter.version)
    return (
        render_template(
            "documents/view_letter.html",
            letter=letter,
            form=sent,
            change=change,
            check=check,
            send=send,
            yes=yes_address(
                letter.person_reference,
                letter.case_reference,
                letter.service,
                url_for(".view_letter", reference=letter.row.reference),
            ),
            may_change=is_allowed(actor, Permission.CASE_CHANGE) and letter.row.sent_at is None,
            words=words,
        ),
        sent.status if sent is not None else 200,
    )


@bp.post("/letters/<reference>/text")
@requires(Permission.CASE_CHANGE)
def change_letter(reference: str) -> ResponseReturnValue:
    """Other words; they are checked anew."""
    form = ChangeForm()
    if form.validate_on_submit():
        try:
            service.change_letter(
                actor=get_actor(),
                reference=reference,
                version=read_version(form),
                text=form.text.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The letter is saved."), "success")
            return _back(reference)
    return _show(reference, form)


@bp.post("/letters/<reference>/checked")
@requires(Permission.CASE_CHANGE)
def check_letter(reference: str) -> ResponseReturnValue:
    """The person knows these words and wants them sent."""
    form = ReadForm()
    if form.validate_on_submit():
        service.check_letter(
            actor=get_actor(),
            reference=reference,
            version=read_version(form),
            how=form.how.data,
        )
        flash(_("Saved. Print it, and let the person sign it."), "success")
        return _back(reference)
    return _show(reference, form)


@bp.post("/letters/<reference>/sent")
@requires(Permission.CASE_CHANGE)
def send_letter(reference: str) -> ResponseReturnValue:
    """The letter leaves the desk."""
    form = SendForm()
    if form.validate_on_submit():
        service.send_letter(
            actor=get_actor(),
            reference=reference,
            version=read_version(form),
            how=form.how.data,
        )
        flash(_("The letter is sent. A copy is kept here, and the person is told."), "success")
        return _back(reference)
    return _show(reference, form)


@bp.get("/letters/<reference>/print")
@requires(Permission.CASE_VIEW)
def print_letter(reference: str) -> ResponseReturnValue:
    """On paper, to be signed."""
    letter = service.open_letter(actor=get_actor(), reference=reference, prints=True)
    return render_template("documents/print_letter.html", letter=letter)


def _back(reference: str) -> ResponseReturnValue:
    return redirect(url_for(".view_letter", reference=reference), code=303)
