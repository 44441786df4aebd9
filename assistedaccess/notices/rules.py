"""What is told, how, and when it is tried again. Pure: no web, no database."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import Refused


class Channel(StrEnum):
    """How a message travels. ``in_person``: told at the next visit; ``none``: not told at all."""

    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"
    IN_PERSON = "in_person"
    NONE = "none"


class State(StrEnum):
    """Where a notice stands."""

    QUEUED = "queued"
    SENDING = "sending"
    RETRYING = "retrying"
    SENT = "sent"
    DELIVERED = "delivered"  # so its provider says
    FAILED = "failed"  # every try was in vain; another route has been queued where there is one
    TO_PRINT = "to_print"
    POSTED = "posted"
    IN_PERSON = "in_person"  # waits to be told at the desk
    NOT_SENT = "not_sent"  # there is no lawful way to tell
    HELD = "held"  # by a restore: it may have left since the backup, and somebody decides


WAITING = (State.QUEUED, State.SENDING, State.RETRYING, State.HELD)


class Delivery(StrEnum):
    """What became of a message, as its provider says afterwards."""

    DELIVERED = "delivered"
    FAILED = "failed"


STATUSES: dict[str, Delivery] = {
    "delivered": Delivery.DELIVERED,
    "received": Delivery.DELIVERED,
    "failed": Delivery.FAILED,
    "permanent-failure": Delivery.FAILED,
    "temporary-failure": Delivery.FAILED,
    "technical-failure": Delivery.FAILED,
}
"""The words of GOV.UK Notify (docs.notifications.service.gov.uk, delivery receipts) and of the
gateway. Notify tries a phone that is off for 72 hours before it says temporary-failure, so that is
the end of that way too. Any other word is on the way, and changes nothing."""


def settle_delivery(
    state: str, *, known_id: str | None, said_id: str, said: Delivery
) -> State | None:
    """The state of a notice after a callback, or None where it changes nothing.

    However often and in whatever order the same callbacks come, the notice ends in one state:
    *delivered* wins, and never goes back. What is said of an earlier sending (``said_id`` is not
    the ``known_id`` of the last one) does not fail the present one.
    """
    if state in (State.DELIVERED, State.POSTED, State.TO_PRINT):
        return None
    if said is Delivery.DELIVERED:
        return State.DELIVERED
    is_this_sending = known_id in (None, "", said_id)
    if state in (State.SENT, State.SENDING) and is_this_sending:
        return State.FAILED
    return None


@dataclass(frozen=True)
class Route:
    """Where a person is told. ``address`` is a number, an e-mail address or lines of an address.

    ``independent``: this helper neither made nor changed it. ``brief``: somebody else may read
    it, so that nothing is said but that something was done. ``copy_of``: the name of the person
    who asked that somebody they trust gets a copy; ``name`` is then the other's, where it is known.
    """

    channel: str
    contact_point_id: UUID | None
    address: str | None
    language: str
    independent: bool
    name: str = ""
    brief: bool = False
    large_print: bool = False
    copy_of: str = ""


class NoticeKind(StrEnum):
    """What a person is told of. Risky kinds are a notice of their own, at once."""

    PERSON_REGISTERED = "person_registered"
    DETAILS_CHANGED = "details_changed"
    IDENTITY_CHECKED = "identity_checked"
    CONTACT_POINT_ADDED = "contact_point_added"
    CONTACT_POINT_CHANGED = "contact_point_changed"
    CONTACT_POINT_ENDED = "contact_point_ended"
    SAFE_CONTACT_CHANGED = "safe_contact_changed"
    ADDRESS_CHANGED = "address_changed"
    ACCESS_CARD = "access_card"  # the card itself, by post
    CARD_ISSUED = "card_issued"
    CARD_REPLACED = "card_replaced"
    CARD_ENDED = "card_ended"
    CASE_OPENED = "case_opened"
    CASE_CLOSED = "case_closed"
    HAND_OVER_OFFERED = "hand_over_offered"
    HAND_OVER_TAKEN = "hand_over_taken"
    HAND_OVER_RETURNED = "hand_over_returned"
    REFERRAL_MADE = "referral_made"
    APPOINTMENT_BOOKED = "appointment_booked"
    APPOINTMENT_MOVED = "appointment_moved"
    APPOINTMENT_CANCELLED = "appointment_cancelled"
    APPOINTMENT_REMINDER = "appointment_reminder"
    LETTER_RECEIVED = "letter_received"
    LETTER_SENT = "letter_sent"
    ADDRESS_LETTER_SENT = "address_letter_sent"
    CONSENT_RECORDED = "consent_recorded"
    CONSENT_CODE = "consent_code"
    CONSENT_LETTER = "consent_letter"  # the words and a code, by post
    CONSENT_LAPSED = "consent_lapsed"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    DELEGATION_GRANTED = "delegation_granted"
    DELEGATION_WAITS = "delegation_waits"
    DELEGATION_ENDED = "delegation_ended"
    DELEGATION_FROZEN = "delegation_frozen"
    DELEGATION_LIFTED = "delegation_lifted"
    DELEGATION_STOP_OVER = "delegation_stop_over"
    DELEGATION_DONE = "delegation_done"
    DELEGATION_SUSPENDED = "delegation_suspended"
    DELEGATION_ENDS_SOON = "delegation_ends_soon"
    DELEGATION_RAN_OUT = "delegation_ran_out"
    DELEGATION_CHECK_IN = "delegation_check_in"
    DELEGATION_CHECKED_IN = "delegation_checked_in"
    AUTHORITY_SENT = "authority_sent"
    LEGAL_AUTHORITY_RECORDED = "legal_authority_recorded"
    DEATH_RECORDED = "death_recorded"
    DEATH_UNDONE = "death_undone"
    RECORDS_MERGED = "records_merged"
    MERGE_UNDONE = "merge_undone"
    APPLICATION_SUBMITTED = "application_submitted"
    APPLICATION_SENT_FOR_YOU = "application_sent_for_you"
    APPLICATION_WITHDRAWN = "application_withdrawn"
    PAYMENT_TAKEN = "payment_taken"
    PAYMENT_MADE_FOR_YOU = "payment_made_for_you"
    FEE_WAIVED = "fee_waived"
    REFUND_PAID = "refund_paid"
    HELP_GIVEN = "help_given"
    CHANGE_REPORTED = "change_reported"
    PAYMENT_DETAILS_WAIT = "payment_details_wait"
    ACT_WAITS = "act_waits"
    PAYMENT_DETAILS_CHANGED = "payment_details_changed"
    PAYMENT_DETAILS_SETTLED = "payment_details_settled"
    RECORD_OF_HELP_MADE = "record_of_help_made"
    OUTCOME_HEARD = "outcome_heard"
    OUTCOME_ASKED = "outcome_asked"
    RECORD_PRINTED = "record_printed"
    RECORD_CODE = "record_code"
    CONSENT_LINK = "consent_link"
    RECORD_LETTER = "record_letter"
    RECORD_SEEN_ONLINE = "record_seen_online"
    OBJECTION_RAISED = "objection_raised"
    OBJECTION_ANSWERED = "objection_answered"
    DATA_REQUEST_ANSWERED = "data_request_answered"
    RECORD_RESTRICTED = "record_restricted"
    RESTRICTION_ENDS_SOON = "restriction_ends_soon"
    RESTRICTION_ENDED = "restriction_ended"

    @property
    def is_risky(self) -> bool:
        """Whether somebody could lose money, voice or safety by it (design, section 4, rule 5)."""
        return self in _RISKY


_RISKY = frozenset(
    {
        NoticeKind.CONTACT_POINT_ADDED,
        NoticeKind.CONTACT_POINT_CHANGED,
        NoticeKind.CONTACT_POINT_ENDED,
        NoticeKind.SAFE_CONTACT_CHANGED,
        NoticeKind.ADDRESS_CHANGED,
        NoticeKind.ADDRESS_LETTER_SENT,
        NoticeKind.ACCESS_CARD,
        NoticeKind.CARD_ISSUED,
        NoticeKind.CARD_REPLACED,
        NoticeKind.CARD_ENDED,
        NoticeKind.CONSENT_CODE,
        NoticeKind.CONSENT_LETTER,
        NoticeKind.DELEGATION_GRANTED,
        NoticeKind.DELEGATION_WAITS,
        NoticeKind.DELEGATION_ENDED,
        NoticeKind.DELEGATION_FROZEN,
        NoticeKind.DELEGATION_LIFTED,
        NoticeKind.DELEGATION_STOP_OVER,
        NoticeKind.DELEGATION_CHECKED_IN,
        NoticeKind.LEGAL_AUTHORITY_RECORDED,
        NoticeKind.HAND_OVER_OFFERED,
        NoticeKind.DEATH_RECORDED,
        NoticeKind.DEATH_UNDONE,
        NoticeKind.RECORDS_MERGED,
        NoticeKind.MERGE_UNDONE,
        NoticeKind.APPLICATION_SENT_FOR_YOU,
        NoticeKind.APPLICATION_WITHDRAWN,
        NoticeKind.PAYMENT_MADE_FOR_YOU,
        NoticeKind.REFUND_PAID,
        NoticeKind.HELP_GIVEN,
        NoticeKind.CHANGE_REPORTED,
        NoticeKind.PAYMENT_DETAILS_WAIT,
        NoticeKind.ACT_WAITS,
        NoticeKind.PAYMENT_DETAILS_CHANGED,
        NoticeKind.PAYMENT_DETAILS_SETTLED,
        NoticeKind.RECORD_CODE,
        NoticeKind.CONSENT_LINK,
        NoticeKind.RECORD_LETTER,
        NoticeKind.RECORD_SEEN_ONLINE,
        NoticeKind.OBJECTION_RAISED,
        NoticeKind.OBJECTION_ANSWERED,
        NoticeKind.RECORD_RESTRICTED,
        NoticeKind.RESTRICTION_ENDS_SOON,
        NoticeKind.RESTRICTION_ENDED,
    }
)


FOR_ONE_READER = frozenset(
    {NoticeKind.ACCESS_CARD, NoticeKind.CONSENT_LETTER, NoticeKind.RECORD_LETTER}
)
"""Letters that carry what only their reader may know: once posted, nobody opens it again."""

FOR_ONE_ADDRESS = FOR_ONE_READER | {
    NoticeKind.CONSENT_CODE,
    NoticeKind.CONSENT_LINK,
    NoticeKind.RECORD_CODE,
}
"""Who says it back shows that this very address is theirs. So it goes to no other: not when it
could not be delivered, and not when the address has become unsafe."""


class AccountMail(StrEnum):
    """What an account's holder is told by e-mail."""

    INVITATION = "account_invitation"
    RECOVERY = "account_recovery"
    NEW_SIGN_IN = "account_new_sign_in"
    PASSWORD_CHANGED = "account_password_changed"  # noqa: S105  (a kind of mail)
    FACTOR_CHANGED = "account_factor_changed"
    BREAK_IN_SUSPECTED = "account_break_in_suspected"
    PASSKEY_ADDED = "account_passkey_added"
    PASSKEY_REMOVED = "account_passkey_removed"
    PASSKEY_DOUBTED = "account_passkey_doubted"
    EMAIL_CHANGED = "account_email_changed"
    LOCKED = "account_locked"
    CONCERN_RAISED = "account_concern_raised"
    CONCERN_WITHOUT_LEAD = "account_concern_without_lead"
    COMPLAINT_OWNED = "account_complaint_owned"
    COMPLAINT_UNTOLD = "account_complaint_untold"
    LOOK_ASKED = "account_look_asked"
    WORD_ASKED = "account_word_asked"
    WORD_GIVEN = "account_word_given"


