"""What people are told: queued in the transaction of the act, sent after it, by a safe route.

``queue_notice`` (acts done in a person's name) and ``queue_account_mail`` (mail to whoever signs
in) are plain functions for other commands. ``people`` chooses the route; ``senders`` carry the
message; letters that no sender carries wait to be printed here.
"""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the page of letters to print."""
    from flask_babel import lazy_gettext as _l

    from assistedaccess.access import Permission
    from assistedaccess.kernel import navigation, undo

    from . import views_callbacks  # noqa: F401  (it adds its pages)
    from .service import ENTRY
    from .service_withdrawing import withdraw_entries
    from .views import bp

    app.register_blueprint(bp)
    undo.register_step(ENTRY, withdraw_entries)
    navigation.add(
        _l("Letters to print"),
        "notices.list_letters_to_print",
        permission=Permission.NOTICE_PRINT,
        order=60,
    )
