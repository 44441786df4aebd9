"""A small application that does everything wrong once, and everything right once.

Each probe must find its fault under ``/faulty/…`` and nothing under ``/sound/…``: a probe that has
gone blind is noticed here, and not years later.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from assistedaccess.kernel import logs

from .probes import leaves

CANARY = "Canarywordx"
SECRET = "QQ 12 34 56 C"
TAIL = "<svg/onload=x>\"'{{7*7}}"
TYPED = f"{CANARY} {TAIL}"
TOKEN = "the token of this user"

SOUND_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Content-Security-Policy": "default-src 'none'; script-src 'nonce-abc'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Type": "text/html; charset=utf-8",
}
FAULTY_HEADERS = {
    "V3.4.1": ("Strict-Transport-Security", "max-age=60"),
    "V3.4.2": ("Access-Control-Allow-Origin", "http://evil.test"),
    "V3.4.3": (
        "Content-Security-Policy",
        "default-src 'self'; script-src 'unsafe-inline'; object-src 'self'; base-uri 'self'; "
        "frame-ancestors 'none'",
    ),
    "V3.4.4": ("X-Content-Type-Options", ""),
    "V3.4.5": ("Referrer-Policy", "unsafe-url"),
    "V3.4.6": (
        "Content-Security-Policy",
        "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'",
    ),
    "V4.1.1": ("Content-Type", "text/html"),
    "V14.3.2": ("Cache-Control", "public, max-age=600"),
}
FAULTY_COOKIES = {
    "V3.3.1": "__Host-a=1; HttpOnly; Path=/; SameSite=Lax",
    "V3.3.2": "__Host-a=1; Secure; HttpOnly; Path=/",
    "V3.3.3": "__Host-a=1; Secure; HttpOnly; Path=/; Domain=example.org; SameSite=Lax",
    "V3.3.4": "__Host-a=1; Secure; Path=/; SameSite=Lax",
}
SOUND_COOKIE = "__Host-a=1; Secure; HttpOnly; Path=/; SameSite=Lax"


@dataclass
class Store:
    """What would be a database: tables of rows, and how many statements were sent."""

    rows: dict[str, list[Any]] = field(default_factory=lambda: {"note": [], "side": []})
    statements: int = 0

    def copy(self) -> dict[str, list[Any]]:
        return {table: list(rows) for table, rows in self.rows.items()}


def make_twin() -> tuple[Flask, Store]:
    """The twin and its store."""
    app = Flask("twin")
    store = Store()
    log = logs.get_logger("twin")

    def page(body: str, status: int = 200) -> Response:
        text = f"<!DOCTYPE html><html><head><title>x</title></head><body>{body}</body></html>"
        return Response(text, status=status, mimetype="text/html")

    def route(name: str, method: str = "GET") -> Callable[[Any], Any]:
        def decorate(view: Callable[[bool], ResponseReturnValue]) -> Any:
            for word, is_sound in (("faulty", False), ("sound", True)):
                app.add_url_rule(
                    f"/{word}/{name}",
                    f"{word}_{name}",
                    lambda is_sound=is_sound: view(is_sound),
                    methods=[method],
                )
            return view

        return decorate

    @app.get("/headers/<row>")
    def headers(row: str) -> Response:
        response = page("headers")
        given = dict(SOUND_HEADERS)
        if row in FAULTY_HEADERS:
            name, value = FAULTY_HEADERS[row]
            given[name] = value
        for name, value in given.items():
            response.headers[name] = value
        return response

    @app.get("/cookies/<row>")
    def cookies(row: str) -> Response:
        response = page("cookies")
        response.headers["Set-Cookie"] = FAULTY_COOKIES.get(row, SOUND_COOKIE)
        return response

    @route("body")
    def body(is_sound: bool) -> Response:
        shown = escape(TYPED) if is_sound else Markup(TYPED)  # noqa: S704  (the fault)
        return page(f"<p>{shown}</p>")

    @route("attribute")
    def attribute(is_sound: bool) -> Response:
        shown = escape('" onfocus="x') if is_sound else '" onfocus="x'
        return page(f'<p title="{shown}">x</p>')

    @route("link")
    def link(is_sound: bool) -> Response:
        return page(f'<a href="{"/x" if is_sound else "javascript:alert(1)"}">x</a>')

    @route("template")
    def template(is_sound: bool) -> Response:
        shown = TYPED if is_sound else TYPED.replace("{{7*7}}", "49")
        return page(f"<p>{escape(shown)}</p>")

    @route("foreign")
    def foreign(is_sound: bool) -> Response:
        return page("<p>nothing</p>" if is_sound else f"<p>total: 1 ({CANARY.upper()})</p>")

    @route("fault")
    def fault(is_sound: bool) -> Response:
        trace = 'Traceback: File "/srv/app/people.py", line 7: SELECT * FROM person'
        return page("Sorry. E-0000-0000" if is_sound else trace, 500)

    @route("redirect")
    def lead_on(is_sound: bool) -> ResponseReturnValue:
        where = request.args.get("next", "/")
        if is_sound and leaves(where):
            where = "/"
        response = redirect("/")
        response.headers["Location"] = where
        response.autocorrect_location_header = False
        return response

    @route("log")
    def write_log(is_sound: bool) -> Response:
        log.warning("a sign-in failed" if is_sound else f"a sign-in failed for {SECRET}")
        return page("logged")

    @route("role")
    def open_door(is_sound: bool) -> ResponseReturnValue:
        if is_sound:
            abort(403)
        return page("in")

    @route("token", "POST")
    def post_token(is_sound: bool) -> ResponseReturnValue:
        if is_sound and request.form.get("csrf_token") != TOKEN:
            abort(400)
        store.rows["note"].append(request.form.get("text"))
        return redirect("/", 303)

    @route("half", "POST")
    def store_half(is_sound: bool) -> ResponseReturnValue:
        if not is_sound:
            store.rows["note"].append(request.form.get("text"))
        if not request.form.get("date"):
            abort(400)
        return redirect("/", 303)

    @route("twice", "POST")
    def store_twice(is_sound: bool) -> ResponseReturnValue:
        row = (request.form.get("request_key"), request.form.get("text"))
        if not is_sound or row not in store.rows["note"]:
            store.rows["note"].append(row)
        return redirect("/", 303)

    @route("stale", "POST")
    def store_stale(is_sound: bool) -> ResponseReturnValue:
        if is_sound and request.form.get("version") != "7":
            return page(f"Somebody else changed it. {escape(request.form['text'])}", 409)
        store.rows["note"] = [request.form["text"]]
        return redirect("/", 303)

    @route("strange", "POST")
    def take_strange(is_sound: bool) -> ResponseReturnValue:
        text = request.form["text"]
        if "\x00" in text:
            if is_sound:
                abort(400)
            raise ValueError("a NUL in a string literal")
        return redirect("/", 303)

    @route("list")
    def list_rows(is_sound: bool) -> Response:
        g.statements = 1 if is_sound else 1 + len(store.rows["side"])
        store.statements = g.statements
        return page("rows")

    @route("stored", "POST")
    def keep_secret(is_sound: bool) -> ResponseReturnValue:
        text = request.form["text"]
        sealed = bytes(byte ^ 0x5A for byte in text.encode())
        store.rows["side"].append(sealed if is_sound else json.dumps({"nino": text}))
        return redirect("/", 303)

    return app, store
