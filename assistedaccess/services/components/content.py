"""Components that are read, not answered: paragraphs, HTML, details, inset text, lists, cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from assistedaccess.services.components.base import Asking, Component
from assistedaccess.services.text import Text, clean_html, fill_in


@dataclass(frozen=True)
class Content(Component):
    """Something to read. ``kind`` is how the page shows it; ``html`` is safe to show."""

    kind: ClassVar[str] = "html"

    def html(self, asking: Asking) -> str:
        """The content in the reader's language: cleaned first, answers filled in escaped after."""
        return fill_in(self._cleaned(self.content, asking), asking.show_answer)

    def _cleaned(self, text: Text, asking: Asking) -> str:
        return clean_html(text.in_language(asking.language))

    def params(self, asking: Asking) -> dict[str, Any]:
        """What the macro of this kind needs."""
        return {"html": self.html(asking)}


@dataclass(frozen=True)
class DetailsContent(Content):
    """Text behind a summary line that opens it."""

    kind: ClassVar[str] = "details"

    def params(self, asking: Asking) -> dict[str, Any]:
        summary = self.title.in_language(asking.language)
        return {"summaryText": summary, "html": self.html(asking)}


@dataclass(frozen=True)
class InsetContent(Content):
    """Text set off from the rest."""

    kind: ClassVar[str] = "inset_text"


@dataclass(frozen=True)
class ListContent(Content):
    """The items of a list, to be read: bulleted, or numbered with ``type: numbered``."""

    kind: ClassVar[str] = "list"

    def params(self, asking: Asking) -> dict[str, Any]:
        items = []
        for choice in self.choices:
            if choice.condition and not asking.holds(choice.condition):
                continue
            items.append(
                {
                    "text": choice.text.in_language(asking.language),
                    "html": self._cleaned(choice.hint, asking),
                }
            )
        return {
            "title": self.title.in_language(asking.language),
            "numbered": self.options.get("type") == "numbered",
            "hide_title": self.options.get("hideTitle") is True,
            "items": items,
        }


@dataclass(frozen=True)
class FlashCardContent(ListContent):
    """The items of a list as cards, one under the other."""

    kind: ClassVar[str] = "flash_card"
