"""One walk through every page, as everybody who may open it; many tests look at what it found.

Each side's visitors open the pages of their own side; what they were shown is kept, with its
headers, its SQL statements and what was logged meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.accounts import service_setup, sign_ins
from assistedaccess.accounts.rules import Stage
from assistedaccess.accounts.service_sessions import lock_sign_in
from assistedaccess.accounts.sign_ins import Token
from assistedaccess.kernel import logs
from assistedaccess.kernel.actor import PUBLIC, Actor, ActorKind
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import run_transaction
from tests.factories import online
from tests.factories.accounts import make_account, open_sign_in
from tests.factories.world import Side, World
from tests.support.databases import Sandbox
from tests.support.statements import counted_statements

from .role_route_matrix import PUBLIC as OPEN_TO_ALL
from .role_route_matrix import ROLES, ROUTES, SIGNED_IN
from .routes import Route, list_routes

NO_PAGES = {
    "accounts.open_invitation",  # swaps the link for a session
    "casework.enter_waiting_room",  # swaps the link for a cookie
    "desk.download_report",  # without a quarter both lead on to the last one
    "desk.view_report",
    "desk.go_home",
    "metrics.show_metrics",  # no page for who has no token
    "my_record.find_told",
    "organisations.view_own_organisation",
}
"""GET addresses that only lead on, or that nobody finds who is a human."""


@dataclass(frozen=True)
class Seen:
    """One page as one visitor saw it."""

    route: Route
    visitor: str
    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    text: str
    statements: tuple[str, ...]

    def header(self, name: str) -> str:
        """The header's value, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def is_page(self) -> bool:
        return self.status == 200 and self.header("Content-Type").startswith("text/html")

    def __str__(self) -> str:
        return f"{self.route.endpoint} as {self.visitor}"


@dataclass
class Crawl:
    """All that was seen, and all that was logged at whatever level."""

    seen: list[Seen] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    @property
    def pages(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.is_page]


