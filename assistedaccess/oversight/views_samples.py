"""Samples: order, draw, judge, and take away all that it takes to draw again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.accounts.guard import requires_fresh
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.form_fields import BaseForm, Choice

from . import queries_samples, rules_samples, sampling, service_samples, words
from .asking import describe_question, read_id, read_question
from .forms_samples import JudgeForm, OrderForm
from .remit import list_remit
from .rows import json_line
from .rules import LOOKS
from .rules_samples import SampleKind
from .views import bp, send_file

SHOWN_RATES = (50, 100, 200, 500, 1000)
SHOWN_CERTAINTIES = (9000, 9500, 9900)


@bp.get("/samples")
@requires(Permission.JOURNAL_VIEW)
def list_samples() -> ResponseReturnValue:
    """The samples of this office, newest first."""
    before = read_id(request.args.get("before"))
    return render_template(
        "oversight/list_samples.html",
        page=service_samples.list_samples(actor=get_actor(), before=before),
        is_first=before is None,
        may_write=is_allowed(get_actor(), Permission.FINDING_WRITE),
        words=words,
    )


@bp.route("/samples/new", methods=["GET", "POST"])
@requires(Permission.FINDING_WRITE)
def order_sample() -> ResponseReturnValue:
    """What is to be known, how sure, of what: the size is worked out, the draw comes later."""
    form = OrderForm()
    form.organisation.choices = [Choice(str(key), name) for key, name in list_remit(get_actor())]
    actions = sorted((str(words.say_action(action)), action) for action in LOOKS)
    form.action.choices = [Choice(action, said) for said, action in actions]
    if form.validate_on_submit():
        try:
            reference = service_samples.order_sample(
                actor=get_actor(), request_key=form.request_key.data, **_read_order(form)
            )
        except InvalidInput as error:
            form.add_error(error.field or "kind", error.words)
        else:
            flash(_("The sample is ordered. It is drawn by the next checkpoint."), "success")
            return redirect(url_for("oversight.view_sample", reference=reference), 303)
    return render_template(
        "oversight/order_sample.html", form=form, sizes=_list_sizes()
    ), form.status


def _list_sizes() -> list[tuple[int, list[int]]]:
    """So many are looked at to find one, by how common they are and how sure one wants to be."""
    whole = rules_samples.WHOLE
    return [
        (rate, [sampling.discovery_size(rate / whole, sure / whole) for sure in SHOWN_CERTAINTIES])
        for rate in SHOWN_RATES
    ]


def _read_order(form: OrderForm) -> dict[str, Any]:
    names = ("organisation", "kind", "explained", "action", "from_on", "until_on")
    given = {
        "organisation": form.organisation.data,
        "kind": form.what.data,
        "explained": form.explained.data,
        "action": form.action.data,
        "from_on": form.from_on.data.isoformat() if form.from_on.data else None,
        "until_on": form.until_on.data.isoformat() if form.until_on.data else None,
    }
    asked = [(name, str(given[name])) for name in names if given[name]]
    return {
        "kind": form.kind.data,
        "certainty": int(form.certainty.data),
        "rate": form.read_rate(),
        "expected": form.read_expected(),
        "question": read_question(MultiDict(asked)),
        "asked": asked,
    }


@bp.get("/samples/<reference>")
@requires(Permission.JOURNAL_VIEW)
def view_sample(reference: str) -> ResponseReturnValue:
    """The order, the draw, the items, and what may be said so far."""
    first = request.args.get("first", 0, type=int)
    if not 0 <= first <= rules_samples.MOST_IN_FRAME:
        raise NotFound
    view = service_samples.view_sample(actor=get_actor(), reference=reference, first=first)
    return render_template(
        "oversight/view_sample.html",
        view=view,
        described=describe_question(read_question(MultiDict(view.sample.asked)), None),
        form=BaseForm(),
        may_write=is_allowed(get_actor(), Permission.FINDING_WRITE),
        words=words,
        kinds=SampleKind,
    )


@bp.post("/samples/<reference>/draw")
@requires(Permission.FINDING_WRITE)
def draw_sample(reference: str) -> ResponseReturnValue:
    """Draw it by the first checkpoint that came after the order."""
    service_samples.draw_sample(actor=get_actor(), reference=reference)
    flash(_("The sample is drawn."), "success")
    return redirect(url_for("oversight.view_sample", reference=reference), 303)


@bp.route("/samples/<reference>/items/<uuid:item>", methods=["GET", "POST"])
@requires(Permission.FINDING_WRITE)
def judge_item(reference: str, item: UUID) -> ResponseReturnValue:
    """One item: in order, or not, and why."""
    form = JudgeForm()
    if form.validate_on_submit():
        try:
            place = service_samples.judge_item(
                actor=get_actor(),
                reference=reference,
                item=item,
                is_exception=form.verdict.data == "exception",
                words=form.words.data or "",
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Number %(number)s is judged.", number=place + 1), "success")
            first = queries_samples.begin_page(place)
            return redirect(url_for("oversight.view_sample", reference=reference, first=first), 303)
    view = service_samples.view_item(actor=get_actor(), reference=reference, item=item)
    return render_template(
        "oversight/judge_item.html", form=form, view=view, drawn=view.drawn[0], words=words
    ), form.status


@bp.get("/samples/<reference>/file")
@requires(Permission.JOURNAL_EXPORT)
@requires_fresh
def take_sample_away(reference: str) -> ResponseReturnValue:
    """Frame, size, checkpoint and draw in one file, to be drawn again by anybody."""
    sample, draw = service_samples.take_sample_away(actor=get_actor(), reference=reference)
    frame = rules_samples.unpack_frame(SampleKind(sample.kind), sample.frame)
    told = {
        "sample": sample.reference,
        "kind": sample.kind,
        "asked": sample.asked,
        "size": sample.size,
        "ordered_at": sample.ordered_at.isoformat(),
        "order_event": str(sample.order_event_id),
        "frame_hash": sample.frame_hash.hex(),
        "frame": [key for key, _ in frame],
        "pence": [amount for _, amount in frame] if sample.kind == SampleKind.MONETARY else None,
        "checkpoint": draw.note if draw else None,
        "chosen": draw.chosen if draw else None,
        "rule": 'rank = SHA-256("assistedaccess sample 1\\n" + hex(SHA-256(checkpoint)) + "\\n" + '
        "item); the sample is the items of the smallest rank (monetary: see oversight/sampling.py)",
    }
    return send_file(json_line(told), "application/json", f"sample-{sample.reference}.json")
