"""How questions and content look: each component handed to its GOV.UK macro."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from assistedaccess.kernel.form_fields import AppField
from assistedaccess.kernel.form_fields.rendering import call_macro, keep_lines, merge
from assistedaccess.services.components import (
    Asking,
    Choice,
    Component,
    Content,
    FileQuestion,
    Question,
    RepeatedQuestion,
    RowQuestion,
)
from assistedaccess.services.components.plain import MultilineQuestion
from assistedaccess.services.text import clean_html

if TYPE_CHECKING:
    from assistedaccess.services.page_form import PageForm
    from assistedaccess.services.pages import Fault


class ContentItem:
    """Something to read on a page."""

    def __init__(self, content: Content, asking: Asking) -> None:
        self.content = content
        self.asking = asking

    def __call__(self) -> Markup:
        params = self.content.params(self.asking)
        if "html" in params:
            params["html"] = _frame(params["html"])
        if self.content.kind in ("details", "inset_text"):
            return call_macro(self.content.kind, params)
        if self.content.kind == "html":
            return Markup(params["html"])  # noqa: S704  (cleaned)
        return _show_list(params, cards=self.content.kind == "flash_card")


def _frame(cleaned: str) -> Markup:
    """A definition's own HTML, cleaned, in the frame that gives it our look."""
    return Markup('<div class="app-definition">{}</div>').format(Markup(cleaned))  # noqa: S704


def _show_list(params: dict[str, Any], *, cards: bool) -> Markup:
    kind = "ol" if params["numbered"] else "ul"
    style = "number" if params["numbered"] else "bullet"
    items = Markup().join(
        Markup("<li>{}{}</li>").format(item["text"], _frame(item["html"]) if item["html"] else "")
        for item in params["items"]
    )
    title = Markup()
    if params["title"] and not params["hide_title"]:
        title = Markup('<p class="govuk-body govuk-!-font-weight-bold">{}</p>').format(
            params["title"]
        )
    classes = "govuk-list govuk-list--spaced" if cards else f"govuk-list govuk-list--{style}"
    return title + Markup('<{0} class="{1}">{2}</{0}>').format(Markup(kind), classes, items)  # noqa: S704


