"""Services that can be applied for: their catalogue, and the engine that runs their forms.

A form is a definition in the JSON format of the X-Gov digital form builder. The engine is pure:
parsing (definition), conditions, journey, components, pages; ``page_form`` alone binds it to
WTForms and the GOV.UK macros. ``service`` publishes forms and catalogue into the database;
``service_forms`` takes other forms for a service; ``queries`` reads them.
"""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the pages of the catalogue; hold what would be asked of everybody."""
    from flask_babel import lazy_gettext as _l

    from assistedaccess.access import Permission
    from assistedaccess.approvals import describe, draw
    from assistedaccess.kernel import navigation
    from assistedaccess.kernel.controls import register_control

    from . import service_forms, views_forms
    from .views import bp

    register_control(service_forms.hold_for_second_human)
    draw.register_exclusion(service_forms.exclude_uploader)
    describe.register(
        service_forms.PUT_IN_FORCE,
        views_forms.describe_putting_in_force,
        title=_l("Use another version of a form"),
    )
    app.register_blueprint(bp)
    navigation.add(
        _l("Services"), "services.list_services", permission=Permission.SERVICE_VIEW, order=40
    )
