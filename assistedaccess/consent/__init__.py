"""What a person agreed to, and how it is known: visits, statements, evidence, taking it back."""

from __future__ import annotations

from flask import Flask

from assistedaccess.audit.explain import register_explainer


def register(app: Flask) -> None:
    """Hang visits and consents onto ``app``, with the ways of confirming that there are."""
    from . import ways
    from .service_viewing import explain_by_consent
    from .views import bp

    ways.register_all()
    register_explainer(explain_by_consent)
    app.register_blueprint(bp)
