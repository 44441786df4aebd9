"""The form that all forms are: CSRF, errors in one list, choices that reveal other fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from flask import g, has_request_context
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field

from .base import AppField
from .choices import Choice, _ChoiceField
from .other import FileField, HiddenField, SubmitField


class BaseForm(FlaskForm):
    """A form whose fields come from kernel.form_fields.

    Fields that a choice reveals are checked only when that choice is chosen; otherwise their data
    is empty. Override ``check_together`` for rules about several fields.
    """

    page_order: ClassVar[Sequence[str]] = ()
    """Names of the fields that a page shows in another order than they are declared in."""

    class Meta(FlaskForm.Meta):
        """Where the values of a form come from."""

        def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any:
            """What was sent; else what was typed before a sign-in ran out (accounts.drafts)."""
            sent = super().wrap_formdata(form, formdata)
            return form.find_kept() if sent is None else sent

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.form = self

    def find_kept(self) -> MultiDict[str, str] | None:
        """The kept text of this page, where most of its fields are this form's."""
        kept: MultiDict[str, str] | None = g.get("kept_form") if has_request_context() else None
        if kept is None:
            return None
        ours = sum(name.split("-")[0] in self._fields for name in kept)
        return kept if 2 * ours > len(kept) else None

    def list_revealed(self) -> Iterator[tuple[_ChoiceField, Choice, str]]:
        """Each field that stands inside a choice: the choosing field, the choice, its name."""
        for field in self:
            if isinstance(field, _ChoiceField):
                for choice in field.list_choices():
                    for name in choice.revealed:
                        yield field, choice, name

    def validate(self, extra_validators: Any = None) -> bool:
        self._skip_unchosen()
        valid = super().validate(extra_validators)
        if valid:
            self.check_together()
        return not self.errors

    def _skip_unchosen(self) -> None:
        # A field may stand inside several choices: it counts when one of them is chosen. Choices
        # come before what they reveal, so what a skipped choice reveals is skipped as well.
        wanted: dict[str, bool] = {}
        for field, choice, name in self.list_revealed():
            chosen = choice.value in field.chosen and wanted.get(field.short_name, True)
            wanted[name] = wanted.get(name, False) or chosen
        for name, is_wanted in wanted.items():
            self[name].skipped = not is_wanted

    def check_together(self) -> None:
        """Say, by ``add_error``, what is wrong between fields that are each right."""

    def add_error(self, field: str, words: object) -> None:
        """Show ``words`` at the field of that name; in the summary alone where there is none."""
        if field in self._fields:
            self[field].errors = [*self[field].errors, str(words)]
        else:
            self.form_errors.append(str(words))

    @property
    def error_summary(self) -> list[dict[str, str]]:
        """What is wrong, in the order of the page, each linked to where it can be mended."""
        summary = [{"text": str(words)} for words in self.form_errors]
        places = {name: place for place, name in enumerate(self.page_order)}
        for field in sorted(self, key=lambda field: places.get(field.short_name, len(places))):
            if not field.errors:
                continue
            item = {"text": str(field.errors[0])}
            if isinstance(field, AppField) and not isinstance(field, HiddenField):
                item["href"] = f"#{field.anchor}"
            summary.append(item)
        return summary

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        return 400 if self.errors else 200

    @property
    def has_file(self) -> bool:
        return any(isinstance(field, FileField) for field in self)

    def list_questions(self) -> list[Field]:
        """The fields to show one below the other: not the hidden, the revealed or the buttons."""
        return [
            field
            for field in self
            if isinstance(field, AppField)
            and not isinstance(field, HiddenField | SubmitField)
            and not field.is_revealed
        ]
