"""What a helper fills in about legal authority, and about a doubt."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.consent import words
from assistedaccess.consent.rules import Power
from assistedaccess.consent.service_asking import LONGEST_SAID
from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    Choice,
    DateField,
    Divider,
    EmailField,
    MoneyField,
    RadiosField,
    SubmitField,
    TextAreaField,
    TextField,
)

from .rules_legal import LONGEST_WORDS, InstrumentKind, Outcome, SeenAs
from .words import INSTRUMENTS, SEEN_AS


class LegalForm(BaseForm):
    """The instrument: what, its number, whom it names, what it covers, from, until."""

    kind = RadiosField(
        _l("What kind of authority is it?"),
        choices=[Choice(kind, INSTRUMENTS[kind]) for kind in InstrumentKind],
        required=_l("Select what kind of authority it is"),
    )
    number = TextField(
        _l("Its number or reference"),
        required=_l("Enter its number or reference"),
        max_length=100,
        spellcheck=False,
    )
    named = TextField(
        _l("Whom does it name?"),
        name_in_errors=_l("Whom it names"),
        required=_l("Enter whom it names"),
        max_length=200,
    )
    scope = TextAreaField(
        _l("What does it cover?"),
        name_in_errors=_l("What it covers"),
        hint=_l("In its own words, with every limit that it sets."),
        required=_l("Enter what it covers"),
        max_length=LONGEST_WORDS,
        rows=3,
    )
    starts_on = DateField(
        _l("From which day does it hold?"),
        name_in_errors=_l("The first day"),
        required=_l("Enter the day from which it holds"),
    )
    ends_on = DateField(
        _l("Its last day (optional)"),
        name_in_errors=_l("Its last day"),
        hint=_l("Leave this empty if it has no end."),
    )
    seen_as = RadiosField(
        _l("What have you seen?"),
        choices=[Choice(seen, SEEN_AS[seen]) for seen in SeenAs],
        required=_l("Select what you have seen"),
    )
    holder = RadiosField(
        _l("Who is to act here?"),
        required=_l("Select who is to act"),
    )
    holder_email = EmailField(
        _l("Their email address"),
        hint=_l("The one with which they sign in here. They must belong to your organisation."),
        required=_l("Enter their email address"),
    )
    services = CheckboxesField(
        _l("In which services?"),
        required=_l("Select at least one service"),
        small=True,
    )
    powers = CheckboxesField(
        _l("What may they do?"),
        hint=_l("Only what the document covers."),
        choices=[
            Choice(
                power,
                words.POWERS[power],
                reveals="money_limit" if power is Power.PAY else (),
            )
            for power in Power
        ],
        required=_l("Select at least one thing that they may do"),
    )
    money_limit = MoneyField(
        _l("The most they may pay in a month"),
        required=_l("Enter the most that they may pay in a month"),
        minimum=1,
    )
    until_on = DateField(
        _l("Until when may they act here?"),
        name_in_errors=_l("The last day here"),
        hint=_l("At most 12 months from today, and not longer than the document says."),
        required=_l("Enter until when they may act here"),
        must_be="today_or_future",
    )
    save = SubmitField(_l("Ask a second person to check it"))

    def offer(self, *, organisation_name: str, services: list[Choice | Divider]) -> None:
        """Fill in the choices that depend on where this is."""
        self.services.choices = list(services)
        self.holder.choices = [
            Choice("account", _("A family helper, or another helper here"), reveals="holder_email"),
            Choice("organisation", _("%(name)s itself", name=organisation_name)),
        ]


class CapacityForm(BaseForm):
    """One decision, the support that was given, who looked at it, and when."""

    decision = TextAreaField(
        _l("Which decision is hard for the person today?"),
        name_in_errors=_l("The decision"),
        hint=_l("The one thing that you ask them. For example: whether Ann may see the claim."),
        required=_l("Enter which decision is hard for the person today"),
        max_length=LONGEST_SAID,
        rows=2,
    )
    signs = TextAreaField(
        _l("What did you see or hear?"),
        name_in_errors=_l("What you saw or heard"),
        required=_l("Enter what you saw or heard"),
        max_length=LONGEST_SAID,
        rows=2,
    )
    support = TextAreaField(
        _l("What did you do to help them decide?"),
        name_in_errors=_l("What you did to help"),
        hint=_l("For example: read it twice, used pictures, came back after lunch."),
        required=_l("Enter what you did to help them decide"),
        max_length=LONGEST_SAID,
        rows=2,
    )
    assessor = TextField(
        _l("Who looked at whether they can decide this?"),
        name_in_errors=_l("Who looked at it"),
        hint=_l("Their name. Not the one who is to act for the person."),
        required=_l("Enter who looked at it"),
        max_length=200,
    )
    assessor_role = TextField(
        _l("What is their role?"),
        name_in_errors=_l("Their role"),
        hint=_l("For example: social worker, nurse, team leader."),
        required=_l("Enter their role"),
        max_length=100,
    )
    assessed_on = DateField(
        _l("On which day?"),
        name_in_errors=_l("The day"),
        required=_l("Enter the day"),
        must_be="today_or_past",
    )
    outcome = RadiosField(
        _l("What came out?"),
        choices=[
            Choice(
                Outcome.CAN_DECIDE,
                _l("They can decide this, with that help"),
                hint=_l("Ask them. A second person looks at their yes before anything begins."),
            ),
            Choice(
                Outcome.CANNOT_DECIDE,
                _l("They cannot decide this today"),
                hint=_l("No yes can be recorded. The next page says what is left."),
            ),
        ],
        required=_l("Select what came out"),
    )
    save = SubmitField(_l("Record it"))
