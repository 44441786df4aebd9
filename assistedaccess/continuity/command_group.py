"""The group that all commands stand in: what stops any of them is one sentence."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.exc import DatabaseError

from assistedaccess.kernel import damage
from assistedaccess.kernel.transactions import DatabaseDamaged


class NotReady(click.ClickException):
    """The command cannot begin: what it would work on is not there."""

    exit_code = 2


DAMAGED = (
    "The database file is damaged: nothing is written to it any more. Stop the service, keep the "
    "file aside, and restore the newest backup into an empty place (assistedaccess restore)."
)


class Commands(click.Group):
    """Whatever a command was doing: a damaged database is one sentence that says what to do."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DatabaseDamaged:
            raise NotReady(DAMAGED) from None
        except DatabaseError as error:
            if damage.is_damage(error.orig):
                raise NotReady(DAMAGED) from None
            raise
