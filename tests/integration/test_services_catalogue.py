"""The catalogue in the database: published once, each form kept for good, found by what is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from assistedaccess.access.policy import PermissionMissing
from assistedaccess.applications.rules import HelpIsRegulated
from assistedaccess.applications.service_helping import make_record_of_help
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations.models import Organisation
from assistedaccess.services import queries
from assistedaccess.services.catalogue import DEFINITIONS, IncompleteEntry, load_catalogue
from assistedaccess.services.models import FormDefinition, Service
from assistedaccess.services.service import publish_services
from assistedaccess.services.words import NATION_NAMES, WORDS
from tests.factories import applications as apps
from tests.factories import people
from tests.support.statements import counted_statements
from tests.support.tampering import owner_executes

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue of our own, to be changed."""
    shutil.copytree(DEFINITIONS, tmp_path / "definitions")
    return tmp_path / "definitions"


def change(file: Path, **values: Any) -> None:
    raw = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**raw, **values}), encoding="utf-8")


def list_versions(key: str) -> list[int]:
    with reading() as session:
        query = select(FormDefinition.version).where(FormDefinition.service_key == key)
        return list(session.scalars(query.order_by(FormDefinition.version)))


def last_published() -> list[tuple[str | None, str | None]]:
    """Service and reason of the events of the last publishing."""
    with reading() as session:
        rows = session.execute(
            select(AuditEvent.service, AuditEvent.reason_code, AuditEvent.occurred_at)
            .where(AuditEvent.action == "service.published")
            .order_by(AuditEvent.id)
        ).all()
        return [(row.service, row.reason_code) for row in rows]


def test_an_installation_has_the_services_that_come_with_it() -> None:
    with reading():
        found = queries.list_services()
        assert [view.key for view in found] == [entry.slug for entry in load_catalogue()]
        for view in found:
            assert view.form_version == 1
            assert view.form_hash is not None
            assert not queries.get_definition(view.form_hash).errors


def test_publishing_again_changes_nothing() -> None:
    before = last_published()
    publish_services(actor=SYSTEM)
    assert last_published() == [*before, (None, "nothing_new")]
    assert list_versions("blue-badge") == [1]


def test_a_new_form_is_in_force_from_now_on_and_never_for_what_was_begun(folder: Path) -> None:
    scene = apps.make_scene()
    begun = apps.start(scene)
    change(folder / "blue-badge.json", name={"en": "Blue Badge (new)", "cy": "Bathodyn Glas"})
    publish_services(actor=SYSTEM, folder=str(folder))
    assert list_versions("blue-badge") == [1, 2]
    assert last_published()[-1] == ("blue-badge", None)
    draft = apps.get_draft(scene.helper, begun)
    assert (draft.form_version, draft.service_name) == (1, "Blue Badge")
    later = apps.make_scene()
    draft = apps.get_draft(later.helper, apps.start(later))
    assert (draft.form_version, draft.service_name) == (2, "Blue Badge (new)")
    shutil.copy(DEFINITIONS / "blue-badge.json", folder)
    publish_services(actor=SYSTEM, folder=str(folder))
    assert list_versions("blue-badge") == [1, 2]  # seen before: what is in force stays


def test_facts_can_change_without_the_form(folder: Path) -> None:
    change(folder / "blue-badge.service.json", risk="risky")
    publish_services(actor=SYSTEM, folder=str(folder))
    with reading():
        assert queries.get_service("blue-badge").entry.risk == "risky"
    assert list_versions("blue-badge") == [1]


def test_help_that_is_regulated_is_given_by_whoever_is_registered_for_it(folder: Path) -> None:
    change(folder / "blue-badge.service.json", regulated_help="debt")
    publish_services(actor=SYSTEM, folder=str(folder))
    scene = apps.make_scene()

    def help_with_it() -> None:
        make_record_of_help(
            actor=scene.helper,
            person_id=scene.person_id,
            service="blue-badge",
            asked="To ask for time",
            word="here",
            said_yes=True,
        )

    for kinds in ([], ["immigration"]):
        register_for(scene.helper.organisation_id, kinds)
        with pytest.raises(HelpIsRegulated):
            apps.start(scene)
        with pytest.raises(HelpIsRegulated):
            help_with_it()
    register_for(scene.helper.organisation_id, ["debt"])
    assert apps.start(scene)
    help_with_it()


def register_for(organisation_id: Any, kinds: list[str]) -> None:
    def write() -> None:
        get_session().get_one(Organisation, organisation_id).regulated_help = kinds

    run_transaction(write)


