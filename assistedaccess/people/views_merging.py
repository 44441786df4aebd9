"""Pages on which two records of one human are merged, and taken apart again."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission, Role, get_actor, requires
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.form_fields import BaseForm, SubmitField, TextAreaField, TextField

from . import inputs, queries, queries_merging, service_merging, words_merging
from .service import open_person
from .views import bp, record_address, try_command


class ChooseMergeForm(BaseForm):
    """Which other record is the person's too."""

    reference = TextField(
        _l("Which other record is theirs?"),
        name_in_errors=_l("The reference"),
        hint=_l("The reference of the record that you keep, like P-7K3M-9QTR"),
        required=_l("Enter the reference of the other record"),
        max_length=60,
        width=20,
        spellcheck=False,
    )
    save = SubmitField(_l("Look at both"))


class MergeForm(BaseForm):
    """Both are one person's."""

    why = TextAreaField(
        _l("How do you know that they are one person?"),
        name_in_errors=_l("How you know"),
        hint=_l("For example: the person is here, and knows what stands in both."),
        required=_l("Enter how you know that they are one person"),
        max_length=inputs.LONGEST_SHORT_NOTE,
        rows=3,
    )
    save = SubmitField(_l("Ask for them to be merged"))


class UndoMergeForm(BaseForm):
    """They are two people after all."""

    reason = TextAreaField(
        _l("How do you know that they are two people?"),
        name_in_errors=_l("How you know"),
        required=_l("Enter how you know that they are two people"),
        max_length=inputs.LONGEST_SHORT_NOTE,
        rows=3,
    )
    save = SubmitField(_l("Take them apart"))


@bp.route("/people/<reference>/merge", methods=["GET", "POST"])
@requires(Permission.PERSON_MERGE)
def choose_merge(reference: str) -> ResponseReturnValue:
    """Ask which record is kept; nothing of either is shown here."""
    person_id = queries.get_by_reference(reference)
    form = ChooseMergeForm()
    if form.validate_on_submit():
        kept_id = queries.find_by_reference(form.reference.data or "")
        if kept_id is None:
            form.add_error("reference", _("No record here has this reference"))
        elif kept_id == person_id:
            form.add_error("reference", _("This is the same record. Enter the other one"))
        else:
            kept_reference = queries.get_person(kept_id).reference
            return redirect(
                url_for(".merge_records", reference=reference, kept_reference=kept_reference),
                code=303,
            )
    page = render_template("people/choose_merge.html", form=form, reference=reference)
    return page, form.status


@bp.route("/people/<reference>/merge/<kept_reference>", methods=["GET", "POST"])
@requires(Permission.PERSON_MERGE)
def merge_records(reference: str, kept_reference: str) -> ResponseReturnValue:
    """Both records side by side, and why they are one person's; a second human decides."""
    person_id, kept_id = queries_merging.get_pair(reference, kept_reference)
    form = MergeForm()
    if form.validate_on_submit():
        done = try_command(
            form,
            lambda: service_merging.merge_records(
                actor=get_actor(),
                person_id=person_id,
                kept_person_id=kept_id,
                why=form.why.data or "",
            ),
            "why",
        )
        if done is not None:
            return redirect(record_address(kept_reference), code=303)
    page = render_template(
        "people/merge_records.html",
        form=form,
        comparison=service_merging.compare_records(
            actor=get_actor(), person_id=person_id, kept_person_id=kept_id
        ),
        words=words_merging,
    )
    return page, form.status


@bp.route("/people/<reference>/merge-mistake", methods=["GET", "POST"])
@requires(Permission.MERGE_UNDO)
def undo_merge(reference: str) -> ResponseReturnValue:
    """Take two merged records apart: by two humans, or by a safeguarding lead."""
    person_id = queries.get_by_reference(reference)
    kept_reference = queries_merging.find_kept_reference(person_id)
    if kept_reference is None:
        raise NotFound
    form = UndoMergeForm()
    if form.validate_on_submit():
        done = try_command(
            form,
            lambda: service_merging.undo_merge(
                actor=get_actor(), person_id=person_id, reason=form.reason.data or ""
            ),
            "reason",
        )
        if done is not None:
            flash(_("They are two records again."), "success")
            return redirect(record_address(reference), code=303)
    actor = get_actor()
    page = render_template(
        "people/undo_merge.html",
        form=form,
        person=open_person(actor=actor, person_id=person_id),
        kept_reference=kept_reference,
        is_lead=actor.role == Role.SAFEGUARDING_LEAD,
    )
    return page, form.status
