"""The auditors' queue: what is put into it by itself, who sees it, and what is decided."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC, SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, TooManyAttempts
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.queries import get_organisation_reference
from assistedaccess.oversight import (
    rules_flags,
    service,
    service_findings,
    service_flags,
    service_looks,
    service_pictures,
)
from assistedaccess.oversight.models import Flag, FlagDecision, Tip
from assistedaccess.oversight.queries_flags import FlagRow
from assistedaccess.oversight.rules import Question
from assistedaccess.oversight.rules_flags import AlreadyDecided
from assistedaccess.people import service as people
from tests.factories.organisations import (
    actor_of,
    enter,
    make_actor,
    make_member,
    make_organisation,
)
from tests.factories.people import make_person
from tests.support.journal import last_event, list_events
from tests.support.pages import read_token


class Setting:
    """An auditor of one council, and two of its helpers; and an auditor of the audit office."""

    def __init__(self) -> None:
        self.office = make_organisation(name="Audit Office")
        self.other_office = make_organisation(name="Second Audit Office")
        self.council = make_organisation(name="Hilltown Council")
        self.elsewhere = make_organisation(name="Elsewhere Council")
        self.member = make_member(self.office, "auditor", name="Nell Auditor")
        self.other_member = make_member(self.other_office, "auditor", name="Otto Auditor")
        for auditing, audited in (
            (self.office, self.council),
            (self.other_office, self.office),
        ):
            organisations.add_audit_remit(
                actor=SYSTEM,
                auditing_organisation_id=auditing.id,
                audited_organisation_id=audited.id,
            )
        self.helper = make_actor(self.council, "helper", name="Hal Helper")
        self.colleague = make_actor(self.council, "helper", name="Cora Colleague")
        self.person_id = make_person(self.helper, "Ada Lovelace")

    @property
    def auditor(self) -> Actor:
        return actor_of(self.member, "auditor")

    @property
    def other_auditor(self) -> Actor:
        return actor_of(self.other_member, "auditor")

    def look(self, actor: Actor | None = None, reason: str = "person_is_here") -> None:
        actor = actor or self.colleague
        words = "I saw her in town" if reason == "other" else None
        people.state_reason(actor=actor, person_id=self.person_id, reason=reason, words=words)
        people.open_person(actor=actor, person_id=self.person_id)

    def waiting(self, auditor: Actor | None = None, kind: str | None = None) -> list[FlagRow]:
        return service_flags.list_flags(actor=auditor or self.auditor, kind=kind).rows


@pytest.fixture
def setting(app: Flask) -> Setting:
    return Setting()


def decide(setting: Setting, flag_id: UUID, decision: str = "in_order") -> None:
    service_flags.decide_flag(
        actor=setting.auditor, flag_id=flag_id, decision=decision, words="She was at the desk"
    )


def test_a_look_that_nothing_explains_waits_with_its_reason(setting: Setting) -> None:
    setting.look(reason="other")
    (row,) = setting.waiting()
    assert (row.kind, row.reason_code) == ("unexplained_look", "stated.other")
    assert (row.account_name, row.organisation_name) == ("Cora Colleague", "Hilltown Council")
    assert row.due_at - row.raised_at == timedelta(days=5)
    view = service_flags.open_flag(actor=setting.auditor, flag_id=row.id)
    assert view.look_words == "I saw her in town"
    assert view.looks == 1


def test_a_record_that_is_read_out_at_a_persons_word_waits_too(setting: Setting) -> None:
    """Nobody is asked why; so whoever invents the person's word is seen by an auditor."""
    from assistedaccess.my_record.service import begin_reading

    def read_out(actor: Actor) -> None:
        begin_reading(
            actor=actor,
            person_id=setting.person_id,
            how="in_front",
            in_private=True,
            style="ordinary",
        )

    read_out(setting.helper)  # who registered her just now
    assert setting.waiting() == []
    read_out(setting.colleague)
    (row,) = setting.waiting()
    assert (row.kind, row.account_name) == ("unexplained_look", "Cora Colleague")
    assert row.event_id == last_event("record.printed").id


def test_an_explained_look_does_not(setting: Setting) -> None:
    people.open_person(actor=setting.helper, person_id=setting.person_id)
    assert setting.waiting() == []


def test_broken_glass_waits_each_time_until_the_next_day(setting: Setting) -> None:
    setting.look(reason="risk_to_life")
    (row,) = setting.waiting(kind="break_glass")
    assert row.due_at - row.raised_at == timedelta(hours=24)
    decide(setting, row.id)
    setting.look(reason="risk_to_life")
    assert len(setting.waiting(kind="break_glass")) == 1


def test_many_looks_of_one_hour_are_one_flag_until_it_is_decided(setting: Setting) -> None:
    for _ in range(3):
        setting.look()
    (row,) = setting.waiting()
    assert service_flags.open_flag(actor=setting.auditor, flag_id=row.id).looks == 3
    decide(setting, row.id)
    assert setting.waiting() == []
    setting.look()
    assert len(setting.waiting()) == 1


