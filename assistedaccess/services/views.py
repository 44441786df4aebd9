"""Pages of the catalogue: find a service, and what it is, needs and costs."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from assistedaccess.access import Permission, requires

from . import queries
from .catalogue import NATIONS
from .forms import SearchForm

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
            "services/list_services.html", form=form, services=found, language=_language()
        ),
        form.status,
    )


@bp.get("/services/<key>")
@requires(Permission.SERVICE_VIEW)
def view_service(key: str) -> ResponseReturnValue:
    """All that the catalogue says of one service, with its sources."""
    return render_template(
        "services/view_service.html",
        service=queries.get_service(key),
        language=_language(),
        nations=NATIONS,
    )


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale else "en"
