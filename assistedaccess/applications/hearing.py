"""Which pages of answers the person has heard read out, and said yes to.

A page is known by a keyed hash of its answers that are in play: whatever changes one of them, here
or by an answer elsewhere, the page has not been heard any more; the others stay heard.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from assistedaccess.kernel import encryption
from assistedaccess.services.definition import Page
from assistedaccess.services.journey import Journey

from .answers import Saved


def sum_of_page(application_id: UUID, page: Page, in_play: Mapping[str, Any]) -> bytes:
    """The keyed hash of what is read out of ``page``."""
    answers = {q.key: in_play[q.key] for q in page.questions if q.key in in_play}
    text = json.dumps([str(application_id), page.path, answers], sort_keys=True)
    return encryption.fingerprint("answer_page.heard", text)


def list_heard_pages(pages: Saved, journey: Journey) -> list[Page]:
    """The pages that are read out, in order: those on the way that have answers of their own."""
    return [page for page in journey.pages if page.questions and page.path in pages]


def list_unheard(application_id: UUID, pages: Saved, journey: Journey) -> list[Page]:
    """The pages that have still to be read out, in order."""
    return [
        page
        for page in list_heard_pages(pages, journey)
        if pages[page.path].heard != sum_of_page(application_id, page, journey.answers)
    ]
