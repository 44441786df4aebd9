"""The components of a page: a small class for each type that definitions name.

``find_kind`` gives the class of a type; a type that is not here is unsupported, and reported.
"""

from __future__ import annotations

from assistedaccess.services.components.address import AddressQuestion
from assistedaccess.services.components.base import (
    Answer,
    Asking,
    Choice,
    Component,
    Posted,
    Question,
    Reading,
)
from assistedaccess.services.components.choices import (
    CheckboxesQuestion,
    ChoiceQuestion,
    SelectQuestion,
    YesNoQuestion,
    yes_and_no,
)
from assistedaccess.services.components.content import (
    Content,
    DetailsContent,
    FlashCardContent,
    InsetContent,
    ListContent,
)
from assistedaccess.services.components.dates import (
    DateTimePartsQuestion,
    MonthYearQuestion,
    PartsQuestion,
    TimeQuestion,
)
from assistedaccess.services.components.files import FileQuestion
from assistedaccess.services.components.numbers import NumberQuestion
from assistedaccess.services.components.plain import (
    EmailQuestion,
    MultilineQuestion,
    NinoQuestion,
    TelephoneQuestion,
    TextQuestion,
    WebsiteQuestion,
)
from assistedaccess.services.components.rows import RepeatedQuestion, RowQuestion, repeat

__all__ = [
    "Answer",
    "Asking",
    "CheckboxesQuestion",
    "Choice",
    "ChoiceQuestion",
    "Component",
    "Content",
    "FileQuestion",
    "NumberQuestion",
    "PartsQuestion",
    "Posted",
    "Question",
    "Reading",
    "RepeatedQuestion",
    "RowQuestion",
    "SelectQuestion",
    "TextQuestion",
    "YesNoQuestion",
    "find_kind",
    "repeat",
    "yes_and_no",
]

_KINDS: dict[str, type[Component]] = {
    "TextField": TextQuestion,
    "MultilineTextField": MultilineQuestion,
    "FreeTextField": MultilineQuestion,
    "NumberField": NumberQuestion,
    "EmailAddressField": EmailQuestion,
    "TelephoneNumberField": TelephoneQuestion,
    "WebsiteField": WebsiteQuestion,
    "NationalInsuranceField": NinoQuestion,
    "YesNoField": YesNoQuestion,
    "RadiosField": ChoiceQuestion,
    "CheckboxesField": CheckboxesQuestion,
    "SelectField": SelectQuestion,
    "AutocompleteField": SelectQuestion,
    "DatePartsField": PartsQuestion,
    "DateField": PartsQuestion,
    "MonthYearField": MonthYearQuestion,
    "TimeField": TimeQuestion,
    "DateTimeField": DateTimePartsQuestion,
    "DateTimePartsField": DateTimePartsQuestion,
    "UkAddressField": AddressQuestion,
    "MultiInputField": RowQuestion,
    "FileUploadField": FileQuestion,
    "ClientSideFileUploadField": FileQuestion,
    "Para": Content,
    "Html": Content,
    "Details": DetailsContent,
    "InsetText": InsetContent,
    "List": ListContent,
    "FlashCard": FlashCardContent,
}


def find_kind(type_name: str, options: object = None) -> type[Component] | None:
    """The class for ``type_name``; the option ``format: nino`` makes a TextField a narrower one."""
    if type_name == "TextField" and isinstance(options, dict) and options.get("format") == "nino":
        return NinoQuestion
    return _KINDS.get(type_name)
