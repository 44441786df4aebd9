"""What a helper fills in about a person's access card."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    HiddenField,
    RadiosField,
    SubmitField,
)
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.notices.rules import Route

from .rules_cards import CardEnd, Delivery


class GiveCardForm(BaseForm):
    """How the person gets a card, and why, where they have one already."""

    request_key = HiddenField(default=new_request_key)
    replaces = RadiosField(
        _l("Why does the person need another card?"),
        choices=[
            Choice(CardEnd.LOST, _l("The old card is lost, or somebody else has seen it")),
            Choice(CardEnd.USED_UP, _l("Its numbers are used up, or nearly")),
        ],
        required=_l("Select why the person needs another card"),
    )
    delivery = RadiosField(
        _l("How does the person get the card?"),
        required=_l("Select how the person gets the card"),
    )
    save = SubmitField(_l("Make the card"))

    def offer(self, routes: Sequence[Route], *, has_card: bool) -> None:
        """Offer what is open to this person: over the desk, or to where a letter may go."""
        if not has_card:
            self.replaces.required = None
        self.delivery.choices = [
            Choice(
                Delivery.HANDED_OVER,
                _("I print it now and hand it over"),
                hint=_("It then cannot confirm what you do yourself. A colleague can use it."),
            ),
            *(
                Choice(
                    str(route.contact_point_id),
                    _("By post: %(address)s", address=", ".join(_lines(route))),
                    hint=_("A colleague prints it. You do not see its numbers."),
                )
                for route in routes
            ),
        ]


def _lines(route: Route) -> list[str]:
    return (route.address or "").splitlines()


class StopCardForm(BaseForm):
    """The person says that their card must not work any more."""

    stop = SubmitField(_l("Stop the card now"), warning=True)
