"""People as they are: registered, found by a stated reason, reached safely, never merged by itself.

``service.open_person`` is the recorded look with which everything about a person begins;
``routes.choose_route`` says how to tell them. ``queries`` are for whoever has recorded the look.
"""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the pages, the question why, and what people answers for notices."""
    from flask_babel import lazy_gettext as _l

    from assistedaccess.access import Permission
    from assistedaccess.approvals import describe, draw
    from assistedaccess.audit.explain import DetailsCovered, ReasonNeeded, register_explainer
    from assistedaccess.kernel import navigation
    from assistedaccess.kernel.controls import register_control
    from assistedaccess.kernel.events import subscribe
    from assistedaccess.notices.sending import NoticeUndelivered
    from assistedaccess.notices.service_letters import LetterOpened

    from . import (  # noqa: F401  (the views add their pages)
        describe_contact,
        inputs,
        queries,
        reviewing,
        rules_death,
        rules_merging,
        rules_silence,
        second_looks,
        service_cards,
        service_death,
        service_merging,
        service_silence,
        views_cards,
        views_contact,
        views_death,
        views_members,
        views_merging,
        views_private,
    )
    from .events import RouteNotIndependent
    from .undelivered import try_other_route
    from .views import ask_reason, bp, show_covered

    inputs.allow_drama_numbers(not app.config["SETTINGS"].is_production)
    app.register_blueprint(bp)
    app.register_error_handler(ReasonNeeded, ask_reason)
    app.register_error_handler(DetailsCovered, show_covered)
    register_explainer(queries.explain_by_registration)
    subscribe(NoticeUndelivered, try_other_route)
    subscribe(RouteNotIndependent, second_looks.look_at_route)
    register_control(rules_silence.check_silence)
    for name in (second_looks.COMMAND, second_looks.COMMAND_SILENCE):
        describe.register(name, second_looks.describe_second_look, title=second_looks.TITLE)
    describe.register(
        service_silence.COMMAND, service_silence.describe_silence, title=service_silence.TITLE
    )
    for command, (describer, title) in describe_contact.READS.items():
        describe.register(command, describer, title=title)
    subscribe(LetterOpened, service_cards.note_opened_letter)
    describe.register_person(reviewing.name_person)
    draw.register_exclusion(reviewing.exclude_concerned)
    draw.register_exclusion(service_death.exclude_recorder)
    register_control(rules_death.hold_undoing)
    describe.register(
        rules_death.UNDO, service_death.describe_undoing, title=_l("Undo the record of a death")
    )
    register_control(rules_merging.hold_merging)
    draw.register_exclusion(service_merging.exclude_concerned_by_merge)
    describe.register(
        rules_merging.MERGE,
        service_merging.describe_merge,
        title=_l("Merge two records of one person"),
        shown=service_merging.list_shown,
    )
    describe.register(
        rules_merging.UNDO,
        service_merging.describe_undoing,
        title=_l("Take two merged records apart"),
        shown=service_merging.list_shown,
    )
    navigation.add(
        _l("Find a person"), "people.find_person", permission=Permission.PERSON_FIND, order=20
    )
