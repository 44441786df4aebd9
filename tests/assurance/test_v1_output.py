"""V1.2.1, V1.2.2, V1.2.3 and V1.3.5: what somebody typed is text on every page, and whole."""

from __future__ import annotations

import re

import pytest
from flask import render_template
from markupsafe import Markup

from assistedaccess.notices.senders import _as_page
from tests.factories.world import HOSTILE, World

from .crawl import Crawl
from .probes import find_active_content, find_cut_words, listed

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@ON_SQLITE
def test_v1_2_1_and_v1_2_2_nothing_that_was_typed_acts_on_a_page(crawled: Crawl) -> None:
    wrong = [
        (str(seen), fault) for seen in crawled.pages for fault in find_active_content(seen.text)
    ]
    assert not wrong, listed(wrong)


@ON_SQLITE
def test_v1_2_1_and_v1_3_5_it_stands_there_as_it_was_typed(world: World, crawled: Crawl) -> None:
    words = typed_words(world)
    wrong = [
        (str(seen), fault)
        for seen in crawled.pages
        for fault in find_cut_words(seen.text, words, HOSTILE)
    ]
    assert not wrong, listed(wrong)


def typed_words(world: World) -> list[str]:
    """The canary words of side a that are followed by what a page must not run."""
    return [world.a.word(what) for what in sorted(world.a.typed)]


NEVER_SHOWN = {
    # Only in the journal, sealed.
    "Why",
    "Searched",
    # Names of accounts that are on their way in, and are not told who they are.
    "Stagefactor",
    "Stagesetup",
    "Withapp",
    "Withsheet",
    # Of consents that the walk does not open; those of two others it does.
    "Heldpurpose",
    "Badgepurpose",
    "Fundpurpose",
    "Payeepurpose",
    "Passpurpose",
    "Paperpurpose",
    "Signedpurpose",
    "Doubtedpurpose",
    # Where somebody moved who hides it: nobody at a desk sees it (test_holes_hidden).
    "Movedline",
    "Movedtown",
    # Of the appointment that the walk does not open; it opens the one without an interpreter.
    "Interpreterbooked",
    # Of the person whom somebody looked at: an auditor sees a reference and no name.
    "Lookedat",
    # Of the request that the walk does not open; it opens another.
    "Keptandnotused",
    # Of a doubt, kept for who has to prove what was done.
    "Decisionasked",
    "Signs",
    "Supportgiven",
    # By a colleague who was named in a yes: in the concern, which the walk does not open.
    "Deniedsaid",
    # Why two records are of one human: whoever was drawn reads it before they decide.
    "Onehuman",
}
ELSEWHERE = {"Glasswords", "Objection"}
"""What somebody of the other organisation reads and answers, and nobody of one's own."""


@ON_SQLITE
def test_the_probe_meets_every_kind_of_text(world: World, crawled: Crawl) -> None:
    """Else a page that shows nothing of anybody would pass."""
    everything = "".join(seen.text for seen in crawled.pages)
    unseen = {what for what in world.a.typed if world.a.word(what) not in everything}
    assert not unseen - NEVER_SHOWN - ELSEWHERE, listed(unseen - NEVER_SHOWN - ELSEWHERE)
    theirs = {what for what in ELSEWHERE if world.b.word(what) not in everything}
    assert not theirs, listed(theirs)


@ON_SQLITE
def test_v1_2_3_nothing_is_handed_to_a_script_as_data(crawled: Crawl) -> None:
    """Scripts are files; a block in the page would need an encoding of its own."""
    blocks = {
        block.strip()
        for seen in crawled.pages
        for block in re.findall(r"<script[^>]*>(.*?)</script>", seen.text, re.DOTALL)
    }
    assert not [
        block for block in blocks if "Canary" in block or ("{" in block and len(block) > 200)
    ]


@ON_SQLITE
def test_v1_2_1_in_mail(world: World) -> None:
    mails = [message for message in world.messages if message.channel == "email"]
    assert mails
    for message in mails:
        page = _as_page(message)
        assert list(find_active_content(page)) == []


@ON_SQLITE
def test_v1_2_2_no_address_of_ours_is_made_of_what_was_typed(crawled: Crawl) -> None:
    links = {
        link
        for seen in crawled.pages
        for link in re.findall(r'(?:href|src|action)="([^"]*)"', seen.text)
    }
    assert links
    assert [link for link in links if "canary" in link.lower() or "alert(" in link] == []


def test_markup_is_what_the_templates_escape() -> None:
    """The templates rely on it; a filter that returns plain text would be escaped twice."""
    assert Markup("{}").format("<svg>") == "&lt;svg&gt;"
    assert callable(render_template)
