"""Words for two records side by side."""

from __future__ import annotations

from collections.abc import Iterable

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.partial_date import PartialDate

from .rules import SPOKEN_LANGUAGES
from .rules_merging import Against, Agreement, Compared, Fact

FACTS = {
    Fact.NAME: _l("Name"),
    Fact.KNOWN_AS: _l("Known as"),
    Fact.BIRTH_DATE: _l("Birth date"),
    Fact.NINO: _l("National Insurance number"),
    Fact.POSTCODE: _l("Postcode"),
    Fact.CONTACT: _l("Telephone number or email"),
    Fact.LANGUAGE: _l("Language they speak"),
}
AGREEMENTS = {
    Agreement.SAME: _l("The same"),
    Agreement.NEAR: _l("Nearly the same"),
    Agreement.DIFFERENT: _l("Different"),
    Agreement.NOT_KNOWN: _l("Not in both records"),
    Agreement.COVERED: _l("Not compared: an address is hidden"),
}
COLOURS = {
    Agreement.SAME: "green",
    Agreement.NEAR: "yellow",
    Agreement.DIFFERENT: "red",
    Agreement.NOT_KNOWN: "grey",
    Agreement.COVERED: "grey",
}
AGAINST = {
    Against.OTHER_NINO: _l(
        "Their National Insurance numbers are different. One person has one number, so these are "
        "two people, or one number is wrong."
    ),
    Against.OTHER_BIRTH_DATE: _l("Their birth dates are different."),
    Against.OTHER_NAME: _l("Their names are not like each other."),
    Against.TWINS: _l(
        "They share a birth date and a part of the name. Twins do too, and so do cousins."
    ),
    Against.TWO_CARDS: _l("Each has an access card that works, so two people may carry them."),
    Against.NOTHING_STRONG: _l(
        "Nothing that one person alone has is the same in both. Two people can have the same name "
        "and birth date."
    ),
}
HOW_TO_MERGE = _l(
    "Have the person asked, alone, by what is known of each record. Release this if it is certain "
    "that both are theirs. If you doubt it, refuse: two records harm nobody as two people in one "
    "record do."
)
HOW_TO_UNDO = _l(
    "Have the person asked, alone, by what is known of each record. Refuse this if it is certain "
    "that both are theirs. If you doubt it, release: two records harm nobody as two people in one "
    "record do."
)


def say_value(value: str | PartialDate | None) -> str:
    """A fact of one record as it is read."""
    if isinstance(value, PartialDate):
        day = value.full()
        if day is not None:
            return str(format_date(day, "d MMMM y", locale=get_locale() or "en_GB"))
        return str(value) or _("not known")
    return SPOKEN_LANGUAGES.get(value or "", value or "") or _("not known")


def list_rows(facts: Iterable[Compared]) -> list[tuple[object, object]]:
    """Each fact as a row of label and value."""
    rows: list[tuple[object, object]] = []
    for one in facts:
        said = AGREEMENTS[one.agreement]
        if one.kept is None:
            rows.append((FACTS[one.fact], said))
        elif one.agreement is Agreement.SAME:
            rows.append(
                (
                    FACTS[one.fact],
                    _("%(said)s: %(value)s", said=said, value=say_value(one.kept)),
                )
            )
        else:
            rows.append(
                (
                    FACTS[one.fact],
                    _(
                        "%(said)s. Kept record: %(kept)s. Other record: %(merged)s",
                        said=said,
                        kept=say_value(one.kept),
                        merged=say_value(one.merged),
                    ),
                )
            )
    return rows
