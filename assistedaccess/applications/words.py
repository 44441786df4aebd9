"""What is said about applications: states, declarers, the declaration, sentences to read out."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.services.catalogue import ServiceEntry
from assistedaccess.services.definition import Definition
from assistedaccess.services.pages import SummaryRow
from assistedaccess.services.text import clean_html

from .delivery import Standing, WayOut
from .rules import Declarer, SaidBack, State, WithdrawReason, Word
from .rules_changes import Purpose

STATES = {
    State.DRAFT: _l("Not submitted yet"),
    State.SUBMITTED: _l("Submitted"),
    State.WITHDRAWN: _l("Withdrawn"),
}
PURPOSES = {
    Purpose.CLAIM: _l("Application"),
    Purpose.CHANGE: _l("Change report"),
    Purpose.PAYMENT: _l("Where the money is paid"),
}
MODES = {
    "assisting": _l("Assisting: the person decides, the helper types"),
    "representing": _l("Representing: the helper acts for the person"),
}
WITHDRAW_REASONS = {
    WithdrawReason.NOT_WANTED: _l("The person does not want it any more"),
    WithdrawReason.DONE_ELSEWHERE: _l("It was done in another way"),
    WithdrawReason.MISTAKE: _l("It was begun by mistake"),
}
SAID_BACK = {
    SaidBack.YES: _l("Yes, all of it is right"),
    SaidBack.CORRECTION: _l("Something has to be corrected"),
    SaidBack.NOT_HERE: _l("The person is not here: I act for them"),
}
DECLARERS = {
    Declarer.PERSON: _l("The person, to me"),
    Declarer.PARTNER: _l("Their partner, who is here"),
    Declarer.PARENT: _l("A parent of the child that it is for, who is here"),
    Declarer.APPOINTEE: _l("Their appointee, who is here"),
    Declarer.ATTORNEY: _l("Their attorney under a power of attorney, who is here"),
    Declarer.DEPUTY: _l("Their deputy, appointed by a court, who is here"),
    Declarer.GUARDIAN: _l("Their guardian, who is here"),
    Declarer.CONTROLLER: _l("Their controller, who is here"),
    Declarer.HELPER: _l("Me, under what the person agreed"),
}
DECLARED = {
    Declarer.PERSON: _l("The person, to the helper"),
    Declarer.PARTNER: _l("The person’s partner, to the helper"),
    Declarer.PARENT: _l("A parent, to the helper"),
    Declarer.APPOINTEE: _l("An appointee, to the helper"),
    Declarer.ATTORNEY: _l("An attorney, to the helper"),
    Declarer.DEPUTY: _l("A deputy, to the helper"),
    Declarer.GUARDIAN: _l("A guardian, to the helper"),
    Declarer.CONTROLLER: _l("A controller, to the helper"),
    Declarer.HELPER: _l("The helper, under what the person agreed"),
}
WAYS_OUT = {
    WayOut.TYPED: _l("Typed into the other side’s own form"),
    WayOut.DATA: _l("Sent from here as data"),
    WayOut.POSTED: _l("Printed, and posted or handed in"),
}
STANDINGS = {
    Standing.OPEN: _l("Begun: it is not there yet"),
    Standing.WAITING: _l("It is sent by itself within minutes"),
    Standing.SENDING: _l("It is being sent"),
    Standing.RETRYING: _l("The other side did not answer. It is tried again by itself"),
    Standing.FAILED: _l("Not sent"),
    Standing.DONE: _l("Done"),
}
WORDS_OF = {
    Word.HERE: _l("The person, who was there"),
    Word.TELEPHONE: _l("The person, on the telephone"),
    Word.DELEGATION: _l("The helper, under what the person agreed before"),
}


def declaration_html(definition: Definition, language: str) -> str:
    """The service's declaration, as cleaned HTML; ours where its form has none.

    Its hash is kept with what was declared, so it depends on nothing but form and language.
    """
    own = clean_html(definition.declaration.in_language(language))
    if own:
        return own
    words = _OWN_DECLARATION.get(language, _OWN_DECLARATION["en"])
    return clean_html(words)


_OWN_DECLARATION = {
    "en": (
        "<p>What has been said in this form is true and complete, as far as I know. I understand "
        "that it may be an offence to give false information on purpose.</p>"
    ),
    "cy": (
        "<p>Mae’r hyn a ddywedwyd yn y ffurflen hon yn wir ac yn gyflawn, hyd y gwn i. Rwy’n deall "
        "y gall fod yn drosedd rhoi gwybodaeth ffug yn fwriadol.</p>"
    ),
}


def read_out(row: SummaryRow) -> str:
    """One answer as a sentence for the helper to say."""
    said = "; ".join(line for line in row.lines if line).removesuffix(".")
    if not said:
        end = "" if row.question.endswith("?") else "."
        return _("You left this empty: %(question)s", question=row.question.rstrip(":.") + end)
    if row.question.endswith("?"):
        return _("I asked: %(question)s You said: %(answer)s.", question=row.question, answer=said)
    return _("%(question)s: %(answer)s.", question=row.question.rstrip(":."), answer=said)


def list_next_steps(entry: ServiceEntry, language: str) -> list[str]:
    """What happens after sending, in sentences: how it gets there, how long it takes."""
    body = entry.run_by.in_language(language)
    if entry.ways_out[0] == WayOut.DATA:
        way = _("It leaves here by itself, as data, within minutes. To: %(body)s.", body=body)
    elif "posted" in entry.ways_out:
        way = _(
            "It has not left here. Print it, and post or hand it in today. To: %(body)s.", body=body
        )
    else:
        way = _("It has not left here. Type it into the other form today. To: %(body)s.", body=body)
    return [way, entry.decision_words.in_language(language)]
