"""WTForms fields that render as GOV.UK components and speak in its words.

docs/pages.md shows how they are used. Text is cleaned as it comes in (kernel.text); whatever does
not fit is an error at the field, linked from the summary.
"""

from __future__ import annotations

from .base import AppField
from .choices import (
    CheckboxesField,
    CheckboxField,
    Choice,
    Divider,
    RadiosField,
    SelectField,
    YesNoField,
)
from .dates import DateField, PartialDateField
from .form import BaseForm
from .numbers import IntegerField, MoneyField
from .other import FileField, HiddenField, SubmitField
from .text import EmailField, PasswordField, TelField, TextAreaField, TextField

__all__ = [
    "AppField",
    "BaseForm",
    "CheckboxField",
    "CheckboxesField",
    "Choice",
    "DateField",
    "Divider",
    "EmailField",
    "FileField",
    "HiddenField",
    "IntegerField",
    "MoneyField",
    "PartialDateField",
    "PasswordField",
    "RadiosField",
    "SelectField",
    "SubmitField",
    "TelField",
    "TextAreaField",
    "TextField",
    "YesNoField",
]
