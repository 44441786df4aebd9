"""The demonstration: a small town, made through the same commands as its pages use.

Nobody in it is real. Its accounts and their second factors are known to everybody who can open
/demonstration, which is why an installation in demo mode says so on each page, and why its data
folder is refused in production.
"""

from __future__ import annotations

from flask import Flask

from .accounts import introduce, settings_of_address
from .sealing import seal_beside
from .seed import Unfinished, seed_demonstration

__all__ = [
    "Unfinished",
    "introduce",
    "register",
    "seal_beside",
    "seed_demonstration",
    "settings_of_address",
]


def register(app: Flask) -> None:
    """Hang the page that shows the demonstration's accounts onto ``app``: in demo mode alone."""
    if not app.config["SETTINGS"].is_demo:
        raise RuntimeError("the demonstration shows its accounts to everybody")
    from .views import bp

    app.register_blueprint(bp)
