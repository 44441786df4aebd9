"""A person's access pack: all that is held, less what is withheld; who may give it, and to whom."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result

from assistedaccess.audit import Action, journal
from assistedaccess.audit.explain import DetailsCovered
from assistedaccess.cli import main
from assistedaccess.data_protection import pack, service_pack
from assistedaccess.data_protection.printing import as_object, as_text
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.transactions import bind_database, get_database, reading, run_transaction
from assistedaccess.people.models import Person
from tests.factories import casework, consent, people, record
from tests.support.journal import list_events
from tests.support.statements import counted_statements
from tests.support.worlds import ticking, world

__all__ = ["ticking", "world"]

WITHHELD = {
    # about a concern: what could put somebody in danger
    "Leadnote",
    "Said",
    "Wishes",
    "Deniedsaid",  # by who was named as there, for the safeguarding leads
    # a warning for whoever visits alone
    "Itsbasis",
    "Mindthis",
    "Notsaid",
    # a complaint is given as a copy, by who owns it
    "Acknowledged",
    "Complainant",
    "Complained",
    "Complainedof",
    "Complaintanswer",
    "Stranger",  # who has no record, and so no pack
    "Strangerstreet",
    "Strangerwords",
    "Takeslonger",
    "Learned",
    "Reach",
    "Wanted",
    # about the helper's work
    "Supervised",
    # about others: who else was there
    "Witness",
    "Witnessrole",
    "witness email",
    # codes and addresses that would let somebody in
    "Payaddress",
}
"""What is held about the world's person and is not in their pack."""

NOT_ABOUT_THEM = ("email of ", "factor of ", "password of ", "Finding", "helper's phone")
ELSEWHERE = {
    "Called",  # in the queue, of somebody whose record nobody had found yet
    "Grouproom",  # of a session, whoever comes
    "Grouptopic",
    "Judged",
    "Keptandnotused",  # of another person, who asked for that
    "Onehuman",  # of two other records, which were merged
    "Relative",
    "Savedname",
    "Suspension",
    "Teller",
    "Tillreason",
    "Tip",
    "bank",
    "certificate",
    "Walkedin",  # on a register, of somebody who has no record
    "invitation",
    "sign-in",
}


def given_at_desk(actor, person_id):
    """The pack as the helper at a desk gets it."""
    reading_id = record.begin(actor, person_id)
    return service_pack.open_pack(
        actor=actor, reference=people.reference_of(person_id), reading_id=reading_id
    )


def change(person_id, how) -> None:
    """Something about the person's row, as no command does it."""

    def write() -> None:
        how(get_session().get_one(Person, person_id))
        journal.record(Action.PERSON_CHANGED, actor=SYSTEM, person_id=person_id)

    run_transaction(write)


def make_whole(person_id, **more):
    return service_pack.make_pack(actor=SYSTEM, person_id=person_id, **more)


