"""Controls at the act: rules over named facts answer allow, hold or refuse (docs/controls.md).

``rules_*`` are the families, pure; ``facts`` is what they see, ``queries_*`` fetch it, ``control``
puts the two together and answers the port kernel.controls. ``settings`` are the numbers, which two
humans change; ``reasons`` every reason code. ``facts_world`` is what is looked for after
the act.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission
from assistedaccess.approvals import describe
from assistedaccess.kernel import navigation
from assistedaccess.kernel.controls import register_control


def register(app: Flask) -> None:
    """Have the controls asked about each act, and serve their pages."""
    from . import control, service_establishments, service_settings, views

    register_control(control.assess)
    register_control(service_settings.hold_for_second_human)
    register_control(service_establishments.hold_for_second_human)
    describe.register(
        service_settings.CHANGE,
        service_settings.describe_change,
        title=_l("Change the numbers that the controls count with"),
    )
    describe.register(
        service_establishments.REGISTER,
        service_establishments.describe_registration,
        title=_l("Register an establishment"),
    )
    app.register_blueprint(views.bp)
    navigation.add(
        _l("What makes something wait"),
        "safeguards.view_settings",
        permission=Permission.POLICY_CHANGE,
        order=76,
    )
    navigation.add(
        _l("Establishments"),
        "safeguards.list_establishments",
        permission=Permission.ORGANISATION_CHANGE,
        order=77,
    )
