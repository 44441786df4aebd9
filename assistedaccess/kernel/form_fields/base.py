"""What all fields share: the words, the parameters for the macro, and one error at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import Field
from wtforms.validators import StopValidation

from .rendering import call_macro, merge

if TYPE_CHECKING:
    from .form import BaseForm


class AppField(Field):
    """A field rendered by the GOV.UK macro ``macro``.

    ``required`` holds the words of the error when nothing is entered; without it the field may be
    left empty, and further validators are then not asked. ``name_in_errors`` names the thing in
    errors where the label does not ("Birth date" for "When were you born?").
    """

    macro: ClassVar[str]
    in_fieldset: ClassVar[bool] = False

    form: BaseForm  # set by BaseForm, for choices that reveal other fields
    data: Any
    errors: Sequence[str]
    skipped = False  # its choice was not chosen

    def __init__(
        self,
        label: object = "",
        *,
        hint: object = None,
        required: object = None,
        validators: Sequence[Any] = (),
        name_in_errors: object = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.hint = hint
        self.required = required
        self._name_in_errors = name_in_errors

    # -- what came in

    @property
    def is_empty(self) -> bool:
        """Whether nothing was entered."""
        return self.data is None

    @property
    def name_in_errors(self) -> str:
        return str(self._name_in_errors or self.label.text)

    @property
    def anchor(self) -> str:
        """The id that the error summary links to."""
        return str(self.id)

    @property
    def is_revealed(self) -> bool:
        """Whether this field stands inside a choice of another."""
        return any(name == self.short_name for _field, _choice, name in self.form.list_revealed())

    def clear(self) -> None:
        """Forget what was entered: the choice that would ask for it was not chosen."""
        self.data = None

    def validate(self, form: Any, extra_validators: Iterable[Any] = ()) -> bool:
        self.errors = []
        if self.skipped:
            self.clear()
            return True
        if self.process_errors:
            self.errors = list(self.process_errors)
            return False
        try:
            self.check_form(form)
        except (ValueError, StopValidation) as error:
            self.errors = [str(error)]
            return False
        if self.is_empty:
            if self.required:
                self.errors = [str(self.required)]
            return not self.errors
        self._run_validation_chain(form, [*self.validators, *extra_validators])
        return not self.errors

    def check_form(self, form: Any) -> None:
        """Raise ValueError, with the words, for data that this kind of field cannot hold."""

    # -- what goes out

    def __call__(self, params: dict[str, Any] | None = None, **options: Any) -> Markup:
        """The HTML. ``heading`` makes the label the page's h1; ``label_size`` is s, m, l or xl;
        ``attributes`` go to the input; ``params`` are laid over the macro's parameters."""
        heading = options.pop("heading", False)
        size = options.pop("label_size", "l" if heading else "" if self.is_revealed else "s")
        built = self.params()
        built = merge(built, self._label_params(heading, size))
        if self.hint:
            built["hint"] = {"text": self.hint}
        if self.errors:
            built["errorMessage"] = {
                "text": self.errors[0],
                "visuallyHiddenText": _("Error"),
            }
        built = merge(built, options)
        return call_macro(self.macro, merge(built, params or {}))

    def params(self) -> dict[str, Any]:
        """The parameters of the macro that are this kind of field's own."""
        raise NotImplementedError

    def _label_params(self, heading: bool, size: str) -> dict[str, Any]:
        kind = "govuk-fieldset__legend" if self.in_fieldset else "govuk-label"
        words = {
            "text": self.label.text,
            "isPageHeading": heading,
            "classes": f"{kind}--{size}" if size else "",
        }
        return {"fieldset": {"legend": words}} if self.in_fieldset else {"label": words}


def first_value(valuelist: Sequence[Any]) -> str:
    """The value that was sent; nothing, or a file where text belongs, is empty text."""
    return valuelist[0] if valuelist and isinstance(valuelist[0], str) else ""
