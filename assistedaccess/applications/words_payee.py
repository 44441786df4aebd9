"""What is said about where money is paid."""

from __future__ import annotations

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from .name_check import NameCheck, is_joint
from .rules_payee import Account, Whose

NAME_CHECKS = {
    NameCheck.MATCH: _l("It is the person’s name"),
    NameCheck.CLOSE: _l("It is close to the person’s name"),
    NameCheck.NO_MATCH: _l("It is not the person’s name"),
    NameCheck.NOT_CHECKED: _l("It was not checked"),
}
NAME_COLOURS = {
    NameCheck.MATCH: "green",
    NameCheck.CLOSE: "yellow",
    NameCheck.NO_MATCH: "red",
    NameCheck.NOT_CHECKED: "grey",
}
WHOSE = {
    Whose.OWN: _l("The person’s own"),
    Whose.JOINT: _l("Shared by the person and somebody else"),
    Whose.OTHER: _l("Somebody else’s"),
}


def say_name(account: Account, check: NameCheck) -> str:
    """How the name on an account fits the person's; of one with several names, one of them."""
    if check.rank and is_joint(account.holder):
        return _("One of the names on it is the person’s")
    return str(NAME_CHECKS[check])


def name_holder(account: Account | None, check: NameCheck | None) -> str:
    """The name on an account, and how it fits, for whoever decides."""
    if account is None or check is None:
        return "–"
    return f"{account.holder}. {say_name(account, check)}"


def shown_language() -> str:
    """The language of the page."""
    locale = get_locale()
    return str(locale.language) if locale else "en"