class Listener(logging.Handler):
    """Keeps every line of every library, from the lowest level on, as operators read it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logs.make_formatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def __enter__(self) -> Listener:
        self._before = logging.getLogger().level
        logging.getLogger().addHandler(self)
        logging.getLogger().setLevel(logging.DEBUG)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
        logging.getLogger().setLevel(self._before)


# -- visitors


def _nobody(_client: FlaskClient, _side: Side) -> None:
    """Somebody who never signed in."""


def _invited(client: FlaskClient, side: Side) -> None:
    client.get(f"/invitations/{side.values['token']}")


def _at_stage(stage: Stage) -> Callable[[FlaskClient, Side], None]:
    def prepare(client: FlaskClient, side: Side) -> None:
        account_id = make_account(side.text(f"Stage{stage}".replace("_", ""))).account_id
        _give(client, run_transaction(lambda: sign_ins.start(account_id, stage, "Test", None)))

    return prepare


def _with_app(client: FlaskClient, side: Side) -> None:
    token = _start_setup(side, "Withapp")
    service_setup.begin_app(actor=PUBLIC, sign_in_id=token.sign_in_id)
    _give(client, token)


def _with_sheet(client: FlaskClient, side: Side) -> None:
    token = _start_setup(side, "Withsheet")
    service_setup.begin_printed_codes(actor=PUBLIC, sign_in_id=token.sign_in_id)
    _give(client, token)


def _with_recovery_codes(client: FlaskClient, side: Side) -> None:
    token = open_sign_in(make_account(side.text("Withcodes")).account_id)
    service_setup.issue_recovery_codes(actor=_owner(token), sign_in_id=token.sign_in_id)
    _give(client, token)


def _locked(client: FlaskClient, side: Side) -> None:
    token = open_sign_in(make_account(side.text("Locked")).account_id)
    _give(
        client,
        lock_sign_in(actor=_owner(token), sign_in_id=token.sign_in_id, return_path="/account"),
    )


def _with_two_roles(client: FlaskClient, side: Side) -> None:
    from tests.factories.organisations import make_member

    made = make_account(side.text("Tworoles"))
    account = (made.account_id, made.human_id, made.email)
    make_member(side.organisation, "helper", "reviewer", account=account, sites=[side.site_id])
    _give(client, open_sign_in(made.account_id))


def _proving_online(client: FlaskClient, side: Side) -> None:
    begun = online.begin(side.values["people"], "text")
    client.set_cookie("my-record", begun.token)


def _online(client: FlaskClient, side: Side) -> None:
    token = online.enter_by_card(side.actors["helper"], side.ids["plain person"])
    client.set_cookie("my-record", token)


def _asked_online(client: FlaskClient, side: Side) -> None:
    client.set_cookie("my-record", online.open_link(side.actors["helper"], side.ids["asking"]))


def _start_setup(side: Side, word: str) -> Token:
    account_id = make_account(side.text(word)).account_id
    return run_transaction(lambda: sign_ins.start(account_id, Stage.SETUP, "Test", None))


def _owner(token: Token) -> Actor:
    return Actor(ActorKind.ACCOUNT, account_id=token.account_id, sign_in_id=token.sign_in_id)


def _give(client: FlaskClient, token: Token) -> None:
    client.set_cookie("sign-in", token.token)


ON_THE_WAY: dict[str, Callable[[FlaskClient, Side], None]] = {
    "nobody": _nobody,
    "invited": _invited,
    "at the second factor": _at_stage(Stage.FACTOR),
    "setting up": _at_stage(Stage.SETUP),
    "setting up an app": _with_app,
    "setting up a sheet": _with_sheet,
    "with recovery codes": _with_recovery_codes,
    "locked out": _locked,
    "proving who they are online": _proving_online,
    "at their record online": _online,
    "asked online": _asked_online,
}
WITH_A_ROLE = (*ROLES, "drawn")
NAMED = "named in a yes"


def list_visits(app: Flask) -> Iterator[tuple[str, list[Route]]]:
    """Each visitor with the pages that they may open."""
    routes = [route for route in list_routes(app) if "GET" in route.methods]
    public = [route for route in routes if ROUTES.get(route.endpoint) == OPEN_TO_ALL]
    own = [route for route in routes if ROUTES.get(route.endpoint) == SIGNED_IN]
    for visitor in ON_THE_WAY:
        yield visitor, public
    yield "with two roles", own
    yield NAMED, [route for route in routes if route.endpoint == "asking.answer_word"]
    for visitor in WITH_A_ROLE:
        held = ROLES["reviewer" if visitor == "drawn" else visitor]
        found = [route for route in routes if ROUTES.get(route.endpoint) in held]
        yield visitor, found + (own if visitor == "helper" else [])


def crawl(app: Flask, database: Database, side: Side) -> Crawl:
    """Every page of one side, as everybody who may open it."""
    found = Crawl()
    with Listener() as listener:
        for visitor, routes in list_visits(app):
            client = app.test_client()
            client.check_pages = False  # type: ignore[attr-defined]
            if visitor in ON_THE_WAY:
                ON_THE_WAY[visitor](client, side)
            elif visitor == "with two roles":
                _with_two_roles(client, side)
            elif visitor == NAMED:
                side.sign_in(client, "colleague")
            else:
                side.sign_in(client, visitor)
            client.get("/privacy")  # the form token, and what a process learns once
            for route in routes:
                for values in _list_values(route, side):
                    found.seen.append(_see(client, database, route, visitor, values))
    found.log = listener.lines
    return found


def _list_values(route: Route, side: Side) -> list[dict[str, str]]:
    """What the page is opened with: once, or with a second record that shows other words."""
    usual = side.values
    if route.endpoint == "oversight.view_flag":
        return [usual, usual | {"oversight.view_flag:flag_id": usual["decided_flag"]}]
    if route.endpoint == "casework.view_complaint":
        strangers = {"casework.view_complaint:reference": usual["strangers_complaint"]}
        return [usual, usual | strangers]
    return [usual]


def _see(
    client: FlaskClient, database: Database, route: Route, visitor: str, values: dict[str, str]
) -> Seen:
    path = route.path(values)
    with counted_statements(database) as statements:
        # As a script of another site asks for it: none may read it (V3.4.2).
        answer = client.get(path, headers={"Origin": "http://evil.test"}, buffered=True)
    return Seen(
        route,
        visitor,
        path,
        answer.status_code,
        tuple(answer.headers),
        answer.get_data().decode(errors="replace"),
        tuple(statements),
    )


_crawls: dict[str, Crawl] = {}


@pytest.fixture
def crawled(app: Flask, sandbox: Sandbox, world: World, monkeypatch: pytest.MonkeyPatch) -> Crawl:
    """Every page of side a as everybody who may open it saw it; walked once a worker."""
    if sandbox.kind not in _crawls:
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        _crawls[sandbox.kind] = crawl(app, sandbox.database, world.a)
    return _crawls[sandbox.kind]
