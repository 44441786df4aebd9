"""The settings that count, and how they came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session, spelt
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference

from .models import Establishment, SafeguardSettings
from .settings import STARTING, Settings, read_numbers

_NEWEST = (
    select(SafeguardSettings.version, SafeguardSettings.numbers)
    .order_by(SafeguardSettings.version.desc())
    .limit(spelt(1))
)


def get_newest() -> Settings:
    """The highest version, which counts; what an installation begins with, where there is none.

    One statement.
    """
    row = get_session().execute(_NEWEST).one_or_none()
    return Settings(row.version, read_numbers(row.numbers)) if row is not None else STARTING


@dataclass(frozen=True)
class Edition:
    """One version, for the page: since when it counts, and why it was made."""

    settings: Settings
    reason: str
    agreed_at: datetime


def list_editions(most: int = 10) -> list[Edition]:
    """The newest versions first, at most so many."""
    rows = get_session().scalars(
        select(SafeguardSettings).order_by(SafeguardSettings.version.desc()).limit(most)
    )
    return [
        Edition(Settings(row.version, read_numbers(row.numbers)), row.reason, row.agreed_at)
        for row in rows
    ]


# -- establishments

PAGE = 50


def list_establishments(
    actor: Actor, after: UUID | None = None
) -> tuple[list[Establishment], UUID | None]:
    """The organisation's own, newest first, ended ones too; and where the next page begins."""
    query = select(Establishment).where(Establishment.organisation_id == actor.organisation_id)
    if after is not None:
        query = query.where(Establishment.id < after)
    found = list(get_session().scalars(query.order_by(Establishment.id.desc()).limit(PAGE + 1)))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def get_establishment_id(actor: Actor, reference: str) -> UUID:
    """The key of one of the organisation's own. Raises NotFound."""
    found = get_session().scalar(
        select(Establishment.id).where(
            Establishment.reference == (read_reference("H", reference) or ""),
            Establishment.organisation_id == actor.organisation_id,
        )
    )
    if found is None:
        raise NotFound
    return found
