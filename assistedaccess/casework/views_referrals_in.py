"""Pages of referrals in: how somebody came here."""

from __future__ import annotations

from uuid import UUID

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import Choice, Divider

from . import queries, queries_places, queries_referrals_in, service, service_referrals_in
from .forms_referrals import KINDS, OTHER_PLACE, CameByForm
from .views import back_to_case, bp


@bp.route("/cases/<reference>/came-by", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def record_referral_in(reference: str) -> ResponseReturnValue:
    """Write down which place sent the person here."""
    actor = get_actor()
    case = queries.get_case_by_reference(actor, reference)
    form = CameByForm(data={"came_on": clock.today()})
    form.place.choices = _choices(actor, case.person_id)
    if form.validate_on_submit():
        try:
            service_referrals_in.record_referral_in(
                actor=actor,
                case_id=case.id,
                kind=form.kind.data,
                came_on=form.came_on.data,
                words=form.words.data,
                wants_private=form.wants_private.data,
                other_place=form.other_place.data,
                request_key=form.request_key.data,
                **form.read_place(),
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("It stands in the case."), "success")
            return back_to_case(case.reference)
    service.view_case(actor=actor, reference=case.reference)  # a look, before it shows
    page = render_template("casework/record_referral_in.html", form=form, case=case)
    return page, form.status


def _choices(actor: Actor, person_id: UUID) -> list[Choice | Divider]:
    expected = [
        Choice(
            f"ref.{row.id}",
            _(
                "%(name)s, by a referral of %(day)s",
                name=row.from_name,
                day=format_date(clock.local(row.made_at), "d MMMM y"),
            ),
        )
        for row in queries_referrals_in.list_expected(actor, person_id)
    ]
    outside = [
        Choice(f"out.{place.id}", place.name) for place in queries_places.list_outside_places(actor)
    ]
    return [*expected, *outside, Choice(OTHER_PLACE, _("Another place, which I name below"))]


@bp.get("/came-by/<uuid:referral_in_id>")
@requires(Permission.TODAY_VIEW)
def view_referral_in(referral_in_id: UUID) -> ResponseReturnValue:
    """How somebody came, as far as its reader may see it."""
    page = service_referrals_in.view_referral_in(actor=get_actor(), referral_in_id=referral_in_id)
    return render_template("casework/view_referral_in.html", page=page, kinds=KINDS)
