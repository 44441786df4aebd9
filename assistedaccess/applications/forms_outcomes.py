"""What is asked about what became of an application."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    DateField,
    HiddenField,
    IntegerField,
    MoneyField,
    RadiosField,
    SelectField,
    SubmitField,
    TextAreaField,
)
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.working_days import Unit

from . import rules_outcomes as rules
from . import words_outcomes
from .rules_outcomes import LimitFrom, OutcomeKind


class OutcomeForm(BaseForm):
    """What was heard, of which day, and how long there is to act."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    version = HiddenField(required=_l("Open the page again"), max_length=10)
    happened_on = DateField(
        _l("On which day?"),
        name_in_errors=_l("The day"),
        hint=_l("The date on the letter or message, or the day on which the money came."),
        required=_l("Enter the day, as the letter says"),
        must_be="today_or_past",
    )
    weekly_pence = MoneyField(
        _l("How much money a week? (optional)"),
        name_in_errors=_l("The money a week"),
        hint=_l("If it is paid by the month: times 12, divided by 52."),
        maximum=rules.MOST_PENCE,
    )
    arrears_pence = MoneyField(
        _l("How much for the time before? (optional)"),
        name_in_errors=_l("The money for the time before"),
        hint=_l("What was paid at once, as arrears."),
        maximum=rules.MOST_PENCE,
    )
    limit_from = RadiosField(
        _l("How long is there to answer, or to challenge it?"),
        name_in_errors=_l("How long there is"),
        choices=[
            Choice(LimitFrom.RULE, words_outcomes.LIMITS[LimitFrom.RULE]),
            Choice(LimitFrom.LETTER, words_outcomes.LIMITS[LimitFrom.LETTER], reveals="last_day"),
            Choice(
                LimitFrom.WITHIN,
                words_outcomes.LIMITS[LimitFrom.WITHIN],
                reveals=("limit_count", "limit_unit"),
            ),
            Choice(LimitFrom.NOT_SAID, words_outcomes.LIMITS[LimitFrom.NOT_SAID]),
        ],
        default=LimitFrom.RULE,
    )
    last_day = DateField(
        _l("Last day"),
        name_in_errors=_l("The last day"),
        hint=_l("For example, 27 3 2027"),
        required=_l("Enter the last day that the letter gives"),
    )
    limit_count = IntegerField(
        _l("How many?"),
        name_in_errors=_l("How many"),
        minimum=1,
        maximum=rules.MOST_COUNT,
        width=3,
        required=_l("Enter how many days or months there are"),
    )
    limit_unit = SelectField(
        _l("Of what?"),
        name_in_errors=_l("Days, working days or months"),
        choices=[Choice(unit, words_outcomes.UNITS[unit]) for unit in Unit],
        default=Unit.DAYS,
    )
    words = TextAreaField(
        _l("What do they say? (optional)"),
        name_in_errors=_l("What they say"),
        hint=_l("For example, what they ask for, or why they refused."),
        max_length=rules.LONGEST_WORDS,
        rows=2,
    )
    correction = RadiosField(
        _l("How does that go with what was written down before?"),
        name_in_errors=_l("How that goes together"),
        choices=[Choice(each, said) for each, said in words_outcomes.CORRECTIONS.items()],
    )
    save = SubmitField(_l("Save"))

    asks_correction = False
    """Whether the question about what was written down before is shown."""
    asks_words = False

    def check_together(self) -> None:
        if self.asks_words and not self.words.data:
            self.add_error("words", _("Enter what they ask for"))

    def fit(self, kind: OutcomeKind) -> None:
        """Leave out what is not asked about this kind: no money of what was refused."""
        self.asks_words = kind is OutcomeKind.MORE_ASKED
        if kind not in rules.WITH_MONEY:
            del self.weekly_pence
            del self.arrears_pence
        if kind not in rules.WITH_LIMIT:
            for name in ("limit_from", "last_day", "limit_count", "limit_unit"):
                del self[name]
        elif kind is OutcomeKind.MORE_ASKED:
            self.limit_from.choices = [
                choice
                for choice in self.limit_from.list_choices()
                if choice.value != LimitFrom.RULE
            ]

    def typed(self, name: str) -> Any:
        """What was typed there; None where it is not asked."""
        field = getattr(self, name)
        return field.data or None if field is not None else None
