#!/usr/bin/env python3
"""Check an export of an Assisted Access journal on your own machine, without asking anybody.

    python3 verify_journal.py EXPORT --key KEY --since CHECKPOINT

EXPORT is what `assistedaccess audit export` wrote; KEY the journal's verifier key (or a file with
it) as you were given it when you began, for the export's is only what its maker says; CHECKPOINT a
file with one that you kept, from another day or another auditor. Exit 0: it holds. 1: it does not,
and why, and from which index on. 2: it could not be checked. By RFC 6962 and C2SP tlog-tiles.
"""

import argparse
import base64
import json
from contextlib import suppress
from functools import partial, reduce
from hashlib import sha256
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HASH, WIDTH = 32, 256
PART = "It holds, as a part: {size} entries are sealed, here are those from {part[0]} to {part[1]}."
# What reading files that somebody tampered with may end in: they cannot be checked, then.
UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
decode = partial(base64.b64decode, validate=True)


def is_signed(public_key, signature, data):
    with suppress(InvalidSignature, ValueError):
        return Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data) is None


class Verifier:
    """A note verifier key: name+hash+base64 of a type byte and an Ed25519 key."""

    def __init__(self, text):
        self.text = text.strip()
        self.name, key_hash, encoded = (*self.text.split("+", 2), "", "")[:3]
        key = decode(encoded)
        self.id, self.public = sha256(self.name.encode() + b"\n" + key).digest()[:4], key[1:]
        if len(key) != 33 or key[0] != 1 or self.id.hex() != key_hash:
            raise ValueError("this is no Ed25519 verifier key")


def open_note(note, verifiers):
    """The text of a note that one of ``verifiers`` has signed, and who that is."""
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise ValueError("this is no signed note")
    for line in lines[:-1].split("\n"):
        dash, name, signature = (*line.split(" ", 2), "", "")[:3]
        for each in verifiers:
            if ("—", each.name, each.id) == (dash, name, decode(signature)[:4]):
                if not is_signed(each.public, decode(signature)[4:], text.encode() + b"\n"):
                    raise ValueError("the signature does not hold")
                return text, each
    raise ValueError("no key of this journal has signed it")


def read_checkpoint(note, verifiers):
    """Size and root of a signed checkpoint of this journal."""
    text, signer = open_note(note, verifiers)
    origin, size, root = (*text.split("\n"), "", "")[:3]
    if origin != signer.name or not size.isdigit() or len(decode(root)) != HASH:
        raise ValueError("this is no checkpoint of this journal")
    return int(size), decode(root)


def list_keys(folder, key):
    """``key``, else the first that the export names, and each that the one before it let in."""
    lines = (folder / "keys.jsonl").read_text("utf-8").splitlines() if folder else []
    verifiers = [Verifier(key or json.loads(lines[0])["key"])]
    for line in lines:
        new, note = Verifier(json.loads(line)["key"]), json.loads(line)["note"]
        with suppress(ValueError):  # let in by one before the key that is known here, or by nobody
            text, signer = open_note(note or "", verifiers[-1:])
            verifiers += [new] if text == f"{signer.name}\nnext key\n{new.text}" else []
    return verifiers


def node_hash(left, right):
    return sha256(b"\x01" + left + right).digest()


def root_of(row):
    """The root over a full tile."""
    while len(row) > 1:
        each = iter(row)
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(each, each)]
    return row[0]


class Tree:
    """The complete subtrees at the right edge, as (height, hash), the largest first."""

    def __init__(self, report):
        self.edge, self.size, self.report = [], 0, report

    def append(self, subtree, height=0):
        self.size += 1 << height
        while self.edge and self.edge[-1][0] == height:
            subtree, height = node_hash(self.edge.pop()[1], subtree), height + 1
        self.edge.append((height, subtree))
        for root, kind, words in self.report.kept.get(self.size, ()):
            hashes = [each for _, each in reversed(self.edge)]
            if reduce(lambda right, left: node_hash(left, right), hashes) != root:
                self.report.add(None, kind, words)


