"""What a change that was held still has to find when it is released.

Whoever asks for a change has a page before them, so the whole record has to be as it showed it: the
``version`` of the asking. What is held keeps, in its place, what stood in the very fields that it
changes (``replaces``), and at its release those alone must still stand. So nobody loses what waits,
and nobody spoils it, by writing something else in the record meanwhile; nor does a release take
back what others wrote beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from .commands import find_call
from .errors import StaleVersion


def settle_values(
    stands: Mapping[str, Any], asked: Mapping[str, Any], replaces: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What is written: all that was ``asked``; at a release, only what it was held for changing.

    ``stands``: the same fields as they are now. ``replaces``: those that the held act changes, with
    what stood there when it was asked; None at the asking, where the running command's arguments
    get it in the place of their ``version``. Plain values alone (kernel.arguments).
    Raises StaleVersion where one of them has become something else since.
    """
    if replaces is None:
        call = find_call()
        if call is not None:
            changed = {field: was for field, was in stands.items() if asked[field] != was}
            call.arguments |= {"version": None, "replaces": changed}
        return dict(asked)
    if any(stands[field] not in (was, asked[field]) for field, was in replaces.items()):
        raise StaleVersion(
            _("What this changes was changed again after it was asked, so nothing was done."),
            next_step=_("Look at what stands there now. If this is still right, ask for it again."),
        )
    return {**stands, **{field: asked[field] for field in replaces}}
