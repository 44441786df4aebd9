"""The rows that a repeating page has so far: each with a way to change or remove it."""

from __future__ import annotations

from itertools import takewhile

from flask_babel import gettext as _
from markupsafe import Markup

from assistedaccess.kernel.form_fields.rendering import call_macro
from assistedaccess.services.components import Asking, RepeatedQuestion
from assistedaccess.services.definition import Page
from assistedaccess.services.journey import Answers
from assistedaccess.services.remarks import as_object
from assistedaccess.services.text import read_text


def show_row_table(
    page: Page, question: RepeatedQuestion, answers: Answers, asking: Asking, changed: int | None
) -> Markup:
    """The rows of ``question`` as a table, without a script to depend on.

    Each has a link to the page with the page's row (from 0) in its query, and a button ``remove``
    of the value of its index. ``changed`` is the row that the inputs below hold, if they hold one.
    """
    custom = as_object(page.options.get("customText"))
    title = custom.get("samePageTitle") or custom.get("separatePageTitle")
    caption = read_text(title).in_language(asking.language) or _("What you have added")
    if len(page.repeated) > 1:
        caption = f"{asking.fill(question.title)}: {caption}"
    remove = read_text(custom.get("removeText")).in_language(asking.language) or _("Remove")
    rows = question.show_rows(question.prune(answers.get(question.key), asking), asking)
    if not rows:
        return Markup()
    before = takewhile(lambda other: other is not question, page.repeated)
    first = sum(len(answers.get(other.key) or ()) for other in before)
    heads = Markup().join(
        Markup('<th scope="col" class="govuk-table__header">{}</th>').format(title)
        for title in question.column_titles(asking)
    )
    body = Markup().join(
        _show_row(row, index, remove, is_changed=index == changed)
        for index, row in enumerate(rows, start=first)
    )
    return Markup(
        '<div class="app-table-scroll" role="region" aria-label="{0}" tabindex="0">'
        '<table class="govuk-table"><caption class="govuk-table__caption govuk-table__caption--s">'
        '{0}</caption><thead class="govuk-table__head"><tr class="govuk-table__row">{1}'
        '<th scope="col" class="govuk-table__header">{2}</th></tr></thead>'
        '<tbody class="govuk-table__body">{3}</tbody></table></div>'
    ).format(caption, heads, _("Action"), body)


def _show_row(row: tuple[str, ...], index: int, remove: str, *, is_changed: bool) -> Markup:
    cells = Markup().join(
        Markup('<td class="govuk-table__cell">{}</td>').format(words) for words in row
    )
    if is_changed:
        ways = Markup("<strong>{}</strong>").format(_("Being changed below"))
    else:
        hidden = Markup('<span class="govuk-visually-hidden"> {}</span>').format(", ".join(row))
        change = Markup('<a class="govuk-link" href="?row={}">{}{}</a>')
        ways = Markup('<p class="govuk-body">{}</p>').format(
            change.format(index, _("Change"), hidden)
        ) + call_macro(
            "button",
            {
                "html": Markup("{}{}").format(remove, hidden),
                "name": "remove",
                "value": str(index),
                "classes": "govuk-button--secondary govuk-!-margin-bottom-0",
            },
        )
    return Markup(
        '<tr class="govuk-table__row">{}<td class="govuk-table__cell">{}</td></tr>'
    ).format(cells, ways)
