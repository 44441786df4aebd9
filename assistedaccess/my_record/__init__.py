"""The person's own side: who may act for them, what was done, who looked and why; and their word.

Printed or read out at any desk of any organisation, and on the telephone: nobody has to go online
to see, limit and stop what is done in their name.
"""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the pages onto ``app``."""
    from .views import bp

    app.register_blueprint(bp)
