"""The services of the catalogue and the questions of their forms, by the names that a rehearsal
answers them by."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from assistedaccess.services.catalogue import DEFINITIONS
from assistedaccess.services.components import Question
from assistedaccess.services.definition import Definition
from assistedaccess.services.parsing import load_definition

from .kinds import choice, suggest

SERVICES = tuple(
    sorted(path.name.removesuffix(".service.json") for path in DEFINITIONS.glob("*.service.json"))
)
PAYMENT_FORM = "payment-details"
SERVICE = choice(SERVICES)


@cache
def load_form(name: str) -> Definition:
    """The form of a service, as the catalogue has it."""
    return load_definition(DEFINITIONS / f"{name}.json")


def list_questions(form: Definition) -> dict[str, Question]:
    """Every question by its short name: ``money.howMuch`` is answered as ``howMuch``."""
    return {key.rpartition(".")[2]: question for key, question in form.questions.items()}


def find_stray(form: Definition, named: Iterable[str]) -> str:
    """What is wrong with the names of some answers: those that answer no question; else nothing."""
    known = list_questions(form)
    wrong = [name for name in named if name not in known and name not in form.questions]
    return " ".join(
        f"“{name}” is no question of this form.{suggest(name, known)}" for name in wrong
    )
