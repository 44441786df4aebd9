"""Through an interpreter, a text relay or sign-language video (C08)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.people.rules import SPOKEN_LANGUAGES

from .. import queries
from ..rules import Mode
from ..rules_strength import Evidence, OwnPart
from .base import Asking, Confirmed, NotConfirmed, Way
from .bystanders import read_bystander, read_lives

MEANS = ("room", "telephone", "sign_video", "text_relay")
RELATIONS = ("professional", "colleague", "friend", "family", "partner")
INDEPENDENT = frozenset({"professional", "colleague"})


class InterpreterWay(Way):
    """Somebody carries the words over and the yes back, and is asked whose side they are on.

    Given: means, interpreter_name (of a relay: the operator's number), interpreter_language (a key
    of SPOKEN_LANGUAGES, or other with interpreter_other), interpreter_relation, interpreter_lives,
    interpreter_paid, interpreter_email: with it they are asked in their own sign-in, and until they
    have said that it was so the yes is worth what it is worth without them (rules_words).
    """

    key = "interpreter"

    def confirm(self, asking: Asking, given: Mapping[str, str]) -> Confirmed | NotConfirmed:
        means = given.get("means", "")
        if means not in MEANS:
            raise InvalidInput("means", _("Select how the words reach the person"))
        relation = given.get("interpreter_relation", "")
        if relation not in RELATIONS:
            raise InvalidInput("interpreter_relation", _("Select who the interpreter is"))
        language = self._read_language(asking, given)
        read_lives(given, "interpreter")
        interpreter = read_bystander(asking, given, "interpreter")
        kept = {
            "means": means,
            "interpreter_name": interpreter.name,
            "interpreter_email": interpreter.email,
            "interpreter_relation": relation,
            "interpreter_language": language,
            "interpreter_lives": given["interpreter_lives"],
        }
        is_asked = bool(interpreter.email)
        return Confirmed(
            self.weigh(kept, OwnPart.ASKED if is_asked else OwnPart.NOTHING),
            kept,
            witness_human_id=interpreter.human_id,
            promised=self.weigh(kept, OwnPart.CONFIRMED) if is_asked else None,
        )

    def weigh(self, kept: Mapping[str, str], part: OwnPart) -> Evidence:
        is_near = (
            kept["interpreter_relation"] not in INDEPENDENT
            or kept["interpreter_lives"] != "elsewhere"
        )
        return Evidence(way=self.key, interpreter_is_independent=not is_near, own_part=part)

    def _read_language(self, asking: Asking, given: Mapping[str, str]) -> str:
        """The name of the language. Where its words are approved, those have to be read."""
        key = given.get("interpreter_language", "")
        if key == "other":
            if not given.get("interpreter_other"):
                raise InvalidInput("interpreter_other", _("Enter the language"))
            return given["interpreter_other"]
        if key not in SPOKEN_LANGUAGES:
            raise InvalidInput("interpreter_language", _("Select the language"))
        if key != asking.request.language and any(
            statement.language == key for statement in queries.list_statements(Mode.REPRESENTING)
        ):
            raise InvalidInput(
                "interpreter_language",
                _("There are approved words in this language. Change the list to read those"),
            )
        return SPOKEN_LANGUAGES[key]
