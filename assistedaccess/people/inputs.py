"""How this package's commands read what they are given, whoever called them.

Each function raises InvalidInput with the field's name and plain words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from assistedaccess.audit.explain import BREAKS_GLASS
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.canonical import CONTACT_POINT, canonical_email
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import read_reference
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.kernel.partial_date import PartialDate
from assistedaccess.organisations.rules import Nation

from . import rules, rules_identifiers
from .rules import Hearing, Housing, LookWhy
from .rules_identifiers import ADDRESS_FIELDS, LONGEST_LINE, Address
from .rules_routes import PointKind, Whose

NINO = "national_insurance_number"
POSTCODE = "postcode"
LONGEST_NOTE = 2000
LONGEST_SHORT_NOTE = 500
EARLIEST_YEAR = 1880
MOST_LINES = 7

_allow_drama = False


def allow_drama_numbers(allowed: bool) -> None:
    """Whether Ofcom's numbers for drama are taken: everywhere but in production."""
    global _allow_drama
    _allow_drama = allowed


@dataclass(frozen=True)
class EnteredPerson:
    """Who somebody is, read and checked."""

    name: str
    known_as: str | None
    birth_date: PartialDate
    nation: str | None
    housing: Housing
    address: Address | None
    nino: str | None
    language: str
    spoken_language: str
    formats: str
    support_needs: str
    hearing: tuple[str, ...]

    @property
    def nino_fingerprint(self) -> bytes | None:
        return encryption.fingerprint(NINO, self.nino) if self.nino else None

    @property
    def postcode_fingerprint(self) -> bytes | None:
        return fingerprint_postcode(self.address.postcode) if self.address else None


@dataclass(frozen=True)
class EnteredPoint:
    """A contact point, read and checked. ``canonical`` is one spelling of ``value``."""

    kind: PointKind
    value: str
    canonical: str
    whose: Whose
    is_safe: bool

    @property
    def fingerprint(self) -> bytes:
        return encryption.fingerprint(CONTACT_POINT, self.canonical)


def list_numbers(points: Iterable[EnteredPoint]) -> tuple[tuple[bytes, bool], ...]:
    """Telephones and e-mail addresses, as a control counts them: the keyed hash, and whether the
    person says that they share it. An address by itself is many people's."""
    kinds = (PointKind.MOBILE, PointKind.LANDLINE, PointKind.EMAIL)
    return tuple(
        (point.fingerprint, point.whose is Whose.SHARED) for point in points if point.kind in kinds
    )


def fingerprint_postcode(postcode: str) -> bytes | None:
    """The fingerprint of a canonical postcode; None for none."""
    return encryption.fingerprint(POSTCODE, postcode) if postcode else None


def read_name(field: str, value: str | None) -> str:
    """A name in any script: one to 200 letters."""
    text = read_text(field, value, most=10 * rules.LONGEST_NAME_TEXT, multiline=False)
    fault = rules.name_fault(text)
    if fault is None:
        return text
    words = {
        "missing": _("Enter the person’s name"),
        "no_letter": _("A name must have at least one letter"),
        "too_long": _("A name must have 200 letters or less"),
    }
    raise InvalidInput(field, words[fault])


def read_birth_date(value: str) -> PartialDate:
    """A birth date as far as it is known: never in the future, never before 1880."""
    field = "birth_date"
    try:
        birth_date = PartialDate.from_text(value)
    except (ValueError, TypeError):
        raise InvalidInput(field, _("Birth date must be a real date")) from None
    earliest = birth_date.earliest()
    if earliest is not None and earliest > clock.today():
        raise InvalidInput(field, _("Birth date must be in the past"))
    if birth_date.year is not None and birth_date.year < EARLIEST_YEAR:
        raise InvalidInput(field, _("Year of birth must be %(year)s or later", year=EARLIEST_YEAR))
    return birth_date


def read_nino(value: str | None) -> str | None:
    """A National Insurance number, or None where none was given."""
    if not value:
        return None
    nino = rules_identifiers.canonical_nino(value, allow_examples=_allow_drama)
    if nino is None:
        raise InvalidInput(
            "national_insurance_number",
            _("Enter a National Insurance number in the correct format, like AB 12 34 56 C"),
        )
    return nino


def read_postcode(field: str, value: str | None, *, required: bool = False) -> str:
    """A postcode, empty where none was given."""
    if not value:
        if required:
            raise InvalidInput(field, _("Enter the postcode"))
        return ""
    postcode = rules_identifiers.canonical_postcode(value)
    if postcode is None:
        raise InvalidInput(field, _("Enter a full UK postcode, like LS1 4AP"))
    return postcode


def read_address(address: dict[str, str] | None) -> Address:
    """An address: its first line and a town or postcode at least."""
    given = {
        field: read_text(field, (address or {}).get(field), most=LONGEST_LINE, multiline=False)
        for field in ADDRESS_FIELDS
    }
    if not given["line_1"]:
        raise InvalidInput("line_1", _("Enter the first line of the address"))
    given["postcode"] = read_postcode("postcode", given["postcode"])
    if not given["town"] and not given["postcode"]:
        raise InvalidInput("town", _("Enter a town or a postcode"))
    return Address(**given)


