"""The journal of a demonstration is sealed by its server: it is one command, and its auditor takes
proofs away. Any other installation has ``assistedaccess audit seal --follow`` beside it, and a
timer that tells the safeguarding leads who has called for help."""

from __future__ import annotations

from threading import Thread

from flask import Flask

from assistedaccess.audit import sealing
from assistedaccess.consent.silent import tell_calls


def seal_beside(app: Flask) -> Flask:
    """``app``, with a thread in its process that seals; more of them do no harm."""
    Thread(target=_seal, args=(app,), name="seal", daemon=True).start()
    return app


def _seal(app: Flask) -> None:
    with app.app_context():
        sealing.follow(lambda _made: None, also=tell_calls)
