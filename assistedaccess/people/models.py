"""Tables of people: who they are, how they are reached, how we know who they are, their card.

A person is shared by all organisations of an installation (design, section 4, rule 12), so there
is no organisation_id that owns the row: ``created_by_organisation_id`` only says who made it.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Fingerprint, Sealed, one_of

from .rules import LONGEST_NAME_TEXT, NAME_KEY, GoesOn
from .rules_cards import CardEnd, Delivery, Handling


class Person(Base):
    """Somebody who is helped. Only the name must be known; nothing else is ever invented.

    Sealed columns: ``address`` (JSON of rules_identifiers.Address), ``national_insurance_number``,
    ``support`` (JSON: needs, hearing), ``safe_contact`` (JSON: best_times, words).
    ``formats`` are words of rules.Format, joined by commas. ``merged_into_id``: the record to which
    this one leads while a RecordMerge of it lives; nothing new begins here then. ``restricted`` is
    a rules.GoesOn while the person wants the record kept and not used; ``left_out_at``: since when
    they want to be in no count and no sample. Both follow from what they asked (data_protection).
    """

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME_TEXT))
    known_as: Mapped[str | None] = mapped_column(String(LONGEST_NAME_TEXT))
    name_key: Mapped[str] = mapped_column(String(NAME_KEY), index=True)
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    birth_month: Mapped[int | None] = mapped_column(SmallInteger)
    birth_day: Mapped[int | None] = mapped_column(SmallInteger)
    nation: Mapped[str | None] = mapped_column(String(20))

    housing: Mapped[str] = mapped_column(String(20))
    address: Mapped[bytes | None] = mapped_column(Sealed)
    hides_address: Mapped[bool]
    is_protected: Mapped[bool] = mapped_column(default=False)  # known to many: nothing in lists
    postcode_fingerprint: Mapped[bytes | None] = mapped_column(Fingerprint, index=True)
    national_insurance_number: Mapped[bytes | None] = mapped_column(Sealed)
    nino_fingerprint: Mapped[bytes | None] = mapped_column(Fingerprint, index=True)

    language: Mapped[str] = mapped_column(String(2))
    spoken_language: Mapped[str] = mapped_column(String(60))
    needs_interpreter: Mapped[bool]
    formats: Mapped[str] = mapped_column(String(100))
    support: Mapped[bytes | None] = mapped_column(Sealed)

    contact_is_unsafe: Mapped[bool]
    told_less_until: Mapped[date | None] = mapped_column(index=True)
    ask_again_on: Mapped[date | None]
    no_messages_left: Mapped[bool]
    no_paper_at_home: Mapped[bool]
    preferred_contact: Mapped[str | None] = mapped_column(String(15))
    safe_contact: Mapped[bytes | None] = mapped_column(Sealed)

    died_on: Mapped[date | None]
    erased_at: Mapped[datetime | None]  # their key is forgotten: nobody opens this record again
    human_id: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"), index=True)
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    restricted: Mapped[str | None] = mapped_column(String(10))
    left_out_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_account_id: Mapped[UUID | None]
    created_by_human_id: Mapped[UUID | None] = mapped_column(index=True)
    created_by_organisation_id: Mapped[UUID | None]
    changed_at: Mapped[datetime]
    version: Mapped[int]

    __table_args__ = (
        Index(
            "ix_person_birth_year_birth_month_birth_day", "birth_year", "birth_month", "birth_day"
        ),
        CheckConstraint("birth_day IS NULL OR birth_month IS NOT NULL", name="birth_date"),
        CheckConstraint(f"restricted IS NULL OR {one_of('restricted', GoesOn)}", name="restricted"),
        CheckConstraint("housing IN ('address', 'no_fixed_address', 'not_known')", name="housing"),
    )

    @property
    def is_paper_unsafe(self) -> bool:
        """Whether a print that they take home might be found by somebody who must not see it."""
        return self.no_paper_at_home or self.contact_is_unsafe


class PersonNameKey(Base):
    """One word of a person's name or of what they are known as, folded, to search by."""

    __tablename__ = "person_name_key"

    token: Mapped[str] = mapped_column(String(NAME_KEY))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)

    __table_args__ = (PrimaryKeyConstraint("token", "person_id"),)


