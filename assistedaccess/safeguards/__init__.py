"""Controls at the act: rules over named facts answer allow, hold or refuse (docs/controls.md).

``rules_*`` are the families, pure; ``facts`` is what they see, ``queries_*`` fetch it, ``control``
puts the two together and answers the port kernel.controls. ``settings`` are the numbers, which two
humans change; ``reasons`` every reason code. ``facts_world`` is what is looked for after
the act.
"""

from __future__ import annotations

from flask import Flask

from assistedaccess.kernel.controls import register_control


def register(app: Flask) -> None:
    """Have the controls asked about each act."""
    from . import control

    register_control(control.assess)