def test_a_service_may_have_no_form(folder: Path) -> None:
    raw = json.loads((folder / "blue-badge.service.json").read_text(encoding="utf-8"))
    del raw["form"]
    file = folder / "bus-pass.service.json"
    file.write_text(json.dumps({**raw, "slug": "bus-pass"}), encoding="utf-8")
    publish_services(actor=SYSTEM, folder=str(folder))
    with reading():
        view = queries.get_service("bus-pass")
    assert not view.has_form
    scene = apps.make_scene("bus-pass")
    from assistedaccess.kernel.errors import InvalidInput

    with pytest.raises(InvalidInput, match="no form"):
        apps.start(scene, service_key="bus-pass")


@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("blue-badge.service.json", {"name": None}),
        ("blue-badge.json", {"startPage": "/nowhere"}),
    ],
)
def test_a_bad_file_publishes_nothing_at_all(folder: Path, file: str, values: Any) -> None:
    change(folder / file, **values)
    change(folder / "council-tax-reduction.service.json", risk="risky")
    with pytest.raises(IncompleteEntry):
        publish_services(actor=SYSTEM, folder=str(folder))
    with reading():
        assert queries.get_service("council-tax-reduction").entry.risk == "ordinary"


def test_only_who_may_publishes() -> None:
    with pytest.raises(PermissionMissing):
        publish_services(actor=people.make_helper(people.make_desk()))


@pytest.mark.parametrize(
    "statement", [update(FormDefinition).values(version=9), delete(FormDefinition)]
)
def test_a_published_form_stands_for_good(statement: Any) -> None:
    with pytest.raises(DBAPIError):
        run_transaction(lambda: get_session().execute(statement))


def test_a_form_that_was_altered_in_the_database_is_not_used(sandbox: Any) -> None:
    with reading():
        form_hash = str(queries.get_service("blue-badge").form_hash)
    queries.get_definition.cache_clear()
    body = (DEFINITIONS / "blue-badge.json").read_bytes() + b" "
    written = "X'" + body.hex() + "'" if sandbox.kind == "sqlite" else "'\\x" + body.hex() + "'"
    owner_executes(
        sandbox,
        f"UPDATE form_definition SET body = {written} WHERE service_key = 'blue-badge'",  # noqa: S608
        guards=False,
    )
    with reading(), pytest.raises(queries.DefinitionAltered):
        queries.get_definition(form_hash)


def test_a_form_is_read_once_by_a_process(database: Any) -> None:
    with reading():
        form_hash = str(queries.get_service("blue-badge").form_hash)
    with reading():
        queries.get_definition(form_hash)
        with counted_statements(database) as statements:
            assert queries.get_definition(form_hash) is queries.get_definition(form_hash)
        assert statements == []
    with reading(), pytest.raises(NotFound):
        queries.get_definition("0" * 64)


@pytest.mark.parametrize(
    ("nation", "said", "found"),
    [
        ("scotland", "bus pass", ["older-persons-bus-pass"]),
        ("scotland", "pip", []),
        (None, "parking", ["blue-badge"]),
        (None, "BATHODYN", ["blue-badge"]),
        # the best first: by its search words, then by what else is said of it
        (
            None,
            "credyd pensiwn",
            ["pension-credit", "personal-independence-payment", "universal-credit"],
        ),
        (None, "gostyngiad treth", ["council-tax-reduction"]),
        (None, "  déméntia ", ["attendance-allowance"]),
        ("scotland", "dementia", []),
        (None, "etholiad", ["voter-authority-certificate"]),
        # by what it is worth, costs and needs, who runs it and decides, and where it is laid down
        (None, "payslips arrears", []),
        (None, "off-peak", ["older-persons-bus-pass"]),
        (None, "tenancy agreement", ["universal-credit"]),
        (None, "Translink", ["older-persons-bus-pass"]),
        (None, "Valuation Tribunal", ["council-tax-reduction"]),
        (None, "48 hours", ["council-crisis-support"]),
        (None, "Macmillan", ["personal-independence-payment"]),
        (None, "Anonymous Elector", ["voter-authority-certificate"]),
        (None, "' OR 1=1 -- x", []),
        (None, "zzz", []),
    ],
)
def test_services_are_found_by_what_people_say(
    nation: str | None, said: str, found: list[str]
) -> None:
    with reading():
        assert [view.key for view in queries.list_services(nation, said)] == found


@pytest.fixture
def helper(app: Flask) -> FlaskClient:
    client = app.test_client()
    people.sign_in(client, people.make_helper(people.make_desk()))
    return client


def test_a_service_is_listed_where_it_is() -> None:
    with reading():
        for nation, code in queries.NATION_CODES.items():
            found = [view.key for view in queries.list_services(nation)]
            assert found == [e.slug for e in load_catalogue() if code in e.nations]
        assert len(queries.list_services()) == 10


