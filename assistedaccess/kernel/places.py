"""Where the files that are not modules lie: beside the package in a checkout, in it in a wheel."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).resolve().parent.parent


def find_place(name: str) -> Path:
    """The folder or file ``name``, e.g. ``templates`` or ``config.py``.

    Raises FileNotFoundError when the installation is incomplete.
    """
    for folder in (PACKAGE, PACKAGE.parent):
        place = folder / name
        if place.exists() and place != PACKAGE / "__init__.py":
            return place
    raise FileNotFoundError(f"{name} is missing: the installation is incomplete.")


@cache
def load_config() -> ModuleType:
    """The settings module, under the one name ``config`` wherever it lies."""
    if "config" in sys.modules:
        return sys.modules["config"]
    spec = importlib.util.spec_from_file_location("config", find_place("config.py"))
    if spec is None or spec.loader is None:
        raise ImportError("config.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules["config"] = module
    spec.loader.exec_module(module)
    return module
