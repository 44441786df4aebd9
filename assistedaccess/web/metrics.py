"""What Prometheus is told: requests, their durations, and how long things have been waiting.

Nothing of it counts people. Requests are counted by the pattern of the address and by how they were
answered, pages that were shown and forms that were saved together, so that not even the number of
registrations can be read from it.

Each worker counts in files of its own, in a folder that all share (the multi-process mode of
prometheus_client, set up by assistedaccess.serving); whichever worker is asked adds them up. A
process that serves alone, as in tests, counts in its memory.
"""

from __future__ import annotations

import fcntl
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from assistedaccess.access import public
from assistedaccess.audit import Action
from assistedaccess.kernel import clock, logs
from assistedaccess.kernel.transactions import get_database

from . import measures

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
    from prometheus_client.core import GaugeMetricFamily

    from config import Settings

blueprint = Blueprint("metrics", __name__)
log = logs.get_logger(__name__)

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client's own name for it
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
READING = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class _Counts:
    """What one process counts."""

    registry: CollectorRegistry
    requests: Counter
    durations: Histogram
    unavailable: Counter
    connections: Gauge


@cache
def _counts() -> _Counts:
    # Not before the server has named the folder: the library looks for it once, when it is loaded.
    from prometheus_client import (
        CollectorRegistry,
        Counter,
        Gauge,
        Histogram,
        disable_created_metrics,
    )

    disable_created_metrics()  # a second series beside each, of when it was first seen
    registry = CollectorRegistry()  # its own has versions of Python in it
    return _Counts(
        registry,
        Counter(
            "assistedaccess_requests",
            "Requests, by the pattern of the address and how they were answered",
            ["rule", "answer"],
            registry=registry,
        ),
        Histogram(
            "assistedaccess_request_duration_seconds",
            "How long requests took until the answer began; read or save",
            ["kind"],
            buckets=SECONDS,
            registry=registry,
        ),
        Counter(
            "assistedaccess_unavailable",
            "Requests that the database could not serve, by the kind of trouble",
            ["trouble"],
            registry=registry,
        ),
        Gauge(
            "assistedaccess_database_connections",
            "Connections that the workers hold after their latest requests: idle, or still in use",
            ["state"],
            multiprocess_mode="livesum",
            registry=registry,
        ),
    )


def note_request(rule: str | None, method: str, status: int, seconds: float) -> None:
    """Count one request that was answered."""
    counts = _counts()
    answer = f"{status // 100}xx" if status >= 400 else "ok"
    counts.requests.labels(rule or "none", answer).inc()
    counts.durations.labels("read" if method in READING else "save").observe(seconds)
    pool = get_database().engine.pool
    if isinstance(pool, QueuePool):
        counts.connections.labels("idle").set(pool.checkedin())
        counts.connections.labels("used").set(pool.checkedout())


def note_unavailable(error: Exception) -> None:
    """Count one request that the database could not serve."""
    _counts().unavailable.labels(type(error).__name__).inc()


class Installation:
    """What is looked up when somebody asks: the same, whichever worker is asked."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family after the other; where the database does not answer, the first alone."""
        from prometheus_client.core import GaugeMetricFamily

        def gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
            return GaugeMetricFamily(f"assistedaccess_{name}", words, value)

        ready = measures.is_ready()
        yield gauge("ready", "1 where this installation can save", ready)
        free = measures.find_free_bytes(self._settings)
        yield gauge("disk_free_bytes", "Room that is left where files are kept", free)
        try:
            ages = {
                "seal_delay": measures.find_seal_delay().total_seconds(),
                "notices_age": measures.find_notices_age().total_seconds(),
                "forms_age": measures.find_forms_age().total_seconds(),
                "held_act_age": measures.find_held_age().total_seconds(),
                "backup_age": _age_of_last(Action.BACKUP_MADE),
                "drill_age": _age_of_last(Action.DRILL_DONE),
            }
            behind = measures.find_log_behind()
        except SQLAlchemyError:
            log.warning("the database could not be measured", exc_info=True)
            return
        for name, seconds in ages.items():
            yield gauge(f"{name}_seconds", AGES[name], seconds)
        words = "Bytes of PostgreSQL's log on no disk elsewhere; infinite where nobody receives it"
        yield gauge("log_behind_bytes", words, behind)


AGES = {
    "seal_delay": "Age of the oldest event of the journal that is not sealed",
    "notices_age": "For how long the oldest notice has been due without going out",
    "forms_age": "For how long the oldest form has been due without going out as data",
    "held_act_age": "For how long the oldest act has been waiting for a second human",
    "backup_age": "Time since the last backup; infinite where there was none",
    "drill_age": "Time since the last drill was begun; infinite where there was none",
}


def _age_of_last(action: Action) -> float:
    found = measures.find_last(action)
    return (clock.now() - found).total_seconds() if found is not None else inf


@blueprint.get("/metrics")
@public("a monitoring system has no account: it gives the token of the settings, or finds no page")
def show_metrics() -> ResponseReturnValue:
    """All metrics in Prometheus' text format, for who gives METRICS_TOKEN."""
    settings: Settings = current_app.config["SETTINGS"]
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    wanted = f"Bearer {settings.metrics_token}".encode()
    if not settings.metrics_token or not hmac.compare_digest(given, wanted):
        abort(404)
    from prometheus_client import CONTENT_TYPE_LATEST

    return Response(write_metrics(settings), content_type=CONTENT_TYPE_LATEST)


def write_metrics(settings: Settings) -> bytes:
    """Every sample: of all workers together, and of the installation."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    asked = CollectorRegistry(auto_describe=False)
    asked.register(Installation(settings))
    folder = os.environ.get(FOLDER)
    if folder is None:
        return generate_latest(_counts().registry) + generate_latest(asked)
    with _alone(Path(folder)):
        counted = CollectorRegistry()
        MultiProcessCollector(counted, path=folder)
        said = generate_latest(counted)
    return said + generate_latest(asked)


def gather(folder: Path, pid: int) -> None:
    """Add what a worker that is gone has counted to that of those before it, and remove its files.

    Else they would pile up, one set each time that a worker is replaced. Run by the master.
    """
    from prometheus_client.mmap_dict import MmapedDict
    from prometheus_client.multiprocess import mark_process_dead

    with _alone(folder):
        mark_process_dead(pid, str(folder))  # what it held, it holds no more
        for kind in ("counter", "histogram"):
            file = folder / f"{kind}_{pid}.db"
            if not file.exists():
                continue
            gone = MmapedDict(str(folder / f"{kind}_gone.db"))
            for key, value, _, _ in MmapedDict.read_all_values_from_file(str(file)):
                gone.write_value(key, gone.read_value(key)[0] + value, 0.0)
            gone.close()
            file.unlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody adds up while files are moved together: a count would seem to fall, or to double."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def register(app: Flask) -> None:
    """Add the page."""
    app.register_blueprint(blueprint)
