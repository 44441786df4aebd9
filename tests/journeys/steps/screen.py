"""Somebody at a browser: what they read, press and type, by the words that stand on the page.

Every page that somebody arrives at is looked at by axe, once for each shape that it has.
``JOURNEY_PICTURES=1`` also takes pictures of each, wide and narrow, into screenshots/journeys.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import (
    NARROW,
    PICTURES,
    WIDE,
    check_accessibility,
    open_page,
    take_screenshot,
)
from tests.support.run_folder import FoundGood

SHAPE = """
() => {
  const skeleton = Array.from(document.querySelectorAll('*')).map(element => [
    element.tagName, element.className, element.textContent.trim() ? 't' : '',
    ...['role', 'type', 'aria-label', 'lang'].map(name => element.getAttribute(name)),
    ...['id', 'for', 'name', 'aria-describedby'].map(name => element.hasAttribute(name) ? name : '')
  ].join(' ')).join('\\n');
  const ids = Array.from(document.querySelectorAll('[id]'), element => element.id);
  const known = new Set(ids);
  const named = Array.from(
    document.querySelectorAll('[for], [aria-describedby], [aria-labelledby], [aria-controls]'),
    element => ['for', 'aria-describedby', 'aria-labelledby', 'aria-controls'].flatMap(
      name => (element.getAttribute(name) || '').split(/\\s+/)));
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  const broken = [...new Set([...twice, ...named.flat().filter(id => id && !known.has(id))])];
  return [skeleton, broken];
}
"""
_pictures = itertools.count(1)
_looked_at = FoundGood("screens")


@dataclass
class Screen:
    """A browser, the person in front of it, and the headings of the pages they have seen."""

    page: Page
    who: str
    seen: list[str] = field(default_factory=list)
    has_scripts: bool = True

    # -- where one is

    def open(self, path: str, heading: str = "") -> None:
        """Type an address."""
        self.page.goto(path)
        if heading:
            self.arrive(heading)

    def look(self) -> None:
        """Have axe look at the page that is there, whatever its heading."""
        self.page.wait_for_load_state()
        if self.has_scripts:  # axe is one: without them nothing would answer
            self._look_with_axe()

    def arrive(self, heading: str) -> None:
        """The page that is there now has this heading; it is one that everybody can use."""
        h1 = self.page.get_by_role("heading", level=1)
        after_its_caption = re.compile(rf"(^|\s){re.escape(heading)}\s*$")
        try:
            expect(h1).to_have_text(after_its_caption)
        except AssertionError as error:
            raise AssertionError(f"{error}\non the page {self.page.url}:\n{self.text}") from None
        self.seen.append(heading)
        if PICTURES:
            self._take_pictures(heading)
        self.look()

    def _stands_under(self, heading: str) -> bool:
        h1 = self.page.get_by_role("heading", level=1).all_inner_texts()
        return any(each.rstrip().endswith(heading) for each in h1)

    def _look_with_axe(self) -> None:
        skeleton, broken = self.page.evaluate(SHAPE)
        # On every page: two of one shape may differ in this.
        assert not broken, f"on {self.page.url} no element, or more than one, has the id {broken}"
        if skeleton not in _looked_at:  # the same page with other words is the same to axe
            check_accessibility(self.page)
            _looked_at.add(skeleton)

    def _take_pictures(self, heading: str) -> None:
        name = re.sub(r"\W+", "-", heading.lower()).strip("-")
        size = self.page.viewport_size
        for width in (NARROW, WIDE):
            self.page.set_viewport_size({"width": width, "height": 900})
            take_screenshot(self.page, f"journey-{next(_pictures):03}-{self.who}-{name}-{width}")
        if size is not None:
            self.page.set_viewport_size(size)

    def reads(self, *words: str) -> None:
        """All of this stands on the page."""
        for each in words:
            expect(self.main).to_contain_text(each)

    def does_not_read(self, *words: str) -> None:
        """None of this stands on the page."""
        for each in words:
            expect(self.main).not_to_contain_text(each)

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def text(self) -> str:
        """What stands on the page."""
        return self.main.inner_text()

    def find_reference(self, letter: str) -> str:
        """The first reference of that kind on the page, such as ``P`` for a person's."""
        found = re.search(
            rf"\b{letter}-[0-9A-Z]{{4}}-[0-9A-Z]{{4}}\b", self.page.inner_text("body")
        )
        assert found is not None, f"no reference {letter}-… on the page {self.page.url}"
        return found.group()

    def open_another_tab(self) -> Screen:
        """A second tab of the same browser, in which the same account is signed in."""
        return Screen(self.page.context.new_page(), self.who)

    # -- what one does

    def follow(self, link: str, heading: str = "") -> None:
        """Follow a link, by its words."""
        self.page.get_by_role("link", name=link).first.click()
        if heading:
            self.arrive(heading)

    def press(self, button: str, heading: str = "") -> None:
        """Press a button, or what looks like one, by its words.

        A pointer must reach it; what presses it is the Enter key. A click that the browser's driver
        tries again while the page goes may press the next page's button of the same words.
        """
        pressed = self.page.get_by_role("button", name=button, exact=True)
        pressed.click(trial=True)
        if heading and self._stands_under(heading):  # before and after: only a new page tells
            with self.page.expect_navigation():
                pressed.press("Enter")
        else:
            pressed.press("Enter")
        if heading:
            self.arrive(heading)

    def hit_enter(self, heading: str = "") -> None:
        """The Enter key, where the cursor is: it sends the form."""
        self.page.keyboard.press("Enter")
        if heading:
            self.arrive(heading)

    def hit_shortcut(self, key: str) -> None:
        """Alt and a key: playwright's own keys leave out what Chromium knows a shortcut by."""
        session = self.page.context.new_cdp_session(self.page)
        named = {"key": key, "text": key, "unmodifiedText": key}
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", "modifiers": 1, **named})

    def type(self, label: str, text: str) -> None:
        """Type into a field, by its label."""
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, *labels: str) -> None:
        """Choose radios or tick checkboxes, by their labels."""
        for label in labels:
            self.page.get_by_label(label, exact=True).check()

    def answer(self, question: str, *labels: str) -> None:
        """Choose within one question, where others have the same answers (such as Yes and No)."""
        group = self.page.get_by_role("group", name=question)
        for label in labels:
            group.get_by_label(label, exact=True).check()

    def pick(self, label: str, option: str) -> None:
        """Pick from a list."""
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def type_date(self, question: str, day: str, month: str, year: str) -> None:
        """Type the parts of a date; an empty one is left as it is."""
        group = self.page.get_by_role("group", name=question)
        for part, value in (("Day", day), ("Month", month), ("Year", year)):
            if value:
                group.get_by_label(part, exact=True).fill(value)


S = TypeVar("S", bound=Screen)


@dataclass
class Screens:
    """Gives each of the people a browser of their own."""

    browser: Browser
    address: str

    @contextmanager
    def sit_down(
        self,
        who: str,
        *,
        javascript: bool = True,
        kind: type[S] = Screen,  # type: ignore[assignment]
    ) -> Iterator[S]:
        """A browser in which nobody is signed in yet; what it complains of fails the journey."""
        with open_page(self.browser, self.address, javascript=javascript) as page:
            yield kind(page, who, has_scripts=javascript)


def wait_until(holds: Callable[[], bool], page: Page, seconds: float = 5) -> None:
    """Wait for something that no page shows."""
    for _ in range(int(seconds * 20)):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come to pass")
