"""What people ask about their data, what was done, and what must stay, in words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from assistedaccess.people.rules import GoesOn

from .rules_requests import EndedHow, Kind, Outcome, Stays

KINDS: dict[Kind, Any] = {
    Kind.RECTIFICATION: _l("Put something right"),
    Kind.ERASURE: _l("Erase what is held"),
    Kind.RESTRICTION: _l("Keep it, but do not use it"),
    Kind.OBJECTION: _l("Object to how it is used"),
}
HINTS: dict[Kind, Any] = {
    Kind.RECTIFICATION: _l("You can often put it right at once, on the page of the person."),
    Kind.ERASURE: _l("Some of it must stay for a while. The answer says what, and why."),
    Kind.RESTRICTION: _l(
        "It holds at once, everywhere. Stop what is done in their name too, if they want that."
    ),
    Kind.OBJECTION: _l(
        "They are left out of counts and samples at once. Not for an act that they did not agree "
        "to: that is stopped at once."
    ),
}
OUTCOMES: dict[Outcome, Any] = {
    Outcome.DONE: _l("Done"),
    Outcome.PARTLY: _l("Done in part"),
    Outcome.REFUSED: _l("Not done"),
}
STAYS: dict[Stays, Any] = {
    Stays.OPEN_HELP: _l("Help goes on: a case is open, or something waits. Close it first."),
    Stays.ON_ITS_WAY: _l("A message to the person is on its way."),
    Stays.MAY_ACT: _l("Somebody may act for the person. They can end that at any desk."),
    Stays.OBJECTION: _l("What the person did not agree to has no answer yet."),
    Stays.CLAIMS: _l(
        "What was done must be provable for six years, if somebody goes to court (UK GDPR, "
        "Article 17(3)(e))."
    ),
    Stays.RESTRICTED: _l("The person asked us to keep it, and not to use it. They end that first."),
    Stays.LED_TO: _l(
        "Another record of the person was merged into this one. Deal with that one first, or take "
        "them apart."
    ),
    Stays.MONEY: _l(
        "What was paid must stay in the accounts for six years (UK GDPR, Article 17(3)(b))."
    ),
}
GOES_ON: dict[GoesOn, Any] = {
    GoesOn.BEGUN: _l("What they have asked for goes on. Nothing new begins"),
    GoesOn.NOTHING: _l("Nothing goes on. Everything stands still"),
}
GOES_ON_HINTS: dict[GoesOn, Any] = {
    GoesOn.BEGUN: _l("Open cases, forms and the people who may act for them. No claim is harmed."),
    GoesOn.NOTHING: _l(
        "Tell them first what that costs: a claim that stands still can lose its date, and its "
        "money."
    ),
}
ENDED: dict[EndedHow, Any] = {
    EndedHow.PERSON: _l("Ended at the person’s own word"),
    EndedHow.ORGANISATION: _l("Ended by the organisation, after the person was told"),
}
