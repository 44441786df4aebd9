"""What happens to a request that nobody signed in stands behind, or nobody in a role.

It is led to the page where that is mended, and back afterwards. What it carried is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from flask import Response, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import validate_csrf
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from wtforms import ValidationError

from assistedaccess.access import get_actor
from assistedaccess.access.guards import SignInNeeded, find_guard
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.return_path import find_safe_path

from . import drafts
from .current import CurrentSignIn, State, find_sign_in, get_state
from .rules import Stage

V = TypeVar("V", bound=Callable[..., ResponseReturnValue])

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_REDIRECTS = {302, 303}


def requires_fresh(view: V) -> V:
    """Below the guard of a view: only soon after password and second factor were given.

    Whoever gave them longer ago is asked once more and comes back; what was typed is kept.
    """

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        return ask_again() or view(*args, **kwargs)

    return wrapper  # type: ignore[return-value]


def ask_again() -> Response | None:
    """The way to prove oneself again, where that was too long ago; for a view that asks only of
    some requests what ``requires_fresh`` asks of all."""
    found = find_sign_in()
    if found is not None and found.state is State.OPEN and not found.is_fresh:
        return lead_to("accounts.confirm_again", _path_with_kept(found))
    return None


def lead_to(endpoint: str, next_path: str | None) -> Response:
    """To a page of ours, which leads on to ``next_path``."""
    address = url_for(endpoint)
    if next_path and next_path != "/":
        address = f"{address}?{urlencode({'next': next_path}, safe='/')}"
    return current_app.make_response(redirect(address, code=303))


def find_next_path() -> str | None:
    """Where this page was told to lead on to."""
    return find_safe_path(request.args.get("next"))


def answer_sign_in_needed(_error: SignInNeeded) -> Response:
    """Lead to the sign-in page, to the next step of signing in, or to the locked screen."""
    found = find_sign_in()
    if found is not None and found.state is State.ON_THE_WAY:
        return lead_to(step_of(found), None)
    path = _path_with_kept(found)
    if found is not None and found.state is State.LOCKED:
        return lead_to("accounts.unlock_sign_in", path)
    return lead_to("accounts.start_sign_in", path)


def step_of(found: CurrentSignIn) -> str:
    """The page of the next step of a sign-in that is on its way."""
    if found.stage is Stage.FACTOR:
        return "accounts.confirm_second_factor"
    return "accounts.choose_factor"


def ask_for_role() -> ResponseReturnValue | None:
    """Before each request: who has roles but is in none chooses one, before a page of a role."""
    found = find_sign_in()
    if found is None or found.state is not State.OPEN or found.hat is not None or not found.hats:
        return None
    guard = find_guard(current_app, request.endpoint) if request.endpoint else None
    if guard is None or guard.kind != "requires":
        return None
    return lead_to("accounts.choose_role", _path_with_kept(found))


# -- what was typed


def _path_with_kept(found: CurrentSignIn | None) -> str | None:
    path = find_page_path()
    if path is None or found is None or request.method in SAFE_METHODS:
        return path
    kept_id = keep_sent_form(found, path)
    return path if kept_id is None else drafts.with_argument(path, kept_id)


def find_page_path() -> str | None:
    """The page that this request opens; of one that sends a form, the page that shows it."""
    query = request.query_string.decode("ascii", "replace")
    here = f"{request.path}?{query}" if query else request.path
    if request.method in SAFE_METHODS or _can_be_opened(request.path):
        return find_safe_path(_without_kept(here))
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc != request.host or not _can_be_opened(referrer.path):
        return None
    there = f"{referrer.path}?{referrer.query}" if referrer.query else referrer.path
    return find_safe_path(_without_kept(there))


def _without_kept(path: str) -> str:
    if drafts.ARGUMENT not in path or request.method in SAFE_METHODS:
        return path
    head, _mark, query = path.partition("?")
    parts = [p for p in query.split("&") if p and not p.startswith(f"{drafts.ARGUMENT}=")]
    return f"{head}?{'&'.join(parts)}" if parts else head


def _can_be_opened(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter is not None and adapter.test(path, method="GET")
    except HTTPException:
        return False


def keep_sent_form(found: CurrentSignIn, path: str) -> UUID | None:
    """Keep what this request sent, for the account behind its sign-in; None where nothing is kept.

    Only for a sign-in that ran out, is locked, or goes on; and only what a page of ours sent.
    """
    if found.state not in (State.RUN_OUT, State.LOCKED, State.OPEN):
        return None
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return None
    fields = drafts.choose_fields(request.form.items(multi=True))
    if not fields:
        return None
    return drafts.keep_form(
        actor=get_actor(), account_id=found.account_id, path=path, fields=fields
    )


def show_kept() -> None:
    """Before each request: a page that is asked for with what was kept shows it in its form."""
    kept_id = _find_kept_id()
    if kept_id is None or request.method != "GET" or get_state() is not State.OPEN:
        return
    found = find_sign_in()
    kept = drafts.find_kept(found.account_id, kept_id) if found is not None else None
    if kept is None or urlsplit(kept.path).path != request.path:
        return
    g.kept_form = kept.as_form()
    words = Markup('{} <a class="govuk-notification-banner__link" href="{}">{}</a>').format(
        _("What you typed was kept. Check it and send it again."),
        url_for("accounts.show_kept_form", kept_id=kept.id),
        _("See the text by itself"),
    )
    flash(words, "message")


def drop_what_was_saved(response: Response) -> Response:
    """After each request: what was kept and has now been sent with success is deleted."""
    kept_id = _find_kept_id()
    is_saved = request.method == "POST" and response.status_code in _REDIRECTS
    if kept_id is not None and is_saved and get_actor().is_account:
        try:
            drafts.drop_kept_form(actor=get_actor(), kept_id=kept_id)
        except NotFound:
            pass
    return response


def _find_kept_id() -> UUID | None:
    try:
        return UUID(request.args.get(drafts.ARGUMENT, ""))
    except ValueError:
        return None
