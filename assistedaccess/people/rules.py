"""What may be recorded about a person, and the words for it. Pure: no web, no database."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.text import fold_text

LONGEST_NAME = 200
"""Letters of a name; marks that belong to a letter do not count."""
LONGEST_NAME_TEXT = 800
"""Code points of a name, marks included."""
NAME_KEY = 200
"""What an index can hold of a folded name on either database."""
MOST_TOKENS = 20


class Housing(StrEnum):
    """Whether there is an address to record."""

    ADDRESS = "address"
    NO_FIXED_ADDRESS = "no_fixed_address"
    NOT_KNOWN = "not_known"


class Format(StrEnum):
    """In which form a person can take in what is written."""

    LARGE_PRINT = "large_print"
    EASY_READ = "easy_read"
    BRAILLE = "braille"
    AUDIO = "audio"


class Hearing(StrEnum):
    """What helps somebody to hear or to be heard."""

    HARD_OF_HEARING = "hard_of_hearing"
    DEAF = "deaf"
    SIGN_LANGUAGE = "sign_language"
    LIP_READING = "lip_reading"
    SPEECH = "speech"
    TEXT_RELAY = "text_relay"


class LookWhy(StrEnum):
    """Why somebody looks for a person, or at them."""

    PERSON_IS_HERE = "person_is_here"
    ON_THE_TELEPHONE = "on_the_telephone"
    OPEN_MATTER = "open_matter"
    OTHER = "other"
    RISK_TO_LIFE = "risk_to_life"  # these two break the glass (audit.explain)
    SAFEGUARDING = "safeguarding"


class IdentityLevel(StrEnum):
    """How sure it is that a person is who they say they are (GPG 45); none is allowed."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"

    @property
    def rank(self) -> int:
        return list(IdentityLevel).index(self)

    @classmethod
    def of_rank(cls, rank: int | None) -> IdentityLevel:
        return list(cls)[rank or 0]


class EvidenceKind(StrEnum):
    """By what somebody knew who a person is."""

    PASSPORT = "passport"
    DRIVING_LICENCE = "driving_licence"
    IMMIGRATION_STATUS = "immigration_status"
    PASS_CARD = "pass_card"  # noqa: S105  (a card with a photo)
    BIRTH_CERTIFICATE = "birth_certificate"
    BANK_CARD = "bank_card"
    OFFICIAL_LETTER = "official_letter"
    KNOWN_HERE = "known_here"
    VOUCHED = "vouched"
    IDENTITY_SERVICE = "identity_service"
    ASKED_ONLY = "asked_only"


HIGHEST_LEVEL: dict[EvidenceKind, IdentityLevel] = {
    EvidenceKind.PASSPORT: IdentityLevel.HIGH,
    EvidenceKind.DRIVING_LICENCE: IdentityLevel.HIGH,
    EvidenceKind.IMMIGRATION_STATUS: IdentityLevel.HIGH,
    EvidenceKind.PASS_CARD: IdentityLevel.MEDIUM,
    EvidenceKind.BIRTH_CERTIFICATE: IdentityLevel.LOW,
    EvidenceKind.BANK_CARD: IdentityLevel.LOW,
    EvidenceKind.OFFICIAL_LETTER: IdentityLevel.LOW,
    EvidenceKind.KNOWN_HERE: IdentityLevel.LOW,
    EvidenceKind.VOUCHED: IdentityLevel.LOW,
    EvidenceKind.IDENTITY_SERVICE: IdentityLevel.VERY_HIGH,
    EvidenceKind.ASKED_ONLY: IdentityLevel.NONE,
}
"""What one piece of evidence can carry at most, after the identity profiles of GPG 45: a desk
cannot read chips or ask the issuer, so that only a certified identity service reaches very high."""