class OwnWork(Refused):
    """Whoever did the act may not be the one who handles the letter about it."""

    reason_code = "own_work"


# Texts and digests go out while people are awake; a visit after that hour is told within the hour.
DIGEST_HOUR = 19

RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""The wait after each try that failed; after the last one the notice has failed."""

CLAIM = timedelta(minutes=5)
"""How long a sender may hold a notice before another takes it over."""


def digest_due_at(now: datetime) -> datetime:
    """When a digest is due at the latest, where nobody says that the visit has ended.

    Seven in the evening; for what happens later, an hour on, but not after the day has ended.
    """
    local = clock.local(now)
    evening = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if local < evening:
        return evening.astimezone(now.tzinfo)
    return max(now, min(now + timedelta(hours=1), clock.end_of_day(local.date())))


def next_try_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after ``attempts`` tries (1 or more); None when enough have failed."""
    if attempts > len(RETRY_AFTER):
        return None
    return now + RETRY_AFTER[attempts - 1]


@dataclass(frozen=True)
class OpenDigest:
    """A digest of one person, helper, site and day that still takes entries."""

    id: UUID
    visit_id: UUID | None
    independent: bool
    channel: str = Channel.IN_PERSON

    def is_too_open_for(self, channel: str) -> bool:
        """Whether it leaves by a way that others may see, and what joins it is for the person's
        ears alone: it was opened before that way became unsafe."""
        quiet = (Channel.IN_PERSON, Channel.NONE)
        return channel in quiet and self.channel not in quiet


