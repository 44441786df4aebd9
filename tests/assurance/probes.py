"""What each probe looks for, apart from where it looks: faulty_twin.py proves that each can see.

Every function returns the faults it found, in words; none is a pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

Headers = Sequence[tuple[str, str]]

SCHEMES = {"", "http", "https", "mailto", "tel"}
ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "srcset")
TRACES = ("Traceback", 'File "', ".py", "sqlalchemy", "psycopg", "sqlite3", "SELECT ", "INSERT ")
YEAR = 31_536_000

HOSTILE_PATHS = (
    "//evil.test",
    "//evil.test/people",
    "///evil.test",
    "https://evil.test",
    "http:evil.test",
    "\\\\evil.test",
    "/\\evil.test",
    "/\t/evil.test",
    "/%2f/evil.test",
    "/%5cevil.test",
    "javascript:alert(1)",
    "data:text/html,x",
    "@evil.test",
    " //evil.test",
)
"""Spellings under which a browser, or a proxy before it, may read another host."""


def _values(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key.lower() == name.lower()]


def find_header_faults(headers: Headers, *, may_be_kept: bool = False) -> Iterator[str]:
    """V3.4.1 to V3.4.6, V4.1.1 and V14.3.2, of one response."""
    transport = " ".join(_values(headers, "Strict-Transport-Security"))
    seconds = re.search(r"max-age=(\d+)", transport)
    if not seconds or int(seconds[1]) < YEAR or "includeSubDomains" not in transport:
        yield f"V3.4.1 Strict-Transport-Security: {transport!r}"
    if any(name.lower().startswith("access-control") for name, _ in headers):
        yield "V3.4.2 another origin may read it"
    yield from _find_policy_faults(_values(headers, "Content-Security-Policy"))
    if _values(headers, "X-Content-Type-Options") != ["nosniff"]:
        yield "V3.4.4 X-Content-Type-Options"
    if _values(headers, "Referrer-Policy") not in (["same-origin"], ["no-referrer"]):
        yield "V3.4.5 Referrer-Policy"
    types = _values(headers, "Content-Type")
    if len(types) != 1 or "charset=utf-8" not in types[0].lower():
        yield f"V4.1.1 Content-Type: {types}"
    if not may_be_kept and "no-store" not in " ".join(_values(headers, "Cache-Control")):
        yield "V14.3.2 Cache-Control"


def _find_policy_faults(policies: list[str]) -> Iterator[str]:
    if len(policies) != 1:
        yield f"V3.4.3 {len(policies)} Content-Security-Policies"
        return
    rules = {
        name: " ".join(rest)
        for name, *rest in (rule.split() for rule in policies[0].split(";") if rule.strip())
    }
    for name in ("object-src", "base-uri"):
        if rules.get(name) != "'none'":
            yield f"V3.4.3 {name} {rules.get(name)}"
    if rules.get("frame-ancestors") != "'none'":
        yield f"V3.4.6 frame-ancestors {rules.get('frame-ancestors')}"
    if "unsafe-" in policies[0] or "*" in policies[0]:
        yield f"V3.4.3 {policies[0]}"
    if "default-src" not in rules and "script-src" not in rules:
        yield "V3.4.3 scripts may come from anywhere"


def find_cookie_faults(cookies: Iterable[str]) -> Iterator[str]:
    """V3.3.1 to V3.3.4, of the Set-Cookie headers of a production installation."""
    for cookie in cookies:
        name, *parts = [part.strip() for part in cookie.split(";")]
        given = {part.partition("=")[0].lower(): part.partition("=")[2] for part in parts}
        if "secure" not in given or not name.startswith("__Host-"):
            yield f"V3.3.1 {cookie}"
        if given.get("samesite", "").lower() not in ("lax", "strict"):
            yield f"V3.3.2 {cookie}"
        if given.get("path") != "/" or "domain" in given:
            yield f"V3.3.3 {cookie}"
        if "httponly" not in given:
            yield f"V3.3.4 {cookie}"


def find_active_content(html: str) -> Iterator[str]:
    """V1.2.1 and V1.2.2: markup, handlers or schemes that somebody's text brought in."""
    page = BeautifulSoup(html, "lxml")
    for element in page.find_all(True):
        for name, value in element.attrs.items():
            words = " ".join(value) if isinstance(value, list) else str(value)
            if name.startswith("on"):
                yield f"V1.2.1 <{element.name} {name}>"
            elif name in ADDRESSES:
                scheme = urlsplit(words.strip()).scheme.lower()
                is_picture = element.name == "img" and words.startswith("data:image/")
                if scheme not in SCHEMES and not is_picture:
                    yield f"V1.2.2 <{element.name} {name}={words[:40]!r}>"


def find_cut_words(html: str, words: Iterable[str], tail: str) -> Iterator[str]:
    """V1.2.1 and V1.3.5: a canary on the page whose hostile tail is not there as it was typed.

    A list may show the beginning of a long text, with an ellipsis; nothing else may be missing.
    """
    any_word = re.compile(f"(?:{'|'.join(map(re.escape, words))})(?![A-Za-z])")
    page = BeautifulSoup(html, "lxml")
    for element in page(["script", "style"]):
        element.extract()
    texts = [page.get_text()]
    texts += [
        str(value)
        for element in page.find_all(True)
        for value in element.attrs.values()
        if not isinstance(value, list)
    ]
    for text in texts:
        for found in any_word.finditer(text):
            rest = text[found.end() :].lstrip(" ")
            shown = rest.partition("…")[0] if "…" in rest[: len(tail) + 1] else rest
            if not shown.startswith(tail) and not tail.startswith(shown):
                yield f"{found[0]}{rest[:40]!r}"


def find_words(text: str, words: Mapping[str, str]) -> Iterator[str]:
    """Which of ``words`` (what it is → how it reads) stand in the text, however cased or spaced."""
    folded = _fold(text)
    for what, word in words.items():
        if _fold(word) in folded:
            yield what


def _fold(text: str) -> str:
    return re.sub(r"[\s\-]", "", text).casefold()


def find_clear_bytes(data: bytes, secrets: Mapping[str, str]) -> Iterator[str]:
    """Which secrets stand in the bytes as they are: in UTF-8, UTF-16, hex, escaped, or spaced."""
    folded = re.sub(rb"[\s\-]", b"", data).lower()
    for what, secret in secrets.items():
        plain = _fold(secret)
        spellings = (
            plain.encode(),
            plain.encode("utf-16-le"),
            plain.encode().hex().encode(),
            secret.encode().hex().lower().encode(),
        )
        if any(spelling in folded for spelling in spellings):
            yield what


def find_traces(text: str) -> Iterator[str]:
    """V16.5.1: what only the program knows, on a page."""
    return (trace for trace in TRACES if trace in text)


def leaves(location: str, host: str = "localhost") -> bool:
    """V3.7.2: whether a browser on ``host`` that is sent to ``location`` goes elsewhere."""
    spelt = re.sub(r"[\t\r\n]", "", location).strip().replace("\\", "/")
    parts = urlsplit(urljoin(f"http://{host}/x", spelt))
    return parts.netloc != host or parts.scheme not in ("http", "https")


def listed(faults: Iterable[object]) -> str:
    """All of them, one a line: pytest cuts a long list off."""
    return "\n" + "\n".join(str(fault) for fault in faults)
