"""Puts into a wheel what lies beside the package in a checkout.

The app finds these in both places (kernel.places). An editable install must not copy them: it
would go on serving the copies.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BESIDE_THE_PACKAGE = ("config.py", "migrations", "templates", "translations", "verify_journal.py")


class WheelHook(BuildHookInterface):
    """Called by hatchling (pyproject.toml, tool.hatch.build.targets.wheel.hooks)."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        for name in BESIDE_THE_PACKAGE:
            if Path(self.root, name).exists():
                build_data["force_include"][name] = f"assistedaccess/{name}"
