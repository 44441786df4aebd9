"""Pages that repeat as a whole: their questions become one row, asked again and again.

A definition writes this in three ways: ``RepeatPageController`` with ``repeat`` (a name, a title,
how often at least and at most); the builder's own repeating section, whose page keeps its rows
under the section's name and whose summary page lists them; and ``repeatField``, which names the
answer that says how often. Where several pages repeat by one answer, each is asked so often, one
after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assistedaccess.services.components import find_kind
from assistedaccess.services.conditions import find_key
from assistedaccess.services.definition import Page
from assistedaccess.services.remarks import Remarks, as_list, as_name, as_object, as_text

_CONTAINER = "Container"
# What a repeating page may say of its rows, and which parts of it are honoured.
_PAGE_OPTIONS = {
    "summaryDisplayMode": {"samePage"},
    "customText": {"samePageTitle", "separatePageTitle", "removeText"},
    "columnTitles": set[str](),
    "required": set[str](),
}


def gather_rows(page: Mapping[str, Any]) -> Mapping[str, Any]:
    """``page``, its questions gathered into one MultiInputField where it repeats as a whole."""
    controller = as_text(page.get("controller")).rsplit("/", 1)[-1].lower()
    if controller.startswith("repeatingsectionsummary"):
        return _list_section(page)
    section = as_name(page.get("section"))
    repeat = as_object(page.get("repeat"))
    if controller.startswith("repeatingsectionpage"):
        name = f"{section}{_CONTAINER}"
    elif controller.startswith("repeatpage"):
        name = as_text(as_object(repeat.get("options")).get("name"))
    elif page.get("repeatField"):
        name = "-".join(filter(None, [section, *as_text(page.get("path")).split("/")]))
    else:
        return page
    components = [as_object(component) for component in as_list(page.get("components"))]
    asked = [component for component in components if _is_question(component)]
    if not asked:
        return page
    limits = as_object(repeat.get("schema"))
    rows = {
        "type": "MultiInputField",
        "name": name,
        "title": as_object(repeat.get("options")).get("title") or page.get("title"),
        "options": {
            "minMultiInputFieldRows": limits.get("min"),
            "maxMultiInputFieldRows": limits.get("max"),
            **({"rowsFrom": page["repeatField"]} if page.get("repeatField") else {}),
        },
        "children": asked,
    }
    read = [component for component in components if component not in asked]
    return {**page, "components": [*read, rows]}


def _list_section(page: Mapping[str, Any]) -> Mapping[str, Any]:
    """The page that lists a section's rows: it asks nothing, and shows what the section has."""
    components = [as_object(component) for component in as_list(page.get("components"))]
    names = [as_text(c.get("name")) for c in components if _is_question(c)]
    section = next((n.removesuffix(_CONTAINER) for n in names), "")
    shown = [component for component in components if not _is_question(component)]
    return {**page, "components": shown, "section": as_name(page.get("section")) or section}


def repeats_by_answer(page: Mapping[str, Any]) -> bool:
    """Whether ``page``, gathered, has a row that is asked as often as an answer says."""
    components = [as_object(component) for component in as_list(page.get("components"))]
    return any("rowsFrom" in as_object(each.get("options")) for each in components)


def _is_question(component: Mapping[str, Any]) -> bool:
    kind = find_kind(as_text(component.get("type")))
    return kind is None or kind.is_question


def check_counts(pages: Iterable[Page], keys: Mapping[str, str], remarks: Remarks) -> None:
    """Name each answer that is to say how often a page repeats, and that nobody gives."""
    for page in pages:
        for question in page.questions:
            field = question.options.get("rowsFrom")
            if field is not None and find_key(as_text(field), keys) is None:
                remarks.error(
                    f"Page {page.path}: repeats by the field “{field}”, which does not exist"
                )


def check_options(options: Mapping[str, Any], where: str, remarks: Remarks) -> None:
    """Name what a repeating page asks of its list of rows and does not get here."""
    remarks.warn_of_keys(options, set(_PAGE_OPTIONS), where, "option")
    for key, honoured in _PAGE_OPTIONS.items():
        for part, asked in sorted(as_object(options.get(key)).items(), key=str):
            if part not in honoured and asked:
                remarks.warn(
                    f"{where}: the option “{key}.{part}” has no effect: the rows are shown on "
                    "the page that asks for them"
                )
