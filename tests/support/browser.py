"""A real browser for the journeys, and the application served to it on this machine alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

# The same engine without its windows starts and draws for two thirds of the cost.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--no-sandbox",  # the tests may run as root, and open nothing but their own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
# What passes is not told: a third of the time, and nobody reads it.
LIST_VIOLATIONS = """
async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
"""
WIDE, NARROW = 1280, 320  # pixels
PICTURES = os.environ.get("JOURNEY_PICTURES", "0") not in ("", "0")
SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
# Chromium writes one of these for each answer of 400 or more, which a journey may well want.
# And one for each request while a journey has the network cut.
EXPECTED = re.compile(
    r"the server responded with a status of [45]\d\d|net::ERR_INTERNET_DISCONNECTED"
)


class NoBrowser(Exception):
    """There is no Chromium on this machine; the message says what was tried."""


def find_chromium() -> str:
    """The path of a Chromium that starts; ``CHROMIUM`` names one. Raises NoBrowser."""
    for name in filter(None, (os.environ.get("CHROMIUM"), *NAMES)):
        found = shutil.which(name)
        if found and _starts(found):
            return found
    raise NoBrowser(f"No Chromium: tried {', '.join(NAMES)} on the PATH, and CHROMIUM.")


@cache
def _starts(path: str) -> bool:
    try:
        subprocess.run([path, "--version"], capture_output=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


@contextmanager
def open_browser() -> Iterator[Browser]:
    """One browser, for all tests of a worker."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Browser, base_url: str, *, javascript: bool = True) -> Iterator[Page]:
    """A page in a context of its own: nobody is signed in, nothing is stored.

    Whatever the browser complains of (a script that fails, something that the content security
    policy refused) fails the test when it is over.
    """
    context = browser.new_context(
        base_url=base_url,
        java_script_enabled=javascript,
        locale="en-GB",
        timezone_id="Europe/London",
        viewport={"width": 1280, "height": 900},
    )
    context.set_default_timeout(10_000)
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.search(message.text):
            complaints.append(f"{message.text} ({message.location.get('url')})")

    context.on("console", listen)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    if javascript:
        # Half a megabyte: with each page it costs less than sent after it.
        context.add_init_script(AXE_SCRIPT)
    yield context.new_page()
    context.close()
    assert not complaints, "the browser complained: " + "; ".join(complaints)


def _answer(app: Flask, environ: Any, start_response: Any) -> Iterator[bytes]:
    """The app's answer, closed also where the browser goes away before its end."""
    with closing(app(environ, start_response)) as answer:  # type: ignore[type-var]
        yield from answer


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """The address of ``app``, served by threads of this process on a free port of this machine."""
    server = make_server("127.0.0.1", 0, partial(_answer, app), threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="live-server", daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)
    server.server_close()


def check_accessibility(page: Page) -> None:
    """Fail on any violation that axe finds on the page as it is now."""
    violations = page.evaluate(LIST_VIOLATIONS)
    report = violations and AxeResults({"violations": violations}).generate_report()
    assert not violations, f"{page.title()}: {report}"


def take_screenshot(page: Page, name: str) -> None:
    """A picture of the whole page, in the ignored folder screenshots/, where pictures are wanted.

    They prove nothing: they are for whoever looks at the pages (``JOURNEY_PICTURES=1``).
    """
    if PICTURES:
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True, timeout=60_000)


def look(page: Page, name: str) -> None:
    """A picture of the page, wide and narrow, where nothing is wider than the screen; and axe."""
    page.wait_for_load_state()
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        take_screenshot(page, f"{name}-{width}")
        needed = int(page.evaluate("document.documentElement.scrollWidth"))
        assert needed <= width, f"{name} is {needed} pixels wide on a screen of {width}"
    check_accessibility(page)  # as narrow as it gets
    page.set_viewport_size({"width": WIDE, "height": 900})
