"""Commands about complaints: make one, take one down for somebody, and deal with it.

As with safeguarding concerns, the events name no person in a column that can be searched: a
complaint about a helper must not stand in the history that this helper prints. Whose record it
tells of stands among the event's sealed details.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.accounts.attempts import take_turn
from assistedaccess.accounts.rules import Limit
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import PUBLIC, Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, TooManyAttempts
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules_complaints import ComplaintMessage
from assistedaccess.organisations.rules import Nation
from assistedaccess.people.queries import find_by_reference

from . import queries_complaints, rules_complaints
from .complaint_owners import bar_whoever_is_close, draw_owner
from .complaint_ways import GivenWay, keep_way, read_way, tell_complainant
from .models_complaints import Complaint
from .queries_complaints import ComplaintDetails, Progress
from .rules_complaints import Told, Way

SUBJECT = "complaint"
COMPLAINTS = Limit(tries=20, window=timedelta(hours=1))
"""From one address: a library's PCs share one, and nobody who complains is turned away."""
OLDEST = timedelta(days=365)


@dataclass(frozen=True)
class _Received:
    """How and when it came, and who took it down."""

    actor: Actor
    organisation_id: UUID | None
    nation: Nation
    way: Way
    received_on: date
    person_id: UUID | None = None


@command("casework.make_complaint")
def make_complaint(
    *,
    actor: Actor,
    kinds: list[str],
    words: str,
    network: str,
    organisation_reference: str | None = None,
    who: str = "",
    wanted: str = "",
    name: str = "",
    reach: str = "",
    tell_by: str = "",
    address: str = "",
    request_key: str | None = None,
) -> UUID:
    """Anybody complains over the public page, with or without a name; returns its id.

    ``tell_by`` and ``address``: their own way to be told, where they wish (complaint_ways).

    Whoever is signed in on that PC is not named: it comes from the public. ``network`` is counted
    and not kept (attempts.network_of). A place that is not known is nobody's: an auditor owns it.
    """
    once = Once(PUBLIC, "casework.make_complaint", request_key, words, who)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    told, way = _read_told(words, who, wanted, name, reach), read_way(tell_by, address)
    chosen = _read_kinds(kinds)
    wait = take_turn("complaint", network, COMPLAINTS)
    if wait:
        raise TooManyAttempts(
            _("Many complaints have come from here in the last hour."),
            retry_after=wait,
            next_step=_("Wait a while and send it again, or tell somebody at a desk you trust."),
        )
    organisation_id, nation = None, Nation.ENGLAND
    if organisation_reference:
        place = queries_complaints.find_place(organisation_reference)
        if place is None:
            raise InvalidInput("organisation", _("Select the place, or leave it open"))
        organisation_id, nation = place
    received = _Received(PUBLIC, organisation_id, nation, Way.ONLINE, clock.today())
    return once.keep(_keep(received, chosen, told, way))


@command("casework.take_down_complaint")
def take_down_complaint(
    *,
    actor: Actor,
    kinds: list[str],
    words: str,
    way: str,
    received_on: date,
    who: str = "",
    wanted: str = "",
    name: str = "",
    reach: str = "",
    about: str = "",
    tell_by: str = "",
    address: str = "",
    request_key: str | None = None,
) -> UUID:
    """Write down for somebody what they say, ring or write; returns its id.

    ``about`` is a person's reference, where there is one; one that nobody has is kept among the
    words of how to reach them: this answers nobody's question who is on record. The clocks run from
    ``received_on``, the day it came. Whoever takes it down cannot read it again. A person of ours
    is told by their safe route: another way that they give is for the owner to read.
    """
    require(actor, Permission.COMPLAINT_TAKE)
    if actor.organisation_id is None or actor.account_id is None:
        raise NotFound
    once = Once(actor, "casework.take_down_complaint", request_key, words, who, about)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    told, given = _read_told(words, who, wanted, name, reach), read_way(tell_by, address)
    if not clock.today() - OLDEST <= received_on <= clock.today():
        raise InvalidInput("received_on", _("Enter the day it came, in the last year"))
    about = read_text("about", about, rules_complaints.LONGEST_SHORT, multiline=False)
    person_id = find_by_reference(about) if about else None
    if about and person_id is None:
        told = replace(told, reach=f"{told.reach} {about}".strip())
    if person_id is not None and given is not None:
        told, given = replace(told, reach=f"{told.reach} {given.point.value}".strip()), None
    received = _Received(
        actor,
        actor.organisation_id,
        queries_complaints.get_nation(actor.organisation_id),
        read_word("way", way, Way, _("Select how it came")),
        received_on,
        person_id,
    )
    return once.keep(_keep(received, _read_kinds(kinds), told, given))


