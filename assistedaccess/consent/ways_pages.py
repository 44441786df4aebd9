"""What the page of each way shows beside its form; its template is delegation/confirm_by_<way>."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.form_fields import BaseForm, Choice
from assistedaccess.organisations.models import Organisation, Site
from assistedaccess.people import cards
from assistedaccess.people.routes import list_letter_routes

from . import forms_ways as forms
from . import queries, words
from .forms_seen import AskColleagueForm
from .rules_codes import CodeKind, CodeState
from .rules_paper import SCAN_WITHIN
from .rules_strength import compute_strength
from .terms import terms_of
from .ways import Asking, Phone, find_code, find_sighting, list_phones, weigh
from .ways.card import find_card_obstacle
from .ways.code import find_state, list_numbers
from .ways.paper import find_paper_obstacle

Context = Callable[[Asking, BaseForm], dict[str, Any]]


def _nothing(asking: Asking, form: BaseForm) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class WayPage:
    """The form of a way, and what else its template shows. ``more`` also offers the choices."""

    form: type[BaseForm]
    more: Context = _nothing


def _show_code(asking: Asking, form: BaseForm) -> dict[str, Any]:
    powers = terms_of(asking.request).powers
    policy = queries.get_policy()
    phones = []
    for phone in list_phones(asking.actor, asking.person):
        assessment = weigh(phone.evidence, asking.person, asking.request)
        doubts = [words.REASONS[reason] for reason in assessment.limiting] if phone.doubts else []
        phones.append((phone, doubts, policy.list_short(powers, assessment.strength)))
    return {"phones": phones, "code": _find_sent(asking, CodeKind.TEXT)}


def _find_sent(asking: Asking, kind: CodeKind) -> Any:
    code = find_code(asking.request.id, kind=kind)
    if code is None or code.voided_at is not None or code.terms_hash != asking.request.terms_hash:
        return None
    if kind is CodeKind.LETTER and find_state(code, asking) is not CodeState.LIVE:
        return None
    return code


def _show_card(asking: Asking, form: BaseForm) -> dict[str, Any]:
    return {
        "card_obstacle": find_card_obstacle(asking),
        "asked": cards.find_asked(asking.person.id, asking.request.id),
    }


def _show_telephone(asking: Asking, form: BaseForm) -> dict[str, Any]:
    numbers = list_numbers(asking.actor, asking.person)
    assert isinstance(form, forms.TelephoneForm)  # noqa: S101
    form.rang.choices = [Choice(str(one.id), one.spelt, hint=_list_doubts(one)) for one in numbers]
    return {**_show_code(asking, form), **_show_card(asking, form), "numbers": numbers}


def _list_doubts(phone: Phone) -> str:
    if not phone.doubts:
        return ""
    limiting = compute_strength(phone.evidence_of("telephone")).limiting
    return _("Proves less: %(why)s", why="; ".join(str(words.REASONS[one]) for one in limiting))


def _show_voucher(asking: Asking, form: BaseForm) -> dict[str, Any]:
    return {"sighting": find_sighting(asking.request), "ask_form": AskColleagueForm(formdata=None)}


def _show_post(asking: Asking, form: BaseForm) -> dict[str, Any]:
    return {
        "routes": list_letter_routes(asking.person.id, asking.actor),
        "code": _find_sent(asking, CodeKind.LETTER),
    }


def _show_paper(asking: Asking, form: BaseForm) -> dict[str, Any]:
    return {
        "paper_obstacle": find_paper_obstacle(asking),
        "scan_until": clock.today() + SCAN_WITHIN,
    }


def _show_witness(asking: Asking, form: BaseForm) -> dict[str, Any]:
    """The telephones of the shared pool; one statement."""
    rows = get_session().execute(
        select(Site.name, Site.phone)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .where(
            Organisation.is_pool,
            Organisation.id != asking.actor.organisation_id,
            Organisation.closed_on.is_(None),
            Site.phone.is_not(None),
        )
        .order_by(Site.name)
        .limit(10)
    )
    return {"pool": [(row.name, row.phone) for row in rows]}


PAGES: Mapping[str, WayPage] = {
    "code": WayPage(forms.CodeForm, _show_code),
    "card": WayPage(forms.CardForm, _show_card),
    "signature": WayPage(forms.SignatureForm),
    "paper": WayPage(forms.PaperForm, _show_paper),
    "witness": WayPage(forms.WitnessForm, _show_witness),
    "voucher": WayPage(forms.VoucherForm, _show_voucher),
    "interpreter": WayPage(forms.InterpreterForm),
    "telephone": WayPage(forms.TelephoneForm, _show_telephone),
    "post": WayPage(forms.PostForm, _show_post),
    "home_visit": WayPage(forms.HomeVisitForm, _show_paper),
}
