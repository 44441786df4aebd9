"""The letters that wait to be printed and posted."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_key, read_reference

from . import queries, service_letters
from .rules import State

bp = Blueprint("notices", __name__)


@bp.get("/letters-to-print")
@requires(Permission.NOTICE_PRINT)
def list_letters_to_print() -> ResponseReturnValue:
    """The organisation's letters: those to print, and those just posted."""
    actor = get_actor()
    after = read_key(request.args.get("after"))
    waiting = queries.list_letters(actor, after=after, limit=queries.PAGE + 1)
    newer = waiting[queries.PAGE :]
    waiting = waiting[: queries.PAGE]
    return render_template(
        "notices/list_letters_to_print.html",
        waiting=waiting,
        next_page=url_for(".list_letters_to_print", after=waiting[-1].id) if newer else None,
        first_page=url_for(".list_letters_to_print") if after else None,
    )


@bp.get("/letters-to-print/<reference>")
@requires(Permission.NOTICE_PRINT)
def print_letter(reference: str) -> ResponseReturnValue:
    """One letter, ready for paper. Opening it is recorded."""
    letter = service_letters.open_letter(actor=get_actor(), notice_id=_get_letter_id(reference))
    return render_template(
        "letters/notice.html", printed=letter, is_posted=letter.state == State.POSTED
    )


@bp.post("/letters-to-print/<reference>/posted")
@requires(Permission.NOTICE_PRINT)
def mark_letter_posted(reference: str) -> ResponseReturnValue:
    """Tick a letter off."""
    service_letters.mark_letter_posted(actor=get_actor(), notice_id=_get_letter_id(reference))
    flash(_("Marked as printed and posted."), "success")
    return redirect(url_for(".list_letters_to_print"), code=303)


def _get_letter_id(reference: str) -> UUID:
    spelt = read_reference("N", reference)
    found = queries.find_letter_id(get_actor(), spelt) if spelt else None
    if found is None:
        raise NotFound
    return found
