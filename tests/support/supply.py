"""What the application is made of: its packages, their licences, an SBOM, and known faults.

``make audit-supply`` runs it. It fails on a licence that does not let the whole be given on under
the MIT licence, on a dependency that nobody imports, and on a known fault. Where the list of known
faults cannot be reached it says so, and that nothing was found out.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from .sources import ROOT

LOCK = ROOT / "requirements" / "app.txt"
_PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==([^ ;\\]+)", re.MULTILINE)
_COPYLEFT = re.compile(r"\b(?:A?GPL|AFFERO|GNU GENERAL PUBLIC|SSPL|BUSL|COMMONS CLAUSE)", re.I)
_LESSER = re.compile(r"LGPL[-\w. +]*|LESSER GENERAL PUBLIC LICEN[CS]E[^;,]*", re.I)
NOT_FOUND = "could not be audited"


@dataclass(frozen=True)
class Part:
    """One package of the lock, with the licence that it states."""

    name: str
    version: str
    licence: str

    @property
    def is_allowed(self) -> bool:
        """MIT, BSD, Apache, PSF, MPL, LGPL and the like: anything stated that is no GPL or AGPL."""
        return bool(self.licence) and not _COPYLEFT.search(_LESSER.sub("", self.licence))


def list_parts(lock: str | None = None) -> list[Part]:
    """Every package that ships and is installed on this kind of machine."""
    pinned = _PINNED.findall(LOCK.read_text("utf-8") if lock is None else lock)
    parts = []
    for name, version in pinned:
        try:
            parts.append(Part(name, version, find_licence(name)))
        except PackageNotFoundError:  # for another system, such as colorama
            continue
    return parts


def find_licence(name: str) -> str:
    """What a package says of itself. Raises PackageNotFoundError."""
    about = distribution(name).metadata
    expression = about.get("License-Expression") or ""
    named = [
        one.split("::")[-1].strip()
        for one in about.get_all("Classifier") or []
        if one.startswith("License ::")
    ]
    stated = (about.get("License") or "").splitlines()
    return expression or "; ".join(named) or (stated[0] if stated else "")


def main(tools: Path, out: Path) -> int:
    """Write licences and SBOM into ``out``; 0 where nothing is wrong, else 1."""
    out.mkdir(parents=True, exist_ok=True)
    parts = list_parts()
    table = "".join(f"{part.name} {part.version}: {part.licence}\n" for part in parts)
    (out / "licences.txt").write_text(table, "utf-8")
    print(table, end="")
    wrong = [
        f"{part.name}: {part.licence or 'states no licence'}"
        for part in parts
        if not part.is_allowed
    ]
    sbom = out / "sbom.json"
    subprocess.run(
        [tools / "cyclonedx-py", "requirements", LOCK, "--output-file", sbom], check=True
    )
    described = {one["name"] for one in json.loads(sbom.read_text("utf-8"))["components"]}
    wrong += [f"{part.name} is not in the SBOM" for part in parts if part.name not in described]
    print(f"SBOM (CycloneDX) of {len(described)} packages: {sbom}")
    if subprocess.run(["deptry", "."], cwd=ROOT, check=False).returncode:
        wrong.append("deptry found something")
    wrong += find_known_faults(tools)
    for sentence in wrong:
        print(f"WRONG: {sentence}")
    return 1 if wrong else 0


def find_known_faults(tools: Path) -> list[str]:
    """What pip-audit knows of the locked versions; says on the way what it could not ask."""
    asked = subprocess.run(
        [
            tools / "pip-audit",
            "--requirement",
            LOCK,
            "--require-hashes",
            "--disable-pip",
            "--format",
            "json",
            "--progress-spinner",
            "off",
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    try:
        answer = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        print("NOT ASKED: the list of known faults does not answer here. Nothing was found out.")
        return []
    skipped = [one["name"] for one in answer if "skip_reason" in one]
    if skipped:
        print(
            f"NOT ASKED: the list of known faults has no answer here for {len(skipped)} of "
            f"{len(answer)} packages. Of these nothing was found out."
        )
    return [
        f"{one['name']} {one['version']}: {', '.join(fault['id'] for fault in one['vulns'])}"
        for one in answer
        if one.get("vulns")
    ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
