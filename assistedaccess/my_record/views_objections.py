"""“I did not agree to this”, at a desk; and the pages of whoever answers."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import Choice

from . import service, service_answering, service_objections, words
from .forms import AnswerForm, ObjectionForm
from .rules import HowAsked
from .story import Record
from .views import bp

OFFERED = 40
"""The newest things that can be ticked; for what is older, the person's own words."""


@bp.route("/people/<reference>/record/<uuid:reading_id>/not-agreed", methods=["GET", "POST"])
@requires(Permission.DELEGATION_END)
def raise_objection(reference: str, reading_id: UUID) -> ResponseReturnValue:
    """The person says that they did not agree: it stops now, and somebody from elsewhere looks."""
    actor = get_actor()
    reading = service.open_reading(
        actor=actor, reference=reference, reading_id=reading_id, is_to_read=False
    )
    form = ObjectionForm()
    offered = offer(reading.record, _("%(holder)s may act for them"))
    form.what.choices = list(offered.values())
    is_here = reading.telling.how is HowAsked.IN_FRONT
    if is_here:
        del form.is_proven
    if form.validate_on_submit():
        chosen = form.what.data or []
        try:
            service_objections.raise_objection(
                actor=actor,
                reading_id=reading_id,
                delegation_ids=[UUID(each[2:]) for each in chosen if each.startswith("d-")],
                event_ids=[UUID(each[2:]) for each in chosen if each.startswith("e-")],
                pending_ids=[UUID(each[2:]) for each in chosen if each.startswith("w-")],
                words=form.words.data or "",
                is_proven=is_here or bool(form.is_proven.data),
                request_key=form.request_key.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(
                _("It is stopped. Somebody from elsewhere looks into it and answers the person."),
                "success",
            )
            return redirect(
                url_for(".show_reading", reference=reference, reading_id=reading_id), code=303
            )
    return render_template(
        "my_record/raise_objection.html", form=form, reading=reading
    ), form.status


def offer(record: Record, may_act: str) -> dict[str, Choice]:
    """What can be ticked: what waits, who may act now, then what was done, newest first.

    ``may_act`` says of a ``holder`` that they may act."""
    offered = {
        f"w-{one.id}": Choice(
            f"w-{one.id}", str(words.WAITS) % {"what": one.title}, hint=words.NOT_YET
        )
        for one in record.waits
    }
    offered |= {
        f"d-{one.id}": Choice(
            f"d-{one.id}",
            may_act % {"holder": one.holder},
            hint=one.services,
        )
        for one in record.may_act
    }
    told = (words.DONE, words.SAID)
    acts = [line for line in reversed(record.lines) if line.kind in told]
    for line in acts[:OFFERED]:
        key = f"e-{line.event_id}"
        offered[key] = Choice(key, line.plain, hint=f"{line.spelt_day} {line.service}".strip())
    return offered


@bp.get("/objections")
@requires(Permission.OBJECTION_ANSWER)
def list_objections() -> ResponseReturnValue:
    """What waits for this reviewer, or stands in this auditor's remit."""
    return render_template(
        "my_record/list_objections.html",
        rows=service_answering.list_objections(actor=get_actor()),
    )


@bp.route("/objections/<reference>", methods=["GET", "POST"])
@requires(Permission.OBJECTION_ANSWER)
def answer_objection(reference: str) -> ResponseReturnValue:
    """One objection: what the person said, what it names, and the answer to them."""
    actor = get_actor()
    opened = service_answering.open_objection(actor=actor, reference=reference)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            service_objections.answer_objection(
                actor=actor,
                objection_id=opened.id,
                outcome=form.outcome.data or "",
                answer=form.answer.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The answer is on its way to the person."), "success")
            return redirect(url_for(".answer_objection", reference=reference), code=303)
    return render_template(
        "my_record/answer_objection.html", form=form, opened=opened, words=words
    ), form.status
