"""The person's own record at a desk: what it tells, to whom, and that each telling is a fact."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.working_days import add_months
from assistedaccess.my_record import service
from assistedaccess.my_record.languages import list_languages, list_words
from assistedaccess.people.rules import RelativesRecord
from assistedaccess.people.service import open_person
from tests.factories import consent, people, record
from tests.factories import delegation as granted
from tests.support.journal import list_events

HEALTH = "blue-badge"
ORDINARY = "council-tax-reduction"


@pytest.fixture
def scene(app):
    return consent.make_scene(nation="england")


def texts(opened) -> list[str]:
    return [
        " ".join([str(line.words), line.place, line.service, line.why])
        for line in opened.record.lines
    ]


def test_any_desk_of_any_organisation_gives_it_and_each_giving_is_a_fact(app, scene) -> None:
    stranger = people.make_helper(people.make_desk("Elsewhere"))
    reading_id = record.begin(stranger, scene.person_id)
    (event,) = list_events("record.printed")
    assert (event.person_id, event.account_id) == (scene.person_id, stranger.account_id)
    assert (event.subject_id, event.reason_code) == (reading_id, "in_front_in_private")
    reference = people.reference_of(scene.person_id)
    for _ in range(2):
        service.open_reading(actor=stranger, reference=reference, reading_id=reading_id)
    assert len(list_events("record.read")) == 2
    assert ("record_printed", {}) in consent.list_told(scene.person_id)


def test_a_relative_does_not_read_it(app, scene) -> None:
    people.declare_relative(scene.helper, people.reference_of(scene.person_id))
    with pytest.raises(RelativesRecord):
        record.begin(scene.helper, scene.person_id)


def test_a_reading_is_for_who_began_it_and_for_a_while(app, scene) -> None:
    reading_id = record.begin(scene.helper, scene.person_id)
    reference = people.reference_of(scene.person_id)
    for actor, number in (
        (scene.colleague, reference),
        (people.other_account(people.make_desk("Other"), scene.helper), reference),
        (scene.helper, "P-0000-0000"),
    ):
        with pytest.raises(NotFound):
            service.open_reading(actor=actor, reference=number, reading_id=reading_id)
    with clock.set_clock(clock.now() + timedelta(minutes=31)), pytest.raises(NotFound):
        service.open_reading(actor=scene.helper, reference=reference, reading_id=reading_id)


@pytest.mark.parametrize("told", [{"how": "telephone", "in_private": True}, {"in_private": False}])
def test_what_is_sensitive_is_left_out_with_company_or_by_telephone(app, scene, told) -> None:
    granted.grant(scene.helper, scene.person_id, services=[HEALTH, ORDINARY])
    alone = record.read(scene.helper, scene.person_id)
    assert "Blue Badge" in alone.record.may_act[0].services
    open_ = record.read(scene.helper, scene.person_id, **told)
    (may_act,) = open_.record.may_act
    assert may_act.reference  # it stands there all the same, and can be ended
    assert "Blue Badge" not in may_act.services
    assert "Council Tax Reduction" in may_act.services
    assert "Blue Badge" not in "".join(texts(open_))


def test_where_somebody_lives_is_not_told_by_the_name_of_a_desk(app) -> None:
    scene = consent.make_scene(hides_address=True)
    granted.grant(scene.helper, scene.person_id, holder_kind="organisation", services=[ORDINARY])
    told = record.read(scene.helper, scene.person_id, how="telephone", in_private=False)
    assert "Millbrook" not in "".join(texts(told)) + told.record.may_act[0].holder
    assert "way to reach you" not in "".join(texts(told))
    alone = record.read(scene.helper, scene.person_id)
    assert "Millbrook" in "".join(texts(alone))


def test_the_record_costs_the_same_however_much_was_done(app, database, scene) -> None:
    from tests.support.statements import counted_statements

    def cost() -> int:
        reading_id = record.begin(scene.helper, scene.person_id)
        with counted_statements(database) as statements:
            service.open_reading(
                actor=scene.helper,
                reference=people.reference_of(scene.person_id),
                reading_id=reading_id,
            )
        return len(statements)

    cost()
    few = cost()
    for _ in range(15):
        open_person(actor=scene.helper, person_id=scene.person_id, stated_reason="person_is_here")
        consent.assist(scene.helper, scene.person_id)
    assert cost() == few <= 12


def test_an_older_page_goes_on_where_the_newer_one_began(app, scene, monkeypatch) -> None:
    for name in ("rules", "story"):
        monkeypatch.setattr(f"assistedaccess.my_record.{name}.PAGE", 2)
    from assistedaccess.my_record import story

    story._facts.cache_clear()
    for _ in range(3):
        consent.assist(scene.helper, scene.person_id)
    reading_id = record.begin(scene.helper, scene.person_id)
    reference = people.reference_of(scene.person_id)
    seen: list[object] = []
    before = None
    while True:
        opened = service.open_reading(
            actor=scene.helper, reference=reference, reading_id=reading_id, before=before
        )
        seen = [line.event_id for line in opened.record.lines] + seen
        before = opened.record.older
        if before is None:
            break
    story._facts.cache_clear()
    assert len(seen) == len(set(seen)) >= 4


def test_welsh_is_offered_once_humans_have_written_all_of_it(app, scene, monkeypatch) -> None:
    with app.app_context():
        assert len(list_words()) > 80
        assert list_languages() == ("en",)
        with pytest.raises(InvalidInput):
            record.begin(scene.helper, scene.person_id, language="cy")
        monkeypatch.setattr("assistedaccess.my_record.languages._is_whole", lambda *_: True)
        assert list_languages() == ("en", "cy")
        assert record.read(scene.helper, scene.person_id, language="cy").language == "cy"


def test_the_yes_of_an_end_date_is_there(app, scene) -> None:
    until = add_months(clock.today(), 3)
    granted.grant(scene.helper, scene.person_id, services=[ORDINARY], until_on=until)
    assert record.read(scene.helper, scene.person_id).record.may_act[0].last_day == until


def test_sent_twice_a_reading_is_begun_once_and_for_another_language_anew(app, scene) -> None:
    key = new_request_key()
    first = record.begin(scene.helper, scene.person_id, request_key=key)
    assert record.begin(scene.helper, scene.person_id, request_key=key) == first
    assert len(list_events("record.printed")) == 1
    aloud = record.begin(scene.helper, scene.person_id, request_key=key, style="large_print")
    assert aloud != first
    with pytest.raises(InvalidInput):  # not answered with what was made for English
        record.begin(scene.helper, scene.person_id, request_key=key, language="xx")
