"""From what an auditor types to a question, from a question to an address, and back: so that no
name and no number stands in an address."""

from __future__ import annotations

import re
from datetime import date, time
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from assistedaccess.access import get_actor
from assistedaccess.audit import Action, Outcome
from assistedaccess.delegation.queries import find_delegation, list_life
from assistedaccess.kernel import encryption
from assistedaccess.kernel.canonical import (
    BANK_ACCOUNT,
    CONTACT_POINT,
    canonical_bank_account,
    canonical_email,
    canonical_phone,
)
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.form_fields import Choice
from assistedaccess.kernel.ids import read_reference
from assistedaccess.people.queries import find_by_reference
from assistedaccess.services.queries import list_services

from . import queries, words
from .forms import AskForm
from .remit import list_remit
from .rules import NO_SITE, Explained, Kind, Question, Took
from .rules_time import read_at

S = TypeVar("S", bound=StrEnum)
Pairs = list[tuple[str, str]]
MOST_IDS = 50
LONGEST_SERVICE = 60
SELECTED = ("organisation", "kind", "explained", "action", "outcome", "service")


def make_ask_form(asked: Question | None = None, person: str | None = None) -> AskForm:
    """The form with the choices of this auditor; filled in with what was asked, as far as it is
    kept: of a name and a number there are only ids."""
    form = AskForm(data=_fill_in(asked, person)) if asked else AskForm()
    form.organisation.choices = [Choice(str(key), name) for key, name in list_remit(get_actor())]
    actions = sorted((str(words.say_action(action)), str(action)) for action in Action)
    form.action.choices = [Choice(action, said) for said, action in actions]
    form.outcome.choices = [Choice(str(o), words.say_outcome(o)) for o in Outcome]
    language = str(get_locale() or "en")
    form.service.choices = [Choice(view.key, view.name(language)) for view in list_services()]
    return form


def _fill_in(asked: Question, person: str | None) -> dict[str, Any]:
    named = queries.name_accounts(get_actor(), asked.account_ids) if asked.account_ids else []
    given = {
        "person": person,
        "helper": named[0] if len(named) == 1 else None,
        "organisation": asked.organisation_id and str(asked.organisation_id),
        "from_at": asked.from_at and asked.from_at.strftime("%-H:%M"),
        "until_at": asked.until_at and asked.until_at.strftime("%-H:%M"),
    }
    names = ("kind", "explained", "action", "outcome", "service", "from_on", "until_on")
    return given | {name: getattr(asked, name) for name in names}


def read_form(form: AskForm) -> MultiDict[str, str]:
    """What was typed as the parts of an address; what cannot be asked is said at its field."""
    asked: MultiDict[str, str] = MultiDict()
    if form.person.data:
        reference = read_reference("P", form.person.data)
        if reference is None or find_by_reference(reference) is None:
            form.add_error("person", _("No person has this reference. Check it and try again."))
        else:
            asked["person"] = reference
    if form.helper.data:
        accounts = queries.find_accounts(get_actor(), form.helper.data)
        if not accounts:
            form.add_error("helper", _("Nobody whom you may audit has this name."))
        asked.setlist("account", [str(account_id) for account_id in accounts])
    if form.delegation.data:
        reference = read_reference("D", form.delegation.data)
        found = find_delegation(reference) if reference else None
        if found is None:
            form.add_error("delegation", _("No delegation has this reference."))
        else:
            asked.setlist("authority", [str(key) for key in list_life(found.id)])
    if form.contact.data:
        points = _find_points(form.contact.data)
        if points is None:
            form.add_error("contact", _("Enter a telephone number or an e-mail address"))
        elif not points:
            form.add_error("contact", _("Nobody has given this number or address."))
        asked.setlist("subject", [str(point_id) for point_id in points or ()])
    if form.payee.data:
        payees = _find_payees(form.payee.data)
        if payees is None:
            form.add_error(
                "payee", _("Enter the sort code, then the account number, like 08-99-99 66374958")
            )
        elif not payees:
            form.add_error("payee", _("No money goes to this account, and nobody declared it."))
        asked.setlist("subject", asked.getlist("subject") + [str(key) for key in payees or ()])
    for name in SELECTED:
        if form[name].data:
            asked[name] = form[name].data
    for name in ("from_on", "until_on"):
        if form[name].data:
            asked[name] = form[name].data.isoformat()
    for name in ("from_at", "until_at"):
        at = read_at(form[name].data)
        if at is not None:
            asked[name] = at.isoformat()
    return asked


def _find_points(text: str) -> tuple[UUID, ...] | None:
    """None for a text that is neither: nobody is told that nothing was found where nothing was
    looked for."""
    value = canonical_email(text) if "@" in text else canonical_phone(text)
    if value is None:
        return None
    return queries.find_contact_points(encryption.fingerprint(CONTACT_POINT, value))


_ACCOUNT = re.compile(r"\s*(\d\d[- ]?\d\d[- ]?\d\d)[\s,;/]+(\d{6,10})(?:[\s,;/]+(\S.*))?")


def _find_payees(text: str) -> tuple[UUID, ...] | None:
    """None for a text that names no account."""
    found = _ACCOUNT.fullmatch(text.strip())
    value = found and canonical_bank_account(found[1], found[2], found[3] or "")
    return queries.find_payees(encryption.fingerprint(BANK_ACCOUNT, value)) if value else None


