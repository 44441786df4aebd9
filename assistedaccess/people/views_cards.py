"""Pages about a person's access card: give it, print it once, stop it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.notices.rules import Route

from . import cards, queries, service_cards
from .forms_cards import GiveCardForm, StopCardForm
from .routes import list_letter_routes
from .rules_cards import CARD_NUMBERS, Delivery
from .views import bp, open_for_page, try_command


def _to(endpoint: str, reference: str) -> ResponseReturnValue:
    return redirect(url_for(f"people.{endpoint}", reference=reference), code=303)


@bp.get("/people/<reference>/card")
@requires(Permission.PERSON_VIEW)
def show_card(reference: str) -> ResponseReturnValue:
    """The person's card, as far as a desk may see it: never its numbers."""
    person = open_for_page(queries.get_by_reference(reference))
    card = cards.find_card(person.id, get_actor().human_id)
    return render_template("people/show_card.html", person=person, card=card, all=CARD_NUMBERS)


@bp.route("/people/<reference>/card/give", methods=["GET", "POST"])
@requires(Permission.PERSON_CHANGE)
def give_card(reference: str) -> ResponseReturnValue:
    """Give the person a card, or another one in place of it."""
    actor = get_actor()
    person_id = queries.get_by_reference(reference)
    form = GiveCardForm()
    person = None

    def find() -> tuple[cards.CardView | None, list[Route]]:
        nonlocal person
        if not form.is_submitted():
            person = open_for_page(person_id)
        return cards.find_card(person_id, actor.human_id), list_letter_routes(person_id, actor)

    # Looked up with the look itself, so that the person is fetched once.
    card, routes = run_transaction(find)
    form.offer(routes, has_card=card is not None)
    if form.validate_on_submit():
        posted = form.delivery.data != Delivery.HANDED_OVER
        done = try_command(
            form,
            lambda: service_cards.issue_card(
                actor=actor,
                person_id=person_id,
                request_key=form.request_key.data or "",
                contact_point_id=UUID(form.delivery.data) if posted else None,
                replaces=form.replaces.data if card else None,
            ),
        )
        if done is not None and posted:
            flash(_("The card waits to be printed and posted by a colleague."), "success")
            return _to("show_card", reference)
        if done is not None:
            return _to("print_card", reference)
    person = person or open_for_page(person_id)
    return (
        render_template("people/give_card.html", form=form, person=person, card=card),
        form.status,
    )


@bp.get("/people/<reference>/card/print")
@requires(Permission.PERSON_CHANGE)
def print_card(reference: str) -> ResponseReturnValue:
    """The sheet: for who gave the card, until it is in the person's hand."""
    person_id = queries.get_by_reference(reference)
    card = service_cards.print_card(actor=get_actor(), person_id=person_id)
    return render_template("people/print_card.html", card=card, reference=reference)


@bp.post("/people/<reference>/card/handed-over")
@requires(Permission.PERSON_CHANGE)
def put_card_away(reference: str) -> ResponseReturnValue:
    """The person has it: nobody can print it again."""
    person_id = queries.get_by_reference(reference)
    service_cards.put_card_away(actor=get_actor(), person_id=person_id)
    flash(_("The person has their card. Nobody can print it again."), "success")
    return _to("show_card", reference)


@bp.route("/people/<reference>/card/stop", methods=["GET", "POST"])
@requires(Permission.DELEGATION_END)
def stop_card(reference: str) -> ResponseReturnValue:
    """Stop the card at the person's word, here or by telephone."""
    person_id = queries.get_by_reference(reference)
    form = StopCardForm()
    if form.validate_on_submit():
        service_cards.stop_card(actor=get_actor(), person_id=person_id)
        flash(_("The card does not work any more. The person is told."), "success")
        return _to("show_card", reference)
    person = open_for_page(person_id)
    card = cards.find_card(person_id, get_actor().human_id)
    if card is None:
        return _to("show_card", reference)
    return render_template(
        "people/stop_card.html", form=form, person=person, card=card
    ), form.status
