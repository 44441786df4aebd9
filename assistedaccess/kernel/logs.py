"""What the service says to its operators: one JSON object a line, on stderr, about nobody.

What may stand in a line is a closed list of fields. Of an exception it says the kind, the place and
what the database calls the rule that was broken, never its message, which may quote what somebody
typed (ASVS 16.2.5). Of a line of somebody else's library it says the words of their program, and
none of the values that were put into them. So nothing typed gets into the log by a mistake of ours,
or by theirs.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict

OURS = "assistedaccess"
MOST_FRAMES = 25
MOST_CAUSES = 5

FIELDS = {
    "time": "when, in UTC with its offset",
    "level": "info, warning, error, critical",
    "logger": "which module speaks",
    "event": "what happened: words of the program, the same each time",
    "where": "of another library's line: the place in it",
    "request": "the request that this belongs to, the same in all its lines",
    "command": "the command of the command line that this belongs to",
    "method": "GET, POST or another of HTTP's own",
    "endpoint": "the page, by the name of its view",
    "rule": "the pattern of its address, with no reference in it",
    "status": "the answer's status",
    "duration_ms": "until the answer began",
    "role": "the role of who asked, or public",
    "reference": "the number that an error page shows",
    "exceptions": "kind and place of what went wrong, the cause after it",
    "notice": "the id of a message",
}
"""Every field that a line may have; what is given beside them is left out."""


def get_logger(name: str) -> Any:
    """A logger for our own module ``name``: ``log.warning("words", field=value)``.

    The words are the program's, never put together with a value; values go into FIELDS alone.
    """
    return structlog.wrap_logger(
        logging.getLogger(name),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def bound(**fields: str) -> AbstractContextManager[None]:
    """Let every line, whoever speaks, carry ``fields`` meanwhile."""
    return structlog.contextvars.bound_contextvars(**fields)


def make_formatter() -> logging.Formatter:
    """Makes a line of JSON of any record, ours or another library's."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.contextvars.merge_contextvars, _keep_their_words],
        use_get_message=False,
        pass_foreign_args=True,
        processors=[
            _say_what_failed,
            _say_when_and_who,
            _keep_known_fields,
            structlog.processors.JSONRenderer(default=_name_kind, ensure_ascii=False),
        ],
    )


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at the time."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self.setFormatter(make_formatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Not Python's own, which would print the record with all its values."""


@contextmanager
def to_stderr(command: str) -> Iterator[None]:
    """Write the lines of this process, and of those that it forks, while a command runs."""
    handler = _Handler()
    root, ours = logging.getLogger(), logging.getLogger(OURS)
    before = ours.level
    root.addHandler(handler)
    ours.setLevel(logging.INFO)
    try:
        with bound(command=command):
            yield
    finally:
        ours.setLevel(before)
        root.removeHandler(handler)


def describe(error: BaseException) -> list[dict[str, Any]]:
    """Kind and place of an exception and of what caused it, without what any of them says."""
    described: list[dict[str, Any]] = []
    now: BaseException | None = error
    while now is not None and len(described) < MOST_CAUSES:
        frames = [
            f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
            for frame, line in traceback.walk_tb(now.__traceback__)
        ]
        kind = type(now)
        one: dict[str, Any] = {
            "kind": f"{kind.__module__}.{kind.__qualname__}",
            "frames": frames[-MOST_FRAMES:],
        }
        described.append(one | _of_database(now))
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)
    return described


def _of_database(error: BaseException) -> dict[str, str]:
    """The names that a database gives to what went wrong; they are those of our own tables."""
    diagnosis = getattr(error, "diag", None)
    said = {
        "sqlstate": getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None),
        "table": getattr(diagnosis, "table_name", None),
        "constraint": getattr(diagnosis, "constraint_name", None),
    }
    return {name: value for name, value in said.items() if isinstance(value, str)}


def _keep_their_words(_logger: Any, _method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    event["where"] = f"{record.module}:{record.lineno}"
    # Words into which nothing is put may have been put together already: who can tell?
    has_values = bool(event["positional_args"]) and "%" in str(record.msg)
    event["event"] = record.msg if has_values else "another library speaks: see where"
    return event


def _say_what_failed(_logger: Any, _method: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exceptions"] = describe(error)
    return event


def _say_when_and_who(_logger: Any, _method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    # The machine's own time, not kernel.clock's: a log is compared with other machines' logs.
    event["time"] = datetime.fromtimestamp(record.created, UTC).isoformat()
    event["level"] = record.levelname.lower()
    event["logger"] = record.name
    return event


def _keep_known_fields(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {name: event[name] for name in FIELDS if event.get(name) is not None}


def _name_kind(value: object) -> str:
    """Of what is no plain value, its kind alone."""
    return f"<{type(value).__name__}>"
