"""The forms of signing in and of the account."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    EmailField,
    PasswordField,
    RadiosField,
    SubmitField,
    TextField,
)

from . import rules_passwords
from .rules import FactorKind, Vouching
from .rules_passkeys import LONGEST_NAME

_PASSWORD_HINT = _l(
    "At least 8 characters. 15 or more is better: three or four words that do not belong together."
)


class CodeField(TextField):
    """A short code that somebody types: spaces and dashes do not matter."""

    def __init__(self, label: object = "", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("autocomplete", "off")
        kwargs.setdefault("spellcheck", False)
        kwargs.setdefault("width", 10)
        super().__init__(label, **kwargs)


class NewPasswordForm(BaseForm):
    """A new password. No second box to repeat it: it can be shown, and pasted."""

    new_password = PasswordField(
        _l("New password"),
        hint=_PASSWORD_HINT,
        required=_l("Enter a new password"),
        max_length=rules_passwords.LONGEST,
        name_in_errors=_l("Password"),
        autocomplete="new-password",
    )


class SignInForm(BaseForm):
    email = EmailField(
        _l("Email address"), required=_l("Enter your email address"), autocomplete="username"
    )
    password = PasswordField(_l("Password"), required=_l("Enter your password"))
    proceed = SubmitField(_l("Continue"))


class FactorForm(BaseForm):
    code = CodeField(_l("Code"), required=_l("Enter the code"), autocomplete="one-time-code")
    proceed = SubmitField(_l("Continue"))


class AgainForm(BaseForm):
    password = PasswordField(_l("Password"), required=_l("Enter your password"))
    code = CodeField(_l("Code"), required=_l("Enter the code"), autocomplete="one-time-code")
    proceed = SubmitField(_l("Continue"))


class UnlockForm(BaseForm):
    password = PasswordField(_l("Password"), required=_l("Enter your password"))
    unlock = SubmitField(_l("Unlock"))


class RoleForm(BaseForm):
    hat = RadiosField(
        _l("Which role are you in now?"),
        hint=_l("What you do is recorded for this role. You can change it at any time."),
        required=_l("Select the role that you are in now"),
    )
    proceed = SubmitField(_l("Continue"))


class AcceptInvitationForm(NewPasswordForm):
    proceed = SubmitField(_l("Save and continue"))


class FactorKindForm(BaseForm):
    kind = RadiosField(
        _l("What will you use as well as your password?"),
        choices=[
            Choice(
                FactorKind.APP,
                _l("An app on my phone or computer"),
                hint=_l("It shows a new code every 30 seconds. Any authenticator app works."),
            ),
            Choice(
                FactorKind.PRINTED_CODES,
                _l("A printed sheet of codes"),
                hint=_l("You use one code each time. You need no phone."),
            ),
        ],
        required=_l("Select what you will use as well as your password"),
    )
    proceed = SubmitField(_l("Continue"))


class ConfirmFactorForm(BaseForm):
    code = CodeField(_l("Code"), required=_l("Enter the code"), autocomplete="one-time-code")
    proceed = SubmitField(_l("Save and continue"))


class PasskeyForm(BaseForm):
    """One button. What the key answers is put beside it by the page's script."""

    use = SubmitField(_l("Use a passkey or security key"))


class NewPasskeyForm(BaseForm):
    name = TextField(
        _l("Name of the key"),
        hint=_l("So that you know it again. For example, Blue key on my key ring."),
        required=_l("Enter a name for the key"),
        max_length=LONGEST_NAME,
    )
    save = SubmitField(_l("Continue"))


class PutAwayForm(BaseForm):
    done = SubmitField(_l("I have them on paper or in a safe place"))


class ChangePasswordForm(NewPasswordForm):
    password = PasswordField(
        _l("Password that you use now"), required=_l("Enter the password that you use now")
    )
    save = SubmitField(_l("Change password"))


class NameForm(BaseForm):
    name = TextField(_l("Name"), required=_l("Enter their name"), max_length=200)
    save = SubmitField(_l("Save"))


class EmailForm(BaseForm):
    email = EmailField(
        _l("New email address"),
        hint=_l("You will sign in with this address from now on."),
        required=_l("Enter the new email address"),
    )
    save = SubmitField(_l("Change email address"))


class LanguageForm(BaseForm):
    language = RadiosField(
        _l("In which language should we write to you?"),
        choices=[Choice("en", _l("English")), Choice("cy", _l("Welsh"))],
        required=_l("Select a language"),
    )
    save = SubmitField(_l("Save"))


class ForgottenPasswordForm(BaseForm):
    email = EmailField(_l("Email address"), required=_l("Enter your email address"))
    ask = SubmitField(_l("Ask a manager"))


class PasswordCodeForm(NewPasswordForm):
    email = EmailField(_l("Email address"), required=_l("Enter your email address"))
    code = CodeField(
        _l("Code"),
        hint=_l("The code that your manager gave you. It works for 10 minutes."),
        required=_l("Enter the code"),
    )
    save = SubmitField(_l("Save the new password"))


class VouchForm(BaseForm):
    how = RadiosField(
        _l("How did you make sure that it is really them?"),
        choices=[
            Choice(Vouching.IN_PERSON, _l("They are in front of me, and I know them")),
            Choice(
                Vouching.CALLED_BACK,
                _l("I called them, and I know their voice"),
                hint=_l(
                    "On the number that we have in our staff records. Not on a number that came "
                    "with this request."
                ),
            ),
            Choice(Vouching.VIDEO, _l("I see them in a video call, and I know their face")),
        ],
        required=_l("Select how you made sure that it is really them"),
    )
    vouch = SubmitField(_l("Vouch and show the code"))
