"""The words of the error pages: what happened, what was kept, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _


@dataclass(frozen=True)
class Words:
    """A title, what happened, and what to do now."""

    title: str
    paragraphs: tuple[str, ...]
    next_step: str = ""


def words_for_status(status: int, words: str = "", next_step: str = "") -> Words:
    """The words for an HTTP status; ``words`` and ``next_step`` say it more exactly."""
    general = _GENERAL.get(status, _server_fault if status >= 500 else _bad_request)()
    return Words(
        general.title,
        (words,) if words else general.paragraphs,
        next_step or general.next_step,
    )


def words_for_refusal(words: str, next_step: str) -> Words:
    """A rule of this service says no."""
    return Words(
        _("You cannot do this"),
        (words, _("Nothing was changed. That it was refused is recorded.")),
        next_step,
    )


def words_for_hold(words: str) -> Words:
    """It waits for a second human."""
    return Words(
        _("This waits for a second person"),
        (words, _("It has no effect until somebody else has looked at it and agreed.")),
    )


def words_for_old_page() -> Words:
    """The form's token is missing or belongs to another session."""
    return Words(
        _("This page was open for too long"),
        (_("It could not be checked that you sent it yourself, so nothing was saved."),),
        _("Send it again, or open the page again and send it from there."),
    )


def words_for_other_role() -> Words:
    """The page was opened in a role that its reader has changed since."""
    return Words(
        _("You have changed your role"),
        (_("This page was opened in your other role, so nothing was saved."),),
        _("Change back to that role, or copy what you typed and open the page again."),
    )


def _look_first() -> str:
    # A connection that breaks during a commit leaves both possible.
    return _(
        "What you saved before is still there. If you were sending something just now, look "
        "whether it was saved before you send it again."
    )


def _bad_request() -> Words:
    return Words(
        _("Something that was sent is not right"),
        (_("This service could not read what the page sent. Nothing was saved."),),
        _("Go back and try again."),
    )


def _forbidden() -> Words:
    return words_for_refusal(_("Your role cannot open this page."), "")


def _not_found() -> Words:
    return Words(
        _("Page not found"),
        (
            _("If you typed the address, check that it is correct."),
            _("If you pasted the address, check that you copied all of it."),
        ),
        _("It may also be a record that only others may see."),
    )


def _wrong_method() -> Words:
    return Words(
        _("This page cannot be opened like that"),
        (_("It is only reached from a button on another page. Nothing was changed."),),
        _("Go back and use the button again."),
    )


def _conflict() -> Words:
    return Words(
        _("Somebody else changed this in the meantime"),
        (_("So that nothing of theirs is lost, nothing of yours was saved."),),
        _("Open the page again and look at what has changed. Then enter again what is yours."),
    )


def _gone() -> Words:
    return Words(
        _("This link does not work any more"),
        (_("It has been used already, or its time is over."),),
        _("Ask whoever gave it to you for a new one."),
    )


def _too_large() -> Words:
    return Words(
        _("What you sent is too large"),
        (_("Nothing was saved."),),
        _(
            "Use your browser’s back button: what you typed may still be there. Make it shorter, "
            "or send it in parts."
        ),
    )


def _too_many() -> Words:
    return Words(
        _("Too many attempts"),
        (_("To keep guessing out, this service asks you to wait."),),
        _("Try again in a few minutes."),
    )


def _server_fault() -> Words:
    return Words(
        _("Sorry, there is a problem with the service"),
        (_look_first(),),
        _("Try again in a few minutes."),
    )


def _unavailable() -> Words:
    return Words(
        _("Sorry, the service is not available just now"),
        (_look_first(),),
        _("Try again in a minute. If it is urgent, use paper and enter it later."),
    )


_GENERAL = {
    400: _bad_request,
    403: _forbidden,
    404: _not_found,
    405: _wrong_method,
    409: _conflict,
    410: _gone,
    413: _too_large,
    429: _too_many,
    500: _server_fault,
    503: _unavailable,
}
