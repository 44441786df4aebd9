"""An access pack as plain text, and as one JSON object that a machine can read (Article 20)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from .service_pack import Pack


def as_text(pack: Pack) -> str:
    """The pack as text that reads from top to bottom, aloud too."""
    return "\n".join(_list_lines(pack))


def _list_lines(pack: Pack) -> Iterator[str]:
    yield _("Access pack of %(name)s, %(number)s", name=pack.name, number=pack.reference)
    if pack.no_paper_at_home:
        yield _("This person wants no paper at home. Ask before you print.")
    yield from ("", _("Who may act for you"), "")
    for one in pack.record.may_act:
        yield f"* {one.holder}: {one.services}. {' '.join(one.powers)} ({one.reference})"
    yield from ("", _("What was done, and who looked"), "")
    for line in pack.record.lines:
        count = f" ({line.count})" if line.count > 1 else ""
        parts = [line.spelt_day, f"{line.plain}{count}", line.place, line.service, line.why]
        yield "* " + " | ".join(part for part in parts if part)
    yield from ("", _("All that we keep about you"))
    for section in pack.sections:
        yield from ("", section.title)
        for row in section.rows:
            yield ""
            for held in row:
                yield f"  {held.label}: " + held.words.replace("\n", "\n    ")
    yield from ("", _("What is left out, and why"), "")
    yield from (f"* {why}" for why in pack.withheld)


def as_object(pack: Pack) -> dict[str, Any]:
    """The same as JSON: text alone, in the order of the page."""
    return {
        "person": {"name": pack.name, "reference": pack.reference},
        "made_at": pack.made_at.isoformat(),
        "may_act": [
            {"reference": one.reference, "holder": one.holder, "services": one.services}
            for one in pack.record.may_act
        ],
        "done_and_looked": [
            {"at": line.at.isoformat(), "words": line.plain, "place": line.place, "why": line.why}
            for line in pack.record.lines
        ],
        "held": [
            {
                "title": section.title,
                "rows": [
                    [{"label": one.label, "words": one.words} for one in row]
                    for row in section.rows
                ],
            }
            for section in pack.sections
        ],
        "withheld": pack.withheld,
    }
