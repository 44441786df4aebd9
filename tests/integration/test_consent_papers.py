"""Paper, post and home visits: what takes days, and what happens when it never comes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from assistedaccess.approvals.rules import SameHuman
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.consent import service_asking, service_papers, service_ways
from assistedaccess.consent.models import Consent, ConsentCode
from assistedaccess.consent.pictures_kept import PictureSeenBefore
from assistedaccess.consent.rules import ConsentTooWeak
from assistedaccess.delegation.authority import authorise
from assistedaccess.delegation.rules import DelegationExpired, OutOfScope, PaperMissing
from assistedaccess.delegation.service import grant_delegation
from assistedaccess.installation import expire_everything
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices import service_letters
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import OwnWork
from assistedaccess.notices.service import send_due_notices
from assistedaccess.people import service_contact
from assistedaccess.people.queries import get_person
from assistedaccess.people.routes import list_letter_routes
from tests.factories import consent as make
from tests.factories import people
from tests.factories import ways as way
from tests.support.clocks import Hand
from tests.support.held import select_held
from tests.support.reads import how_read

pytestmark = pytest.mark.usefixtures("app")
PAY = {"powers": ["see", "submit", "pay"]}
HOME = {
    "housing": "address",
    "address": {"line_1": "14 Mill Lane", "town": "Millbrook", "postcode": "LS1 4AP"},
    "letters_are_safe": True,
}


def count(model: Any) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def hand():
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand):
    made = make.make_scene(**HOME)
    hand.move(days=1)
    return made


def may(scene, power: str) -> Any:
    """Whether the helper may do that now; raises the refusal."""
    return run_transaction(
        lambda: authorise(
            actor=scene.helper,
            person_id=scene.person_id,
            service=make.SERVICE,
            power=power,
            amount_pence=100 if power == "pay" else None,
        )
    )


# -- C03: signed on paper


@pytest.fixture
def signed(scene):
    """A form that was printed and signed; its photograph is still to come."""
    request_id = way.ready(scene.helper, scene.person_id, **PAY)
    way.print_form(scene.helper, request_id)
    assert way.confirm(scene.helper, request_id, "paper", sign="signature") == "yes"
    return request_id


def add_scan(scene, consent_id, slant: int = 0, **more: Any) -> Any:
    more.setdefault("actor", scene.helper)
    return service_papers.add_scan(
        **{"consent_id": consent_id, "picture": way.photograph(slant), **more}
    )


def test_a_form_is_printed_before_it_is_signed_and_with_these_words(scene) -> None:
    request_id = way.ready(scene.helper, scene.person_id)
    with pytest.raises(InvalidInput, match="Print the form first"):
        way.confirm(scene.helper, request_id, "paper", sign="signature")
    way.print_form(scene.helper, request_id)
    with pytest.raises(InvalidInput):
        way.confirm(scene.helper, request_id, "paper", sign="nothing")
    assert count(Consent) == 0


def test_a_form_that_was_printed_with_other_words_is_not_the_one_that_is_signed(scene) -> None:
    terms = {"powers": ["see", "submit"], "until_on": make.end_day()}
    request_id = way.ready(scene.helper, scene.person_id, **terms)
    way.print_form(scene.helper, request_id)
    service_asking.change_request(  # nothing but what may be told, and to whom
        actor=scene.helper,
        request_id=request_id,
        language="en",
        holder_kind="account",
        services=[make.SERVICE],
        **terms,
        purpose="Keep my badge going",
        telling="My sister may know of it",
    )
    make.read_and_say(scene.helper, request_id)
    for key in ("paper", "home_visit"):
        given = {"sign": "mark", "visited_on": clock.today().isoformat()}
        with pytest.raises(InvalidInput, match="Print the form first"):
            way.confirm(scene.helper, request_id, key, **given)


def test_until_the_photograph_is_there_only_what_basic_carries_is_allowed(scene, signed) -> None:
    assert make.get_consent(signed).strength == "basic"
    may(scene, "submit")
    with pytest.raises(OutOfScope):
        may(scene, "pay")
    add_scan(scene, signed)
    assert make.get_consent(signed).strength == "standard"
    may(scene, "pay")
    row = way.find_delegation(signed)
    assert row is not None
    assert row.expires_at == clock.end_of_day(make.end_day())


def test_without_its_photograph_it_lapses_after_fourteen_days(hand: Hand, scene, signed) -> None:
    hand.move(days=14)
    may(scene, "submit")
    hand.move(days=1)
    with pytest.raises(DelegationExpired):
        may(scene, "submit")
    with pytest.raises(service_papers.PaperLapsed):
        add_scan(scene, signed)
    for expected in (1, 0):
        assert expire_everything()["signed forms that never came lapsed"] == expected
    assert "consent_lapsed" in [kind for kind, _facts in make.list_told(scene.person_id)]


def test_who_adds_a_photograph_and_of_what(scene, signed) -> None:
    stranger = people.make_helper(people.make_desk("Ash Vale"))
    with pytest.raises(NotFound):
        add_scan(scene, signed, actor=stranger)
    for wrong in ("", "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="):
        with pytest.raises(InvalidInput):
            add_scan(scene, signed, picture=wrong)
    assert make.get_consent(signed).strength == "basic"
    picture_id = add_scan(scene, signed, actor=scene.colleague)
    with pytest.raises(service_papers.PaperIsIn):
        add_scan(scene, signed, 1)
    reference = make.get_consent(signed).reference
    with pytest.raises(NotFound):
        service_papers.open_picture(actor=stranger, reference=reference, picture_id=picture_id)
    opened = service_papers.open_picture(
        actor=scene.helper, reference=reference, picture_id=picture_id
    )
    assert opened.content.startswith(b"\xff\xd8")


def test_one_photograph_is_of_one_form(scene, signed) -> None:
    add_scan(scene, signed)
    other = way.ready(scene.helper, scene.person_id)
    way.print_form(scene.helper, other)
    way.confirm(scene.helper, other, "paper", sign="mark")
    with pytest.raises(PictureSeenBefore):
        add_scan(scene, other)


def test_what_needs_the_paper_alone_waits_for_it(scene) -> None:
    request_id = way.ready(scene.helper, scene.person_id, powers=["pay"])
    way.print_form(scene.helper, request_id)
    assert way.confirm(scene.helper, request_id, "paper", sign="signature") == "yes"
    assert way.find_delegation(request_id) is None
    with pytest.raises(PaperMissing):
        grant_delegation(actor=scene.helper, consent_id=request_id)
    add_scan(scene, request_id)
    grant_delegation(actor=scene.helper, consent_id=request_id)
    may(scene, "pay")


# -- C09: by post


@pytest.fixture
def written(hand: Hand, scene):
    """A letter is asked for, to an address of a month ago; the request’s id."""
    hand.move(days=29)
    request_id = way.ready(scene.helper, scene.person_id, **PAY)
    send_letter(scene, request_id)
    return request_id


def send_letter(scene, request_id) -> None:
    with reading():
        (route,) = list_letter_routes(scene.person_id, scene.helper)
    service_ways.send_letter(
        actor=scene.helper,
        request_id=request_id,
        contact_point_id=route.contact_point_id,
        terms_hash=make.hash_of(request_id),
    )


def find_letter() -> Notice:
    with reading() as session:
        query = select(Notice).where(Notice.kind == "consent_letter").order_by(Notice.id.desc())
        return session.scalars(query).first()


def read_letter(app, scene) -> str:
    """A manager prints the letter; the code in it."""
    with app.app_context():
        send_due_notices()
    manager = people.make_helper(scene.desk, "manager")
    letter = service_letters.open_letter(actor=manager, notice_id=find_letter().id).letter
    service_letters.mark_letter_posted(actor=manager, notice_id=find_letter().id)
    assert service_letters.open_letter(actor=manager, notice_id=find_letter().id).letter.codes == ()
    return letter.codes[0].replace(" ", "")


def test_the_code_comes_back_days_later(app, hand: Hand, scene, written) -> None:
    code = read_letter(app, scene)
    hand.move(days=20)
    assert way.confirm(scene.helper, written, "post", code=code, back="telephone") == "yes"
    consent = make.get_consent(written)
    assert (consent.strength, consent.reasons) == ("standard", ["code_by_post"])
    assert how_read(consent.person_id, "consent_letter") == ["code_used"]
    may(scene, "pay")


def test_a_letter_to_an_address_of_yesterday_carries_no_money(app, hand: Hand, scene) -> None:
    """Whoever moved them may be who opens it (A13, A16); what a spoken yes carries goes there."""
    request_id = way.ready(scene.helper, scene.person_id, **PAY)
    with pytest.raises(ConsentTooWeak):
        send_letter(scene, request_id)
    assert find_letter() is None
    light = way.ready(scene.helper, scene.person_id)
    send_letter(scene, light)
    code = read_letter(app, scene)
    assert way.confirm(scene.helper, light, "post", code=code, back="other") == "yes"
    consent = make.get_consent(light)
    assert (consent.strength, consent.reasons) == ("basic", ["code_by_post", "address_is_new"])


def test_no_letter_goes_to_whom_its_words_would_be_strange(hand: Hand) -> None:
    made = make.make_scene(**HOME, spoken_language="pl", needs_interpreter=True)
    hand.move(days=31)
    request_id = way.ready(made.helper, made.person_id, **PAY)
    with pytest.raises(ConsentTooWeak):  # before it is sent, not when the code comes back (A23)
        send_letter(made, request_id)
    assert find_letter() is None


def test_a_letter_is_held_at_a_desk_that_the_person_chose(app, hand: Hand, scene) -> None:
    service_contact.add_contact_point(
        actor=scene.colleague,
        person_id=scene.person_id,
        kind="held_at_desk",
        value="Day centre\nMillbrook",
    )
    with reading():
        version = get_person(scene.person_id).version
    service_contact.set_safe_contact(
        actor=scene.colleague,
        person_id=scene.person_id,
        version=version,
        contact_is_unsafe=False,
        no_paper_at_home=True,
        person_was_alone=True,
    )
    hand.move(days=1)
    request_id = way.ready(scene.helper, scene.person_id, **PAY)
    send_letter(scene, request_id)  # it is handed over by somebody who sees who comes
    with app.app_context():
        send_due_notices()
    manager = people.make_helper(scene.desk, "manager")
    letter = service_letters.open_letter(actor=manager, notice_id=find_letter().id)
    assert letter.address_lines == ("Day centre", "Millbrook")
    code = letter.letter.codes[0].replace(" ", "")
    assert way.confirm(scene.helper, request_id, "post", code=code, back="other") == "yes"


def test_the_helper_who_asks_never_sees_the_letter(app, scene, written) -> None:
    with app.app_context():
        send_due_notices()
    own = people.make_helper(scene.desk, "manager", human_id=scene.helper.human_id)
    with pytest.raises(OwnWork):
        service_letters.open_letter(actor=own, notice_id=find_letter().id)


def test_a_letter_is_over_after_28_days_and_a_newer_one_replaces_it(
    app, hand: Hand, scene, written
) -> None:
    first = read_letter(app, scene)
    hand.move(minutes=1)
    send_letter(scene, written)
    assert "does not work" not in way.confirm(
        scene.helper, written, "post", code="000000", back="letter"
    )
    second = read_letter(app, scene)
    if first != second:
        assert way.confirm(scene.helper, written, "post", code=first, back="letter") != "yes"
    hand.move(days=29)
    with pytest.raises(Refused) as over:
        way.confirm(scene.helper, written, "post", code=second, back="letter")
    assert over.value.reason_code == "request_over"


def test_five_guesses_end_a_letter(app, scene, written) -> None:
    code = read_letter(app, scene)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _guess in range(5):
        answer = way.confirm(scene.helper, written, "post", code=wrong, back="other")
    assert "does not work any more" in answer
    assert way.confirm(scene.helper, written, "post", code=code, back="other") != "yes"
    assert count(Consent) == 0


def test_a_letters_code_is_no_texts_and_no_other_requests(app, scene, written) -> None:
    code = read_letter(app, scene)
    with pytest.raises(InvalidInput, match="Send a code first"):
        way.confirm(scene.helper, written, "code", code=code)
    other = way.ready(scene.helper, scene.person_id)
    with pytest.raises(InvalidInput, match="Send the letter first"):
        way.confirm(scene.helper, other, "post", code=code, back="other")
    assert count(ConsentCode) == 1


# -- C10: after a home visit


@pytest.fixture
def visited(hand: Hand, scene):
    """The form was printed, the person visited the next day; entered the day after that."""
    request_id = make.ask(scene.helper, scene.person_id)
    way.print_form(scene.helper, request_id)
    hand.move(days=2)
    make.read_and_say(scene.helper, request_id)
    return request_id


def day(number: int) -> str:
    return (clock.today() + people.timedelta(days=number)).isoformat()


def test_it_waits_for_a_second_human_and_holds_from_then_on(hand: Hand, scene, visited) -> None:
    reviewers = [people.make_helper(scene.desk, "reviewer") for _each in range(2)]
    given = {"visited_on": day(-1), "sign": "signature"}
    assert way.confirm(scene.helper, visited, "home_visit", **given) == "waits"
    assert make.get_consent(visited).reasons == ["signed_at_home", "entered_late"]
    assert way.find_delegation(visited) is None
    with reading() as session:
        pending = session.scalars(select_held()).one()
    assert pending.reasons == ["second_look"]
    drawn = next(one for one in reviewers if one.account_id == pending.drawn_account_id)
    with pytest.raises(SameHuman):
        release_pending_act(
            actor=people.make_helper(scene.desk, "reviewer", human_id=scene.helper.human_id),
            pending_act_id=pending.id,
            reason="I did it",
        )
    hand.move(days=1)
    released_at = clock.now()
    release_pending_act(actor=drawn, pending_act_id=pending.id, reason="I rang her")
    row = way.find_delegation(visited)
    assert row is not None
    assert row.starts_at >= released_at
    may(scene, "submit")


@pytest.mark.parametrize("visited_on", ["", "nonsense", "+1", "-3"])
def test_a_visit_before_its_form_or_still_to_come_is_refused(scene, visited, visited_on) -> None:
    said = day(int(visited_on)) if visited_on[1:].isdigit() else visited_on
    with pytest.raises(InvalidInput) as refused:
        way.confirm(scene.helper, visited, "home_visit", visited_on=said, sign="mark")
    assert refused.value.field == "visited_on"
    assert count(Consent) == 0


def test_a_form_waits_fourteen_days_and_no_longer(hand: Hand, scene) -> None:
    request_id = make.ask(scene.helper, scene.person_id)
    way.print_form(scene.helper, request_id)
    hand.move(days=15)
    with pytest.raises(Refused) as over:
        make.read_and_say(scene.helper, request_id)
    assert over.value.reason_code == "request_over"
