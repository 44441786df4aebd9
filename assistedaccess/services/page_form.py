"""The WTForms form of a page: its questions as GOV.UK components, its texts between them.

The only module of the engine that knows the web. What is right and wrong is decided by
``pages.read_page``, as everywhere; here answers become fields and faults become their errors.

    form = page_form(definition, page, "en", request.form, answers)
    if form.validate():
        save(form.answers)                       # merge into what is stored: one value a key
    return render_template(…, form=form), form.status
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext
from markupsafe import Markup
from wtforms.form import BaseForm as WTForm

from assistedaccess.kernel import clock
from assistedaccess.services.asking import find_asking
from assistedaccess.services.components import (
    Content,
    FileQuestion,
    Posted,
    Question,
    RepeatedQuestion,
)
from assistedaccess.services.definition import Definition, Page
from assistedaccess.services.journey import Answers
from assistedaccess.services.page_fields import ContentItem, QuestionField
from assistedaccess.services.page_rows import show_row_table
from assistedaccess.services.pages import (
    Fault,
    find_row,
    has_row,
    is_adding,
    is_single_question,
    list_shown,
    read_page,
    repost_page,
)

_MOST_VALUES = 1_000


class PageForm(WTForm):
    """One page of a definition, unfilled, filled in from stored answers, or as it was posted.

    ``errors`` after validate() are (id of the control, message) in the page's order; ``answers``
    are canonical, by key, and hold None for what was left empty.
    """

    def __init__(
        self,
        definition: Definition,
        page: Page,
        language: str,
        posted: Posted | None,
        answers: Answers,
        now: datetime,
        row: int | None = None,
        files: Mapping[str, tuple[str, str]] | None = None,
        upload: str = "",
    ) -> None:
        self.definition, self.page, self.language = definition, page, language
        self.stored, self.now = answers, now
        self.row = row if has_row(page, answers, row) else None
        self.posted: Posted = repost_page(page, answers, self.row) if posted is None else posted
        self.is_posted = posted is not None
        self.files, self.upload = files or {}, upload
        self.asking = find_asking(definition, page, language, answers, now, gettext, self.name_file)
        self.answers: Mapping[str, Any] = {}
        self.faults: tuple[Fault, ...] = ()
        fields = {
            question.control: QuestionField(question, self, name=question.control)
            for question in page.questions
        }
        super().__init__(fields)
        self.process()

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether what was posted is a fit answer to the page."""
        reading = read_page(
            self.definition,
            self.page,
            self.posted,
            answers=self.stored,
            now=self.now,
            language=self.language,
            translate=gettext,
            row=self.row,
        )
        self.answers, self.faults = reading.answers, reading.faults
        for field in self.question_fields:
            field.take_faults([f for f in self.faults if f.question.key == field.question.key])
        return reading.is_fit

    @property
    def question_fields(self) -> list[QuestionField]:
        """The fields, in the page's order."""
        return [field for field in self if isinstance(field, QuestionField)]

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [(fault.anchor, fault.words(gettext)) for fault in self.faults]

    @property
    def error_summary(self) -> list[dict[str, str]]:
        """What the layout's error summary shows."""
        return [{"text": words, "href": f"#{anchor}"} for anchor, words in self.errors]

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        return 400 if self.faults else 200

    @property
    def has_file(self) -> bool:
        return any(
            isinstance(each, FileQuestion)
            for question in self.page.questions
            for inner in (getattr(question, "inner", None) or question,)
            for each in (inner, *getattr(inner, "cells", ()))
        )

    def name_file(self, file_id: str) -> str:
        """The name of a stored file."""
        return self.files.get(file_id, (gettext("A file that was taken out"), ""))[0]

    @property
    def is_adding(self) -> bool:
        """Whether the post adds a row to a repeating question."""
        return is_adding(self.page, self.posted)

    @property
    def title(self) -> str:
        """The page's title in its language, answers filled in."""
        return self.asking.fill(self.page.title)

    @property
    def caption(self) -> str:
        """The section's title, to stand above the heading; nothing where it is hidden."""
        section = self.definition.sections.get(self.page.section)
        return (
            ""
            if section is None or section.hide_title
            else section.title.in_language(self.language)
        )

    @property
    def heading_in_question(self) -> bool:
        """Whether the question itself is the page's h1; else the page needs one of its own."""
        return is_single_question(self.page)

    @property
    def items(self) -> Iterator[QuestionField | ContentItem]:
        """What the page shows, in its order; each renders itself when it is called."""
        for component in list_shown(self.definition, self.page, self.stored, self.now):
            is_other = isinstance(component, RepeatedQuestion) and component is not self.changed
            if self.row is not None and is_other:
                continue  # the button saves one row, and no other is begun beside it
            if isinstance(component, Question):
                yield self[component.control]
            elif isinstance(component, Content):
                yield ContentItem(component, self.asking)

    def show(self) -> Markup:
        """The whole of the page between its heading and its buttons."""
        return Markup("\n").join(item() for item in self.items)

    def show_rows(self, question: RepeatedQuestion) -> Markup:
        """The rows that ``question`` has so far, each with a button that removes it."""
        return show_row_table(self.page, question, self.stored, self.asking, self.row)

    @property
    def changed(self) -> RepeatedQuestion | None:
        """The repeating question of the page of which one row is changed, if one is."""
        return find_row(self.page, self.stored, self.row)[0]


def page_form(
    definition: Definition,
    page: Page,
    language: str,
    formdata: Any = None,
    answers: Answers | None = None,
    now: datetime | None = None,
    row: int | None = None,
    files: Mapping[str, tuple[str, str]] | None = None,
    upload: str = "",
) -> PageForm:
    """The form of ``page``.

    ``formdata`` is what was posted (a werkzeug MultiDict or a mapping of lists), None to show the
    page; ``answers`` are all that are stored for the application; ``now`` is local time; ``row`` is
    the row (from 0) of a repeating question that is changed; ``files`` are name and note of each
    stored file by its id, ``upload`` the address that takes one on its own.
    """
    posted = None if formdata is None else read_posted(formdata)
    moment = now or clock.local(clock.now())
    return PageForm(definition, page, language, posted, answers or {}, moment, row, files, upload)


def read_posted(formdata: Any) -> dict[str, list[str]]:
    """The texts among ``formdata`` by name, bounded in number; files and oddities are left out."""
    getlist = getattr(formdata, "getlist", None)
    posted: dict[str, list[str]] = {}
    for name in formdata:
        values = getlist(name) if getlist else formdata[name]
        values = [values] if isinstance(values, str) else values
        if isinstance(name, str) and isinstance(values, list | tuple):
            posted[name] = [v for v in values[:_MOST_VALUES] if isinstance(v, str)]
    return posted
