"""Services that can be applied for: their catalogue, and the engine that runs their forms.

A form is a definition in the JSON format of the X-Gov digital form builder. The engine is pure:
parsing (definition), conditions, journey, components, pages; ``page_form`` alone binds it to
WTForms and the GOV.UK macros. ``service`` publishes forms and catalogue into the database;
``queries`` reads them.
"""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the pages of the catalogue."""
    from flask_babel import lazy_gettext as _l

    from assistedaccess.access import Permission
    from assistedaccess.kernel import navigation

    from .views import bp

    app.register_blueprint(bp)
    navigation.add(
        _l("Services"), "services.list_services", permission=Permission.SERVICE_VIEW, order=40
    )
