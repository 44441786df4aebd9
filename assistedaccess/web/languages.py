"""Which language a page is in: English, or Welsh where the reader chose it.

Words of a catalogue that no human has approved are marked fuzzy, as gettext does. A demonstration
alone uses them, and says so on each page (kernel.drafts).
"""

from __future__ import annotations

from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup

from assistedaccess.kernel.drafts import choose_domain
from assistedaccess.kernel.places import find_place
from assistedaccess.kernel.return_path import safe_path

COOKIE = "language"
YEAR = 365 * 24 * 60 * 60

# Tag for html lang → (the locale for dates and catalogues, the language's own name).
LANGUAGES: dict[str, tuple[str, str]] = {"en": ("en_GB", "English"), "cy": ("cy", "Cymraeg")}
DEFAULT = "en"


def _cookie_name() -> str:
    # The prefix binds the cookie to this host and to https; browsers refuse it over http.
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE


def current_language() -> str:
    """The tag of the reader's language: the one they chose here, else English.

    A browser's setting decides nothing: a shared computer's says little about who sits at it.
    """
    chosen = request.cookies.get(_cookie_name(), DEFAULT) if request else DEFAULT
    return chosen if chosen in LANGUAGES else DEFAULT


def page_language() -> str:
    """The tag of the language that this page is in: the reader's, or theirs whom it is for."""
    locale = get_locale()
    return locale.language if locale else DEFAULT


def keep_language() -> ResponseReturnValue:
    """Keep the choice for a year and go back to the page."""
    tag = request.form.get("language", DEFAULT)
    response: Response = current_app.make_response(
        redirect(safe_path(request.form.get("return_to"), "/"), code=303)
    )
    if tag in LANGUAGES:
        response.set_cookie(
            _cookie_name(),
            tag,
            max_age=YEAR,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return response


class _Catalogues(Domain):
    """Flask-Babel's, with the catalogue of the request's language at hand: a page asks for it a
    hundred times, and finding out anew which it is takes longer than the word."""

    def __init__(self, domain: str) -> None:
        super().__init__(domain=domain)
        self._by_language: dict[str, Translations | NullTranslations] = {}

    def get_translations(self) -> Translations | NullTranslations:
        try:  # where Flask-Babel keeps it, from the first word of a request on
            locale = g._flask_babel.babel_locale
        except (RuntimeError, AttributeError):
            return super().get_translations()
        if locale is None:  # the first word of the request was in a language of its own
            return super().get_translations()
        found = self._by_language.get(locale.language)
        if found is None:
            found = self._by_language[locale.language] = super().get_translations()
        return found

    def translate(self, message: str, **values: object) -> Markup:
        """``_()`` of templates, as Jinja has it: a catalogue's words are markup, values are not.

        A per cent sign in ``message`` is written twice. Without Jinja's own detour of two calls.
        """
        words = Markup(self.get_translations().ugettext(message))  # noqa: S704  (our own words)
        return words % values if "%" in words else words


def register(app: Flask) -> None:
    """Make Flask-Babel ask here. Untranslated words stay English."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(find_place("translations"))
    babel = Babel(
        app,
        default_locale=LANGUAGES[DEFAULT][0],
        default_timezone="Europe/London",
        locale_selector=lambda: LANGUAGES[current_language()][0],
    )
    catalogues = _Catalogues(choose_domain(app.config["SETTINGS"].is_demo))
    babel.domain_instance = catalogues
    app.jinja_env.globals["_"] = catalogues.translate
    app.jinja_env.globals["current_language"] = page_language
    app.jinja_env.globals["languages"] = {tag: name for tag, (_, name) in LANGUAGES.items()}
