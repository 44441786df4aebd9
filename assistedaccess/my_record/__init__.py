"""The person's own side: who may act for them, what was done, who looked and why; and their word.

Printed or read out at any desk of any organisation, and on the telephone: nobody has to go online
to see, limit and stop what is done in their name.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission
from assistedaccess.kernel import navigation
from assistedaccess.kernel.controls import register_control
from assistedaccess.kernel.events import ActHeld, subscribe


def register(app: Flask) -> None:
    """Hang the pages onto ``app``."""
    from assistedaccess.approvals import stops
    from assistedaccess.consent.stops import register_check
    from assistedaccess.consent.ways import register_way
    from assistedaccess.people.reach import register_standing

    from . import (  # noqa: F401  (they add pages)
        views_asked,
        views_objections,
        views_online,
        views_receipts,
        views_replies,
    )
    from .after_no import hold_while_open, is_open
    from .asked import OnlineWay
    from .named import check_no_objection, find_stop
    from .rules_objections import OBJECTION_OPEN
    from .views import bp
    from .waiting import tell_of_hold

    register_way(OnlineWay())
    stops.register(find_stop)
    register_check(check_no_objection)
    register_control(hold_while_open)
    register_standing(OBJECTION_OPEN, is_open())
    subscribe(ActHeld, tell_of_hold)
    app.register_blueprint(bp)
    navigation.add(
        _l("Objections"),
        "my_record.list_objections",
        permission=Permission.OBJECTION_ANSWER,
        order=16,
    )
