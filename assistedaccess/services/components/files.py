"""Files: the answer is the list of the stored files' ids; storing them is not the engine's work.

The page that takes an upload stores it first (type, size and viruses checked there), and posts the
id it was given. Only ids of the right form are taken; whether they are this application's is for
the one who stored them to check.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from assistedaccess.services import messages
from assistedaccess.services.components.base import (
    Answer,
    Asking,
    Posted,
    Question,
    Reading,
    whole_number,
)

_FILE_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_MOST_FILES = 10


@dataclass(frozen=True)
class FileQuestion(Question):
    """One or more uploaded files."""

    macro: ClassVar[str] = "file_upload"
    verb: ClassVar[str] = messages.UPLOAD

    @property
    def _dropzone(self) -> Mapping[str, Any]:
        given = self.options.get("dropzoneConfig")
        return given if isinstance(given, Mapping) else {}

    @property
    def fewest(self) -> int:
        """The fewest files that will do."""
        given = whole_number(self.options.get("minimumRequiredFiles"))
        if given is not None:
            return max(0, min(given, self.most))
        return 1 if super().required else 0

    @property
    def most(self) -> int:
        """The most files that will be taken."""
        given = whole_number(self._dropzone.get("maxFiles"))
        several = self.type == "ClientSideFileUploadField" or self.options.get("multiple") is True
        most = given if given and given > 0 else _MOST_FILES if several else 1
        return min(most, 50)

    @property
    def required(self) -> bool:
        return self.fewest > 0

    @property
    def accept(self) -> str:
        """The kinds of file the definition asks for, as the browser's chooser takes them."""
        given = self._dropzone.get("acceptedFiles") or self.options.get("accept")
        return given if isinstance(given, str) else ""

    def read(self, posted: Posted, asking: Asking) -> Reading:
        ids = list(dict.fromkeys(v for v in posted.get(self.control, ()) if v))
        if any(not isinstance(i, str) or not _FILE_ID.fullmatch(i) for i in ids):
            return Reading(None, (self.problem(messages.UNKNOWN_FILE, asking),))
        if not ids:
            return Reading(None, (self.missing(asking),) if self.required else ())
        if len(ids) < self.fewest:
            problem = self.problem(messages.TOO_FEW_FILES, asking, limit=self.fewest)
            return Reading(None, (problem,))
        if len(ids) > self.most:
            problem = self.problem(messages.TOO_MANY_FILES, asking, limit=self.most)
            return Reading(None, (problem,))
        return Reading(ids)

    def repost(self, answer: Answer) -> dict[str, list[str]]:
        ids = answer if isinstance(answer, list) else []
        return {self.control: [i for i in ids if isinstance(i, str)]}

    def show(self, answer: Answer, asking: Asking) -> tuple[str, ...]:
        return tuple(asking.name_file(str(i)) for i in answer) if isinstance(answer, list) else ()

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        built: dict[str, Any] = {"id": self.control, "name": self.control}
        if self.accept:
            built["attributes"] = {"accept": self.accept}
        if self.most > 1:
            built["multiple"] = True
        return built
