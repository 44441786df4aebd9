"""Organisations: who vouches for helpers, where they sit, what they ask, who may act for them."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission
from assistedaccess.kernel import controls, navigation


def register(app: Flask) -> None:
    """Answer the hats port, hold what two humans decide, and serve the pages."""
    from assistedaccess.accounts import hats
    from assistedaccess.accounts.alarms import BreakInSuspected
    from assistedaccess.kernel.events import subscribe
    from assistedaccess.notices import sites

    from . import alarms, queries, service_roles, views

    hats.register_hat_source(queries.list_hats)
    hats.register_member_source(queries.list_member_accounts)
    subscribe(BreakInSuspected, alarms.tell_managers)
    sites.register_desk_source(queries.find_desk)
    controls.register_control(service_roles.hold_for_second_human)
    app.register_blueprint(views.bp)
    navigation.add(
        _l("Organisations"),
        "organisations.list_organisations",
        permission=Permission.ORGANISATION_CREATE,
        order=70,
    )
    navigation.add(
        _l("Your organisation"),
        "organisations.view_own_organisation",
        permission=Permission.MEMBERSHIP_VIEW,
        order=75,
    )
    navigation.add(
        _l("Declarations"),
        "organisations.list_declarations",
        permission=Permission.RECORD_OF_HELP_MAKE,
        order=85,
    )