def read_person(
    *,
    name: str,
    known_as: str | None,
    birth_date: str,
    nation: str | None,
    housing: str,
    address: dict[str, str] | None,
    national_insurance_number: str | None,
    language: str,
    spoken_language: str,
    formats: list[str],
    support_needs: str | None,
    hearing: list[str],
    keeps_address: bool = False,
) -> EnteredPerson:
    """Who somebody is. ``keeps_address``: the address is not what this command is about."""
    lives = read_word("housing", housing, Housing, _("Select where the person lives"))
    has_address = lives is Housing.ADDRESS and not keeps_address
    try:
        joined = rules.join_formats(formats)
    except ValueError:
        raise InvalidInput("formats", _("Select the formats on this page")) from None
    if language not in ("en", "cy"):
        raise InvalidInput("language", _("Select English or Welsh"))
    spoken = read_text(
        "spoken_language", spoken_language, most=rules.LONGEST_LANGUAGE, multiline=False
    )
    return EnteredPerson(
        name=read_name("name", name),
        known_as=read_name("known_as", known_as) if known_as else None,
        birth_date=read_birth_date(birth_date),
        nation=(
            str(read_word("nation", nation, Nation, _("Select the nation"))) if nation else None
        ),
        housing=lives,
        address=read_address(address) if has_address else None,
        nino=read_nino(national_insurance_number),
        language=language,
        spoken_language=spoken or "en",
        formats=joined,
        support_needs=read_text("support_needs", support_needs, most=LONGEST_NOTE),
        hearing=tuple(
            str(read_word("hearing", word, Hearing, _("Select the answers on this page")))
            for word in dict.fromkeys(hearing)
        ),
    )


def read_point(*, kind: str, value: str, whose: str = "own", is_safe: bool = True) -> EnteredPoint:
    """A contact point of any kind. A letter's address is its lines."""
    point = read_word("kind", kind, PointKind, _("Select a way to reach the person"))
    shown, canonical = _read_value(point, value)
    return EnteredPoint(
        kind=point,
        value=shown,
        canonical=canonical,
        whose=read_word("whose", whose, Whose, _("Select whose it is")),
        is_safe=is_safe,
    )


def _read_value(kind: PointKind, value: str) -> tuple[str, str]:
    if kind in (PointKind.MOBILE, PointKind.LANDLINE):
        number = read_phone(kind.value, value)
        if kind is PointKind.MOBILE and not rules_identifiers.is_mobile(number):
            raise InvalidInput(
                kind.value, _("Enter a mobile number. Put other numbers under landline")
            )
        return number, number
    if kind is PointKind.EMAIL:
        text = read_text("email", value, most=254, multiline=False)
        canonical = canonical_email(text) if text else None
        if canonical is None:
            raise InvalidInput(
                "email", _("Enter an email address in the correct format, like name@example.com")
            )
        return text, canonical
    field = kind.value
    lines = read_text(field, value, most=MOST_LINES * (LONGEST_LINE + 1))
    split = [line.strip() for line in lines.splitlines() if line.strip()]
    if not split:
        raise InvalidInput(field, _("Enter the address"))
    if len(split) > MOST_LINES or any(len(line) > LONGEST_LINE for line in split):
        raise InvalidInput(
            field,
            _("An address has at most 7 lines of at most 100 characters"),
        )
    text = "\n".join(split)
    return text, Address(text).canonical()


def read_phone(field: str, value: str | None) -> str:
    """A telephone number in E.164."""
    number = rules_identifiers.read_phone(
        read_text(field, value, most=40, multiline=False), allow_drama=_allow_drama
    )
    if number is None:
        raise InvalidInput(
            field, _("Enter a telephone number that exists, like 01632 960001 or 07700 900982")
        )
    return number


def postal_point(address: Address) -> EnteredPoint:
    """The address where somebody lives, as a way to reach them by letter."""
    return EnteredPoint(
        PointKind.POSTAL, "\n".join(address.lines), address.canonical(), Whose.OWN, is_safe=True
    )


def read_preferred(value: str | None) -> str | None:
    """The way by which the person would rather be reached."""
    if not value:
        return None
    return str(read_word("preferred_contact", value, PointKind, _("Select a way to reach them")))


def read_why(reason: str, words: str | None) -> tuple[LookWhy, str | None]:
    """Why somebody looks; *other* needs words, breaking the glass may have some."""
    why = read_word("why", reason, LookWhy, _("Select why you need this record"))
    said = read_text("why_words", words, most=LONGEST_SHORT_NOTE) or None
    if why is LookWhy.OTHER and said is None:
        raise InvalidInput("why_words", _("Enter why you need this record"))
    return why, said if why is LookWhy.OTHER or why in BREAKS_GLASS else None


def read_person_reference(text: str) -> str:
    """A person's reference as it is spelt; the text itself where it is none."""
    return read_reference("P", text) or text
