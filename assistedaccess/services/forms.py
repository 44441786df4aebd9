"""What somebody types to find a service."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.form_fields import BaseForm, Choice, SelectField, SubmitField, TextField

LONGEST_WORDS = 100
NATIONS = [
    Choice("england", _l("England")),
    Choice("wales", _l("Wales")),
    Choice("scotland", _l("Scotland")),
    Choice("northern_ireland", _l("Northern Ireland")),
]


class SearchForm(BaseForm):
    """Words and a nation; sent by GET, because it changes nothing and can be gone back to."""

    class Meta(BaseForm.Meta):
        """No token: nothing is changed."""

        csrf = False

    words = TextField(
        _l("What does the person need?"),
        name_in_errors=_l("What the person needs"),
        hint=_l("For example: parking, dementia, low income. No names of people."),
        max_length=LONGEST_WORDS,
    )
    nation = SelectField(
        _l("Nation"),
        choices=NATIONS,
        empty=_l("All of them"),
    )
    search = SubmitField(_l("Search"))


class PublicSearchForm(SearchForm):
    """The same for whoever needs help, or looks for somebody else, without signing in."""

    words = TextField(
        _l("What do you need help with?"),
        name_in_errors=_l("What you need help with"),
        hint=_l("For example: parking, dementia, low income. Do not write your name here."),
        max_length=LONGEST_WORDS,
    )
    nation = SelectField(
        _l("Where do you live?"),
        choices=NATIONS,
        empty=_l("Anywhere"),
    )
