"""Silent help: a yes like any other, that lets nothing take effect and tells the leads alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from assistedaccess.approvals import service as approvals
from assistedaccess.approvals.redraw import redraw_pending_acts
from assistedaccess.approvals.rules import State
from assistedaccess.approvals.service_review import open_review
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models_concerns import Concern
from assistedaccess.casework.service_concerns import open_concern
from assistedaccess.consent.models import Consent
from assistedaccess.consent.models_silent import SilentHelp
from assistedaccess.consent.service import record_assisting_consent
from assistedaccess.consent.silent import tell_calls
from assistedaccess.delegation import service, service_stops
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.rules_grant import StopStands
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.models import Notice
from assistedaccess.organisations.models import Membership, RoleGrant
from assistedaccess.people import cards, private, service_private
from assistedaccess.people.models_private import PrivateMoment, SilentSign
from assistedaccess.people.rules import OwnRecord
from tests.factories import cards as make_card
from tests.factories import consent as make
from tests.factories import delegation, people
from tests.factories.silent import (
    SAYS_IT,
    WORD,
    agree,
    ask_for_help,
    blank,
    browse,
    count,
    find_pending,
    hold,
    say_yes,
)
from tests.support.journal import list_events
from tests.support.pages import send
from tests.support.silent_scene import hand, lead, reviewer, scene

__all__ = ["hand", "lead", "reviewer", "scene"]


# -- nothing takes effect, and the leads are told


def test_a_yes_with_the_word_in_it_waits_for_a_lead(scene, lead, reviewer) -> None:
    pending = ask_for_help(scene)
    assert count(Delegation) == 0
    assert (pending.deciding_role, pending.drawn_account_id) == (
        "safeguarding_lead", lead.account_id,
    )  # fmt: skip
    with pytest.raises(NotFound):
        approvals.release_pending_act(
            actor=reviewer, pending_act_id=pending.id, reason="It looks right"
        )
    with pytest.raises(NotFound):
        approvals.refuse_pending_act(actor=reviewer, pending_act_id=pending.id, reason="No")
    assert find_pending(pending.reference).state == State.WAITING


def test_the_leads_get_a_concern_that_names_nobody_in_the_room(scene, lead) -> None:
    ask_for_help(scene)
    with reading() as session:
        row = session.scalars(select(Concern)).one()
        mailed = list(session.scalars(select(Notice.account_id).where(Notice.person_id.is_(None))))
    assert (row.person_id, row.organisation_id) == (scene.person_id, scene.desk.organisation_id)
    assert (row.is_urgent, row.kinds, row.raised_by) == (True, None, None)  # kinds are sealed
    assert "coercion" in open_concern(actor=lead, reference=row.reference).kinds
    assert lead.account_id in mailed
    assert scene.helper.account_id not in mailed
    (event,) = list_events("concern.raised")
    assert (event.actor_kind, event.account_id, event.person_id) == ("system", None, None)
    told = open_concern(actor=lead, reference=row.reference).told.seen
    assert "silent sign" in told
    assert "Harriet" not in told


def test_said_and_then_broken_off_the_lead_knows_all_the_same(scene, lead) -> None:
    agree(scene.colleague, scene.person_id)
    request_id = make.ask(scene.helper, scene.person_id)
    make.read_and_say(scene.helper, request_id, stop="I ring up, under the lavender")
    assert count(Concern) == 1
    make.confirm(scene.helper, request_id)
    assert (count(Concern), count(SilentHelp)) == (1, 1)


def test_a_second_yes_of_the_same_day_waits_too(scene, lead, reviewer) -> None:
    first = ask_for_help(scene)
    approvals.withdraw_pending_act(actor=scene.helper, pending_act_id=first.id)
    again = find_pending(hold(scene, say_yes(scene, scene.person_id, {})).pending_reference)
    assert (again.deciding_role, again.drawn_account_id) == ("safeguarding_lead", lead.account_id)
    assert count(Delegation) == 0


def test_what_the_lead_releases_begins_and_the_next_yes_is_as_before(scene, lead) -> None:
    pending = ask_for_help(scene)
    review = open_review(actor=lead, reference=pending.reference)
    shown = {str(label): str(value) for label, value in review.description.rows}
    assert "silent sign" in shown["Call for help"]
    assert "999" in shown["If it cannot wait"]
    assert "emergency duty team" in shown["If it cannot wait"]
    done = approvals.release_pending_act(
        actor=lead, pending_act_id=pending.id, reason="I spoke with her"
    )
    assert done.state is State.RELEASED
    assert count(Delegation) == 1
    service.grant_delegation(actor=scene.helper, consent_id=say_yes(scene, scene.person_id, {}))
    assert count(Delegation) == 2


def test_what_the_lead_refuses_never_begins(scene, lead) -> None:
    pending = ask_for_help(scene)
    approvals.refuse_pending_act(actor=lead, pending_act_id=pending.id, reason="Not now")
    with reading() as session:
        consent_id = session.scalars(select(SilentHelp.id)).one()
    with pytest.raises(Refused) as raised:
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    assert raised.value.code == "grant_refused"
    assert count(Delegation) == 0


def test_without_a_lead_it_waits_and_no_reviewer_gets_it_by_time(scene, reviewer, hand) -> None:
    pending = ask_for_help(scene)
    assert pending.drawn_account_id is None
    hand.move(hours=200)
    run_transaction(lambda: redraw_pending_acts())
    assert find_pending(pending.reference).drawn_account_id is None
    late = people.make_helper(scene.desk, "safeguarding_lead")
    run_transaction(lambda: redraw_pending_acts())
    assert find_pending(pending.reference).drawn_account_id == late.account_id


def test_a_lead_who_leaves_is_followed_by_a_lead(scene, lead, reviewer) -> None:
    pending = ask_for_help(scene)
    other = people.make_helper(scene.desk, "safeguarding_lead")

    def leave() -> None:
        get_session().execute(
            update(RoleGrant)
            .where(
                RoleGrant.membership_id.in_(
                    select(Membership.id).where(Membership.account_id == lead.account_id)
                )
            )
            .values(ended_at=clock.now())
        )

    run_transaction(leave)
    run_transaction(lambda: redraw_pending_acts())
    assert find_pending(pending.reference).drawn_account_id == other.account_id


def test_a_word_in_a_yes_to_help_today_tells_the_lead_and_the_help_goes_on(
    app, scene, lead
) -> None:
    """Whoever takes the yes reads the same as ever; what is agreed next waits."""
    agree(scene.colleague, scene.person_id)
    mine = [people.mobile(whose="own", is_safe=True)]
    twin = people.make_person(scene.colleague, "Grace Hopper", contact_points=mine)
    pages = []
    for person_id in (scene.person_id, twin):
        client, reference = browse(app, scene.helper), people.reference_of(person_id)
        make.assist(scene.helper, person_id, make.OTHER_SERVICE)  # so that a look is explained
        answer = send(
            client,
            f"/people/{reference}/help",
            service=make.SERVICE,
            purpose="A badge, like lavender",
            said_yes="yes",
            channel="in_person",
            language="en",
        )
        assert answer.status_code == 303
        pages += [blank(client.get(answer.location).text)]
        pages.append(blank(client.get(f"/people/{reference}/history").text))
    tell_calls()
    ours = [page.replace("Ada Lovelace", "NAME") for page in pages[:2]]
    assert ours == pages[2:]
    with reading() as session:
        concern = session.scalars(select(Concern)).one()
        assert concern.person_id == scene.person_id
        yes = session.scalars(
            select(Consent.reference)
            .where(Consent.person_id == scene.person_id)
            .order_by(Consent.id.desc())
        ).first()
    seen = open_concern(actor=lead, reference=concern.reference)
    assert f"they asked for help today ({yes})" in str(seen)
    delegation.authorise(scene.helper, scene.person_id, "submit", mode="assisting")
    pending = find_pending(hold(scene, say_yes(scene, scene.person_id, {})).pending_reference)
    assert pending.deciding_role == "safeguarding_lead"


def test_a_word_in_a_yes_that_a_stop_refuses_tells_the_lead_all_the_same(scene, lead) -> None:
    agree(scene.colleague, scene.person_id)
    delegation.grant(scene.helper, scene.person_id)
    service_stops.freeze(
        actor=scene.colleague, person_id=scene.person_id, how="in_front", is_proven=True
    )
    said = []
    for purpose in ("A badge", "A badge, like lavender"):
        with pytest.raises(StopStands) as refused:
            record_assisting_consent(
                actor=scene.helper, person_id=scene.person_id, service=None, purpose=purpose
            )
        said.append((refused.value.words, refused.value.next_step))
    assert said[0] == said[1]
    tell_calls()
    with reading() as session:
        concern = session.scalars(select(Concern)).one()
    assert "refused" in str(open_concern(actor=lead, reference=concern.reference))


def test_nobody_elses_word_means_anything(scene, lead) -> None:
    agree(scene.colleague, scene.person_id)
    other = people.make_person(scene.colleague, "Grace Hopper")
    service.grant_delegation(actor=scene.helper, consent_id=say_yes(scene, other, SAYS_IT))
    assert (count(Delegation), count(Concern)) == (1, 0)


@pytest.mark.parametrize(("sign", "word"), [("remove", None), ("word", "marigold")])
def test_a_sign_that_was_taken_away_means_nothing(scene, lead, sign: str, word: Any) -> None:
    agree(scene.colleague, scene.person_id)
    agree(scene.colleague, scene.person_id, sign, word)
    consent_id = say_yes(scene, scene.person_id, SAYS_IT)
    service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    assert (count(Delegation), count(Concern)) == (1, 0)


# -- the card


def test_the_number_below_looks_right_and_is_the_sign(scene) -> None:
    card = make_card.give_card(scene.colleague, scene.person_id)
    agree(scene.colleague, scene.person_id, "card", None)
    asked_for = new_id()
    asked = make_card.ask(scene.helper, scene.person_id, asked_for)
    assert asked is not None
    below = card.number(asked.position % 12 + 1)

    def check() -> tuple[cards.CheckedNumber, bool]:
        answer = cards.check_number(
            actor=scene.helper, person_id=scene.person_id, asked_for=asked_for, typed=below
        )
        return answer, private.was_given(scene.person_id, [])

    answer, given = run_transaction(check)
    assert (answer.is_right, given) == (True, True)
    with reading():
        left = cards.find_card(scene.person_id, scene.helper.human_id)
    assert left is not None
    assert left.left == 11
    # It was heard in the room, so it confirms nothing later.
    seen = set()
    for _time in range(3):
        again = make_card.ask(scene.helper, scene.person_id, new_id())
        assert again is not None
        seen.add(again.position)
    assert asked.position % 12 + 1 not in seen


def test_without_an_agreed_sign_the_number_below_is_wrong(scene) -> None:
    card = make_card.give_card(scene.colleague, scene.person_id)
    agree(scene.colleague, scene.person_id)
    asked_for = new_id()
    asked = make_card.ask(scene.helper, scene.person_id, asked_for)
    assert asked is not None
    below = card.number(asked.position % 12 + 1)
    assert not make_card.check(scene.helper, scene.person_id, asked_for, below).is_right


# -- the private moment


def test_a_private_moment_leaves_who_and_when_and_nothing_in_the_history(scene) -> None:
    moment_id = agree(scene.colleague, scene.person_id)
    with reading() as session:
        row = session.get_one(PrivateMoment, moment_id)
        assert row.human_id == scene.colleague.human_id
        assert row.held_at <= clock.now()
        sign = session.scalars(select(SilentSign)).one()
        assert WORD.encode() not in (sign.word or b"")
        named = session.scalars(
            select(AuditEvent.action).where(
                AuditEvent.person_id == scene.person_id, AuditEvent.action.like("private%")
            )
        )
        assert list(named) == []
    assert len(list_events("private_moment.held")) == 1


def test_sent_twice_it_is_one_moment(scene) -> None:
    key = new_request_key()
    made = [
        service_private.hold_private_moment(
            actor=scene.colleague, person_id=scene.person_id, was_alone=True, request_key=key
        )
        for _time in range(2)
    ]
    assert made[0] == made[1]
    assert count(PrivateMoment) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"was_alone": False}, "was_alone"),
        ({"sign": "word", "word": "yes"}, "word"),
        ({"sign": "word", "word": None}, "word"),
        ({"sign": "card"}, "sign"),
        ({"sign": "nonsense"}, "sign"),
    ],
)
def test_what_cannot_be_agreed_is_said_at_its_field(scene, given: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        service_private.hold_private_moment(
            actor=scene.colleague,
            person_id=scene.person_id,
            request_key=new_request_key(),
            **{"was_alone": True, **given},
        )
    assert raised.value.field == field
    assert count(PrivateMoment) == 0


def test_nobody_holds_one_with_themself_and_no_relative_does(scene) -> None:
    def become_family() -> None:
        get_session().execute(
            update(Membership)
            .where(Membership.id == scene.colleague.membership_id)
            .values(kind="family")
        )

    run_transaction(become_family)
    with pytest.raises(Refused) as raised:
        agree(scene.colleague, scene.person_id)
    assert raised.value.code == "private_moment_at_a_desk"
    own = people.make_helper(scene.desk)

    def link() -> None:
        from assistedaccess.people.models import Person

        get_session().get_one(Person, scene.person_id).human_id = own.human_id

    run_transaction(link)
    with pytest.raises(OwnRecord):
        agree(own, scene.person_id)


def test_the_page_shows_nothing_of_what_was_agreed_before(app, scene) -> None:
    client = browse(app, scene.colleague)
    make.assist(scene.colleague, scene.person_id)
    path = f"/people/{people.reference_of(scene.person_id)}/private-moment"
    before = blank(client.get(path).text)
    answer = send(client, path, was_alone="yes", sign="word", word="Lavender", request_key="k" * 22)
    assert answer.status_code == 303
    assert private_sign(scene.person_id) == "word"
    client.get(f"/people/{people.reference_of(scene.person_id)}/contact")
    assert blank(client.get(path).text) == before
    wrong = send(client, path, sign="word", word="rose", was_alone="yes", request_key="j" * 22)
    assert wrong.status_code == 400
    assert 'href="#word"' in wrong.text


def private_sign(person_id: UUID) -> str:
    with reading():
        sign = private.find_sign(person_id)
        return sign.kind if sign else ""
