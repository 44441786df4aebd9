"""What a helper fills in for each way of confirming; the register of forms is in ways_pages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxField,
    Choice,
    DateField,
    FileField,
    HiddenField,
    RadiosField,
    SelectField,
    SubmitField,
    TextField,
)
from assistedaccess.people.rules import SPOKEN_LANGUAGES

from .rules_signatures import LONGEST_JSON

LIVES = (
    Choice("elsewhere", _l("Not with the person, with me, or with who is to act")),
    Choice("with_person", _l("With the person")),
    Choice("with_helper", _l("With me, or with who is to act")),
    Choice("not_known", _l("I do not know")),
)
YES_OR_NO = (Choice("no", _l("No")), Choice("yes", _l("Yes")))


class WayForm(BaseForm):
    """What all have: the words that were agreed to."""

    terms_hash = HiddenField()


def code_field(hint: Any) -> TextField:
    """Six figures that the person has and the helper has not."""
    return TextField(
        _l("Code"),
        hint=hint,
        required=_l("Enter the code"),
        max_length=20,
        inputmode="numeric",
        autocomplete="off",
        spellcheck=False,
        width=10,
    )


def number_field() -> TextField:
    """A number from the access card."""
    return TextField(
        _l("Number from the card"),
        hint=_l("6 figures. The person reads it from their own card."),
        required=_l("Enter the number from the card"),
        max_length=20,
        inputmode="numeric",
        autocomplete="off",
        spellcheck=False,
        width=10,
    )


def email_field() -> TextField:
    """Where a bystander has an account here, so that nobody is two people."""
    return TextField(
        _l("Their e-mail address, if they work or volunteer here (optional)"),
        name_in_errors=_l("E-mail address"),
        spellcheck=False,
    )


class CodeForm(WayForm):
    """The code that the person reads out (C01)."""

    code = code_field(_l("6 numbers. The person reads it from their own phone."))
    confirm = SubmitField(_l("Confirm"))


class CardForm(WayForm):
    """The number that the person reads from their card (C06)."""

    number = number_field()
    confirm = SubmitField(_l("Confirm"))


class SignatureForm(WayForm):
    """The person signs on the screen, or another way (C02)."""

    how = RadiosField(
        _l("How does the person sign?"),
        choices=[
            Choice("drawn", _l("With a finger, a pen or the mouse"), reveals="strokes"),
            Choice("picture", _l("On paper: I upload a photograph of it"), reveals="picture"),
            Choice(
                "typed",
                _l("They type their name with the keyboard"),
                hint=_l("This proves less. It is enough to see, fill in and send forms."),
                reveals="typed",
            ),
        ],
        required=_l("Select how the person signs"),
    )
    strokes = HiddenField(max_length=LONGEST_JSON)
    picture = FileField(
        _l("Photograph of the signature"),
        accept="image/jpeg,image/png,image/webp",
        required=_l("Select the photograph of the signature"),
    )
    typed = TextField(
        _l("Name, typed by the person"),
        required=_l("Ask the person to type their name"),
        max_length=200,
        autocomplete="off",
        spellcheck=False,
    )
    confirm = SubmitField(_l("Confirm"))


def sign_field() -> RadiosField:
    """What stands on the paper."""
    return RadiosField(
        _l("What did the person put on the paper?"),
        choices=[
            Choice("signature", _l("Their signature")),
            Choice("mark", _l("A mark of their own, such as a cross")),
        ],
        required=_l("Select what the person put on the paper"),
    )


class PaperForm(WayForm):
    """The person has signed the printed form (C03)."""

    sign = sign_field()
    confirm = SubmitField(_l("The person has signed"))


class HomeVisitForm(WayForm):
    """Written up after a visit, from the pack (C10)."""

    visited_on = DateField(
        _l("When did you visit the person?"),
        name_in_errors=_l("The day of the visit"),
        must_be="today_or_past",
        required=_l("Enter the day of the visit"),
    )
    sign = sign_field()
    confirm = SubmitField(_l("Enter it"))


class WitnessForm(WayForm):
    """Who heard or saw the person say yes (C04)."""

    sign = RadiosField(
        _l("How did the person say yes?"),
        choices=[
            Choice("word", _l("Out loud, or in sign language")),
            Choice("mark", _l("By a mark, a nod or another sign of theirs")),
            Choice("key", _l("By pressing a key or a button")),
        ],
        default="word",
        required=_l("Select how the person said yes"),
    )
    witness_where = RadiosField(
        _l("Where is the witness?"),
        choices=[
            Choice("room", _l("In the room")),
            Choice("pool", _l("On the telephone, from the shared pool")),
        ],
        default="room",
        required=_l("Select where the witness is"),
    )
    witness_name = TextField(
        _l("Name of the witness"),
        hint=_l("Somebody who hears or sees the person. Not you, and not the person."),
        required=_l("Enter the name of the witness"),
        max_length=200,
    )
    witness_role = TextField(
        _l("Who are they?"),
        name_in_errors=_l("Who the witness is"),
        hint=_l("For example: a neighbour, a nurse, or a colleague at this desk."),
        required=_l("Enter who the witness is"),
        max_length=200,
    )
    witness_family = RadiosField(
        _l("Is the witness family, or the partner, of the person?"),
        choices=YES_OR_NO,
        inline=True,
        required=_l("Select whether the witness is family"),
    )
    witness_lives = RadiosField(
        _l("Where does the witness live?"),
        choices=LIVES,
        required=_l("Select where the witness lives"),
    )
    witness_paid = RadiosField(
        _l("Does the witness get any of the money that this is about?"),
        choices=YES_OR_NO,
        inline=True,
        required=_l("Select whether the witness gets any of the money"),
    )
    witness_part = RadiosField(
        _l("What does the witness leave of their own?"),
        name_in_errors=_l("What the witness leaves of their own"),
        choices=[
            Choice(
                "account",
                _l("Their own word: they sign in to this service themself"),
                hint=_l("They are asked there whether it was so. Until then this proves less."),
                reveals="witness_email",
            ),
            Choice("drawn", _l("Their signature or mark, here on the screen"), reveals="strokes"),
            Choice("picture", _l("Their signature or mark on paper"), reveals="picture"),
            Choice(
                "nothing",
                _l("Nothing"),
                hint=_l("This proves less. It is enough to see, fill in and send forms."),
            ),
        ],
        required=_l("Select what the witness leaves of their own"),
    )
    witness_email = TextField(
        _l("The e-mail address with which they sign in here"),
        required=_l("Enter the address with which they sign in here"),
        autocomplete="off",
        spellcheck=False,
    )
    strokes = HiddenField(max_length=LONGEST_JSON)
    picture = FileField(
        _l("Photograph of the signature"),
        accept="image/jpeg,image/png,image/webp",
        required=_l("Select the photograph of the signature"),
    )
    heard = CheckboxField(
        _l("The witness heard or saw the person say yes to the words and the list"),
        required=_l("Tick the box when the witness has heard or seen the person say yes"),
    )
    confirm = SubmitField(_l("Confirm"))


class VoucherForm(WayForm):
    """Who knows the person, or has seen them (C05)."""

    who = RadiosField(
        _l("Who knows the person, or has seen them?"),
        choices=[
            Choice(
                "voucher",
                _l("Somebody who knows them vouches for them"),
                hint=_l("It is enough to see, fill in and send forms."),
            ),
            Choice(
                "second",
                _l("A colleague has seen them"),
                hint=_l("It is enough to see, fill in and send forms."),
            ),
            Choice("both", _l("Both")),
        ],
        required=_l("Select who knows the person"),
    )
    voucher_name = TextField(_l("Name of who vouches"), max_length=200)
    voucher_relation = RadiosField(
        _l("How do they know the person?"),
        choices=[
            Choice("nurse_or_carer", _l("As a nurse, a doctor or a carer")),
            Choice("caseworker", _l("As a caseworker")),
            Choice("other_work", _l("From other work")),
            Choice("neighbour", _l("As a neighbour")),
            Choice("friend", _l("As a friend")),
            Choice("other_life", _l("From a club, a church, a school or the like")),
            Choice("family", _l("They are family")),
            Choice("partner", _l("They are partners")),
        ],
    )
    voucher_how = TextField(
        _l("Since when, and from where?"),
        hint=_l("For example: her nurse at the clinic for three years."),
        max_length=200,
    )
    voucher_email = email_field()
    voucher_lives = RadiosField(_l("Where do they live?"), choices=LIVES)
    voucher_paid = RadiosField(
        _l("Do they get any of the money that this is about?"), choices=YES_OR_NO, inline=True
    )
    confirm = SubmitField(_l("Confirm"))


class InterpreterForm(WayForm):
    """Who carries the words and the yes (C08)."""

    means = RadiosField(
        _l("How do the words reach the person?"),
        choices=[
            Choice("room", _l("An interpreter is in the room")),
            Choice("telephone", _l("An interpreter is on the telephone")),
            Choice("sign_video", _l("By sign-language video")),
            Choice("text_relay", _l("By text relay")),
        ],
        required=_l("Select how the words reach the person"),
    )
    interpreter_name = TextField(
        _l("Name of the interpreter, or number of the operator"),
        required=_l("Enter the name of the interpreter"),
        max_length=200,
    )
    interpreter_relation = RadiosField(
        _l("Who is the interpreter?"),
        choices=[
            Choice("professional", _l("A professional interpreter or operator")),
            Choice("colleague", _l("A colleague of mine")),
            Choice("friend", _l("A friend or neighbour of the person")),
            Choice("family", _l("Family of the person")),
            Choice("partner", _l("The person’s partner")),
        ],
        required=_l("Select who the interpreter is"),
    )
    interpreter_email = email_field()
    interpreter_language = SelectField(
        _l("Which language do they use with the person?"),
        name_in_errors=_l("The language"),
        choices=[
            *(Choice(key, name) for key, name in SPOKEN_LANGUAGES.items()),
            Choice("other", _l("Another language")),
        ],
        required=_l("Select the language"),
    )
    interpreter_other = TextField(
        _l("Another language: which? (optional)"),
        name_in_errors=_l("The language"),
        max_length=60,
    )
    interpreter_lives = RadiosField(
        _l("Ask the interpreter: where do you live?"),
        name_in_errors=_l("Where the interpreter lives"),
        choices=LIVES,
        required=_l("Ask where the interpreter lives, and select the answer"),
    )
    interpreter_paid = RadiosField(
        _l("Ask the interpreter: do you get any of the money that this is about?"),
        name_in_errors=_l("Whether the interpreter gets any of the money"),
        choices=YES_OR_NO,
        inline=True,
        required=_l("Ask whether the interpreter gets any of the money, and select the answer"),
    )
    heard = CheckboxField(
        _l("The person said yes to the words and the list, through the interpreter"),
        required=_l("Tick the box when the person has said yes through the interpreter"),
    )
    confirm = SubmitField(_l("Confirm"))


class TelephoneForm(WayForm):
    """The call, and what the person read out (C07)."""

    who_rang = RadiosField(
        _l("Who rang whom?"),
        choices=[
            Choice("helper", _l("I rang the person, on a number from this list")),
            Choice("person", _l("Somebody rang me")),
        ],
        required=_l("Select who rang whom"),
    )
    rang = RadiosField(
        _l("Which number did you ring?"),
        required=_l("Select the number that you rang"),
    )
    proof = RadiosField(
        _l("What did the person read out to you?"),
        choices=[
            Choice("card", _l("A number from their access card"), reveals="number"),
            Choice("code", _l("A code from a text message"), reveals="code"),
        ],
        required=_l("Select what the person read out to you"),
    )
    code = code_field(_l("6 numbers. The person reads it from their own phone."))
    number = number_field()
    confirm = SubmitField(_l("Confirm"))


class PostForm(WayForm):
    """The code that came back (C09)."""

    code = code_field(_l("6 numbers. They stand in the letter."))
    back = RadiosField(
        _l("How did the code come back?"),
        choices=[
            Choice("in_person", _l("The person came in")),
            Choice("telephone", _l("The person rang")),
            Choice("letter", _l("By letter, or on the letter itself")),
            Choice("other", _l("Another way")),
        ],
        required=_l("Select how the code came back"),
    )
    confirm = SubmitField(_l("Confirm"))
