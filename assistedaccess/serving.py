"""gunicorn, started from the command line with the settings alone.

It never faces users directly: docs/operating.md puts a proxy in front of it.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from assistedaccess.web import metrics

GARBAGE_THRESHOLDS = (10_000, 20, 50)
"""How many new objects are made before they are looked through; Python's own 700 is a page's."""


class _Log(Logger):
    """gunicorn speaks where we do (kernel.logs), and keeps no list of requests of its own."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    # The place of a line is who calls these, not gunicorn's own module of them.

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        super().warning(msg, *args, stacklevel=3, **kwargs)

    def error(self, msg: str, *args: Any, **kwargs: Any) -> None:
        super().error(msg, *args, stacklevel=3, **kwargs)


class _Server(BaseApplication):
    def __init__(self, make_app: Callable[[], Flask], options: dict[str, Any]) -> None:
        self.make_app = make_app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = self.make_app()
        # What is there now lives as long as the worker: looking through it again and again for
        # garbage would take a tenth of each request.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GARBAGE_THRESHOLDS)
        return app


def serve(make_app: Callable[[], Flask], *, host: str, port: int, workers: int) -> None:
    """Serve until stopped. Each worker makes its own application: nothing is shared by a fork.

    What the workers count is: in a folder that lives as long as the server does (web.metrics).
    """
    if "prometheus_client" in sys.modules:
        raise RuntimeError("the metrics were set up before the server: each worker counts alone")
    folder = Path(tempfile.mkdtemp(prefix="assistedaccess-metrics-"))
    os.environ[metrics.FOLDER] = str(folder)
    _Server(
        make_app,
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "timeout": 30,
            "graceful_timeout": 30,
            "loglevel": "warning",
            "logger_class": _Log,
            "child_exit": lambda _, worker: metrics.gather(folder, worker.pid),
            "on_exit": lambda _: shutil.rmtree(folder, ignore_errors=True),
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
        },
    ).run()