def test_the_queue_says_whether_anything_came_of_a_look(setting: Setting) -> None:
    from tests.factories.casework import make_case

    setting.look()
    assert not setting.waiting()[0].came_of_it
    make_case(setting.colleague, setting.person_id)
    (row,) = setting.waiting()
    assert row.came_of_it
    view = service_flags.open_flag(actor=setting.auditor, flag_id=row.id)
    assert "case.opened" in [entry.action for entry in view.followed]


def test_only_the_remit_waits_and_never_what_the_auditor_did(setting: Setting) -> None:
    setting.look(make_actor(setting.elsewhere, "helper"))
    setting.look(make_actor(setting.council, "helper", human_id=setting.member.human_id))
    assert setting.waiting() == []
    with reading() as session:
        flags = list(session.scalars(select(Flag.id)))
    assert len(flags) == 2
    for flag_id in flags:
        with pytest.raises(NotFound):
            service_flags.open_flag(actor=setting.auditor, flag_id=flag_id)
        with pytest.raises(NotFound):
            decide(setting, flag_id)


def test_an_administrator_in_nobodys_remit_is_before_every_auditor_from_elsewhere(
    setting: Setting, client: FlaskClient
) -> None:
    """Administrators give the remits: who gives none over their own organisation hides nothing."""
    administrator = make_actor(setting.elsewhere, "administrator")
    colleague = make_member(setting.elsewhere, "auditor")

    def suspect(actor: Actor) -> None:
        event_id = run_transaction(lambda: record(Action.SAFEGUARD_SETTINGS_CHANGED, actor=actor))
        run_transaction(
            lambda: service_flags.raise_flag(
                rules_flags.FlagKind.SETTINGS, actor, event_id, setting.person_id
            )
        )

    suspect(administrator)
    suspect(make_actor(setting.elsewhere, "helper"))  # anybody else waits for a remit
    for auditor in (setting.auditor, setting.other_auditor):
        (row,) = setting.waiting(auditor)
        assert row.account_id == administrator.account_id
    assert setting.waiting(actor_of(colleague, "auditor")) == []
    own = make_member(setting.office, "auditor", human_id=administrator.human_id)
    assert setting.waiting(actor_of(own, "auditor")) == []
    enter(client, setting.member, "auditor")
    page = client.get(f"/journal/queue/{row.id}")
    assert "no auditor has their organisation in a remit" in page.text
    assert f"/journal/events/{row.event_id}" not in page.text
    decide(setting, row.id, "cannot_tell")
    suspect(administrator)
    organisations.add_audit_remit(
        actor=SYSTEM,
        auditing_organisation_id=setting.office.id,
        audited_organisation_id=setting.elsewhere.id,
    )
    assert len(setting.waiting()) == 2  # the remit has both of that organisation
    assert setting.waiting(setting.other_auditor) == []


def test_a_decision_is_made_once_and_stays(setting: Setting) -> None:
    setting.look()
    (row,) = setting.waiting()
    with pytest.raises(InvalidInput):
        decide(setting, row.id, "forget_it")
    decide(setting, row.id)
    with pytest.raises(AlreadyDecided):
        decide(setting, row.id)
    view = service_flags.open_flag(actor=setting.auditor, flag_id=row.id)
    assert (view.decision, view.decision_words) == ("in_order", "She was at the desk")
    assert view.decided_by == "Nell Auditor"
    assert last_event("flag.decided").reason_code == "in_order"
    for change in (update(FlagDecision).values(decision="cannot_tell"), delete(FlagDecision)):
        with pytest.raises(DatabaseError):
            run_transaction(lambda change=change: get_session().execute(change))


def test_the_pages_of_the_queue(setting: Setting, client: FlaskClient) -> None:
    setting.look()
    (row,) = setting.waiting()
    enter(client, setting.member, "auditor")
    assert "A look that nothing explains" in client.get("/journal/queue").text
    assert client.get("/journal/queue?kind=tip").text.count("Nothing waits") == 1
    assert client.get("/journal/queue?kind=nonsense").status_code == 404
    path = f"/journal/queue/{row.id}"
    page = client.get(path)
    assert "Cora Colleague" in page.text
    assert client.post(path, data={"csrf_token": read_token(page)}).status_code == 400
    data = {"csrf_token": read_token(page), "request_key": new_request_key()}
    data |= {"decision": "cannot_tell", "words": "No one knows"}
    for _ in range(2):
        assert client.post(path, data=data).status_code == 303
    assert "No one knows" in client.get(path).text


# -- tips


def tell(setting: Setting, words: str = "She looked him up", network: str = "192.0.2.7") -> str:
    with reading():
        place = get_organisation_reference(setting.council.id)
    return service_flags.tell_something_is_wrong(
        actor=PUBLIC, words=words, organisation_reference=place, network=network
    )


def test_a_message_reaches_the_auditors_of_its_place_without_a_name(setting: Setting) -> None:
    reference = tell(setting)
    (row,) = setting.waiting()
    view = service_flags.open_flag(actor=setting.auditor, flag_id=row.id)
    assert (view.tip_reference, view.tip_words, view.teller) == (
        reference,
        "She looked him up",
        None,
    )
    assert setting.waiting(setting.other_auditor) == []
    event = last_event("tip.received")
    assert (event.actor_kind, event.account_id, event.sign_in_id) == ("public", None, None)
    for change in (update(Tip).values(reference="T-0"), delete(Tip)):
        with pytest.raises(DatabaseError):
            run_transaction(lambda change=change: get_session().execute(change))