def test_the_whole_pack_holds_all_that_is_held(app, world) -> None:
    side = world.a
    whole = as_text(make_whole(side.ids["person"]))
    told = whole.replace("+44", "0").replace(" ", "")
    missing = {
        what
        for what, value in side.secrets.items()
        if value.replace(" ", "") not in told
        and not what.startswith(NOT_ABOUT_THEM)
        and what not in ELSEWHERE
    }
    assert missing == WITHHELD
    others = {**world.b.secrets, **world.b.shown}
    assert [what for what, value in others.items() if value in whole] == []
    assert json.loads(json.dumps(as_object(make_whole(side.ids["person"]))))["held"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_desk_gives_its_own_and_what_is_shared_and_no_other_organisations(app, world) -> None:
    a, b = world.a, world.b
    own = as_text(given_at_desk(a.actors["helper"], a.ids["person"]))
    for what in ("Need", "Note", "Answername", "Support", "Giftneed"):
        assert a.secrets[what] in own, what
    assert "CanaryObjection" not in own  # nobody at a desk reads what was not agreed to
    casework.make_case(b.actors["helper"], a.ids["person"])
    other = as_text(given_at_desk(b.actors["helper"], a.ids["person"]))
    assert a.secrets["Support"] in other
    kept = (
        "Need",
        "Note",
        "Answername",
        "Giftneed",
        "Task",
        "Purpose",
        "Refundwhy",
        "Evidencename",
    )
    assert [what for what in kept if a.secrets[what] in other] == []


def test_it_is_recorded_and_the_person_is_told(app, database) -> None:
    scene = consent.make_scene()
    casework.make_case(scene.helper, scene.person_id)
    reading_id = record.begin(scene.helper, scene.person_id)
    reference = people.reference_of(scene.person_id)
    asked = {"actor": scene.helper, "reference": reference, "reading_id": reading_id}
    with counted_statements(database) as statements:
        first = service_pack.open_pack(**asked)
    (event,) = list_events("pack.given")
    assert (event.person_id, event.account_id) == (scene.person_id, scene.helper.account_id)
    assert event.reason_code == "explained.open_case"
    assert ("record_printed", {}) in consent.list_told(scene.person_id)
    assert "all that we hold" in as_text(service_pack.open_pack(**asked))  # it tells of itself
    before = len(statements)
    for _ in range(5):
        casework.make_case(scene.helper, scene.person_id)
    with counted_statements(database) as statements:
        more = service_pack.open_pack(**asked)
    assert len(statements) <= before  # however many rows
    assert sum(len(one.rows) for one in more.sections) > 4 + sum(
        len(one.rows) for one in first.sections
    )


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_it_is_given_to_the_person_alone_by_who_has_a_reason(app) -> None:
    scene = consent.make_scene()
    reference = people.reference_of(scene.person_id)
    stranger = people.make_helper(people.make_desk("Elsewhere"))
    with pytest.raises(DetailsCovered):
        given_at_desk(stranger, scene.person_id)
    assert list_events("pack.given") == []
    casework.make_case(scene.helper, scene.person_id)
    relative = people.make_helper(people.make_desk("Kin"))
    people.make_kind(relative, "family")
    casework.make_case(relative, scene.person_id)
    with pytest.raises(service_pack.NotByFamily):
        given_at_desk(relative, scene.person_id)
    company = record.begin(scene.helper, scene.person_id, in_private=False)
    for actor, number, reading_id in (
        (scene.helper, reference, company),
        (scene.helper, "P-0000-0000", record.begin(scene.helper, scene.person_id)),
        (scene.colleague, reference, record.begin(scene.helper, scene.person_id)),
    ):
        with pytest.raises(NotFound):
            service_pack.open_pack(actor=actor, reference=number, reading_id=reading_id)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_hidden_address_is_covered_unless_a_lead_gives_it(app, world) -> None:
    side = world.a
    person_id = side.ids["person"]
    assert side.secrets["Street1"] in as_text(given_at_desk(side.actors["helper"], person_id))

    change(person_id, lambda person: setattr(person, "hides_address", True))
    for given in (given_at_desk(side.actors["helper"], person_id), make_whole(person_id)):
        told = as_text(given)
        assert "Hidden. A safeguarding lead can give it" in told
        for what in ("Street1", "Street2", "postcode", "Town"):
            assert side.secrets[what] not in told, what
    assert side.secrets["Street1"] in as_text(make_whole(person_id, shows_address=True))


def test_what_was_erased_is_said_to_be(app) -> None:
    scene = consent.make_scene()
    casework.make_case(scene.helper, scene.person_id, need="Canaryneed")
    assert "Canaryneed" in as_text(make_whole(scene.person_id))
    change(scene.person_id, lambda person: encryption.forget(person.id))
    with reading():
        rows = pack.read_sections(scene.person_id, pack.Scope(None, covers_address=False))
    told = {line.words for section in rows for row in section.rows for line in row}
    assert "Erased." in told
    assert not any("Canaryneed" in words for words in told)


def test_the_page_asks_first_and_then_shows_it(app, client, world) -> None:
    side = world.a
    side.sign_in(client, "helper")
    reference = side.values["people"]
    address = f"/people/{reference}/access-pack"
    assert "They want a copy of all" in client.get(f"/people/{reference}/record").text
    page = client.get(address)
    assert page.status_code == 200
    fields = {
        field["name"]: field.get("value", "")
        for field in BeautifulSoup(page.text, "html.parser").select("main input[type=hidden]")
    }
    assert client.post(address, data={**fields, "in_private": "no"}).status_code == 400
    answer = client.post(address, data={**fields, "in_private": "yes"})
    assert answer.status_code == 303
    pack = client.get(answer.headers["Location"])
    assert pack.status_code == 200
    assert side.word("Note") in pack.text
    assert "What is left out, and why" in pack.text


def test_the_command_prints_it(app, database, settings, monkeypatch) -> None:
    import config

    monkeypatch.setattr(config, "load_settings", lambda environ=None: settings)
    scene = consent.make_scene()
    reference = people.reference_of(scene.person_id)

    def typed(*words: str) -> Result:
        try:
            return CliRunner().invoke(main, ["person", "pack", *words])
        finally:
            if get_database() is not database:
                get_database().dispose()
            bind_database(database)

    done = typed(reference)
    assert done.exit_code == 0, done.output
    assert "All that we keep about you" in done.output
    assert json.loads(typed("--json", reference).output)["person"]["reference"] == reference
    assert typed("P-0000-0000").exit_code == 2
    assert {event.actor_kind for event in list_events("pack.given")} == {"system"}
