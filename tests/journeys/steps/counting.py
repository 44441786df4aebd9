"""The keystroke-level model: how long a task takes somebody who knows it and makes no mistake.

S. K. Card, T. P. Moran and A. Newell, "The keystroke-level model for user performance time with
interactive systems", Communications of the ACM 23 (7), 1980, pages 396 to 410, with the times of
its table 1 and the rules for mental preparation of its table 2.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .screen import Screen

KEY = 0.28  # K: a keystroke of an average typist, 40 words a minute (0.20 would be a good one)
POINT = 1.10  # P: point with a mouse
PRESS = 0.20  # K on the mouse: press its button and let go
HOME = 0.40  # H: move a hand between keyboard and mouse
THINK = 1.35  # M: once for each thing that is decided on: a field, a choice, a button
RESPOND = 0.50  # R: a page comes; the aims of `make bench` are far below it


@dataclass
class CountingScreen(Screen):
    """A screen that counts what is done at it."""

    done: list[tuple[str, float]] = field(default_factory=list)
    hand_is_on_mouse: bool = True

    @property
    def seconds(self) -> float:
        """What all of it takes."""
        return sum(seconds for _, seconds in self.done)

    def explain(self) -> str:
        """Line by line, for whoever has to make it shorter."""
        lines = [f"{seconds:5.2f} s  {what}" for what, seconds in self.done]
        return "\n".join([*lines, f"{self.seconds:5.2f} s  in all"])

    def arrive(self, heading: str) -> None:
        super().arrive(heading)
        self.done.append((f"the page “{heading}” comes", RESPOND))

    def follow(self, link: str, heading: str = "") -> None:
        self._click(link)
        super().follow(link, heading)

    def press(self, button: str, heading: str = "") -> None:
        self._click(button)
        super().press(button, heading)

    def hit_enter(self, heading: str = "") -> None:
        self.done.append(("think, hit Enter", THINK + KEY))
        super().hit_enter(heading)

    def choose(self, *labels: str) -> None:
        for label in labels:
            self._click(label)
        super().choose(*labels)

    def answer(self, question: str, *labels: str) -> None:
        for label in labels:
            self._click(f"{question}: {label}")
        super().answer(question, *labels)

    def pick(self, label: str, option: str) -> None:
        self._click(label)
        self._click(option)
        super().pick(label, option)

    def type(self, label: str, text: str) -> None:
        self._click(label)
        self._type(text)
        super().type(label, text)

    def type_date(self, question: str, day: str, month: str, year: str) -> None:
        self._click(question)
        self._type("\t".join((day, month, year)))
        super().type_date(question, day, month, year)

    def _click(self, what: str) -> None:
        home = 0 if self.hand_is_on_mouse else HOME
        self.hand_is_on_mouse = True
        self.done.append((f"think, point at “{what}”, press", THINK + home + POINT + PRESS))

    def _type(self, text: str) -> None:
        self.hand_is_on_mouse = False
        shifted = sum(letter.isupper() for letter in text)
        self.done.append((f"type {text!r}", HOME + KEY * (len(text) + shifted)))