# ISO 639-1 and 639-3, the main languages of the census of England and Wales 2021, of Scotland and
# of Northern Ireland, and the two sign languages. In the order in which they are offered.
SPOKEN_LANGUAGES: dict[str, str] = {
    "en": "English",
    "cy": "Cymraeg (Welsh)",
    "bfi": "British Sign Language",
    "isg": "Irish Sign Language",
    "am": "Amharic",
    "ar": "Arabic",
    "bn": "Bengali",
    "bg": "Bulgarian",
    "yue": "Cantonese",
    "prs": "Dari",
    "nl": "Dutch",
    "fr": "French",
    "ga": "Gaeilge (Irish)",
    "gd": "Gàidhlig (Scottish Gaelic)",
    "de": "German",
    "el": "Greek",
    "gu": "Gujarati",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "ku": "Kurdish",
    "lv": "Latvian",
    "lt": "Lithuanian",
    "cmn": "Mandarin",
    "ne": "Nepali",
    "ps": "Pashto",
    "fa": "Persian (Farsi)",
    "pl": "Polish",
    "pt": "Portuguese",
    "pa": "Punjabi",
    "rmy": "Romani",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "so": "Somali",
    "es": "Spanish",
    "sw": "Swahili",
    "tl": "Tagalog",
    "ta": "Tamil",
    "tet": "Tetum",
    "ti": "Tigrinya",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "yo": "Yoruba",
}
LONGEST_LANGUAGE = 60


class OwnRecord(Refused):
    """Nobody opens or changes the record of themself."""

    reason_code = "own_record"


class RelativesRecord(Refused):
    """Nobody opens or changes the record of somebody they declared as a relative."""

    reason_code = "relatives_record"


class RecordClosed(Refused):
    """The person has died: the record is read, no longer changed."""

    reason_code = "record_closed"


class ChangedTooOften(Refused):
    """How to reach the person was changed again and again, and each change is told to all ways."""

    reason_code = "changed_too_often"


class GoesOn(StrEnum):
    """What goes on of a record that its person wants kept and not used (UK GDPR, Article 18).

    They choose it: what they have asked for is done with their consent (Article 18(2)), and a claim
    that stood still would lose its date.
    """

    BEGUN = "begun"
    NOTHING = "nothing"


class RecordRestricted(Refused):
    """The person wants their record kept, and not used for this."""

    reason_code = "record_restricted"


class RecordMerged(Refused):
    """This record leads to another of the same human: what is new stands there."""

    reason_code = "record_merged"


def check_stranger(
    person_human_id: UUID | None, actor_human_id: UUID | None, relative: bool
) -> None:
    """Raise OwnRecord or RelativesRecord when the helper is on both sides (design, 4.7)."""
    if person_human_id is not None and person_human_id == actor_human_id:
        raise OwnRecord(
            _("This is your own record. Nobody can open their own record here."),
            next_step=_("Ask a colleague to help you, as any person can at a desk."),
        )
    if relative:
        raise RelativesRecord(
            _("You said that this person is a relative of yours, so you cannot open their record."),
            next_step=_("Ask a colleague to help them."),
        )


def count_letters(name: str) -> int:
    """How long a name is as its bearer counts: marks and joiners belong to their letter."""
    return sum(unicodedata.category(c) not in ("Mn", "Me", "Cf") for c in name)


def name_fault(name: str) -> str | None:
    """Why cleaned text cannot be a name: ``missing``, ``no_letter``, ``too_long``; else None.

    Any script, one word or many, apostrophes, hyphens, digits beside letters: all are names.
    """
    if not name:
        return "missing"
    if not any(unicodedata.category(c).startswith("L") for c in name):
        return "no_letter"
    if count_letters(name) > LONGEST_NAME or len(name) > LONGEST_NAME_TEXT:
        return "too_long"
    return None


def name_key(name: str) -> str:
    """The folded name, cut to what an index holds. Never empty for a name."""
    return (fold_text(name) or name.casefold())[:NAME_KEY]


def name_tokens(*names: str | None) -> frozenset[str]:
    """The folded words of names, at most twenty."""
    tokens: list[str] = []
    for name in names:
        if name:
            tokens += (fold_text(name) or name.casefold()).split()
    return frozenset(token[:NAME_KEY] for token in tokens[:MOST_TOKENS])


def join_formats(formats: list[str]) -> str:
    """The formats as they are stored. Raises ValueError for an unknown one."""
    return ",".join(str(Format(value)) for value in dict.fromkeys(formats))


def split_formats(stored: str) -> tuple[str, ...]:
    """What join_formats stored."""
    return tuple(part for part in stored.split(",") if part)
