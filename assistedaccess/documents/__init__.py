"""Documents of a case and what they prove; letters that came for the person, or go from them."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the pages onto ``app``."""
    from flask_babel import lazy_gettext as _l
    from sqlalchemy import exists

    from assistedaccess.access import Permission
    from assistedaccess.audit import Action
    from assistedaccess.audit.explain import register_theirs, theirs
    from assistedaccess.casework.models import Case
    from assistedaccess.casework.queries import OPENED_AND_KEPT
    from assistedaccess.kernel import undo

    from . import views, views_letters  # noqa: F401  (it adds its pages)
    from .models import Document, Letter

    app.register_blueprint(views.bp)
    own_case = exists().where(OPENED_AND_KEPT)
    register_theirs("document", theirs(Document.id, own_case.where(Case.id == Document.case_id)))
    register_theirs("letter", theirs(Letter.id, own_case.where(Case.id == Letter.case_id)))
    for name, facts in (
        ("note_answered", [Action.LETTER_ANSWERED, Action.TASK_DONE]),
        ("file_letter", [Action.LETTER_FILED]),
    ):
        undo.register(
            f"documents.{name}",
            permission=Permission.CASE_CHANGE,
            facts=facts,
            way_back=_l("Later, add a task or a note on the page of its case."),
        )