class Lanes:
    """Each writer's chain: numbers without a gap, each entry naming the hash of the one before."""

    def __init__(self, folder, verifiers, is_whole, report):
        self.heads, self.said, self.report, self.folder = {}, {}, report, folder
        for line in (folder / "lanes.jsonl").read_text("utf-8").splitlines():
            lane = json.loads(line)
            name = lane["lane"].encode()
            statement = '{{"key":"{key}","lane":"{lane}","v":1}}'.format(**lane).encode()
            signature = bytes.fromhex(lane["endorsement"])
            if not any(is_signed(each.public, signature, statement) for each in verifiers):
                report.add(None, "key", f"No key of this journal let in lane {lane['lane']}.")
            self.said[name] = lane
            if is_whole:
                self.heads[name] = (0, sha256(b"\x00" + statement).hexdigest().encode(), None, b"")

    def follow(self, index, entry, leaf):
        at = entry.find(b'"lane_id":"') + 11
        lane, number = entry[at : at + 36], entry[at + 49 : at + 69].partition(b",")[0]
        if lane not in self.said or not number.isdigit():
            return self.report.add(index, "altered", f"Entry {index} is of no lane that is known.")
        at = entry.find(b'"previous_hash":"') + 17
        number, previous = int(number), entry[at : at + 64]
        known, head, before, _ = self.heads.get(lane, (number - 1, previous, None, b""))
        if number <= known:
            return self.report.add(index, "moved", f"Entry {index} takes a place that is taken.")
        if number > known + 1:
            self.report.add(index, "missing", f"What stood before entry {index} was removed.")
        elif previous != head:
            tile = read_tile(self.folder, 0, index // WIDTH, self.report.size) or [leaf] * WIDTH
            at = index if before is None or leaf != tile[index % WIDTH] else before
            words = f"Entry {index} does not follow from {before}: one was altered."
            self.report.add(at, "altered", words)
        self.heads[lane] = (number, leaf.hex().encode(), index, entry)

    def finish(self):
        for lane, said in self.said.items():
            number, _, index, entry = self.heads.get(lane, (0, b"", None, b""))
            if number != said["seq"]:
                self.report.add(index, "missing", f"Lane {lane.decode()} was cut short.")
            elif not is_signed(bytes.fromhex(said["key"]), bytes.fromhex(said["signature"]), entry):
                self.report.add(index, "altered", f"The signature of entry {index} does not hold.")


def read_tile(folder, level, number, size):
    """A tile's hashes, from where C2SP tlog-tiles keeps it; none where it is not whole."""
    width, path = min(WIDTH, (size >> 8 * level) - number * WIDTH), f"{number % 1000:03}"
    while number := number // 1000:
        path = f"x{number % 1000:03}/{path}"
    file = folder / "tile" / str(level) / (path + (f".p/{width}" if width < WIDTH else ""))
    data = file.read_bytes() if file.exists() else b""
    return [data[at : at + HASH] for at in range(0, len(data), HASH) if len(data) == width * HASH]


def walk(folder, begin, end, tree, lanes, report, progress):
    """Read every entry once: leaves, lanes, tiles, and the roots on the way."""
    above, doubts = [], []
    with open(folder / "entries.jsonl", "rb") as entries:
        for start in range(0, report.size, WIDTH):
            stop = min(start + WIDTH, report.size)
            tile = read_tile(folder, 0, start // WIDTH, report.size)
            first, last = min(max(begin, start), stop), max(min(end, stop), start)
            lines = [line.rstrip(b"\n") for line in islice(entries, max(0, last - first))]
            leaves = [sha256(b"\x00" + line).digest() for line in lines]
            for index, entry, leaf in zip(range(first, last), lines, leaves):
                lanes.follow(index, entry, leaf)
            leaves = tile[: first - start] + leaves + tile[max(last - start, 0) :]
            if not tile:
                report.add(start, "tree", f"Tile {start // WIDTH} of level 0 is not whole.")
            elif leaves != tile and False in (same := [a == b for a, b in zip(leaves, tile)]):
                at = start + same.index(False)
                doubts.append(len(report.faults))
                report.add(at, "altered", f"Entry {at} is not the one that was sealed.")
            if len(lines) < last - first:
                return report.add(first + len(lines), "missing", "Here the entries end.")
            above += [root_of(leaves)] if len(leaves) == WIDTH else []
            is_one = len(leaves) == WIDTH and not any(start < size < stop for size in report.kept)
            for subtree in above[-1:] if is_one else leaves:
                tree.append(subtree, 8 if is_one else 0)
            progress(stop, report.size)
        if entries.read(1):
            report.add(end, "altered", "There are more entries than the checkpoint has.")
    has_root = all(fault[:2] != (None, "tree") for fault in report.faults)
    for place in doubts if has_root else ():  # then it is not the entry that was altered
        tile = report.faults[place][0] // WIDTH
        report.faults[place] = (tile * WIDTH, "tree", f"Tile {tile} of level 0 was altered.")
    for level in range(1, 8):
        for at in range(0, len(above), WIDTH):
            if read_tile(folder, level, at // WIDTH, report.size) != above[at : at + WIDTH]:
                words = f"Tile {at // WIDTH} of level {level} is not over these entries."
                report.add(None if report.faults else at << 8 * level, "tree", words)
        above = [root_of(above[at : at + WIDTH]) for at in range(0, len(above) - WIDTH + 1, WIDTH)]
    lanes.finish()


def verify_export(folder, key="", since=(), progress=lambda done, total: None):
    """Check an export against a verifier key and the texts of kept checkpoints; what was found."""
    folder, report = Path(folder), SimpleNamespace(faults=[], size=0, root=b"", kept={})
    report.add = lambda *fault: report.faults.append(fault)
    verifiers = list_keys(folder, key)
    own = (folder / "checkpoint").read_text("utf-8")
    if (folder / "key.pub").read_text("utf-8").strip() != verifiers[-1].text:
        report.add(None, "key", "key.pub is not the newest key that was let in.")
    for note in (own, *since):
        what = "The checkpoint" if note is own else "The checkpoint that you kept"
        try:
            size, root = read_checkpoint(note, verifiers)
        except ValueError as error:
            report.add(None, "key", f"{what} does not count: {error}.")
            continue
        if note is own:
            report.size, report.root = size, root
        elif size > report.size and report.root:
            report.add(report.size, "cut", f"{what} has {size} entries, this has {report.size}.")
        words = f"{what} is of other entries than the first {size} here."
        report.kept.setdefault(size, []).append((root, "tree" if note is own else "forked", words))
    part = folder / "part.json"
    begin, end = json.loads(part.read_text("utf-8")).values() if part.exists() else (0, report.size)
    lanes = Lanes(folder, verifiers, not part.exists(), report)
    if report.root and not 0 <= begin <= end <= report.size:
        raise ValueError("part.json names leaves that the checkpoint has not")
    if report.root:
        walk(folder, begin, end, Tree(report), lanes, report, progress)
    return {
        "ok": not report.faults,
        "verdict": report.faults[0][1] if report.faults else "holds",
        "first_bad_index": min((at for at, *_ in report.faults if at is not None), default=None),
        "size": report.size,
        "part": [begin, end],
        "root": base64.b64encode(report.root).decode(),
        "faults": [words for _, _, words in report.faults[:1000]],
    }


def in_words(found, key):
    """What is wrong, else how much of the journal holds, and on whose word."""
    holds = "All of it holds." if found["part"] == [0, found["size"]] else PART
    doubt = "" if key else "\nThe key is the one that the export names: compare it with yours."
    return "\n".join(found["faults"]) or holds.format(**found) + doubt


def check_proof(text, verifiers):
    """Index, size and leaf hash that a tlog-proof shows; the leaf's hash is its extra data."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    if len(lines) < 3 or lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra "):
        raise ValueError("this is no proof of a receipt")
    size, root = read_checkpoint(note, verifiers)
    index, hashed = int(lines[2][6:] if lines[2][6:].isdigit() else -1), decode(lines[1][6:])
    leaf, place, last = hashed, index, size - 1
    for sibling in map(decode, lines[3:]):  # RFC 9162, section 2.1.3.2
        is_right = place & 1 or place == last
        hashed = node_hash(sibling, hashed) if is_right else node_hash(hashed, sibling)
        while is_right and place and not place & 1:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    if not 0 <= index < size or last or hashed != root:
        raise ValueError("the proof does not lead to its checkpoint")
    return index, size, leaf


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("export", nargs="?", type=Path)
    parser.add_argument("--key", default="", help="the verifier key that you were given, or a file")
    parser.add_argument("--since", action="append", default=[], type=Path, help="a kept checkpoint")
    parser.add_argument("--proof", type=Path, help="the proof of a receipt")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        key = Path(given.key).read_text("utf-8") if Path(given.key).is_file() else given.key
        if given.proof:
            proved = check_proof(given.proof.read_text("utf-8"), list_keys(given.export, key))
            print("Proved: entry {} of {} has the hash {}.".format(*proved[:2], proved[2].hex()))
            if not given.export:
                return 0
        found = verify_export(given.export, key, [each.read_text("utf-8") for each in given.since])
    except UNREADABLE as error:
        code = 1 if given.proof and isinstance(error, ValueError) else 2
        parser.exit(code, f"It cannot be checked: {error!r}\n")
    print(json.dumps(found) if given.json else in_words(found, key))
    return 0 if found["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
