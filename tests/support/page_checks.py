"""What every page of the service must be: looked at whenever a test GETs one.

What a field holds, where a link within the service leads and which words stand between two tags
makes no difference to the rules, but for what shape_of() keeps: so a page is looked at once for
each shape that it has, as axe does in the journeys.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag

from .run_folder import FoundGood

TITLE_END = re.compile(r" [–-] \S.*$")
SERVICE_NAMES = ("Assisted Access", "Mynediad â Chymorth")

NEEDS_LABEL = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "image", "reset"}
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "for", "headers")
TOKEN = "csrf_token"
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
WHO = re.compile(r'class="app-strip__who">[^<]*,')
TEXT = re.compile(r">[^<>]*[^<>\s][^<>]*(?=<)")
SPACE = re.compile(r">\s+(?=<)")
HELD = re.compile(r'(?<= value=")[^"<>&]*(?=")')
ADDRESS = re.compile(r'(?<= href=")/[^"<>&]*(?=")|(?<= action=")/[^"<>&]*(?=")')
_looked_at = FoundGood("pages")


class PageFault(AssertionError):
    """The page breaks a rule; the message lists all that it breaks."""


def check_page(response: Any) -> None:
    """Raise PageFault for what is wrong with an HTML response (of Flask's test client)."""
    html = response.get_data(as_text=True)
    headers = dict(response.headers)
    shape = repr(shape_of(html, headers))
    if shape in _looked_at:
        return
    faults = list(list_faults(html, headers))
    if not faults:
        _looked_at.add(shape)
    else:
        where = getattr(getattr(response, "request", None), "path", "the page")
        raise PageFault(f"{where}:\n  " + "\n  ".join(faults))


def shape_of(html: str, headers: dict[str, str]) -> tuple[str, bool, bool, str]:
    """All of the page that a rule may read: its tags, its title, and whether there are words."""
    nonce = re.search(r"'nonce-([^']+)'", headers.get("Content-Security-Policy", ""))
    tags = html.replace(f'nonce="{nonce[1]}"', "nonce") if nonce else html
    for pattern, instead in ((HELD, ""), (ADDRESS, "/"), (SPACE, ">"), (TEXT, ">t")):
        tags = pattern.sub(instead, tags)
    title = TITLE.search(html)
    has_way = 'href="/concerns/new' in html
    return title[0] if title else "", WHO.search(html) is not None, has_way, tags


def list_faults(html: str, headers: dict[str, str] | None = None) -> Iterator[str]:
    """Everything that is wrong with the page, in words."""
    yield from _list_syntax_errors(html)
    soup = BeautifulSoup(html, "html.parser")
    yield from _list_frame_faults(soup)
    yield from _list_duplicate_ids(soup)
    yield from _list_inline_code(soup, headers or {})
    yield from _list_form_faults(soup)
    yield from _list_dangling_references(soup)
    yield from _list_bad_links(soup)
    yield from _list_no_way_to_the_leads(soup)


def _list_syntax_errors(html: str) -> Iterator[str]:
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    parser.parse(html)
    for (line, column), code, details in parser.errors:
        words = html5lib.constants.E.get(code, code) % details
        yield f"HTML, line {line}, column {column}: {words}"


def _list_frame_faults(soup: BeautifulSoup) -> Iterator[str]:
    headings = soup.find_all("h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1 instead of one"
    elif not headings[0].get_text(strip=True):
        yield "the h1 is empty"
    root = soup.find("html")
    if not isinstance(root, Tag) or not root.get("lang"):
        yield "html has no lang"
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    if not any(title.endswith((f" – {name}", f" - {name}")) for name in SERVICE_NAMES):
        yield f"the title is {title!r}: it must end with – Assisted Access"
    elif len(TITLE_END.sub("", title)) < 2 or title.startswith(("–", "Error: –")):
        yield f"the title {title!r} does not name the page"
    has_errors = bool(soup.select(".govuk-error-summary"))
    if has_errors and not title.startswith(("Error:", "Gwall:")):
        yield "errors are shown, and the title does not begin with Error:"
    if len(soup.find_all("main")) != 1:
        yield "there is not exactly one main"
    levels = [int(h.name[1]) for h in soup.select("main :is(h1, h2, h3, h4, h5, h6)")]
    for above, below in itertools.pairwise(levels):
        if below > above + 1:
            yield f"an h{below} follows an h{above}"


def _list_duplicate_ids(soup: BeautifulSoup) -> Iterator[str]:
    counts = Counter(tag["id"] for tag in soup.find_all(id=True))
    for name, count in counts.items():
        if count > 1:
            yield f"id {name!r} is used {count} times"
        if not name or re.search(r"\s", name):
            yield f"id {name!r} is empty or has a space"


def _list_inline_code(soup: BeautifulSoup, headers: dict[str, str]) -> Iterator[str]:
    policy = headers.get("Content-Security-Policy", "")
    for script in soup.find_all("script"):
        nonce = script.get("nonce")
        if not nonce:
            yield "a script has no nonce"
        elif policy and f"'nonce-{nonce}'" not in policy:
            yield "a script's nonce is not the policy's"
    for tag in soup.find_all(True):
        if tag.name == "style":
            yield "there is an inline style sheet"
        for attribute in tag.attrs:
            if attribute == "style" or attribute.startswith("on"):
                yield f"<{tag.name}> has the attribute {attribute}"


def _list_form_faults(soup: BeautifulSoup) -> Iterator[str]:
    labelled = {label.get("for") for label in soup.find_all("label")}
    for field in soup.find_all(NEEDS_LABEL):
        if field.name == "input" and field.get("type") in UNLABELLED_TYPES:
            continue
        name = field.get("name") or field.get("id") or "a field"
        has_label = field.get("id") in labelled or field.get("aria-label")
        if not has_label and not field.get("aria-labelledby") and not field.find_parent("label"):
            yield f"{name} has no label"
    for form in soup.find_all("form"):
        if form.get("method", "get").lower() == "post" and not form.find(attrs={"name": TOKEN}):
            yield f"the form to {form.get('action', 'this page')!r} has no {TOKEN}"
    for group in soup.find_all("fieldset"):
        legend = group.find("legend")
        if legend is None or not legend.get_text(strip=True):
            yield "a fieldset has no legend"


def _list_dangling_references(soup: BeautifulSoup) -> Iterator[str]:
    ids = {tag["id"] for tag in soup.find_all(id=True)}
    for attribute in REFERENCES:
        for tag in soup.find_all(attrs={attribute: True}):
            value = tag[attribute]
            for name in value if isinstance(value, list) else str(value).split():
                if name not in ids:
                    yield f"{attribute} of <{tag.name}> names {name!r}, which is not there"
    for link in soup.select("a[href^='#']"):
        target = link["href"][1:]
        if not target or target not in ids:
            yield f"a link leads to #{target}, which is not there"


def _list_no_way_to_the_leads(soup: BeautifulSoup) -> Iterator[str]:
    """Whoever works in a role can say that they are worried, from wherever they are."""
    who = soup.select_one(".app-strip__who")
    if who is None or "," not in who.get_text():
        return
    if soup.select_one('a[href^="/concerns/new"]') is None:
        yield "no link leads to raising a concern"


def _list_bad_links(soup: BeautifulSoup) -> Iterator[str]:
    for link in soup.find_all("a"):
        href = link.get("href", "")
        scheme = re.match(r"([a-z][a-z0-9+.-]*):", href, re.IGNORECASE)
        if scheme and scheme[1].lower() not in ("http", "https", "mailto", "tel"):
            yield f"a link has the scheme {scheme[1]!r}"
        if not link.get_text(strip=True) and not link.get("aria-label"):
            yield f"the link to {href!r} has no text"
