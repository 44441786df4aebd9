"""Who is no second human where money goes: tied to whoever asked, to the account, or to silence."""

from __future__ import annotations

from uuid import UUID

from assistedaccess.organisations.queries_interests import list_related
from assistedaccess.people.service_silence import list_silencers

from .models import Application
from .service_payee import list_declarers, read_new_account


def list_dependent(row: Application, askers: set[UUID], among: set[UUID]) -> set[UUID]:
    """Of the humans ``among``, those whose word for the person's is nobody else's word.

    Who asked for it, by whichever account; whose account it is, as they declared; a declared
    relative of who asked; and who had the person told less, for as long as they are, since the
    person hears of nothing then. Sources: scenarios A01, A05 (a second human), A41 and A44.
    """
    barred = askers | list_declarers(read_new_account(row)) | list_silencers(row.person_id)
    return (barred & among) | list_related(askers, among - barred)
