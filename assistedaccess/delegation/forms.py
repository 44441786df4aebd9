"""What a helper fills in to let somebody act for a person, and to stop it."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.consent import rules_terms, words
from assistedaccess.consent.forms import how_said_field
from assistedaccess.consent.rules import (
    RESERVED_POWERS,
    HolderKind,
    HowSaid,
    Period,
    Power,
    VisitChannel,
)
from assistedaccess.consent.service_asking import LONGEST_SAID
from assistedaccess.kernel import clock
from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    Choice,
    DateField,
    Divider,
    EmailField,
    HiddenField,
    MoneyField,
    RadiosField,
    SubmitField,
    TextAreaField,
    TextField,
    YesNoField,
)
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.working_days import add_months

from .words import spell_date

ALONE = _l(
    "By itself alone. For this the person needs an access card that somebody other than you gave "
    "them, and somebody other than you must have seen who they are."
)


class Until(StrEnum):
    """How long somebody may act: the answers that the page offers."""

    TASK = "task"
    DAYS_90 = "days_90"
    MONTHS_12 = "months_12"
    DAY = "day"


OTHER_HELPER = "other"
SAME_HOLDER = "same"


class TermsForm(BaseForm):
    """Who may act, in what, with which powers, up to how much, until when."""

    request_key = HiddenField(default=new_request_key)
    purpose = TextAreaField(
        _l("What does the person want done?"),
        name_in_errors=_l("What the person wants done"),
        hint=_l("In their words if you can."),
        required=_l("Enter what the person wants done"),
        max_length=rules_terms.LONGEST_PURPOSE,
        rows=2,
    )
    holder = RadiosField(
        _l("Who is to act for the person?"),
        required=_l("Select who is to act for the person"),
    )
    services = CheckboxesField(
        _l("In which services?"),
        hint=_l("Only what the person asked for."),
        required=_l("Select at least one service"),
        small=True,
    )
    powers = CheckboxesField(
        _l("What may they do?"),
        required=_l("Select at least one thing that they may do"),
    )
    money_limit = MoneyField(
        _l("The most they may pay"),
        hint=_l(
            "In pounds. For example, 120 or 120.50. Over £500, a second person looks at it first."
        ),
        required=_l("Enter the most that they may pay"),
        minimum=1,
    )
    money_period = RadiosField(
        _l("Is that in a month, or in all?"),
        choices=[Choice(Period.MONTH, _l("In a month")), Choice(Period.TERM, _l("In all"))],
        inline=True,
        required=_l("Select whether that is in a month or in all"),
    )
    act_limit = MoneyField(
        _l("The most they may pay at once (optional)"),
        name_in_errors=_l("The most they may pay at once"),
        minimum=1,
    )
    holder_email = EmailField(
        _l("Their email address"),
        hint=_l("The one with which they sign in here. They must belong to your organisation."),
        required=_l("Enter their email address"),
    )
    telling = TextAreaField(
        _l("What may they be told, and whom may they tell? (optional)"),
        name_in_errors=_l("What they may be told"),
        hint=_l("For example: how the claim is getting on. They may tell the landlord."),
        max_length=rules_terms.LONGEST_PURPOSE,
        rows=2,
    )
    until = RadiosField(
        _l("Until when?"),
        required=_l("Select until when"),
    )
    until_on = DateField(
        _l("The last day"),
        hint=_l("At most 12 months from today."),
        required=_l("Enter the last day"),
        must_be="today_or_future",
    )
    channel = RadiosField(
        _l("Where is the person?"),
        choices=[
            Choice(VisitChannel.IN_PERSON, _l("Here with me")),
            Choice(VisitChannel.TELEPHONE, _l("On the telephone")),
        ],
        default=str(VisitChannel.IN_PERSON),
        inline=True,
        required=_l("Select where the person is"),
    )
    language = RadiosField(
        _l("In which language does the person want to hear it?"),
        required=_l("Select the language"),
    )
    save = SubmitField(_l("Continue"))

    def offer(
        self,
        *,
        helper_name: str,
        organisation_name: str,
        is_family: bool,
        same_holder: str = "",
        powers: frozenset[str],
        services: list[Choice | Divider],
        languages: list[str],
    ) -> None:
        """Fill in the choices: never the reserved powers, nor those this helper cannot hold."""
        self.holder.choices = [
            Choice(HolderKind.ACCOUNT, _("%(name)s, this helper", name=helper_name))
        ]
        if same_holder:
            self.holder.choices.insert(
                0, Choice(SAME_HOLDER, _("%(name)s, as now", name=same_holder))
            )
        if not is_family:
            self.holder.choices.append(
                Choice(
                    HolderKind.ORGANISATION,
                    _("%(name)s: any of its trained helpers", name=organisation_name),
                )
            )
            self.holder.choices.append(
                Choice(
                    OTHER_HELPER,
                    _("Somebody else: family, a friend or another helper"),
                    reveals="holder_email",
                )
            )
        self.services.choices = list(services)
        self.powers.choices = [
            Choice(
                power,
                words.POWERS[power],
                reveals=("money_limit", "money_period", "act_limit") if power is Power.PAY else (),
                hint=ALONE if power in RESERVED_POWERS else None,
            )
            for power in Power
            if power in powers
        ]
        self.languages = languages
        self.language.choices = [Choice(one, words.LANGUAGES[one]) for one in languages]
        if len(languages) == 1:  # nothing to choose: the page does not ask
            self.language.required = None
        days_90, months_12 = _last_days()
        self.until.choices = [
            Choice(
                Until.TASK,
                _("Until this one thing is done"),
                hint=_("At the latest on %(day)s.", day=spell_date(days_90)),
            ),
            Choice(Until.DAYS_90, _("90 days, until %(day)s", day=spell_date(days_90))),
            Choice(
                Until.MONTHS_12,
                _("12 months, until %(day)s", day=spell_date(months_12)),
                hint=_("Half-way, the person is asked whether it may go on."),
            ),
            Choice(Until.DAY, _("Another day"), reveals="until_on"),
        ]

    @property
    def last_day(self) -> date:
        """The last day that was chosen."""
        days_90, months_12 = _last_days()
        if self.until.data == Until.DAY:
            chosen: date = self.until_on.data
            return chosen
        return months_12 if self.until.data == Until.MONTHS_12 else days_90

    @property
    def is_one_task(self) -> bool:
        """Whether it ends once the one thing is done."""
        return bool(self.until.data == Until.TASK)


def _last_days() -> tuple[date, date]:
    """The last of 90 days, and of 12 months."""
    today = clock.today()
    return today + timedelta(days=rules_terms.LONGEST_TASK_DAYS), add_months(today, 12)


class ReadForm(BaseForm):
    """The words have been read."""

    terms_hash = HiddenField()
    has_read = CheckboxField(
        _l("I have read all of this aloud, or the person has read it"),
        required=_l("Read the words and the list to the person, then tick the box"),
    )
    save = SubmitField(_l("Continue"))


class SaidForm(BaseForm):
    """Three points that the person says back, and their yes."""

    terms_hash = HiddenField()
    what = TextAreaField(
        _l("What will be done for you?"),
        name_in_errors=_l("What will be done"),
        required=_l("Enter what the person said will be done"),
        max_length=LONGEST_SAID,
        rows=2,
    )
    until = TextField(
        _l("Until when?"),
        name_in_errors=_l("Until when"),
        required=_l("Enter until when, as the person said it"),
        max_length=LONGEST_SAID,
    )
    stop = TextAreaField(
        _l("How can you stop it?"),
        name_in_errors=_l("How to stop it"),
        required=_l("Enter how the person said they can stop it"),
        max_length=LONGEST_SAID,
        rows=2,
    )
    own_words = TextAreaField(
        _l("Do you want this?"),
        name_in_errors=_l("The person’s answer"),
        hint=_l("Their own words, or the sign that they gave. For example: “Yes, please do.”"),
        required=_l("Enter the person’s answer in their own words"),
        max_length=LONGEST_SAID,
        rows=2,
    )
    in_private = CheckboxField(
        _l("I asked this while nobody else could hear us"),
        hint=_l("Try for a moment alone. Leave the box empty if there was none."),
    )
    is_accompanied = YesNoField(
        _l("Is anybody else here, or on the telephone?"),
        hint=_l(
            "Not a witness or an interpreter: you enter them later. Where somebody is, a colleague "
            "speaks with the person alone before this begins."
        ),
        yes_reveals="present",
        required=_l("Select yes if anybody else is here"),
    )
    present = TextAreaField(
        _l("Who, and who are they to the person?"),
        name_in_errors=_l("Who else is here"),
        hint=_l("For example: Amal, her daughter."),
        required=_l("Enter who else is here"),
        max_length=LONGEST_SAID,
        rows=2,
    )
    save = SubmitField(_l("Continue"))


class RenewForm(ReadForm, SaidForm):
    """Words that the person knows, read to them again, and what they say to it: one page."""


class CheckInForm(BaseForm):
    """The person, asked half-way, wants it to go on."""

    how = how_said_field()
    go_on = SubmitField(_l("They want it to go on"))


class WayForm(BaseForm):
    """By which way the person confirms."""

    way = RadiosField(
        _l("How does the person confirm it?"),
        required=_l("Select how the person confirms it"),
    )
    save = SubmitField(_l("Continue"))


class EndForm(BaseForm):
    """The person says stop."""

    how = how_said_field()
    stop = SubmitField(_l("End it now"), warning=True)


class StopForm(BaseForm):
    """The person says stop: to what, and how."""

    what = RadiosField(
        _l("What does the person want to stop?"),
        required=_l("Select what the person wants to stop"),
    )
    how = how_said_field()
    is_proven = YesNoField(
        _l("Do you know that it is the person?"),
        hint=_l("If you cannot be sure, the stop holds for 72 hours. Then it has to be confirmed."),
        required=_l("Select whether you know that it is the person"),
    )
    stop = SubmitField(_l("Stop it now"), warning=True)


class LiftForm(BaseForm):
    """The person lifts their stop."""

    how = RadiosField(
        _l("How did the person tell you?"),
        choices=[
            Choice(HowSaid.IN_FRONT, words.HOW_SAID[HowSaid.IN_FRONT]),
            Choice(HowSaid.TELEPHONE, _l("I rang one of the numbers above")),
        ],
        required=_l("Select how the person told you"),
    )
    lift = SubmitField(_l("Lift the stop"))


class FindForm(BaseForm):
    """The number on the person's receipt."""

    reference = TextField(
        _l("Number on the receipt"),
        hint=_l("It begins with K or D. For example, D-7K3M-9QTR."),
        required=_l("Enter the number on the receipt"),
        max_length=20,
        spellcheck=False,
        width=20,
    )
    save = SubmitField(_l("Continue"))
