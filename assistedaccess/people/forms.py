"""The forms about people. Only the name must be given."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from assistedaccess.access import get_actor
from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    Choice,
    Divider,
    EmailField,
    HiddenField,
    PartialDateField,
    RadiosField,
    SelectField,
    SubmitField,
    TelField,
    TextAreaField,
    TextField,
)
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.partial_date import UNKNOWN_DATE

from .forms_contact import WHOSE, AddressFields, SafeContactFields, list_housing
from .rules import LONGEST_NAME_TEXT, SPOKEN_LANGUAGES
from .service_search import SearchBy

WHY = [
    Choice("person_is_here", _l("The person is here")),
    Choice("on_the_telephone", _l("The person is on the telephone")),
    Choice("open_matter", _l("I work on something that is open for them")),
    Choice("other", _l("Another reason"), reveals="why_words"),
]
BREAK_GLASS = [
    Choice(
        "risk_to_life",
        _l("Somebody’s life is at risk"),
        hint=_l("Everything opens at once. An auditor looks at it afterwards, every time."),
    ),
    Choice(
        "safeguarding",
        _l("Somebody is being harmed or used"),
        hint=_l("Everything opens at once. An auditor looks at it afterwards, every time."),
    ),
]
NATIONS = [
    Choice("england", _l("England")),
    Choice("wales", _l("Wales")),
    Choice("scotland", _l("Scotland")),
    Choice("northern_ireland", _l("Northern Ireland")),
]
FORMATS = [
    Choice("large_print", _l("Large print")),
    Choice("easy_read", _l("Easy read")),
    Choice("braille", _l("Braille")),
    Choice("audio", _l("Audio")),
]
HEARING = [
    Choice("hard_of_hearing", _l("Hard of hearing")),
    Choice("deaf", _l("Deaf")),
    Choice("sign_language", _l("Uses sign language")),
    Choice("lip_reading", _l("Reads lips")),
    Choice("speech", _l("Finds it hard to speak")),
    Choice("text_relay", _l("Uses text relay on the telephone")),
]


class ReasonForm(BaseForm):
    """Why somebody looks at a person."""

    why = RadiosField(
        _l("Why do you need this record?"),
        choices=[*WHY, Divider(_l("or, without waiting for anything")), *BREAK_GLASS],
        required=_l("Select why you need this record"),
    )
    why_words = TextAreaField(
        _l("Say why"), rows=2, max_length=500, required=_l("Enter why you need this record")
    )
    save = SubmitField(_l("Continue"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if get_actor().is_family:  # they break no glass (audit.explain.check_glass)
            self.why.choices = list(WHY)


class ProtectForm(BaseForm):
    """Why a record shows nothing in lists, or shows its name again."""

    words = TextAreaField(
        _l("Why?"),
        hint=_l("For example, this person is known to many, or was threatened."),
        name_in_errors=_l("Why"),
        rows=2,
        max_length=500,
        required=_l("Enter why"),
    )
    protect = SubmitField(_l("Protect this record"))
    unprotect = SubmitField(_l("Protect it no longer"), secondary=True)


class FindPersonForm(ReasonForm):
    """Why first; then a reference, or a name and one other fact."""

    page_order = ("why", "why_words", "name", "by")
    by = RadiosField(
        _l("What do you know about the person?"),
        choices=[
            Choice("reference", _l("Their reference"), reveals="reference"),
            Choice("birth_date", _l("Their name and birth date"), reveals="birth_date"),
            Choice("postcode", _l("Their name and postcode"), reveals="postcode"),
            Choice("phone", _l("Their name and telephone number"), reveals="phone"),
            Choice("nino", _l("Their name and National Insurance number"), reveals="nino"),
        ],
        required=_l("Select what you know about the person"),
    )
    name = TextField(
        _l("Name"),
        hint=_l("Leave this empty if you have their reference."),
        max_length=LONGEST_NAME_TEXT,
        spellcheck=False,
        autocomplete="off",
    )
    reference = TextField(
        _l("Reference"),
        hint=_l("For example, P-7K3M-9QTR"),
        required=_l("Enter the reference"),
        width=10,
        max_length=60,
        spellcheck=False,
        autocomplete="off",
    )
    birth_date = PartialDateField(
        _l("Birth date"),
        hint=_l("For example, 27 3 1942. The year alone is enough."),
        must_be="today_or_past",
        required=_l("Enter the birth date, or as much of it as is known"),
    )
    postcode = TextField(
        _l("Postcode"),
        required=_l("Enter the postcode"),
        width=10,
        max_length=20,
        spellcheck=False,
        autocomplete="off",
    )
    phone = TelField(_l("Telephone number"), required=_l("Enter the telephone number"))
    nino = TextField(
        _l("National Insurance number"),
        required=_l("Enter the National Insurance number"),
        width=10,
        max_length=30,
        spellcheck=False,
        autocomplete="off",
    )
    save = SubmitField(_l("Search"))

    def check_together(self) -> None:
        if self.by.data != SearchBy.REFERENCE and not self.name.data:
            self.add_error("name", _l("Enter the person’s name"))

    @property
    def value(self) -> str:
        """What the search command takes as ``value``."""
        return str(self[self.by.data].data)


class _DetailsFields:
    """Who the person is and what helps them."""

    name = TextField(
        _l("Name"),
        hint=_l("As the person says it, in any script. One name is enough."),
        required=_l("Enter the person’s name"),
        max_length=LONGEST_NAME_TEXT,
        spellcheck=False,
        autocomplete="off",
    )
    known_as = TextField(
        _l("What they like to be called (optional)"),
        name_in_errors=_l("What they like to be called"),
        max_length=LONGEST_NAME_TEXT,
        spellcheck=False,
        autocomplete="off",
    )
    birth_date = PartialDateField(
        _l("Birth date (optional)"),
        name_in_errors=_l("Birth date"),
        hint=_l("For example, 27 3 1942. Enter as much as is known."),
        must_be="today_or_past",
    )
    nation = SelectField(
        _l("Nation where they live (optional)"), choices=NATIONS, empty=_l("Not known")
    )
    national_insurance_number = TextField(
        _l("National Insurance number (optional)"),
        name_in_errors=_l("National Insurance number"),
        hint=_l("For example, QQ 12 34 56 C. Nobody needs one to get help."),
        width=20,
        max_length=30,
        spellcheck=False,
        autocomplete="off",
    )
    spoken_language = SelectField(
        _l("Language they speak"),
        choices=[
            *(Choice(code, name) for code, name in SPOKEN_LANGUAGES.items()),
            Choice("other", _l("Another language: write it below")),
        ],
        empty=_l("Not known"),
        default="en",
    )
    other_language = TextField(
        _l("Another language (optional)"),
        name_in_errors=_l("Another language"),
        width=20,
        max_length=60,
        autocomplete="off",
    )
    needs_interpreter = CheckboxField(_l("They need an interpreter"))
    language = RadiosField(
        _l("In which language do we write to them?"),
        choices=[Choice("en", _l("English")), Choice("cy", _l("Welsh"))],
        default="en",
        inline=True,
        required=_l("Select English or Welsh"),
    )
    formats = CheckboxesField(
        _l("What makes reading easier for them? (optional)"), choices=FORMATS, small=True
    )
    hearing = CheckboxesField(_l("Hearing and speech (optional)"), choices=HEARING, small=True)
    support_needs = TextAreaField(
        _l("What support do they need? (optional)"),
        name_in_errors=_l("What support they need"),
        hint=_l("For example, a chair, more time, nobody to raise their voice."),
        rows=3,
        max_length=2000,
    )

    @property
    def details(self) -> dict[str, Any]:
        """The arguments of the commands for these fields."""
        form: Any = self
        spoken = form.spoken_language.data or "en"
        if form.other_language.data and (spoken == "other" or not form.spoken_language.data):
            spoken = form.other_language.data
        return {
            "name": form.name.data,
            "known_as": form.known_as.data,
            "birth_date": str(form.birth_date.data or UNKNOWN_DATE),
            "nation": form.nation.data,
            "national_insurance_number": form.national_insurance_number.data,
            "language": form.language.data,
            "spoken_language": "en" if spoken == "other" else spoken,
            "needs_interpreter": form.needs_interpreter.data,
            "formats": form.formats.data,
            "hearing": form.hearing.data,
            "support_needs": form.support_needs.data,
        }

    def check_together(self) -> None:
        form: Any = self
        if form.spoken_language.data == "other" and not form.other_language.data:
            form.add_error("other_language", _l("Enter the language they speak"))


class RegisterPersonForm(_DetailsFields, AddressFields, SafeContactFields, BaseForm):
    """A busy desk: one page in sections, of which only the name must be filled in."""

    page_order = (
        "name",
        "known_as",
        "birth_date",
        "national_insurance_number",
        "mobile",
        "mobile_whose",
        "landline",
        "email",
        "email_whose",
        "housing",
        "line_1",
        "line_2",
        "town",
        "county",
        "postcode",
        "letters_are_safe",
        "hides_address",
        "nation",
    )
    request_key = HiddenField(default=new_request_key, max_length=64)
    housing = RadiosField(
        _l("Where do they live?"),
        choices=list_housing("letters_are_safe"),
        default="not_known",
        required=_l("Select where the person lives"),
    )
    letters_are_safe = CheckboxField(_l("It is safe to send letters there"))
    mobile = TelField(_l("Mobile number (optional)"), name_in_errors=_l("Mobile number"))
    mobile_whose = SelectField(_l("Whose mobile is it?"), choices=WHOSE, default="own")
    landline = TelField(_l("Landline number (optional)"), name_in_errors=_l("Landline number"))
    email = EmailField(_l("Email address (optional)"), name_in_errors=_l("Email address"))
    email_whose = SelectField(_l("Whose email is it?"), choices=WHOSE, default="own")
    save = SubmitField(_l("Register this person"))

    @property
    def contact_points(self) -> list[dict[str, Any]]:
        """The ways to reach them, as the command takes them."""
        given = (
            ("mobile", self.mobile.data, self.mobile_whose.data),
            ("landline", self.landline.data, "own"),
            ("email", self.email.data, self.email_whose.data),
        )
        return [
            {"kind": kind, "value": value, "whose": whose or "own"}
            for kind, value, whose in given
            if value
        ]


class ChangePersonForm(_DetailsFields, BaseForm):
    """Change who the person is and what helps them."""

    version = HiddenField()
    save = SubmitField(_l("Save"))


class IdentityEvidenceForm(BaseForm):
    """By what we know who the person is."""

    kind = SelectField(
        _l("What did you see?"),
        choices=[
            Choice("passport", _l("A passport, and it is them")),
            Choice("driving_licence", _l("A photo driving licence, and it is them")),
            Choice("immigration_status", _l("A residence permit or eVisa, and it is them")),
            Choice("pass_card", _l("A card with a photo: bus pass, PASS card, student card")),
            Choice("birth_certificate", _l("A birth certificate")),
            Choice("bank_card", _l("A bank card")),
            Choice("official_letter", _l("A letter from the council, DWP, HMRC or the NHS")),
            Choice("known_here", _l("I know them from my work here")),
            Choice("vouched", _l("Somebody who knows them said who they are")),
            Choice("identity_service", _l("A certified identity service checked them")),
            Choice("asked_only", _l("Nothing: I asked, and they told me")),
        ],
        required=_l("Select what you saw"),
    )
    level = RadiosField(
        _l("How sure does that make you?"),
        choices=[
            Choice("none", _l("Not sure at all"), hint=_l("That is allowed.")),
            Choice("low", _l("Low")),
            Choice("medium", _l("Medium"), hint=_l("A photo was compared with the person.")),
            Choice("high", _l("High"), hint=_l("A passport or licence, looked at closely.")),
            Choice("very_high", _l("Very high"), hint=_l("A certified identity service only.")),
        ],
        required=_l("Select how sure you are"),
    )
    what_was_seen = TextAreaField(
        _l("Details (optional)"),
        name_in_errors=_l("Details"),
        hint=_l("For example, who issued it and until when. No copies, no full numbers."),
        rows=2,
        max_length=500,
    )
    save = SubmitField(_l("Add"))


class LinkMemberForm(BaseForm):
    """Say which record is a member's own."""

    person_reference = TextField(
        _l("The reference on their card"),
        name_in_errors=_l("The reference"),
        hint=_l(
            "For example, P-7K3M-9QTR. Ask them for it. Nothing of the record is shown to you."
        ),
        required=_l("Enter the reference on their card"),
        max_length=60,
        width=20,
    )
    save = SubmitField(_l("Keep their own record from them"))
