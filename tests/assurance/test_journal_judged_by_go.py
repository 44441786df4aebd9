"""Go's checksum database libraries accept 10,000 of our proofs, and none of 10,000 mutations.

They were written by others, from the same standards. Needs Go and its libraries (``.ci/run``
installs them and sets REQUIRE_GO); elsewhere this is not tested, and says so.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assistedaccess.audit import sealing
from assistedaccess.audit.export import export_journal
from assistedaccess.audit.notes import checkpoint_text, make_verifier, sign_note
from assistedaccess.audit.proofs import Proof, read_proof
from assistedaccess.audit.tree import (
    Frontier,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    range_hash,
)
from assistedaccess.kernel.transactions import reading
from tests.conftest import do_without
from tests.support import golang
from tests.support.databases import Sandbox
from tests.support.sealing import write_events

PROOFS = 10_000
TREES = 100
NAME = "journal.example.org/log"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
VERIFIER = str(make_verifier(NAME, KEY))


@pytest.fixture(autouse=True)
def _go() -> None:
    try:
        golang.build_judge()
    except golang.NoGo as error:
        do_without("Go", "REQUIRE_GO", error)


class Journal:
    """A tree of 70,000 leaves, and what can be said of it at any size up to that."""

    size = 70_000

    def __init__(self) -> None:
        self.leaves = [leaf_hash(b"%d" % number) for number in range(self.size)]
        frontier = Frontier()
        for leaf in self.leaves:
            frontier.append(leaf)
        self.tiles = {place: bytes(tile) for place, tile in frontier.tiles.items()}

    def read(self, level: int, number: int) -> bytes:
        return self.tiles[level, number]

    def sign(self, size: int) -> str:
        return sign_note(checkpoint_text(NAME, size, range_hash(self.read, 0, size)), NAME, KEY)


@pytest.fixture(scope="module")
def journal() -> Journal:
    return Journal()


def question(proof: Proof, leaf: bytes) -> dict[str, Any]:
    return {"key": VERIFIER, "leaf": base64.b64encode(leaf).decode(), "proof": str(proof)}


def flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def replace_in_note(proof: Proof, line: int, change: Callable[[str], str]) -> Proof:
    lines = proof.note.split("\n")
    lines[line] = change(lines[line])
    return Proof(proof.index, proof.path, "\n".join(lines))


def flip_base64(text: str, chance: random.Random) -> str:
    return base64.b64encode(flip(base64.b64decode(text), chance)).decode()


def mutate(proof: Proof, leaf: bytes, size: int, chance: random.Random) -> tuple[Proof, bytes]:
    """Another proof, or another leaf, by one small change; each is really another."""
    path = list(proof.path)
    at = chance.randrange(len(path)) if path else 0
    kinds = ["leaf", "index", "size", "root", "signature", "more"] + ["path", "less"] * bool(path)
    if len(set(path)) > 1:
        kinds.append("order")
    kind = chance.choice(kinds)
    if kind == "leaf":
        return proof, flip(leaf, chance)
    if kind == "index":
        others = {0, size - 1, size, proof.index ^ 1, proof.index + 1} - {proof.index}
        other = chance.choice(sorted(others))
        return Proof(other, path, proof.note), leaf
    if kind == "size":
        return replace_in_note(
            proof, 1, lambda said: str(int(said) + chance.choice((1, 256)))
        ), leaf
    if kind == "root":
        return replace_in_note(proof, 2, lambda said: flip_base64(said, chance)), leaf
    if kind == "signature":
        dash = f"— {NAME} "
        return (
            replace_in_note(proof, 4, lambda said: dash + flip_base64(said[len(dash) :], chance)),
            leaf,
        )
    if kind == "more":
        path.insert(chance.randrange(len(path) + 1), chance.randbytes(32))
    elif kind == "path":
        path[at] = flip(path[at], chance)
    elif kind == "less":
        del path[at]
    else:
        other = chance.choice([place for place, each in enumerate(path) if each != path[at]])
        path[at], path[other] = path[other], path[at]
    return Proof(proof.index, path, proof.note), leaf


def test_10_000_proofs_are_accepted_and_10_000_mutations_refused(journal: Journal) -> None:
    chance = random.Random(6962)
    sizes = [1, 2, 255, 256, 257, 65_535, 65_536, 65_537, journal.size]
    sizes += [chance.randrange(1, journal.size) for _ in range(TREES - len(sizes))]
    right, wrong = [], []
    for size in sizes:
        note = journal.sign(size)
        for _ in range(PROOFS // TREES):
            index = chance.randrange(size)
            proof = Proof(index, prove_inclusion(journal.read, index, size), note)
            assert read_proof(str(proof)) == proof
            right.append(question(proof, journal.leaves[index]))
            wrong.append(question(*mutate(proof, journal.leaves[index], size, chance)))
    answers = golang.judge(right)
    assert len(answers) == PROOFS
    assert set(answers) == {"yes"}
    refused = golang.judge(wrong)
    assert len(refused) == PROOFS
    accepted = [wrong[at]["proof"] for at, said in enumerate(refused) if said == "yes"]
    assert accepted == []


def test_consistency_is_accepted_and_its_mutations_refused(journal: Journal) -> None:
    chance = random.Random(9162)
    right, wrong = [], []
    for _ in range(500):
        size = chance.randrange(2, journal.size + 1)
        old = chance.randrange(1, size)
        path = prove_consistency(journal.read, old, size)
        asked: dict[str, Any] = {
            "key": VERIFIER,
            "old": journal.sign(old),
            "new": journal.sign(size),
            "path": [base64.b64encode(each).decode() for each in path],
        }
        right.append(asked)
        broken = list(asked["path"])
        at = chance.randrange(len(broken))
        broken[at] = flip_base64(broken[at], chance)
        wrong.append({**asked, "path": broken})
        wrong.append({**asked, "path": asked["path"][:-1]})
        other = old - 1 or old + 1
        wrong.append({**asked, "old": journal.sign(other if other < size else size)})
    assert set(golang.judge(right)) == {"yes"}
    wrong = [asked for asked in wrong if asked["old"] != asked["new"]]
    assert all(said.startswith("no") for said in golang.judge(wrong))


def test_go_reads_every_tile_and_entry_of_an_export(sandbox: Sandbox, tmp_path: Path) -> None:
    assert sandbox.app
    for _ in range(3):
        write_events(250)
        sealing.seal_all()
    with reading():
        export_journal(tmp_path / "export")
    assert golang.judge_export(tmp_path / "export") == "yes"
    entries = tmp_path / "export" / "entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b"opened", b"closed", 1))
    assert golang.judge_export(tmp_path / "export").startswith("no: entry")
