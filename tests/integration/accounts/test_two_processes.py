"""What ends in one process has ended in every other: ASSURANCE V7.4.1, V7.4.2, V6.5.1, fault 8."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistedaccess.accounts import service, service_sessions, service_sign_in
from assistedaccess.accounts.sign_ins import SignInFailed, Token
from assistedaccess.kernel.actor import PUBLIC, SYSTEM
from tests.factories.accounts import ADDRESS, MadeAccount, make_account, open_sign_in
from tests.support.databases import Sandbox

# Answers each line "cookie path" with the status of that page, in a process of its own.
OTHER = """
import sys
from pathlib import Path
from assistedaccess import create_app
from tests.support.databases import make_settings
app = create_app(make_settings(sys.argv[1], Path(sys.argv[2])))
for line in sys.stdin:
    token, path, *code = line.split()
    client = app.test_client()
    client.set_cookie("sign-in", token)
    if code:
        from tests.support.pages import send
        answer = send(client, path, code=code[0], address="192.0.2.9")
    else:
        answer = client.get(path)
    print(answer.status_code, flush=True)
"""

Ask = Callable[..., int]


@pytest.fixture
def ask(sandbox: Sandbox, tmp_path: Path) -> Iterator[Ask]:
    """Ask the other process for a page, with this token; its status."""
    command = [sys.executable, "-c", OTHER, sandbox.settings.database_url, str(tmp_path)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as other:

        def ask_it(token: Token, path: str = "/account", code: str = "") -> int:
            assert other.stdin is not None
            assert other.stdout is not None
            other.stdin.write(f"{token.token} {path} {code}\n")
            other.stdin.flush()
            return int(other.stdout.readline())

        yield ask_it
        assert other.stdin is not None
        other.stdin.close()
        other.wait(30)


def sign_out(account: MadeAccount, token: Token) -> None:
    service_sessions.sign_out(actor=PUBLIC, sign_in_id=token.sign_in_id)


def disable(account: MadeAccount, token: Token) -> None:
    service.disable_account(actor=SYSTEM, account_id=account.account_id)


def end_all(account: MadeAccount, token: Token) -> None:
    service.end_sign_ins(actor=SYSTEM, account_id=account.account_id)


def give_password(account: MadeAccount) -> Token:
    return service_sign_in.sign_in_with_password(
        actor=PUBLIC,
        email=account.email,
        password=account.password,
        device="",
        address=ADDRESS,
    )


def test_fault_8_what_ends_or_is_used_in_one_process_is_so_in_the_other(ask: Ask) -> None:
    for end in (sign_out, disable, end_all):
        account = make_account()
        token = open_sign_in(account.account_id)
        assert ask(token) == 200
        end(account, token)
        assert ask(token) == 303, end
    account = make_account()
    first, second = give_password(account), give_password(account)
    code = account.code()
    assert ask(first, "/sign-in/second-factor", code) == 303
    with pytest.raises(SignInFailed, match="used already"):
        service_sign_in.confirm_second_factor(
            actor=PUBLIC, sign_in_id=second.sign_in_id, typed=code, address=ADDRESS
        )
