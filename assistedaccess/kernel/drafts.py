"""Words that nobody has approved yet: a demonstration shows them, marked; real use never does."""

from __future__ import annotations

from flask import current_app, has_app_context

APPROVED = "messages"
WITH_DRAFTS = "drafts"


def shows_drafts() -> bool:
    """Whether drafts are offered: in a demonstration alone."""
    return has_app_context() and bool(current_app.config["SETTINGS"].is_demo)


def choose_domain(with_drafts: bool) -> str:
    """The compiled catalogue to read: what humans approved, or that with the fuzzy entries too."""
    return WITH_DRAFTS if with_drafts else APPROVED
