"""The group that all commands stand in: what stops any of them is one sentence.

Never Python's own trace, which ends in the message of an exception and may quote a person's data:
the log has kind and place (kernel.logs).
"""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.exc import DatabaseError

from assistedaccess.kernel import damage, ids, logs
from assistedaccess.kernel.database import NotUtf8
from assistedaccess.kernel.transactions import DatabaseDamaged

log = logs.get_logger(__name__)


class NotReady(click.ClickException):
    """The command cannot begin: what it would work on is not there."""

    exit_code = 2


DAMAGED = (
    "The database file is damaged: nothing is written to it any more. Stop the service, keep the "
    "file aside, and restore the newest backup into an empty place (assistedaccess restore)."
)


class Commands(click.Group):
    """Whatever a command was doing: what went wrong is one sentence that says what to do."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DatabaseDamaged:
            raise NotReady(DAMAGED) from None
        except NotUtf8 as error:
            raise NotReady(
                f"The database keeps text in {error.encoding}, and must be in UTF8: else not every "
                "name can be written. Nothing was changed. Make it anew, with TEMPLATE template0 "
                "ENCODING 'UTF8' LOCALE 'C.UTF-8'."
            ) from None
        except DatabaseError as error:
            if damage.is_damage(error.orig):
                raise NotReady(DAMAGED) from None
            raise _note_fault() from None
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception:
            raise _note_fault() from None


def _note_fault() -> NotReady:
    reference = ids.new_reference("E")
    log.exception("a command failed", reference=reference)
    return NotReady(
        f"The command failed: the log says where, under {reference}. What was not finished is not "
        "saved; it can be run again."
    )