def read_id(text: str | None) -> UUID | None:
    """A key of an address. Raises NotFound for anything that is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def _read_date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotFound from None


def _read_time(given: MultiDict[str, str], name: str) -> time | None:
    """A time beside its day: without one it would be asked for in vain."""
    text = given.get(f"{name}_at")
    if not text:
        return None
    try:
        found = time.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if found.tzinfo is not None or not given.get(f"{name}_on"):
        raise NotFound
    return found


def _read_word(kind: type[S], text: str | None) -> S | None:
    try:
        return kind(text) if text else None
    except ValueError:
        raise NotFound from None


def _read_ids(given: MultiDict[str, str], name: str) -> tuple[UUID, ...] | None:
    found = tuple(filter(None, (read_id(text) for text in given.getlist(name)[:MOST_IDS])))
    return found or None


def _read_pair(given: MultiDict[str, str], name: str) -> tuple[UUID, ...] | None:
    found = _read_ids(given, name)
    if found is not None and len(found) != 2:
        raise NotFound
    return found


def read_question(given: MultiDict[str, str]) -> Question:
    """The question that an address asks. Raises NotFound for one that was made up."""
    person_id = None
    if given.get("person"):
        person_id = find_by_reference(given["person"])
        if person_id is None:
            raise NotFound
    return Question(
        person_id=person_id,
        account_ids=_read_ids(given, "account"),
        organisation_id=read_id(given.get("organisation")),
        action=_read_word(Action, given.get("action")),
        outcome=_read_word(Outcome, given.get("outcome")),
        subject_ids=_read_ids(given, "subject"),
        authority_ids=_read_ids(given, "authority"),
        sign_in_id=read_id(given.get("sign_in")),
        site_id=read_id(given.get("site")),
        service=(given.get("service") or "")[:LONGEST_SERVICE] or None,
        kind=_read_word(Kind, given.get("kind")),
        explained=_read_word(Explained, given.get("explained")),
        from_on=_read_date(given.get("from_on")),
        from_at=_read_time(given, "from"),
        until_on=_read_date(given.get("until_on")),
        until_at=_read_time(given, "until"),
        took=_read_word(Took, given.get("took")),
        given=_read_pair(given, "given"),
        paid_like=read_id(given.get("paid_like")),
    )


def write_question(question: Question, person_reference: str | None) -> Pairs:
    """The question as an address spells it, for the next page, the export, and to be kept."""
    asked: list[tuple[str, object]] = [
        ("person", person_reference if question.person_id is not None else None)
    ]
    asked += [("account", key) for key in question.account_ids or ()]
    asked += [("subject", key) for key in question.subject_ids or ()]
    asked += [("authority", key) for key in question.authority_ids or ()]
    asked += [("given", key) for key in question.given or ()]
    asked += [
        ("organisation", question.organisation_id),
        ("kind", question.kind),
        ("explained", question.explained),
        ("action", question.action),
        ("outcome", question.outcome),
        ("service", question.service),
        ("sign_in", question.sign_in_id),
        ("site", question.site_id),
        ("from_on", question.from_on),
        ("from_at", question.from_at),
        ("until_on", question.until_on),
        ("until_at", question.until_at),
        ("took", question.took),
        ("paid_like", question.paid_like),
    ]
    return [(name, str(value)) for name, value in asked if value is not None]


def describe_question(question: Question, person_reference: str | None) -> list[str]:
    """The question in words, each with its own part."""
    parts: list[Any] = []
    if question.person_id is not None:
        parts.append(_("for %(reference)s", reference=person_reference or ""))
    if question.account_ids is not None:
        named = queries.name_accounts(get_actor(), question.account_ids)
        parts.append(
            _("by %(names)s", names=", ".join(named)) if named else _("by the helper you asked for")
        )
    if question.organisation_id is not None:
        names = dict(list_remit(get_actor()))
        parts.append(_("at %(name)s", name=names.get(question.organisation_id, "")))
    if question.kind is not None:
        parts.append(_("looks") if question.kind is Kind.LOOKS else _("acts"))
    if question.explained is not None:
        parts.append(words.EXPLAINED[question.explained])
    if question.action is not None:
        parts.append(words.say_action(question.action))
    if question.outcome is not None:
        parts.append(words.say_outcome(question.outcome))
    if question.service is not None:
        parts.append(words.name_service(question.service))
    if question.subject_ids is not None:
        parts.append(_("on the records you asked for"))
    if question.authority_ids is not None:
        parts.append(_("on one authority"))
    if question.sign_in_id is not None:
        parts.append(_("from one device, in one sign-in"))
    if question.site_id is not None:
        parts.append(_("at no site") if question.site_id == NO_SITE else _("at one site"))
    if question.took is not None:
        parts.append(_("releases that took: %(time)s", time=words.WAITS[question.took]))
    if question.given is not None:
        parts.append(_("cases that went from one helper to another"))
    if question.paid_like is not None:
        parts.append(_("forms that one helper sent, and that pay into one account"))
    if question.from_on is not None:
        parts.append(_("from %(day)s", day=_say_moment(question.from_on, question.from_at)))
    if question.until_on is not None:
        parts.append(_("until %(day)s", day=_say_moment(question.until_on, question.until_at)))
    return [str(part) for part in parts]


def _say_moment(day: date, at: time | None) -> str:
    said = day.strftime("%-d %B %Y")
    return said if at is None else _("%(day)s at %(time)s", day=said, time=at.strftime("%-H:%M"))