def pick_digest(open_digests: Sequence[OpenDigest], visit_id: UUID | None) -> OpenDigest | None:
    """The digest that an act joins: its visit's, else one that belongs to no visit yet (the person
    was registered before the visit began); an act without a visit joins any."""
    for digest in open_digests:
        if digest.visit_id == visit_id:
            return digest
    for digest in open_digests:
        if visit_id is None or digest.visit_id is None:
            return digest
    return None


def digest_key(
    person_id: UUID,
    account_id: UUID | None,
    site_id: UUID | None,
    day: str,
    visit_id: UUID | None,
) -> str:
    """What keeps two of the same digest from being open at once."""
    return hashlib.sha256(
        "|".join(str(part) for part in (person_id, account_id, site_id, day, visit_id)).encode()
    ).hexdigest()


def check_not_own_work(human_id: UUID | None, did_it: set[UUID | None]) -> None:
    """Raise OwnWork when the one who handles a letter did an act that it tells of."""
    if human_id is not None and human_id in did_it:
        raise OwnWork(
            "This letter is about your own work, so somebody else must print and post it.",
            next_step="Ask a colleague or your manager.",
        )


TEXT_LENGTH = 160
# GSM 03.38, the alphabet in which a text message has 160 characters; outside it, it has 70.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def spell_for_text(value: str) -> str:
    """``value`` in the alphabet of text messages: accents that it lacks are left out."""
    kept = []
    for character in value.translate(_PLAIN):
        if character in GSM:
            kept.append(character)
            continue
        plain = (c for c in unicodedata.normalize("NFKD", character) if c in GSM)
        kept.append("".join(plain))
    return " ".join("".join(kept).split())


def shorten(value: str, room: int) -> str:
    """``value`` in at most ``room`` characters, cut between words where that leaves one."""
    if len(value) <= room:
        return value
    cut = value[: max(room, 0)]
    return cut.rsplit(" ", 1)[0] if " " in cut else cut
