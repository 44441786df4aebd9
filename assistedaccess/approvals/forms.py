"""The form of a reviewer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    Divider,
    HiddenField,
    RadiosField,
    SubmitField,
    TextAreaField,
)
from assistedaccess.kernel.idempotency import new_request_key

from .service import LONGEST_REASON

RELEASE = "release"
REFUSE = "refuse"
HAND_BACK = "hand_back"
ASK = "ask"
REFER = "refer"


class DecideForm(BaseForm):
    """What the reviewer decides, and why."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    decision = RadiosField(
        _l("What do you decide?"),
        choices=[
            Choice(
                RELEASE,
                _l("Release it"),
                hint=_l("It is then done, if it is still allowed at that moment."),
            ),
            Choice(REFUSE, _l("Refuse it"), hint=_l("Nothing of it happens.")),
            Choice(
                ASK,
                _l("Ask for more first"),
                hint=_l("Whoever asked answers it here. The clock goes on."),
            ),
            Divider(_l("or")),
            Choice(
                REFER,
                _l("Give it to a safeguarding lead"),
                hint=_l("Somebody may be harmed or afraid. Whoever asked is not told."),
            ),
            Choice(
                HAND_BACK,
                _l("Hand it back"),
                hint=_l("I know somebody concerned, or cannot be impartial."),
            ),
        ],
        required=_l("Select what you decide"),
    )
    reason = TextAreaField(
        _l("Reason, or your question"),
        hint=_l(
            "Whoever asked can read it, but not what you write to a safeguarding lead or in "
            "handing back. Nobody is accused: say what you saw."
        ),
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

    def without_referral(self) -> None:
        """Offer no safeguarding lead: it concerns no person."""
        self.decision.choices = [
            choice
            for choice in self.decision.choices
            if not (isinstance(choice, Choice) and choice.value == REFER)
        ]


class WordsForm(BaseForm):
    """What whoever asked says to whoever decides."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    words = TextAreaField(
        _l("What do you want to say?"),
        name_in_errors=_l("What you want to say"),
        hint=_l("Whoever decides reads it."),
        max_length=LONGEST_REASON,
        rows=4,
        required=_l("Enter what you want to say"),
    )
    send = SubmitField(_l("Send"))
