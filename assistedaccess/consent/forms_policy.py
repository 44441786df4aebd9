"""What an administrator fills in about the policy: a question for each power, and three numbers."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    Choice,
    HiddenField,
    IntegerField,
    RadiosField,
    SubmitField,
)
from assistedaccess.organisations.rules import MembershipKind
from assistedaccess.organisations.words import MEMBERSHIP_KINDS

from . import words
from .rules import ASSISTING_POWERS, LONGEST_MONTHS, RESERVED_POWERS, Policy, Power, Strength


class _PolicyForm(BaseForm):
    """Everything but the powers."""

    base_version = HiddenField()
    spoken = CheckboxesField(
        _l("What is a spoken yes enough for, while the person is there?"),
        name_in_errors=_l("What a spoken yes is enough for"),
        choices=[
            Choice(power, words.POWERS[power]) for power in Power if power in ASSISTING_POWERS
        ],
    )
    sample_percent = IntegerField(
        _l("How many of these are looked at again, in per cent?"),
        name_in_errors=_l("How many are looked at again"),
        required=_l("Enter how many are looked at again"),
        minimum=0,
        maximum=100,
    )
    longest_months = IntegerField(
        _l("Longest term in months"),
        required=_l("Enter the longest term"),
        minimum=1,
        maximum=LONGEST_MONTHS,
    )
    save = SubmitField(_l("Ask for the change"))

    @property
    def document(self) -> dict[str, Any]:
        """What was filled in, as policy.json has it."""
        needed = {
            str(power): str(Strength.STRONG)
            if power in RESERVED_POWERS
            else self[f"needs_{power}"].data
            for power in Power
        }
        return {
            "longest_months": self.longest_months.data,
            "powers": needed,
            "holders": {
                str(kind): [
                    str(power) for power in Power if str(kind) in self[f"held_{power}"].data
                ]
                for kind in MembershipKind
            },
            "spoken": {
                "powers": self.spoken.data,
                "sample_percent": self.sample_percent.data,
            },
        }


def _field_of(power: Power) -> dict[str, Any]:
    fields: dict[str, Any] = {
        f"held_{power}": CheckboxesField(
            _l("Who may hold it?"),
            choices=[Choice(kind, MEMBERSHIP_KINDS[kind]) for kind in MembershipKind],
            small=True,
        )
    }
    if power not in RESERVED_POWERS:
        fields[f"needs_{power}"] = RadiosField(
            _l("How strong must the yes be?"),
            choices=[Choice(strength, words.STRENGTHS[strength]) for strength in Strength],
            inline=True,
            small=True,
            required=_l("Select how strong the yes must be"),
        )
    return fields


PolicyForm: Any = type(
    "PolicyForm",
    (_PolicyForm,),
    {name: field for power in Power for name, field in _field_of(power).items()},
)
"""The form, with its fields for each power."""


def enter_policy(policy: Policy) -> dict[str, Any]:
    """The policy as the form shows it."""
    entered: dict[str, Any] = {
        "base_version": str(policy.version),
        "longest_months": policy.longest_months,
        "spoken": [str(power) for power in policy.spoken],
        "sample_percent": policy.sample_percent,
    }
    for power in Power:
        entered[f"needs_{power}"] = str(policy.strengths[power])
        entered[f"held_{power}"] = [
            str(kind) for kind in MembershipKind if power in policy.holders[kind]
        ]
    return entered
