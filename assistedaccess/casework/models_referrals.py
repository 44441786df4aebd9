"""The tables of referrals and of the places outside this system."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_places import LONGEST_NAME, LONGEST_WORDS
from .rules_referrals import Arrival, ReferralState, SentBack, Way


class OutsidePlace(Base):
    """A place that gives help and does not use this system, in one organisation's directory.

    About no person. ``kinds`` are words of rules_referrals.ReferralKind, joined by commas.
    """

    __tablename__ = "outside_place"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    kinds: Mapped[str] = mapped_column(String(100))
    area: Mapped[str] = mapped_column(String(LONGEST_NAME))
    reach: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    hours: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    checked_on: Mapped[date]
    added_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int]

    __table_args__ = (Index("ix_outside_place_organisation_id", "organisation_id", "id"),)


class Referral(Base):
    """That another place may help a person, with their yes (``consent_id``) to what it is told.

    The case stays. ``facts`` is sealed JSON: kind, place, and of a place outside how to reach it;
    and what the person chose to share, as it was that day: contact, mind, about, needs. Which kind
    of place it is stands nowhere in clear. ``to_organisation_id``: a place inside this system.
    """

    __tablename__ = "referral"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    to_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    is_private: Mapped[bool]
    shared: Mapped[str] = mapped_column(String(40))
    way: Mapped[str] = mapped_column(String(10))
    facts: Mapped[bytes] = mapped_column(Sealed)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consent.id"))
    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"))
    state: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    made_by_human: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    return_reason: Mapped[str | None] = mapped_column(String(15))
    return_words: Mapped[bytes | None] = mapped_column(Sealed)
    arrival: Mapped[str | None] = mapped_column(String(15))
    heard_at: Mapped[datetime | None]
    heard_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint(one_of("state", ReferralState), name="state"),
        CheckConstraint(one_of("way", Way), name="way"),
        CheckConstraint(f"arrival IS NULL OR {one_of('arrival', Arrival)}", name="arrival"),
        CheckConstraint(
            f"return_reason IS NULL OR {one_of('return_reason', SentBack)}", name="return_reason"
        ),
        CheckConstraint("(state = 'returned') = (return_reason IS NOT NULL)", name="returned"),
        CheckConstraint("(arrival IS NULL) = (heard_at IS NULL)", name="heard"),
        CheckConstraint("state <> 'accepted' OR to_organisation_id IS NOT NULL", name="accepted"),
        CheckConstraint(
            "to_organisation_id IS NULL OR to_organisation_id <> organisation_id", name="two"
        ),
        Index("ix_referral_case_id", "case_id"),
        Index("ix_referral_person_id", "person_id"),
        Index("ix_referral_consent_id", "consent_id"),
        Index("ix_referral_organisation_id", "organisation_id", "id"),
        Index("ix_referral_to_organisation_id", "to_organisation_id", "state", "id"),
    )
