"""Fields for choosing: radios, yes or no, a select, checkboxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from .base import AppField, first_value


@dataclass(frozen=True)
class Choice:
    """One choice. ``reveals`` names the fields of the form that stand inside it; ``exclusive``
    (checkboxes) rules out all others."""

    value: str
    label: object
    hint: object = None
    reveals: str | tuple[str, ...] = ()
    exclusive: bool = False

    @property
    def revealed(self) -> tuple[str, ...]:
        return (self.reveals,) if isinstance(self.reveals, str) else self.reveals


@dataclass(frozen=True)
class Divider:
    """A word between choices, mostly "or"."""

    label: object


class _ChoiceField(AppField):
    """What choosing has in common: the choices, which of them are chosen, what they reveal."""

    def __init__(
        self, label: object = "", *, choices: Iterable[Choice | Divider] = (), **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.choices = list(choices)

    @property
    def chosen(self) -> set[str]:
        """The values that are chosen."""
        raise NotImplementedError

    def list_choices(self) -> list[Choice]:
        return [choice for choice in self.choices if isinstance(choice, Choice)]

    def check_form(self, form: Any) -> None:
        # Only a tampered or outdated page sends what it did not offer.
        if not self.chosen <= {choice.value for choice in self.list_choices()}:
            raise ValueError(self.required or _("Select one of the answers on this page"))

    def items(self, kind: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        for choice in self.choices:
            if isinstance(choice, Divider):
                items.append({"divider": choice.label})
                continue
            # No choice after the first may take the field's own id, even below a divider.
            number = len(items) + 1
            item: dict[str, Any] = {
                "value": choice.value,
                "text": choice.label,
                "id": self.id if number == 1 else f"{self.id}-{number}",
                "checked": choice.value in self.chosen,
            }
            if choice.hint:
                item["hint"] = {"text": choice.hint}
            if choice.exclusive:
                item["behaviour"] = "exclusive"
            if choice.revealed:
                item["conditional"] = {"html": self._show_revealed(choice)}
            items.append(item)
        return items

    def _show_revealed(self, choice: Choice) -> Markup:
        return Markup("\n").join(self.form[name]() for name in choice.revealed)


class RadiosField(_ChoiceField):
    """One of a few; data is the value, or None."""

    macro = "radios"
    in_fieldset = True

    def __init__(
        self, label: object = "", *, inline: bool = False, small: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.classes = " ".join(
            name
            for name, wanted in (("govuk-radios--inline", inline), ("govuk-radios--small", small))
            if wanted
        )

    @property
    def chosen(self) -> set[str]:
        return {self.data} if self.data is not None else set()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = first_value(valuelist) or None

    def params(self) -> dict[str, Any]:
        return {
            "idPrefix": self.id,
            "name": self.name,
            "classes": self.classes,
            "items": self.items("radios"),
        }


class YesNoField(RadiosField):
    """Yes or no; data is a bool, or None when neither was chosen."""

    def __init__(
        self,
        label: object = "",
        *,
        yes: object = None,
        no: object = None,
        yes_reveals: str | tuple[str, ...] = (),
        no_reveals: str | tuple[str, ...] = (),
        inline: bool | None = None,
        **kwargs: Any,
    ) -> None:
        if inline is None:  # what is revealed needs the room below
            inline = not (yes_reveals or no_reveals)
        super().__init__(label, inline=inline, **kwargs)
        self.choices = [
            Choice("yes", yes or _("Yes"), reveals=yes_reveals),
            Choice("no", no or _("No"), reveals=no_reveals),
        ]
        self._tampered = False

    @property
    def chosen(self) -> set[str]:
        return set() if self.data is None else {"yes" if self.data else "no"}

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        value = first_value(valuelist)
        self._tampered = value not in ("", "yes", "no")
        self.data = {"yes": True, "no": False}.get(value)

    def check_form(self, form: Any) -> None:
        if self._tampered:
            raise ValueError(self.required or _("Select yes or no"))


class SelectField(_ChoiceField):
    """One of many; data is the value, or None. Radios are easier wherever there are few."""

    macro = "select"

    def __init__(self, label: object = "", *, empty: object = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.empty = empty

    @property
    def chosen(self) -> set[str]:
        return {self.data} if self.data is not None else set()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = first_value(valuelist) or None

    def params(self) -> dict[str, Any]:
        items = [{"value": "", "text": self.empty or _("Select from the list")}]
        items += [
            {
                "value": choice.value,
                "text": choice.label,
                "selected": choice.value in self.chosen,
            }
            for choice in self.list_choices()
        ]
        return {"id": self.id, "name": self.name, "items": items}


class CheckboxesField(_ChoiceField):
    """Any number of choices; data is a list of values, in the order of the page."""

    macro = "checkboxes"
    in_fieldset = True

    def __init__(self, label: object = "", *, small: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.small = small

    @property
    def chosen(self) -> set[str]:
        return set(self.data or ())

    @property
    def is_empty(self) -> bool:
        return not self.data

    def clear(self) -> None:
        self.data = []

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        sent = {value for value in valuelist if isinstance(value, str) and value}
        offered = [choice.value for choice in self.list_choices()]
        self.data = [value for value in offered if value in sent]
        self.data += sorted(sent.difference(offered))

    def check_form(self, form: Any) -> None:
        super().check_form(form)
        for choice in self.list_choices():
            if choice.exclusive and choice.value in self.chosen and len(self.chosen) > 1:
                raise ValueError(
                    _("Select either “%(choice)s” or other answers, not both", choice=choice.label)
                )

    def params(self) -> dict[str, Any]:
        return {
            "idPrefix": self.id,
            "name": self.name,
            "classes": "govuk-checkboxes--small" if self.small else "",
            "items": self.items("checkboxes"),
        }


class CheckboxField(AppField):
    """One box to tick; data is a bool. ``required`` holds the error's words when it is not."""

    macro = "checkboxes"

    @property
    def is_empty(self) -> bool:
        return not self.data

    def clear(self) -> None:
        self.data = False

    def process_data(self, value: Any) -> None:
        self.data = bool(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = first_value(valuelist) == "yes"

    def _label_params(self, heading: bool, size: str) -> dict[str, Any]:
        return {}

    def params(self) -> dict[str, Any]:
        item = {"value": "yes", "text": self.label.text, "id": self.id, "checked": self.data}
        return {"idPrefix": self.id, "name": self.name, "items": [item]}
