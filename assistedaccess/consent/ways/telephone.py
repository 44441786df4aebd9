"""By telephone: the helper rings the number on record, never the other way round (C07)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext as _

from assistedaccess.kernel.errors import InvalidInput

from .base import Asking, Confirmed, NotConfirmed, Way
from .card import check_card
from .code import Phone, check_texted_code, list_numbers


class TelephoneWay(Way):
    """The helper rings a number of the person's own; a card number or a texted code goes with it.

    Given: rang (the id of the number on record), who_rang (helper or person), proof (code or
    card), code or number.
    """

    key = "telephone"

    def find_obstacle(self, asking: Asking) -> str:
        if not asking.is_by_telephone:
            return _("The person is with you. This is for a telephone call.")
        if not list_numbers(asking.actor, asking.person):
            return _("The record has no number of the person’s own that is safe to ring.")
        return ""

    def confirm(self, asking: Asking, given: Mapping[str, str]) -> Confirmed | NotConfirmed:
        obstacle = self.find_obstacle(asking)
        if obstacle:
            raise InvalidInput("rang", obstacle)
        rung = self._find_rung(asking, given)
        evidence = rung.evidence_of(self.key)
        proof = given.get("proof", "")
        if proof == "code":
            phone = check_texted_code(asking, given.get("code", ""))
            if isinstance(phone, NotConfirmed):
                return phone
            # The text may go to another number than was rung: the weaker of the two counts.
            evidence = replace(
                evidence,
                contact_by_helper=evidence.contact_by_helper or phone.by_helper,
                contact_is_new=evidence.contact_is_new or phone.is_new,
                contact_is_shared=evidence.contact_is_shared or phone.is_shared,
            )
            kept = {"proof": "code", "phone": phone.number}
        elif proof == "card":
            card = check_card(asking, given.get("number", ""))
            if isinstance(card, NotConfirmed):
                return card
            kept = {"proof": "card", "card": card.reference}
        else:
            raise InvalidInput("proof", _("Select what the person read out to you"))
        return Confirmed(evidence, {**kept, "rung": rung.number}, contact_point_id=rung.id)

    def _find_rung(self, asking: Asking, given: Mapping[str, str]) -> Phone:
        if given.get("who_rang") != "helper":
            # Anybody can ring and say that they are the person.
            raise InvalidInput(
                "who_rang", _("End this call. Then ring the person on a number from this list")
            )
        for phone in list_numbers(asking.actor, asking.person):
            if str(phone.id) == given.get("rang"):
                return phone
        raise InvalidInput("rang", _("Select the number that you rang"))