def _read_told(words: str, who: str, wanted: str, name: str, reach: str) -> Told:
    most, short = rules_complaints.LONGEST_TOLD, rules_complaints.LONGEST_SHORT
    return Told(
        words=read_text("words", words, most, _("Enter what went wrong")),
        who=read_text("who", who, short, multiline=False),
        wanted=read_text("wanted", wanted, most),
        name=read_text("name", name, short, multiline=False),
        reach=read_text("reach", reach, short, multiline=False),
    )


def _read_kinds(kinds: list[str]) -> str:
    try:
        return rules_complaints.join_kinds(kinds)
    except ValueError as error:
        raise InvalidInput("kinds", _("Select what it is about")) from error


def _keep(received: _Received, kinds: str, told: Told, way: GivenWay | None) -> UUID:
    clocks = rules_complaints.set_clocks(
        received.received_on, received.nation, rules_complaints.split_kinds(kinds)
    )
    complaint_id, actor = new_id(), received.actor
    sealed_for = received.person_id or complaint_id
    words = json.dumps(asdict(told))
    row = Complaint(
        id=complaint_id,
        reference=new_reference("G"),
        organisation_id=received.organisation_id,
        person_id=received.person_id,
        sealed_for=sealed_for,
        kinds=kinds,
        way=str(received.way),
        told=encryption.seal(sealed_for, f"complaint.told.{complaint_id}", words),
        received_on=received.received_on,
        taken_at=clock.now(),
        taken_by=actor.account_id,
        taken_by_human=actor.human_id,
        acknowledge_by=clocks.acknowledge_by,
        law_by=clocks.law_by,
        answer_by=clocks.answer_by,
    )
    get_session().add(row)
    get_session().flush()
    record(
        Action.COMPLAINT_RECEIVED,
        actor=actor,
        organisation_id=row.organisation_id,
        subject=(SUBJECT, row.id),
        reason=row.way,
        details={"person": str(row.person_id)} if row.person_id else None,
    )
    bar_whoever_is_close(row, told.who)
    draw_owner(row, actor)
    if way is None or keep_way(row, way):
        tell_complainant(actor, row, ComplaintMessage.RECEIVED)
    return row.id


@command("casework.open_complaint")
def open_complaint(*, actor: Actor, reference: str) -> ComplaintDetails:
    """Read a complaint: a look that is recorded first. Raises NotFound for whom it is about."""
    require(actor, Permission.COMPLAINT_ANSWER)
    row = queries_complaints.lock_complaint(actor, reference, lock=False)
    if row is None:
        raise NotFound
    concerns(subject=(SUBJECT, row.id))
    record(
        Action.COMPLAINT_VIEWED,
        actor=actor,
        organisation_id=row.organisation_id,
        subject=(SUBJECT, row.id),
    )
    return queries_complaints.load_details(actor, row)


@command("casework.ask_about_complaint")
def ask_about_complaint(*, actor: Actor, number: str) -> Progress | None:
    """How far the complaint of that number is, for somebody at a desk; recorded, found or not."""
    require(actor, Permission.COMPLAINT_TAKE)
    found = queries_complaints.find_progress(actor, number)
    record(Action.COMPLAINT_ASKED_ABOUT, actor=actor, reason="found" if found else "not_found")
    return found