def _key(view: queries.ServiceView) -> str:
    return view.key


def test_all_that_the_catalogue_says_is_on_the_page_and_is_searched(
    helper: FlaskClient,
) -> None:
    for entry in load_catalogue():
        page = helper.get(f"/services/{entry.slug}").get_data(as_text=True)
        text = " ".join(apps.soup_of(helper.get(f"/services/{entry.slug}")).get_text().split())
        facts = [entry.summary, entry.run_by, entry.who_can_get_it, entry.worth, entry.fee.words]
        facts += [entry.decision_words, entry.declaring, entry.claim_date.words]
        facts += [*entry.evidence, *entry.where_to_get_help, entry.special_rules]
        facts += [word for c in entry.challenges for s in c.steps for word in (s.what, s.within)]
        facts += [entry.authority.accepts]
        codes = [str(WORDS[code]) for code in (*entry.ways_out, entry.regulated_help, entry.risk)]
        codes += [str(NATION_NAMES[code]) for code in entry.nations]
        assert [fact.en for fact in facts if fact.en not in text] == []
        assert [code for code in codes if code not in text] == []
        assert [fact.en for fact in facts if fact and len(fact.in_all_languages()) < 2] == []
        said = [words for fact in facts for words in fact.in_all_languages()] + codes
        with reading():
            lost = [w for w in said if entry.slug not in map(_key, queries.list_services(None, w))]
        assert lost == []
        links = [entry.claim_date.source, *(c.source for c in entry.challenges)]
        links += [source.url for source in entry.sources]
        assert [link for link in links if link and f'href="{link}"' not in page] == []


def test_anybody_may_see_where_to_get_help_and_what_to_bring(app: Flask) -> None:
    nobody = app.test_client()
    page = nobody.get("/where-to-get-help?words=bus&nation=wales")
    assert page.status_code == 200
    assert "Older person’s bus pass" in page.text
    assert "Blue Badge" not in page.text
    assert "ask at the desk" in nobody.get("/where-to-get-help?words=zzz").text
    assert nobody.get("/where-to-get-help?words=%00").status_code == 400
    one = nobody.get("/where-to-get-help/pension-credit").text
    for words in ("What to bring", "Where to get help", "0800 99 1234", "Print this page"):
        assert words in one
    assert nobody.get("/where-to-get-help/no-such-service").status_code == 404
    footer = [a["href"] for a in apps.soup_of(nobody.get("/privacy")).select("footer a")]
    assert "/where-to-get-help" in footer


def test_a_helper_asks_the_catalogue_what_this_person_needs(app: Flask) -> None:
    scene = apps.make_scene()
    client = apps.signed_in(app, scene.helper)
    case = f"/cases/{scene.case.reference}"
    assert f'href="{case}/services"' in client.get(case).text
    page = client.get(f"{case}/services?words=no+food&nation=england")
    start = apps.soup_of(page).select_one("main a[href*=applications]")["href"]
    assert start == f"{case}/applications/new?service=council-crisis-support"
    chosen = apps.soup_of(client.get(start)).select_one("input[name=service][checked]")
    assert chosen["value"] == "council-crisis-support"
    assert client.get("/cases/C-0000-0000/services").status_code == 404


def test_the_pages_of_the_catalogue(helper: FlaskClient) -> None:
    page = helper.get("/services?words=parking&nation=england")
    assert "Blue Badge" in page.text
    assert "Attendance Allowance" not in page.text
    assert "No service has these words" in helper.get("/services?words=zzz").text
    too_long = helper.get(f"/services?words={'x' * 200}")
    assert too_long.status_code == 400
    assert helper.get("/services?words=%00&nation=atlantis").status_code == 400
    one = helper.get("/services/council-tax-reduction")
    assert "Valuation Tribunal for Wales" in one.text
    assert 'href="https://www.mygov.scot/council-tax-reduction"' in one.text
    assert helper.get("/services/no-such-service").status_code == 404


def test_the_catalogue_speaks_welsh(helper: FlaskClient) -> None:
    token = apps.fields_of_token(helper)
    helper.post("/language", data={"csrf_token": token, "language": "cy", "return_to": "/"})
    assert "Bathodyn Glas" in helper.get("/services").text


def test_rows_of_the_catalogue_are_read_in_one_statement(database: Any) -> None:
    with reading(), counted_statements(database) as statements:
        queries.list_services()
        queries.find_service("blue-badge")
        queries.find_service("no-such-service")
    assert len(statements) == 1
    with reading() as session:
        assert session.get_one(Service, "blue-badge").risk == "ordinary"
