"""One line of the log a request, and the request's number in every line that belongs to it.

The pattern of the address stands in it, never the address; the role of who asked, never who
(ASVS 14.2.1, 16.2.5). No other access log is written: not by gunicorn, and the shipped
configurations of the proxies ask for none.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from assistedaccess.access import get_actor
from assistedaccess.kernel import ids, logs

from . import metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logs.get_logger(__name__)

KNOWN = "assistedaccess.known"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}


class RequestLog:
    """Around the whole application, so that what fails outside of Flask is seen too."""

    def __init__(self, answer: WSGIApplication, *, is_proxied: bool) -> None:
        self._answer = answer
        self._is_proxied = is_proxied

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        status = 500

        def start(said: str, *rest: Any) -> Any:
            nonlocal status
            status = int(said[:3])
            return start_response(said, *rest)

        with logs.bound(request=self._number(environ)):
            try:
                return self._answer(environ, start)
            finally:
                _note(environ, status, time.perf_counter() - began)

    def _number(self, environ: WSGIEnvironment) -> str:
        """The number that the proxy gave; anybody else's, and what is none, is not believed."""
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._is_proxied else ""
        try:
            return str(UUID(given))
        except ValueError:
            return str(ids.new_id())


def _note(environ: WSGIEnvironment, status: int, seconds: float) -> None:
    given = environ["REQUEST_METHOD"]
    method = given if given in METHODS else "another"
    known = environ.get(KNOWN, {})
    log.info(
        "answered", method=method, status=status, duration_ms=round(seconds * 1000, 1), **known
    )
    metrics.note_request(known.get("rule"), method, status, seconds)


def keep_known(response: Response) -> Response:
    """What was asked for and by whom, as far as the log may know it."""
    actor = get_actor()
    request.environ[KNOWN] = {
        "endpoint": request.endpoint,
        "rule": request.url_rule.rule if request.url_rule is not None else None,
        "role": (actor.role or "no role yet") if actor.is_account else "public",
    }
    return response


def log_fault(exc_info: Any) -> None:
    """In place of Flask's own line, which has the address in it."""
    log.error("a fault of the program", endpoint=request.endpoint, exc_info=exc_info)


def register(app: Flask) -> None:
    """Wrap ``app``. After everything else that wraps it."""
    proxies = app.config["SETTINGS"].trusted_proxies
    app.after_request(keep_known)
    app.log_exception = log_fault  # type: ignore[method-assign]
    if proxies:
        # Of what a proxy says the client's address alone: attempts are counted by it.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0)  # type: ignore[method-assign]
    app.wsgi_app = RequestLog(app.wsgi_app, is_proxied=bool(proxies))  # type: ignore[method-assign]
