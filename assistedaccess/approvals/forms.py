"""The form of a reviewer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    Divider,
    RadiosField,
    SubmitField,
    TextAreaField,
)

from .service import LONGEST_REASON

RELEASE = "release"
REFUSE = "refuse"
HAND_BACK = "hand_back"


class DecideForm(BaseForm):
    """What the reviewer decides, and why."""

    decision = RadiosField(
        _l("What do you decide?"),
        choices=[
            Choice(
                RELEASE,
                _l("Release it"),
                hint=_l("It is then done, if it is still allowed at that moment."),
            ),
            Choice(REFUSE, _l("Refuse it"), hint=_l("Nothing of it happens.")),
            Divider(_l("or")),
            Choice(
                HAND_BACK,
                _l("Hand it back"),
                hint=_l("I know somebody concerned, or cannot be impartial."),
            ),
        ],
        required=_l("Select what you decide"),
    )
    reason = TextAreaField(
        _l("Reason"),
        hint=_l("Whoever asked can read it. Nobody is accused: say what you saw."),
        max_length=LONGEST_REASON,
        rows=4,
        required=_l("Enter the reason for your decision"),
    )
    save = SubmitField(_l("Confirm"))

    def only_hand_back(self) -> None:
        """Offer nothing else: it concerns the reviewer."""
        self.decision.choices = [
            choice
            for choice in self.decision.choices
            if isinstance(choice, Choice) and choice.value == HAND_BACK
        ]
