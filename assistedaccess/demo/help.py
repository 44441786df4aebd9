"""Applications that are begun, half done or sent, and records of help."""

from __future__ import annotations

from uuid import UUID

from assistedaccess.kernel.actor import Actor

from .people import DemoPerson


def fill_in(actor: Actor, case_id: UUID, service: str, how_far: str, person: DemoPerson) -> None:
    """Begin an application, and answer its pages as far as ``how_far`` says."""


def record_help(actor: Actor, person_id: UUID, case_id: UUID, asked: str) -> None:
    """Record help that was given on somebody else's website."""
