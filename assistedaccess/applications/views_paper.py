"""The paper pack: a service's form to write on, blank or as far as it is filled in, with the words
of a yes. For home visits, and for the day when the system is down."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.consent import words as consent_words
from assistedaccess.consent.queries import list_statements
from assistedaccess.consent.rules import Mode, Power
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import NotFound
from assistedaccess.services.asking import start_asking
from assistedaccess.services.paper import lay_out
from assistedaccess.services.queries import ServiceView, get_definition, get_service

from . import service_viewing, words
from .views import bp, shown_language

ON_PAPER = (
    Power.SEE,
    Power.FILL_IN,
    Power.SUBMIT,
    Power.REPORT_CHANGE,
    Power.RECEIVE_MESSAGES,
)
"""What a yes on paper may carry; money, and how the person is reached, are asked for elsewhere."""


@bp.get("/services/<key>/paper")
@requires(Permission.APPLICATION_FILL_IN)
def print_paper_pack(key: str) -> ResponseReturnValue:
    """A blank form of the service, to take along. It names nobody."""
    service = get_service(key)
    if service.form_hash is None:
        raise NotFound
    return _print(service, service.form_hash, shown_language(), {}, None)


@bp.get("/applications/<reference>/paper")
@requires(Permission.APPLICATION_FILL_IN)
def print_part_filled(reference: str) -> ResponseReturnValue:
    """The form of an application, with the answers so far; the rest is written on paper."""
    draft = service_viewing.print_application(actor=get_actor(), reference=reference)
    if not draft.is_draft:
        raise NotFound
    service = get_service(draft.service)
    return _print(service, draft.form_hash, draft.language, draft.journey.answers, draft)


def _print(
    service: ServiceView, form_hash: str, language: str, answers: Any, draft: Any
) -> ResponseReturnValue:
    definition = get_definition(form_hash)
    name_file = draft.name_file if draft else str
    now = clock.local(clock.now())
    asking = start_asking(definition, language, answers, now, _, name_file)
    found = list_statements(Mode.REPRESENTING)
    return render_template(
        "applications/print_paper_pack.html",
        service=service,
        words=words,
        name=service.name(language),
        language=language,
        draft=draft,
        pages=lay_out(definition, asking, answers),
        statement=next((each for each in found if each.language == language), found[0]),
        declaration=Markup(words.declaration_html(definition, language)),  # noqa: S704
        powers=[consent_words.POWERS[power] for power in ON_PAPER],
        today=clock.today(),
    )
