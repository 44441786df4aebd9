"""As much of a browser as measuring needs: cookies, forms with their hidden fields, and a watch."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from .server import HEADER, HOST

Values = Mapping[str, str | Sequence[str] | bool]
"""What is filled in, by name; True ticks the box of that name, whatever its value."""
TIMEOUT = 30


class PageFailed(Exception):
    """A page answered otherwise than it should have; the message says which and what it said."""


@dataclass(frozen=True)
class Answer:
    """One answer. ``milliseconds``: from opening the connection to the last byte."""

    path: str
    status: int
    location: str
    body: str
    milliseconds: float
    statements: int

    @property
    def size(self) -> int:
        return len(self.body.encode())

    def form(self, action: str | None = None) -> Form:
        """The page's form that sends to ``action``, by default to this very page."""
        wanted = (action or self.path).split("?")[0]
        for form in _Forms.read(self.body):
            if (form.action or self.path).split("?")[0] == wanted and "csrf_token" in form.values:
                return form
        raise PageFailed(f"{self.path} has no form for {wanted}")


@dataclass(frozen=True)
class Form:
    """A form as a browser would send it untouched: ``values`` by name; ``boxes`` to be ticked."""

    action: str
    values: dict[str, list[str]]
    boxes: dict[str, str]

    def filled(self, given: Values) -> list[tuple[str, str]]:
        """What is sent when somebody fills in ``given``."""
        values = dict(self.values)
        for name, value in given.items():
            if isinstance(value, bool):
                value = self.boxes[name]
            values[name] = [value] if isinstance(value, str) else list(value)
        return [(name, value) for name, each in values.items() for value in each]


class Browser:
    """One account's browser."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port = port
        self.cookies = {"sign-in": token} if token else {}

    def get(self, path: str) -> Answer:
        """A page that must be there. Raises PageFailed."""
        answer = self._ask("GET", path)
        if answer.status != 200:
            raise PageFailed(f"GET {path} answered {answer.status} {answer.location}")
        return answer

    def post(self, page: Answer, given: Values, action: str | None = None) -> Answer:
        """Fill in the form of a page that was got and send it; it must lead on. Raises PageFailed.

        ``action`` names the form where it does not send to the page itself.
        """
        form = page.form(action)
        path = form.action or page.path
        answer = self._ask("POST", path, urlencode(form.filled(given)))
        if answer.status not in (302, 303):
            said = "; ".join(_Forms.errors(answer.body)) or answer.body[:300]
            raise PageFailed(f"POST {path} answered {answer.status}: {said}")
        return answer

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            read = response.read()
            took = (time.perf_counter() - began) * 1000
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(
            path=path,
            status=response.status,
            location=response.headers.get("Location", ""),
            body=read.decode(),
            milliseconds=took,
            statements=int(response.headers.get(HEADER, -1)),
        )


class _Forms(HTMLParser):
    """The forms of a page, and the words of its error summary."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.said: list[str] = []
        self._select = ""
        self._area = ""
        self._in_errors = 0

    @classmethod
    def read(cls, body: str) -> list[Form]:
        parser = cls()
        parser.feed(body)
        return parser.forms

    @classmethod
    def errors(cls, body: str) -> list[str]:
        parser = cls()
        parser.feed(body)
        return parser.said

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), {}, {}))
        if "govuk-error-summary" in given.get("class", "").split():
            self._in_errors = 1
        elif self._in_errors and tag == "div":
            self._in_errors += 1
        name = given.get("name", "")
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._put(self._select, given.get("value", ""))
        elif tag == "textarea" and name:
            self._area = name
            self._put(name, "")

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("radio", "checkbox") and "checked" not in given:
            if self.forms:
                self.forms[-1].boxes.setdefault(name, given.get("value", "on"))
            return
        if kind not in ("submit", "button", "file"):
            self._put(name, given.get("value", ""))

    def _put(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1].values.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._in_errors and data.strip():
            self.said.append(data.strip())
        if self._area and self.forms:
            # A browser drops the line break that follows the tag.
            self.forms[-1].values[self._area][-1] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "div" and self._in_errors:
            self._in_errors -= 1
