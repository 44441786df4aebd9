"""Go's own libraries for transparency logs, as a judge of ours who had no hand in it.

They come with Debian's golang-go and golang-golang-x-mod-dev; nothing is fetched.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .run_folder import get_run_folder, one_worker_at_a_time

SOURCE = Path(__file__).parent / "go" / "check.go"
LIBRARIES = Path("/usr/share/gocode")


class NoGo(Exception):
    """There is no Go with its libraries on this machine."""


def build_judge() -> Path:
    """The program that asks Go. Raises NoGo."""
    go = shutil.which("go")
    if go is None or not (LIBRARIES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        raise NoGo("golang-go and golang-golang-x-mod-dev are not installed")
    with one_worker_at_a_time("go"):
        program = get_run_folder() / "judge"
        if not program.exists():
            environ = {
                **os.environ,
                "GO111MODULE": "off",
                "GOPATH": str(LIBRARIES),
                "GOCACHE": str(get_run_folder() / "go-cache"),
                "GOFLAGS": "",
                "GOPROXY": "off",
            }
            subprocess.run(
                [go, "build", "-o", program, SOURCE], check=True, env=environ, timeout=600
            )
        return program


def judge(questions: Iterable[dict[str, Any]]) -> list[str]:
    """Go's answer to each: ``yes``, or ``no`` and why."""
    asked = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(
        [build_judge()], input=asked, capture_output=True, text=True, check=True, timeout=600
    )
    return done.stdout.splitlines()


def judge_export(folder: Path) -> str:
    """What Go finds in an export: every tile and every entry."""
    done = subprocess.run(
        [build_judge(), folder], capture_output=True, text=True, check=True, timeout=600
    )
    return done.stdout.strip()