def test_a_message_that_names_no_place_reaches_every_auditor(setting: Setting) -> None:
    service_flags.tell_something_is_wrong(actor=PUBLIC, words="Help", network="192.0.2.8")
    assert len(setting.waiting()) == len(setting.waiting(setting.other_auditor)) == 1


def test_nobody_fills_the_queue_from_one_address(setting: Setting) -> None:
    for _ in range(service_flags.TIPS.tries):
        tell(setting, network="192.0.2.9")
    with pytest.raises(TooManyAttempts):
        tell(setting, network="192.0.2.9")
    tell(setting, network="192.0.2.10")
    with clock.set_clock(clock.now() + timedelta(hours=2)):
        tell(setting, network="192.0.2.9")


@pytest.mark.parametrize("words", ["", "  ", "x" * 4001, "a\x07b"])
def test_a_message_must_be_words(setting: Setting, words: str) -> None:
    with pytest.raises(InvalidInput):
        tell(setting, words)


def test_the_public_door(setting: Setting, client: FlaskClient) -> None:
    door = client.get("/something-is-wrong")
    assert "Hilltown Council" in door.text
    assert 'href="/something-is-wrong"' in client.get("/privacy").text
    words = "My ex-partner’s new address was looked up by Cora"
    data = {"csrf_token": read_token(door), "request_key": new_request_key(), "words": words}
    data["teller"] = "07700 900999"
    sent = client.post("/something-is-wrong", data=data)
    assert sent.status_code == 303
    assert client.post("/something-is-wrong", data=data).location == sent.location
    thanks = client.get(sent.location)
    assert "T-" in thanks.text
    for private in ("ex-partner", "Cora", "900999"):
        assert private not in thanks.text
        assert private not in sent.location
    (row,) = setting.waiting()
    view = service_flags.open_flag(actor=setting.auditor, flag_id=row.id)
    assert (view.tip_words, view.teller) == (words, "07700 900999")
    assert "T-" not in client.get("/something-is-wrong/sent?number=%3Cb%3E").text


# -- the auditors themselves


def test_looks_of_auditors_are_sampled_by_an_auditor_of_another_office(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_flags, "is_drawn", lambda mark: True)
    run_transaction(
        lambda: record(Action.PERSON_OPENED, actor=setting.helper, person_id=setting.person_id)
    )
    event = last_event("person.opened")
    service.open_event(actor=setting.auditor, event_id=event.id)
    assert setting.waiting(kind="auditor_look") == []
    (row,) = setting.waiting(setting.other_auditor)
    assert (row.kind, row.account_name) == ("auditor_look", "Nell Auditor")
    assert row.event_id == last_event("journal.event_opened").id


def test_no_way_into_the_journal_is_left_out_of_the_sample(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[UUID] = []
    monkeypatch.setattr(
        service_flags, "sample_own_look", lambda actor, event_id, _person: drawn.append(event_id)
    )
    for module in (service, service_looks, service_pictures):
        monkeypatch.setattr(module, "sample_own_look", service_flags.sample_own_look)
    now = clock.now()
    moments = {"since": now - timedelta(hours=1), "until": now}
    auditor = setting.auditor
    service.search_journal(actor=auditor, question=Question())
    service_looks.list_looks(actor=auditor, **moments)
    service_pictures.view_pictures(actor=auditor)
    assert drawn == [event.id for event in list_events("journal.searched")]
    service.export_journal(actor=auditor, question=Question())
    service_looks.export_looks(actor=auditor, **moments)
    assert drawn[3:] == [event.id for event in list_events("journal.exported")]


def test_one_look_of_an_auditor_in_twenty_is_drawn_and_nobody_knows_which() -> None:
    import hashlib

    marks = [hashlib.sha256(str(number).encode()).digest() for number in range(20_000)]
    drawn = sum(rules_flags.is_drawn(mark) for mark in marks)
    assert 800 < drawn < 1200


# -- findings


def open_finding(setting: Setting, **more: object) -> UUID:
    given = {"title": "A look", "what": "Somebody told us", **more}
    return service_findings.open_finding(
        actor=setting.auditor,
        organisation_id=setting.council.id,
        **given,  # type: ignore[arg-type]
    )


def test_a_flag_that_becomes_a_finding_is_decided_by_it(setting: Setting) -> None:
    tell(setting)
    (row,) = setting.waiting()
    finding_id = open_finding(setting, flag_id=row.id)
    assert setting.waiting() == []
    view = service_flags.open_flag(actor=setting.auditor, flag_id=row.id)
    assert view.decision == "finding"
    from assistedaccess.oversight.queries_findings import get_reference

    with reading():
        reference = get_reference(finding_id)
    assert view.finding_reference == reference
    found = service_findings.view_finding(actor=setting.auditor, reference=reference)
    assert found.tip_reference == view.tip_reference
