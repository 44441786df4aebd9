"""What is asked of a sample, and what is made of its items."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    DateField,
    HiddenField,
    RadiosField,
    SelectField,
    SubmitField,
    TextAreaField,
    TextField,
)
from assistedaccess.kernel.idempotency import new_request_key

from .rules import Explained, Kind
from .rules_samples import SampleKind


def read_share(text: str | None) -> int | None:
    """A percentage such as ``1`` or ``0.5`` in basis points; None where it is none."""
    given = (text or "").strip().removesuffix("%").strip().replace(",", ".")
    whole, _, part = given.partition(".")
    if not (whole + part).isascii() or not (whole + part).isdigit() or len(whole) > 3:
        return None
    if len(part) > 2:
        return None
    return int(whole or 0) * 100 + int((part + "00")[:2])


class OrderForm(BaseForm):
    """How sure, of what, among which."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    kind = RadiosField(
        _l("What do you want to know?"),
        choices=[
            Choice(
                SampleKind.DISCOVERY,
                _l("Whether there is any at all"),
                hint=_l("So many that one would be found, if they were as common as you say."),
            ),
            Choice(
                SampleKind.ATTRIBUTE,
                _l("That there are not too many"),
                hint=_l("How often something is not in order, at most."),
                reveals="expected",
            ),
            Choice(
                SampleKind.MONETARY,
                _l("That not too much money is wrong"),
                hint=_l("Of what was used under delegations; each pound has the same chance."),
            ),
        ],
        required=_l("Select what you want to know"),
    )
    certainty = SelectField(
        _l("How sure do you want to be?"),
        choices=[
            Choice("9000", _l("90 per cent")),
            Choice("9500", _l("95 per cent")),
            Choice("9900", _l("99 per cent")),
        ],
        default="9500",
        required=_l("Select how sure you want to be"),
    )
    rate = TextField(
        _l("How many of a hundred would be too many?"),
        name_in_errors=_l("How many would be too many"),
        hint=_l("For example, 1 or 0.5"),
        required=_l("Enter how many of a hundred would be too many"),
        width=5,
        default="1",
    )
    expected = TextField(
        _l("How many of a hundred do you expect?"),
        name_in_errors=_l("How many you expect"),
        hint=_l("For example, 0"),
        width=5,
    )
    organisation = SelectField(_l("Organisation"), empty=_l("Any that you may audit"))
    what = SelectField(
        _l("Looks or acts"),
        empty=_l("Both"),
        choices=[Choice(Kind.LOOKS, _l("Looks")), Choice(Kind.ACTS, _l("Acts"))],
    )
    explained = SelectField(
        _l("What stands behind a look"),
        empty=_l("Anything"),
        choices=[
            Choice(Explained.NOT, _l("The records do not explain it")),
            Choice(Explained.BY_RECORDS, _l("The records explain it")),
        ],
    )
    action = SelectField(_l("Which look"), empty=_l("Any"))
    from_on = DateField(_l("From"))
    until_on = DateField(_l("Until"), hint=_l("The last day that counts"))
    order = SubmitField(_l("Order the sample"))

    def read_rate(self) -> int:
        """In basis points; 0 for what is none, which the command refuses at the field."""
        return read_share(self.rate.data) or 0

    def read_expected(self) -> int:
        """In basis points."""
        return read_share(self.expected.data) or 0

    def check_together(self) -> None:
        if self.expected.data and read_share(self.expected.data) is None:
            self.add_error("expected", _l("Enter a number such as 0 or 0.5"))


class JudgeForm(BaseForm):
    """Whether one item was in order."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    verdict = RadiosField(
        _l("Was it in order?"),
        choices=[
            Choice("in_order", _l("It was in order")),
            Choice("exception", _l("It was not in order")),
        ],
        required=_l("Select whether it was in order"),
    )
    words = TextAreaField(_l("Why"), rows=2, max_length=2000, required=_l("Enter why"))
    save = SubmitField(_l("Save"))
