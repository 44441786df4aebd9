"""Pages of the catalogue: find a service, and what it is, needs and costs."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from assistedaccess.access import Permission, get_actor, is_allowed, public, requires

from . import queries
from .forms import PublicSearchForm, SearchForm
from .words import NATION_NAMES, WORDS

bp = Blueprint("services", __name__)


@bp.get("/services")
@requires(Permission.SERVICE_VIEW)
def list_services() -> ResponseReturnValue:
    """The services there are, by nation and by the words that people say."""
    form = SearchForm(request.args)
    if request.args and not form.validate():
        found = []
    else:
        found = queries.list_services(form.nation.data, form.words.data or "")
    return (
        render_template(
            "services/list_services.html", form=form, services=found, language=shown_language()
        ),
        form.status,
    )


@bp.get("/where-to-get-help")
@public("what there is, and what to bring, is for everybody to know before they come to a desk")
def find_help() -> ResponseReturnValue:
    """Where to get help and what to bring, for whoever needs it themself, or for a neighbour."""
    form = PublicSearchForm(request.args)
    fits = not request.args or form.validate()
    found = queries.list_services(form.nation.data, form.words.data or "") if fits else []
    return (
        render_template(
            "services/find_help.html", form=form, services=found, language=shown_language()
        ),
        form.status,
    )


@bp.get("/where-to-get-help/<key>")
@public("what there is, and what to bring, is for everybody to know before they come to a desk")
def show_help(key: str) -> ResponseReturnValue:
    """One service on a page that can be printed and taken home."""
    return render_template(
        "services/show_help.html",
        service=queries.get_service(key),
        language=shown_language(),
        nations=NATION_NAMES,
    )


@bp.get("/services/<key>")
@requires(Permission.SERVICE_VIEW)
def view_service(key: str) -> ResponseReturnValue:
    """All that the catalogue says of one service, with its sources."""
    return render_template(
        "services/view_service.html",
        service=queries.get_service(key),
        language=shown_language(),
        nations=NATION_NAMES,
        words=WORDS,
        sees_forms=is_allowed(get_actor(), Permission.SERVICE_PUBLISH),
        fills_in=is_allowed(get_actor(), Permission.APPLICATION_FILL_IN),
    )


def shown_language() -> str:
    """The language of the page."""
    locale = get_locale()
    return str(locale.language) if locale else "en"