class QuestionField(AppField):
    """A question of a definition as a field of a form; calling it gives its HTML."""

    def __init__(self, question: Question, form: Any, **kwargs: Any) -> None:
        super().__init__(question.label(form.asking) if form is not None else "", **kwargs)
        self.question = question
        self.page_form: PageForm = form
        self.faults: list[Fault] = []

    @property
    def in_fieldset(self) -> bool:  # type: ignore[override]
        return self.question.in_fieldset

    @property
    def macro(self) -> str:  # type: ignore[override]
        return self.question.macro

    @property
    def anchor(self) -> str:
        return self.faults[0].anchor if self.faults else self.question.control

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Nothing to do: the page reads what was posted as a whole."""
        self.process_errors: list[str] = []
        self.data = self.page_form.stored.get(self.question.key)

    def take_faults(self, faults: list[Fault]) -> None:
        """Show ``faults`` at this field."""
        self.faults = faults
        self.errors = [fault.words(_) for fault in faults]
        self.data = self.page_form.answers.get(self.question.key)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        return not self.faults

    def params(self) -> dict[str, Any]:
        built = self.question.params(self.page_form.posted, self.page_form.asking)
        return {k: v for k, v in built.items() if v not in ("", None)}

    def __call__(self, params: dict[str, Any] | None = None, **options: Any) -> Markup:
        heading = options.pop("heading", self._is_heading)
        errors = {fault.problem.part: fault.words(_) for fault in self.faults}
        marks = {part for fault in self.faults for part in fault.problem.marks}
        painter = _Painter(self.page_form, errors, marks)
        return painter.show(self.question, heading=heading, nested=False)

    @property
    def _is_heading(self) -> bool:
        form = self.page_form
        first = next((c for c in form.page.components if isinstance(c, Question)), None)
        return form.heading_in_question and first is not None and first.key == self.question.key


class _Painter:
    """Renders a question with the errors of its parts."""

    def __init__(self, form: PageForm, errors: dict[str, str], marks: set[str]) -> None:
        self.form = form
        self.errors = errors
        self.marks = marks
        self.rows = Markup()  # what stands above the empty row
        self.row: RowQuestion | None = None  # the row that a cell is part of, and who paints it
        self.row_painter = self

    def show(self, question: Question, *, heading: bool, nested: bool) -> Markup:
        if isinstance(question, RepeatedQuestion):
            self.rows = self.form.show_rows(question)
            return self.rows + self.show(question.each, heading=False, nested=nested)
        built = self._params(question, heading, nested)
        if isinstance(question, RowQuestion):
            return self._show_row(question, built)
        if question.macro == "address":
            return self._show_address(question, built)
        if isinstance(question, FileQuestion):
            return self._show_files(question, built)
        if isinstance(question, MultilineQuestion):
            return self._show_textarea(question, built)
        self._mark_parts(question, built)
        if question.macro == "select":
            return call_macro(question.macro, built) + self._show_below(question)
        self._reveal(question, built)
        return call_macro(question.macro, built)

    def _params(self, question: Question, heading: bool, nested: bool) -> dict[str, Any]:
        asking = self.form.asking
        built = question.params(self.form.posted, asking)
        built = {k: v for k, v in built.items() if v not in ("", None)}
        kind = "govuk-fieldset__legend" if question.in_fieldset else "govuk-label"
        size = "l" if heading else "" if nested else "m" if question.macro == "row" else "s"
        classes = f"{kind}--{size}" if size else ""
        says_the_same = (
            question.macro == "row"
            and question.label(asking) == self.form.title
            and not self.rows  # below rows it says what the empty one is
        )
        if (question.options.get("hideTitle") is True or says_the_same) and not heading:
            classes = "govuk-visually-hidden"
        words = {"text": question.label(asking), "classes": classes, "isPageHeading": heading}
        if heading and not words["text"]:
            words["text"] = self.form.title
        label = {"fieldset": {"legend": words}} if question.in_fieldset else {"label": words}
        built = merge(built, label)
        hint = question.hint.in_language(asking.language)
        if isinstance(question, FileQuestion):
            kinds = _("JPEG, PNG, HEIC, PDF or DOCX, smaller than 20 MB")
            hint = f"{hint.rstrip('.')}. {kinds}" if hint and "<" not in hint else hint or kinds
        if hint:
            built["hint"] = {"html": _frame(clean_html(hint))} if "<" in hint else {"text": hint}
        error = "; ".join(dict.fromkeys(self.errors.values())) if question.parts else ""
        error = error or self.errors.get("", "")
        if error and not nested:
            built["errorMessage"] = _error(error)
        return built

    def _mark_parts(self, question: Question, built: dict[str, Any]) -> None:
        marked = {question.part_control(part) for part in self.marks}
        for item in built.get("items", ()):
            if item.get("id") in marked:
                item["classes"] = f"{item['classes']} govuk-input--error"

    def _show_textarea(self, question: MultilineQuestion, built: dict[str, Any]) -> Markup:
        if "value" in built:
            built["value"] = keep_lines(built["value"])
        if question.most_words is None:
            return call_macro("textarea", built)
        built |= {
            "maxwords": question.most_words,
            "textareaDescriptionText": _("You can enter up to %(count)s words", count="%{count}"),
            "wordsUnderLimitText": {
                "one": _("You have %(count)s word remaining", count="%{count}"),
                "other": _("You have %(count)s words remaining", count="%{count}"),
            },
            "wordsAtLimitText": _("You have 0 words remaining"),
            "wordsOverLimitText": {
                "one": _("You have %(count)s word too many", count="%{count}"),
                "other": _("You have %(count)s words too many", count="%{count}"),
            },
        }
        return call_macro("character_count", built)

    def _show_address(self, question: Question, built: dict[str, Any]) -> Markup:
        inputs = Markup()
        for line in built.pop("inputs"):
            part = line.pop("part")
            if part in self.errors:
                line["errorMessage"] = _error(self.errors[part])
            inputs += call_macro("input", {k: v for k, v in line.items() if v != ""})
        built.pop("errorMessage", None)  # each line has its own
        return self._show_group(built, inputs)

    def _show_row(self, question: RowQuestion, built: dict[str, Any]) -> Markup:
        return self._show_group(built, self._show_cells(question, question.children))

    def _show_cells(self, row: RowQuestion, components: Iterable[Component]) -> Markup:
        """Cells of a row; those behind a choice are shown inside it."""
        cells = Markup()
        for cell in components:
            if isinstance(cell, Content):
                cells += ContentItem(cell, self.form.asking)()
            if not isinstance(cell, Question) or not self._may_be_asked(cell):
                continue
            prefix = cell.control.removeprefix(f"{row.control}-")
            own = {
                part.removeprefix(prefix).removeprefix("-"): words
                for part, words in self.errors.items()
                if part == prefix or part.startswith(f"{prefix}-")
            }
            marks = {part.removeprefix(f"{prefix}-") for part in self.marks}
            painter = _Painter(self.form, own, marks)
            painter.row, painter.row_painter = row, self
            cells += painter.show(cell, heading=False, nested=False)
        return cells

    def _may_be_asked(self, cell: Question) -> bool:
        return not cell.condition or self.form.asking.holds(cell.condition)

    def _show_group(self, built: dict[str, Any], inside: Markup) -> Markup:
        hint = built.get("hint")
        if hint:
            shown = Markup(hint["html"]) if "html" in hint else escape(hint["text"])  # noqa: S704  (cleaned)
            inside = Markup('<div class="govuk-hint">{}</div>').format(shown) + inside
        fieldset = call_macro("fieldset", merge(built["fieldset"], {"html": inside}))
        return Markup('<div class="govuk-form-group">{}</div>').format(fieldset)

    def _show_files(self, question: FileQuestion, built: dict[str, Any]) -> Markup:
        """The files so far, each with a button that takes it off, and the input for more."""
        stored = self.form.posted.get(question.control, ())
        items = Markup().join(self._show_file(question, file_id) for file_id in stored)
        shown = Markup('<ul class="govuk-list" id="{}-files">{}</ul>').format(
            question.control, items
        )
        status = Markup('<p class="govuk-body" id="{}-status" role="status"></p>').format(
            question.control
        )
        if self.form.upload:
            built["attributes"] = {
                **built.get("attributes", {}),
                "data-app-upload": self.form.upload,
                "data-app-question": question.key,
                "data-app-sending": _("Sending"),
                "data-app-added": _("Added:"),
                "data-app-failed": _("That did not work. Save the page, then try again"),
                "data-app-lost": _(
                    "There is no connection. The file is sent by itself when it is back"
                ),
            }
        return shown + call_macro("file_upload", built) + status

    def _show_file(self, question: FileQuestion, file_id: str) -> Markup:
        name, note = self.form.files.get(file_id, (self.form.name_file(file_id), ""))
        remove = call_macro(
            "button",
            {
                "html": Markup('{}<span class="govuk-visually-hidden"> {}</span>').format(
                    _("Take it out"), name
                ),
                "name": "drop",
                "value": file_id,
                "classes": "govuk-button--secondary govuk-!-margin-bottom-0",
            },
        )
        return Markup(
            '<li><input type="hidden" name="{}" value="{}"><bdi>{}</bdi>{} {}</li>'
        ).format(
            question.control, file_id, name, Markup(" ({})").format(note) if note else "", remove
        )

    def _reveal(self, question: Question, built: dict[str, Any]) -> None:
        by_value = {choice.value: choice for choice in question.choices if choice.reveals}
        for item in built.get("items", ()) if by_value else ():
            choice = by_value.get(str(item.get("value")))
            if choice is not None:
                item["conditional"] = {"html": self._show_inside(choice)}

    def _show_below(self, question: Question) -> Markup:
        """What the choices of a list to open ask further, each below the words that say when."""
        below = Markup()
        for choice in question.choices:
            if not choice.reveals:
                continue
            words = choice.text.in_language(self.form.asking.language)
            when = _("Only if the answer is “%(answer)s”:", answer=words)
            below += Markup(
                '<div class="govuk-inset-text"><p class="govuk-body">{}</p>{}</div>'
            ).format(when, self._show_inside(choice))
        return below

    def _show_inside(self, choice: Choice) -> Markup:
        if self.row is not None:
            return self.row_painter._show_cells(self.row, choice.reveals)
        inside = Markup()
        for component in choice.reveals:
            if isinstance(component, Question):
                inside += self.form[component.control](heading=False)
            elif isinstance(component, Content):
                inside += ContentItem(component, self.form.asking)()
        return inside


def _error(words: str) -> dict[str, str]:
    return {"text": words, "visuallyHiddenText": _("Error")}
