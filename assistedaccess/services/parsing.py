"""Parses the JSON of a form definition into a Definition. Never raises for what is in it.

What is wrong is collected, with the page and the component named: an error makes the definition
unusable, *unsupported* is what we cannot honour, a warning leaves the rest working.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistedaccess.services.components.base import whole_number
from assistedaccess.services.conditions import (
    BadCondition,
    Condition,
    UnsupportedCondition,
    find_key,
    list_fields,
    list_references,
    read_condition_rows,
)
from assistedaccess.services.definition import (
    Definition,
    Fee,
    Next,
    Page,
    PageKind,
    Section,
    map_fields,
)
from assistedaccess.services.expressions import read_expression
from assistedaccess.services.incoming import Unreadable, read_incoming
from assistedaccess.services.parsing_components import ComponentParser
from assistedaccess.services.parsing_references import close_over_references, settle_references
from assistedaccess.services.parsing_repeats import (
    check_counts,
    check_options,
    gather_rows,
    repeats_by_answer,
)
from assistedaccess.services.remarks import Remarks, as_list, as_name, as_object, as_text
from assistedaccess.services.text import read_text

MOST_PAGES = 2_000
_KNOWN_KEYS = {
    "startPage", "pages", "lists", "sections", "conditions", "name", "version", "skipSummary",
    "fees", "feeOptions", "outputs", "declaration", "metadata", "phaseBanner", "feedback",
    "markAsComplete", "specialPages", "exitOptions",
}  # fmt: skip
_KNOWN_PAGE_KEYS = {
    "path", "title", "components", "next", "section", "controller", "options", "id", "repeat",
    "repeatField", "condition",
}  # fmt: skip
_SECTION_KEYS = {"name", "title", "hideTitle"}
_CONDITION_KEYS = {"name", "displayName", "value"}
_WAY_KEYS = {"path", "condition", "if", "redirect"}
_FEE_KEYS = {"description", "amount", "condition", "multiplier", "prefix"}
# Known, and this application's own affair whatever a definition says.
_OUR_AFFAIR = {
    "outputs": "answers are sent in the way that the service is set to",
    "exitOptions": "answers are saved at every page, and kept here",
    "feedback": "feedback goes to this application's own page",
    "markAsComplete": "a section is done when it is answered",
    "skipSummary": "answers are always checked and read back before they are sent",
    "feeOptions": "a fee is paid in the ways that the organisation is set to take",
    "specialPages": "this application's own page says what comes after sending",
    "phaseBanner": "the banner is this application's own",
}
# A browser resolves "." and "..", and a server an empty step, before it asks for the page.
_NO_ADDRESS = re.compile(r"^/$|/\.{0,2}(?=/)|/\.{1,2}$")
_CONTROLLERS = {
    "": PageKind.QUESTION,
    "page": PageKind.QUESTION,
    "pagecontrollerbase": PageKind.QUESTION,
    "continue": PageKind.QUESTION,
    "start": PageKind.START,
    "multistart": PageKind.START,
    "multi": PageKind.START,
    "upload": PageKind.QUESTION,
    "home": PageKind.START,
    "summary": PageKind.SUMMARY,
    "minisummary": PageKind.MINI_SUMMARY,
    "confirm": PageKind.CONFIRM,
    "repeatingfield": PageKind.REPEATING,
    "repeat": PageKind.REPEATING,
    "repeatingsection": PageKind.REPEATING,
    "repeatingsectionsummary": PageKind.MINI_SUMMARY,
}


def load_definition(path: Path) -> Definition:
    """The definition in the file at ``path``; a file that cannot be read is one with an error."""
    try:
        return read_definition(path.read_bytes())
    except OSError as error:
        return _broken(f"The file cannot be read: {error.strerror}")


def read_definition(body: bytes) -> Definition:
    """The definition in ``body``, read as strictly wherever it comes from (incoming.py)."""
    try:
        return parse_definition(read_incoming(body))
    except Unreadable as problem:
        return _broken(str(problem))


def _broken(words: str) -> Definition:
    return Definition(read_text(""), "", {}, {}, {}, {}, errors=(words,))


def parse_definition(raw: object) -> Definition:
    """The Definition in ``raw``, the decoded JSON, with all that is wrong with it listed."""
    if not isinstance(raw, Mapping):
        return _broken("A definition must be a JSON object")
    try:
        return _Parser(raw).parse()
    except RecursionError:
        return _broken("The definition is nested too deeply")


class _Parser:
    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.remarks = Remarks()

    def parse(self) -> Definition:
        raw, remarks = self.raw, self.remarks
        if raw.get("engine") == "V2":
            remarks.cannot("The engine “V2” is not supported: its pages do not say what comes next")
        for key in sorted(set(map(str, raw)) - _KNOWN_KEYS):
            remarks.warn(f"The key “{key}” is not known and has no effect")
        for key, words in _OUR_AFFAIR.items():
            if _says_something(raw.get(key)):
                remarks.warn(f"The key “{key}” has no effect: {words}")
        sections = self._parse_sections()
        conditions = self._parse_conditions()
        components = ComponentParser(remarks, conditions)
        lists = components.parse_lists(self._name_lists())
        pages = self._parse_pages(components, sections)
        conditions = settle_references(conditions, map_fields(pages.values()))
        start = as_text(raw.get("startPage"))
        if start not in pages and f"/{start}" in pages:
            start = f"/{start}"
        if start not in pages:
            remarks.error(f"The start page “{start}” does not exist")
        fees = self._parse_fees()
        self._check_fees(fees, conditions, map_fields(pages.values()))
        check_counts(pages.values(), map_fields(pages.values()), remarks)
        if pages.get(start) is not None and pages[start].condition:
            remarks.warn(f"Page {start}: a condition on the first page has no effect")
        self._check_ways_on(pages, conditions)
        self._check_conditions(conditions, pages, fees, components.used_conditions)
        if pages and not any(p.kind is PageKind.SUMMARY for p in pages.values()):
            remarks.warn("There is no summary page: the form ends at a page without a way on")
        return Definition(
            name=read_text(raw.get("name")),
            start_path=start,
            pages=pages,
            sections=sections,
            lists=lists,
            conditions=conditions,
            fees=fees,
            declaration=read_text(raw.get("declaration")),
            metadata=as_object(raw.get("metadata")),
            errors=tuple(remarks.errors),
            warnings=tuple(remarks.warnings),
            unsupported=tuple(remarks.unsupported),
        )

    def _parse_sections(self) -> dict[str, Section]:
        sections: dict[str, Section] = {}
        for number, raw in enumerate(as_list(self.raw.get("sections")), start=1):
            name = as_text(as_object(raw).get("name"))
            self.remarks.warn_of_keys(as_object(raw), _SECTION_KEYS, f"Section “{name}”")
            if not name:
                self.remarks.error(f"Section {number} has no name")
                continue
            if name in sections:
                self.remarks.warn(f"There are two sections named “{name}”: the last one counts")
            hidden = as_object(raw).get("hideTitle") is True
            sections[name] = Section(name, read_text(as_object(raw).get("title")), hidden)
        return sections

    def _parse_conditions(self) -> dict[str, Condition]:
        found: dict[str, Condition] = {}
        for number, raw in enumerate(as_list(self.raw.get("conditions")), start=1):
            given = as_object(raw)
            name = as_text(given.get("name"))
            if not name:
                self.remarks.error(f"Condition {number} has no name")
                continue
            self.remarks.warn_of_keys(given, _CONDITION_KEYS, f"Condition “{name}”")
            value = given.get("value")
            try:
                root = (
                    read_expression(value) if isinstance(value, str) else read_condition_rows(value)
                )
            except UnsupportedCondition as problem:
                self.remarks.cannot(f"Condition “{name}”: {problem}")
                continue
            except BadCondition as problem:
                self.remarks.error(f"Condition “{name}”: {problem}")
                continue
            if name in found:
                self.remarks.warn(f"There are two conditions named “{name}”: the last one counts")
            found[name] = Condition(name, as_text(given.get("displayName")) or name, root)
        return found

    def _name_lists(self) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        for number, raw in enumerate(as_list(self.raw.get("lists")), start=1):
            given = as_object(raw)
            name = as_text(given.get("name"))
            if not name:
                self.remarks.error(f"List {number} has no name")
                continue
            if name in found:
                self.remarks.warn(f"There are two lists named “{name}”: the last one counts")
            found[name] = given
        return found

    def _parse_pages(
        self,
        components: ComponentParser,
        sections: dict[str, Section],
    ) -> dict[str, Page]:
        raw_pages = as_list(self.raw.get("pages"))
        if not raw_pages:
            self.remarks.error("There are no pages")
        if len(raw_pages) > MOST_PAGES:
            self.remarks.error(f"There are more than {MOST_PAGES} pages")
        raw_pages = [gather_rows(as_object(raw)) for raw in raw_pages[:MOST_PAGES]]
        components.count_names(raw_pages)
        pages: dict[str, Page] = {}
        for number, given in enumerate(raw_pages, start=1):
            path = as_text(given.get("path"))
            if not path.startswith("/") or len(path) > 500:
                self.remarks.error(f"Page {number} has no path that begins with a slash: “{path}”")
                continue
            if _NO_ADDRESS.search(path):
                self.remarks.error(f"Page {number} has a path that no browser asks for: “{path}”")
                continue
            if path in pages:
                self.remarks.error(f"There are two pages at {path}")
                continue
            pages[path] = self._parse_page(path, given, components, sections)
        return pages

    def _parse_page(
        self,
        path: str,
        given: Mapping[str, Any],
        components: ComponentParser,
        sections: dict[str, Section],
    ) -> Page:
        where = f"Page {path}"
        self.remarks.warn_of_keys(given, _KNOWN_PAGE_KEYS, where)
        kind = self._read_kind(as_text(given.get("controller")), where)
        if kind is PageKind.QUESTION and repeats_by_answer(given):
            kind = PageKind.REPEATING
        check_options(as_object(given.get("options")), where, self.remarks)
        section = as_name(given.get("section"))
        if section and section not in sections:
            self.remarks.warn(f"{where}: the section “{section}” does not exist")
        ways = [self._read_way(way, where) for way in as_list(given.get("next"))]
        title = read_text(given.get("title"))
        components.check_expressions(title, where)
        return Page(
            path=path,
            title=title,
            kind=kind,
            components=components.parse_page(given, where, section, kind is PageKind.REPEATING),
            next=self._list_ways([way for way in ways if way is not None], where),
            section=section,
            options=as_object(given.get("options")),
            condition=as_text(given.get("condition")),
        )

    def _list_ways(self, ways: list[Next], where: str) -> tuple[Next, ...]:
        """``ways``, of those without a condition the last alone, which the builder takes."""
        defaults = [way for way in ways if not way.condition]
        for way in defaults[:-1]:
            self.remarks.warn(
                f"{where}: the way on to {way.path or way.redirect} is never taken: "
                "another one has no condition either"
            )
        return tuple(way for way in ways if way.condition or way is defaults[-1])

    def _read_kind(self, controller: str, where: str) -> PageKind:
        name = controller.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower().replace("-", "")
        kind = _CONTROLLERS.get(name.removesuffix("controller").removesuffix("page"))
        kind = kind or _CONTROLLERS.get(name)
        if kind is None:
            self.remarks.cannot(f"{where}: the controller “{controller}” is not supported")
            return PageKind.QUESTION
        if name.startswith("upload"):
            self.remarks.warn(f"{where}: whether a picture is good enough is not judged here")
        return kind

    def _read_way(self, raw: object, where: str) -> Next | None:
        given = as_object(raw)
        self.remarks.warn_of_keys(given, _WAY_KEYS, f"{where}, a way on")
        path, redirect = as_text(given.get("path")), as_text(given.get("redirect"))
        if redirect and not redirect.lower().startswith(("https://", "http://")):
            self.remarks.error(f"{where}: the redirect “{redirect}” is no web address")
            return None
        if not path and not redirect:
            self.remarks.error(f"{where}: a way on leads nowhere")
            return None
        condition = as_text(given.get("condition")) or as_text(given.get("if"))
        return Next(path, condition, redirect)

    def _parse_fees(self) -> tuple[Fee, ...]:
        fees = []
        for number, raw in enumerate(as_list(self.raw.get("fees")), start=1):
            given = as_object(raw)
            amount = whole_number(given.get("amount"))
            self.remarks.warn_of_keys(given, _FEE_KEYS, f"Fee {number}")
            if amount is None or amount < 0:
                self.remarks.error(f"Fee {number} has no amount in whole pence")
                continue
            fees.append(
                Fee(
                    description=as_text(given.get("description")),
                    pence=amount,
                    condition=as_text(given.get("condition")),
                    multiplier=as_text(given.get("multiplier")),
                    prefix=as_text(given.get("prefix")),
                )
            )
        return tuple(fees)

    def _check_fees(
        self, fees: tuple[Fee, ...], conditions: Mapping[str, Condition], keys: Any
    ) -> None:
        for fee in fees:
            if fee.condition and fee.condition not in conditions:
                self.remarks.error(
                    f"Fee “{fee.description}”: the condition “{fee.condition}” does not exist"
                )
            if fee.multiplier and find_key(fee.multiplier, keys) is None:
                self.remarks.error(
                    f"Fee “{fee.description}”: the field “{fee.multiplier}” does not exist"
                )

    def _check_ways_on(self, pages: dict[str, Page], conditions: Mapping[str, Condition]) -> None:
        for page in pages.values():
            if page.next and page.is_end:
                self.remarks.warn(f"Page {page.path}: the form ends here, and goes on to no page")
            for way in page.next:
                if way.path and way.path not in pages:
                    self.remarks.error(f"Page {page.path}: the next page {way.path} does not exist")
            for name in {page.condition, *(way.condition for way in page.next)} - {""}:
                if name not in conditions:
                    self.remarks.error(f"Page {page.path}: the condition “{name}” does not exist")

    def _check_conditions(
        self,
        conditions: Mapping[str, Condition],
        pages: dict[str, Page],
        fees: tuple[Fee, ...],
        used_by_components: set[str],
    ) -> None:
        used = {way.condition for page in pages.values() for way in page.next}
        used |= {page.condition for page in pages.values()}
        used |= {fee.condition for fee in fees} | used_by_components
        used = close_over_references(used, conditions)
        fields = map_fields(pages.values())
        for condition in conditions.values():
            say = self.remarks.error if condition.name in used else self.remarks.warn
            suffix = "" if condition.name in used else ", and is not used"
            references = list_references(condition.root)
            if condition.name in close_over_references(set(references), conditions):
                say(f"Condition “{condition.name}” refers to itself in a circle{suffix}")
            for name in references:
                if name not in conditions:
                    say(f"Condition “{condition.name}” names “{name}”, which is missing{suffix}")
            for comparison in list_fields(condition.root):
                if find_key(comparison.field, fields) is None:
                    say(
                        f"Condition “{condition.name}” names the field “{comparison.field}”, "
                        f"which does not exist{suffix}"
                    )


def _says_something(raw: object) -> bool:
    if isinstance(raw, Mapping):
        return any(_says_something(value) for value in raw.values())
    return bool(raw)
