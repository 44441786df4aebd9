"""Runs one of our own modules where it can do no harm (confined.sh): see there."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .run_folder import SHARED_MEMORY
from .sources import ROOT

SCRIPT = Path(__file__).with_name("confined.sh")
REPORT = "report.txt"


@contextmanager
def folder_for_confined(*, in_memory: bool) -> Iterator[Path]:
    """A folder that is theirs to write; gone afterwards."""
    parent = SHARED_MEMORY if in_memory and os.access(SHARED_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="assistedaccess-", dir=parent) as made:
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(made, nobody.pw_uid, nobody.pw_gid)
        yield Path(made)


def run_confined(folder: Path, module: str, *words: str | Path) -> int:
    """Run ``python -m module --inside FOLDER words…`` confined; its exit code."""
    environ = {
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(folder),
        "TMPDIR": str(folder),
    }
    command = [sys.executable, "-m", module, "--inside", folder, *words]
    return subprocess.run(
        [SCRIPT, folder, sys.base_prefix, *command], env={**os.environ, **environ}, check=False
    ).returncode


def bring_out(folder: Path, out: Path, pattern: str = "*.txt") -> bool:
    """Print the report that was written inside, and copy what is like ``pattern`` to ``out``."""
    report = folder / REPORT
    if not report.exists():
        print("NOT DONE: see above. Namespaces of Linux (unshare, ip, setpriv) are needed.")
        return False
    out.mkdir(parents=True, exist_ok=True)
    for file in {report, *folder.glob(pattern)}:
        shutil.copyfile(file, out / file.name)
    print(report.read_text("utf-8"), end="")
    print(f"It is kept in {out}")
    return True
