"""Pages about complaints: for the public, for whoever writes one down, for whoever answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, public, requires
from assistedaccess.accounts.browser import get_address
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.form_fields import Choice
from assistedaccess.kernel.ids import read_key, read_reference

from . import forms_complaints as forms
from . import (
    queries_complaint_ways,
    queries_complaints,
    service_complaint_letters,
    service_complaint_steps,
    service_complaints,
)
from .views import bp


@bp.route("/complain/new", methods=["GET", "POST"])
@public("who complains may have no account")
def make_complaint() -> ResponseReturnValue:
    """Anybody complains, with or without a name."""
    form = forms.MakeComplaintForm()
    form.organisation.choices = [Choice(*place) for place in queries_complaints.list_places()]
    if form.validate_on_submit():
        try:
            made = service_complaints.make_complaint(
                actor=PUBLIC,
                kinds=form.kinds.data,
                words=form.words.data,
                network=get_address(),
                organisation_reference=form.organisation.data,
                who=form.who.data or "",
                wanted=form.wanted.data or "",
                name=form.name.data or "",
                **form.way_to_tell,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.show_error(error.field, error.words)
        else:
            number = queries_complaints.get_complaint_reference(made)
            return redirect(url_for(".show_complaint_sent", number=number), 303)
    return render_template("casework/make_complaint.html", form=form), form.status


@bp.get("/complain/sent")
@public("it says that something was sent, and shows nothing of it")
def show_complaint_sent() -> ResponseReturnValue:
    """The number to ask with, and what happens now. It looks nothing up."""
    number = read_reference("G", request.args.get("number", ""))
    return render_template("casework/show_complaint_sent.html", number=number)


@bp.route("/complaints/new", methods=["GET", "POST"])
@requires(Permission.COMPLAINT_TAKE)
def take_down_complaint() -> ResponseReturnValue:
    """Write down what somebody says, rings or writes. It is not shown again."""
    form = forms.TakeDownComplaintForm(received_on=clock.today())
    if form.validate_on_submit():
        try:
            made = service_complaints.take_down_complaint(
                actor=get_actor(),
                kinds=form.kinds.data,
                words=form.words.data,
                way=form.way.data,
                received_on=form.received_on.data,
                who=form.who.data or "",
                wanted=form.wanted.data or "",
                name=form.name.data or "",
                **form.way_to_tell,
                about=form.about.data or "",
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.show_error(error.field, error.words)
        else:
            number = queries_complaints.get_complaint_reference(made)
            return redirect(url_for(".show_complaint_sent", number=number), 303)
    return render_template("casework/take_down_complaint.html", form=form), form.status


@bp.route("/complaints/ask", methods=["GET", "POST"])
@requires(Permission.COMPLAINT_TAKE)
def ask_about_complaint() -> ResponseReturnValue:
    """How far a complaint is, for somebody who stands there with its number."""
    form = forms.AskComplaintForm()
    progress = None
    if form.validate_on_submit():
        progress = service_complaints.ask_about_complaint(
            actor=get_actor(), number=form.number.data
        )
        if progress is None:
            form.add_error("number", _("No complaint has this number. Check each character"))
    return render_template(
        "casework/ask_about_complaint.html", form=form, progress=progress, today=clock.today()
    ), form.status


@bp.post("/complaints/no-more-messages")
@requires(Permission.COMPLAINT_TAKE)
def end_complaint_messages() -> ResponseReturnValue:
    """At the word of whoever has the number: nothing more goes to the address that was given."""
    form = forms.NoMoreMessagesForm()
    if not form.validate_on_submit():
        raise NotFound
    service_complaint_letters.end_complaint_messages(
        actor=get_actor(), number=form.number.data or ""
    )
    flash(_("No more messages go there. The address is forgotten."), "success")
    return redirect(url_for(".ask_about_complaint"), 303)


@bp.get("/complaints")
@requires(Permission.COMPLAINT_ANSWER)
def list_complaints() -> ResponseReturnValue:
    """What is open, oldest first; or answered, with what was learned."""
    answered = request.args.get("state") == "answered"
    page = queries_complaints.list_complaints(
        get_actor(), answered=answered, after=read_key(request.args.get("after"))
    )
    return render_template(
        "casework/list_complaints.html",
        page=page,
        answered=answered,
        to_print=queries_complaint_ways.list_letters_to_print(get_actor()),
        words=forms,
    )


@bp.route("/complaints/<reference>", methods=["GET", "POST"])
@requires(Permission.COMPLAINT_ANSWER)
def view_complaint(reference: str) -> ResponseReturnValue:
    """All of one complaint, and what is written to it."""
    actor = get_actor()
    form = forms.WriteToComplaintForm()
    if form.validate_on_submit():
        try:
            service_complaint_steps.write_to_complaint(
                actor=actor,
                reference=reference,
                kind=form.kind.data,
                text=form.text.data,
                how=form.how.data or "",
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("It is saved."), "success")
            return redirect(url_for(".view_complaint", reference=reference), 303)
    complaint = service_complaints.open_complaint(actor=actor, reference=reference)
    return render_template(
        "casework/view_complaint.html", complaint=complaint, form=form, words=forms
    ), form.status


@bp.post("/complaints/<reference>/take-over")
@requires(Permission.COMPLAINT_ANSWER)
def take_over_complaint(reference: str) -> ResponseReturnValue:
    """Become its owner."""
    service_complaint_steps.take_over_complaint(actor=get_actor(), reference=reference)
    flash(_("You deal with this complaint now."), "success")
    return redirect(url_for(".view_complaint", reference=reference), 303)


@bp.route("/complaints/<reference>/answer", methods=["GET", "POST"])
@requires(Permission.COMPLAINT_ANSWER)
def answer_complaint(reference: str) -> ResponseReturnValue:
    """The owner's answer."""
    actor = get_actor()
    form = forms.AnswerComplaintForm()
    if form.validate_on_submit():
        try:
            service_complaint_steps.answer_complaint(
                actor=actor,
                reference=reference,
                outcome=form.outcome.data,
                answer=form.answer.data,
                learned=form.learned.data or "",
                how=form.how.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The answer is saved. Print it for them if they wish."), "success")
            return redirect(url_for(".view_complaint", reference=reference), 303)
    complaint = service_complaints.open_complaint(actor=actor, reference=reference)
    return render_template(
        "casework/answer_complaint.html", complaint=complaint, form=form, words=forms
    ), form.status


@bp.route("/complaints/<reference>/about", methods=["GET", "POST"])
@requires(Permission.COMPLAINT_ANSWER)
def name_complained_of(reference: str) -> ResponseReturnValue:
    """Say which member it is about, so that they are kept away from it."""
    actor = get_actor()
    complaint = service_complaints.open_complaint(actor=actor, reference=reference)
    form = forms.NameComplainedOfForm()
    form.member.choices = [Choice(*member) for member in complaint.members]
    if form.validate_on_submit():
        try:
            service_complaint_steps.name_complained_of(
                actor=actor, reference=reference, membership_reference=form.member.data
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("They are kept away from this complaint."), "success")
            return redirect(url_for(".list_complaints"), 303)
    return render_template(
        "casework/name_complained_of.html", complaint=complaint, form=form
    ), form.status


@bp.get("/complaints/<reference>/letter")
@requires(Permission.COMPLAINT_ANSWER)
def print_complaint_letter(reference: str) -> ResponseReturnValue:
    """That we have it, or the answer, with the addresses outside, on paper."""
    complaint = service_complaints.open_complaint(actor=get_actor(), reference=reference)
    answer = next((one for one in complaint.entries if one.outcome), None)
    return render_template(
        "casework/print_complaint_letter.html", complaint=complaint, answer=answer, words=forms
    )


@bp.get("/complaints/<reference>/letters/<notice_reference>")
@requires(Permission.COMPLAINT_ANSWER)
def print_complaint_notice(reference: str, notice_reference: str) -> ResponseReturnValue:
    """A letter to whoever complained, with its address, for the owner to print."""
    letter = service_complaint_letters.print_complaint_notice(
        actor=get_actor(), reference=reference, notice_reference=notice_reference
    )
    return render_template("casework/print_complaint_notice.html", letter=letter)


@bp.post("/complaints/<reference>/letters/<notice_reference>/posted")
@requires(Permission.COMPLAINT_ANSWER)
def post_complaint_notice(reference: str, notice_reference: str) -> ResponseReturnValue:
    """Tick it off."""
    service_complaint_letters.post_complaint_notice(
        actor=get_actor(), reference=reference, notice_reference=notice_reference
    )
    flash(_("Marked as printed and posted."), "success")
    return redirect(url_for(".view_complaint", reference=reference), 303)
