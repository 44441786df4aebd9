"""Texts of a definition: in one language or several, and HTML cleaned to an allow-list.

A definition is data from outside. Its texts are shown escaped; its HTML is cut down to plain
structure (no script, style, image, form control, id or event), so that a definition can neither
run anything nor imitate the page around it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

import nh3

_TAGS = {
    "a", "abbr", "b", "br", "caption", "code", "dd", "details", "div", "dl", "dt", "em", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "li", "ol", "p", "span", "strong", "sub", "summary", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "lang"},
    "a": {"class", "href", "lang"},
    "abbr": {"class", "lang", "title"},
    "td": {"class", "colspan", "lang", "rowspan"},
    "th": {"class", "colspan", "lang", "rowspan", "scope"},
}
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
# A page has one h1 of its own, and a label or fieldset without a control misleads a screen reader.
_RENAMED = {"h1": "h2", "label": "span", "fieldset": "div", "legend": "strong"}
_RENAMED_TAG = re.compile(r"<(/?)(h1|label|fieldset|legend)\b", re.IGNORECASE)
_BLOCK = re.compile(r"<(?:p|ul|ol|div|h[2-6]|table|dl|details|hr)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
# These part no words: what follows a link may be a comma.
_INLINE = re.compile(r"</?(?:a|abbr|b|code|em|i|span|strong|sub|sup)\b[^>]*>", re.IGNORECASE)
EXPRESSION = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
PLAIN_NAME = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)?")


@dataclass(frozen=True)
class Text:
    """A text as the definition gives it: English, and where given, other languages."""

    en: str = ""
    others: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.en or self.others)

    def in_language(self, language: str) -> str:
        """The text in ``language``, else in English, else in whatever there is."""
        for code, words in self.others:
            if code == language and words:
                return words
        if self.en:
            return self.en
        return next((words for _, words in self.others if words), "")

    def in_all_languages(self) -> tuple[str, ...]:
        """The text in each language that it has."""
        return tuple(words for words in (self.en, *(words for _, words in self.others)) if words)


NO_TEXT = Text()


def read_text(raw: object) -> Text:
    """A Text from a definition's string or ``{en, cy}`` object; anything else is empty."""
    if isinstance(raw, str):
        return Text(raw)
    if isinstance(raw, bool) or raw is None:
        return Text()
    if isinstance(raw, int | float):
        return Text(str(raw))
    if isinstance(raw, Mapping):
        words = {str(k): v for k, v in raw.items() if isinstance(v, str)}
        others = tuple((code, text) for code, text in sorted(words.items()) if code != "en")
        return Text(words.get("en", ""), others)
    return Text()


def _filter_attribute(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if _SAFE_LINK.match(value) else None
    if attribute == "class":
        kept = [name for name in value.split() if name.startswith("govuk-")]
        return " ".join(kept) or None
    return value


@lru_cache(maxsize=4096)
def clean_html(content: str) -> str:
    """``content`` cut down to the allow-list; text without a block element becomes a paragraph."""
    if not content.strip():
        return ""
    renamed = _RENAMED_TAG.sub(lambda m: f"<{m[1]}{_RENAMED[m[2].lower()]}", content)
    cleaned = nh3.clean(
        renamed,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_filter_attribute,
        link_rel="noopener noreferrer",
        url_schemes={"http", "https", "mailto", "tel"},
    ).strip()
    if cleaned and not _BLOCK.search(cleaned):
        return f'<p class="govuk-body">{cleaned}</p>'
    return cleaned


class _Losses(HTMLParser):
    """Collects what clean_html() leaves out of a text, in words for whoever wrote it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS and tag not in _RENAMED:
            self.found.append(f"<{tag}>")
            return
        allowed = _ATTRIBUTES["*"] | _ATTRIBUTES.get(tag, set())
        for name, value in attrs:
            if name not in allowed:
                self.found.append(f"{name} of <{tag}>")
            elif name == "href" and not _SAFE_LINK.match(value or ""):
                self.found.append(f"the address of <{tag}>")


def find_lost_html(content: str) -> list[str]:
    """The elements and attributes that clean_html() takes out of ``content``, each once."""
    if "<" not in content:
        return []
    losses = _Losses()
    losses.feed(content)
    return list(dict.fromkeys(losses.found))


def strip_html(content: str) -> str:
    """The words of ``content`` alone, for a title or an error message."""
    without = _TAG.sub(" ", _INLINE.sub("", content))
    return " ".join(html.unescape(without).split())


def find_foreign_expressions(content: str) -> list[str]:
    """The template expressions in ``content`` that are more than the name of a field."""
    found = [m[0] for m in STATEMENT.finditer(content)]
    found += [m[0] for m in EXPRESSION.finditer(content) if not PLAIN_NAME.fullmatch(m[1])]
    return found


def fill_in(
    content: str, show: Callable[[str], str], escape: Callable[[str], str] = html.escape
) -> str:
    """``content`` with ``{{ field }}`` replaced by what ``show`` gives, escaped; no template runs.

    An expression that is more than a name is left out: find_foreign_expressions reports it.
    ``escape`` gives an answer back as it is where the page escapes the whole text, as of a title.
    """
    if "{" not in content:
        return content

    def replace(match: re.Match[str]) -> str:
        return escape(show(match[1])) if PLAIN_NAME.fullmatch(match[1]) else ""

    return EXPRESSION.sub(replace, STATEMENT.sub("", content))
