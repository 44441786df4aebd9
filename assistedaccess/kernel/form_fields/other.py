"""Buttons, files and hidden values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from .base import AppField
from .rendering import call_macro, merge
from .text import TextField


class HiddenField(TextField):
    """A value that the page carries. The browser can change it: it is checked like any other.

    But for cards: nobody types here, and of a page's hashes one in four or five hundred has a row
    of digits that could be a card's number. Whoever met it could never send that page.
    """

    refuses_cards = False

    def __call__(self, params: dict[str, Any] | None = None, **options: Any) -> Markup:
        return Markup('<input type="hidden" name="{}" value="{}">').format(self.name, self.shown)

    @property
    def whole_number(self) -> int:
        """The version or the pence that the page showed; -1, which nothing has, for what is no
        number below a thousand million."""
        text = self.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


class FileField(AppField):
    """One uploaded file; data is None when none was chosen. What is in it is not looked at here."""

    macro = "file_upload"

    def __init__(self, label: object = "", *, accept: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.accept = accept

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = None
        for value in valuelist:
            if isinstance(value, FileStorage) and value.filename:
                self.data = value
                return

    def params(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "attributes": {"accept": self.accept} if self.accept else {},
            "javascript": True,
            "chooseFilesButtonText": _("Choose file"),
            "dropInstructionText": _("or drop file"),
            "noFileChosenText": _("No file chosen"),
            "enteredDropZoneText": _("Entered drop zone"),
            "leftDropZoneText": _("Left drop zone"),
        }


class SubmitField(AppField):
    """A button; data says whether it was the one that was pressed. A double click counts once."""

    def __init__(
        self, label: object = "", *, secondary: bool = False, warning: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.kind = "secondary" if secondary else "warning" if warning else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = bool(valuelist)

    def __call__(self, params: dict[str, Any] | None = None, **options: Any) -> Markup:
        built = {
            "text": self.label.text,
            "name": self.name,
            "id": self.id,
            "value": "yes",
            "classes": f"govuk-button--{self.kind}" if self.kind else "",
            "preventDoubleClick": True,
        }
        return call_macro("button", merge(merge(built, options), params or {}))