class ContactPoint(Base):
    """A way to reach a person. Never edited: a change ends this row and adds the next one.

    ``replaces_id`` is the row that this one took over from, so that the old one stays known and
    is told. ``value`` is sealed; ``fingerprint`` finds the same number or address elsewhere.
    """

    __tablename__ = "contact_point"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(15))
    value: Mapped[bytes] = mapped_column(Sealed)
    fingerprint: Mapped[bytes] = mapped_column(Fingerprint, index=True)
    whose: Mapped[str] = mapped_column(String(10))
    is_safe: Mapped[bool]
    created_at: Mapped[datetime]
    created_by_account_id: Mapped[UUID | None]
    created_by_human_id: Mapped[UUID | None]
    created_by_organisation_id: Mapped[UUID | None]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact_point.id"), index=True)
    ended_at: Mapped[datetime | None]
    ended_by_account_id: Mapped[UUID | None]
    ended_by_human_id: Mapped[UUID | None]
    end_reason: Mapped[str | None] = mapped_column(String(15))
    may_be_told: Mapped[bool]

    __table_args__ = (
        CheckConstraint(
            "kind IN ('mobile', 'landline', 'email', 'postal', 'held_at_desk')", name="kind"
        ),
        CheckConstraint("whose IN ('own', 'shared', 'other', 'trusted')", name="whose"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended"),
        Index("ix_contact_point_person_id_ended_at", "person_id", "ended_at"),
    )


class IdentityEvidence(Base):
    """Something by which somebody knew who a person is. ``level`` is IdentityLevel.rank."""

    __tablename__ = "identity_evidence"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    level: Mapped[int] = mapped_column(SmallInteger)
    what_was_seen: Mapped[bytes | None] = mapped_column(Sealed)
    seen_at: Mapped[datetime]
    seen_by_account_id: Mapped[UUID | None]
    seen_by_human_id: Mapped[UUID | None]
    seen_by_organisation_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 4", name="level"),)


class PersonSearch(Base):
    """A search, so that its results can be shown again and a flood of searches be seen.

    What was searched for stands in the journal alone, sealed.
    """

    __tablename__ = "person_search"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    organisation_id: Mapped[UUID | None]
    has_more: Mapped[bool]
    searched_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_person_search_account_id_searched_at", "account_id", "searched_at"),
    )


class LookReason(Base):
    """Why an account looks at a person, as it said itself: in a search, or when it was asked.

    Good for a while, so that one visit is not asked the same thing on every page.
    """

    __tablename__ = "look_reason"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    search_id: Mapped[UUID | None] = mapped_column(ForeignKey("person_search.id"), index=True)
    reason: Mapped[str] = mapped_column(String(30))
    words: Mapped[bytes | None] = mapped_column(Sealed)
    stated_at: Mapped[datetime]
    good_until: Mapped[datetime]

    __table_args__ = (
        Index(
            "ix_look_reason_account_id_person_id_good_until",
            "account_id",
            "person_id",
            "good_until",
        ),
    )


LIVE_CARD = text("ended_at IS NULL")


class AccessCard(Base):
    """A printed card of the person's own: its reference, and one-time numbers. One lives at a time.

    ``sheet`` holds the numbers, sealed, from issuing until the paper is in the person's hand;
    after that they are keyed hashes alone. ``notice_id`` is the letter by which it was posted.
    """

    __tablename__ = "access_card"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    delivery: Mapped[str] = mapped_column(String(15))
    notice_id: Mapped[UUID | None] = mapped_column(index=True)
    sheet: Mapped[bytes | None] = mapped_column(Sealed)
    issued_at: Mapped[datetime]
    issued_by_account_id: Mapped[UUID]
    issued_by_human_id: Mapped[UUID]
    issued_by_organisation_id: Mapped[UUID]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("access_card.id"))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(15))
    ended_by_account_id: Mapped[UUID | None]

    __table_args__ = (
        CheckConstraint(one_of("delivery", Delivery), name="delivery"),
        CheckConstraint(
            f"end_reason IS NULL OR {one_of('end_reason', CardEnd)}", name="end_reason"
        ),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended"),
        Index(
            "uq_access_card_live",
            "person_id",
            unique=True,
            sqlite_where=LIVE_CARD,
            postgresql_where=LIVE_CARD,
        ),
    )


class AccessCardNumber(Base):
    """One number of a card. ``number`` is a keyed hash: reading the table confirms nothing.

    ``asked_for`` is what it was asked for last: a request for a yes, a call, a session.
    """

    __tablename__ = "access_card_number"

    card_id: Mapped[UUID] = mapped_column(ForeignKey("access_card.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[bytes] = mapped_column(Fingerprint)
    asked_at: Mapped[datetime | None]
    asked_for: Mapped[UUID | None]
    tries: Mapped[int] = mapped_column(SmallInteger)
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]

    __table_args__ = (
        PrimaryKeyConstraint("card_id", "position"),
        CheckConstraint("position BETWEEN 1 AND 12", name="position"),
    )


class AccessCardHandling(Base):
    """Who held a card's paper before the person did: the card confirms none of their acts."""

    __tablename__ = "access_card_handling"

    card_id: Mapped[UUID] = mapped_column(ForeignKey("access_card.id"))
    human_id: Mapped[UUID]
    how: Mapped[str] = mapped_column(String(15))
    handled_at: Mapped[datetime]

    __table_args__ = (
        PrimaryKeyConstraint("card_id", "human_id"),
        CheckConstraint(one_of("how", Handling), name="how"),
    )
