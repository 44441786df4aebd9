"""The Merkle tree of RFC 6962, section 2.1, kept in tiles of 256 hashes (C2SP tlog-tiles).

Pure: no database, no clock. A hash is 32 bytes; a tile is up to 256 of them, one after another.
Tile ``number`` of ``level`` holds the hashes of complete subtrees of 256**level leaves; what lies
between two levels is computed from a tile. A tile may be read wider than a tree of some older size
needs: it only ever grows at its end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH = 32
WIDTH = 256
_HEIGHT = 8  # 2 ** 8 == WIDTH

EMPTY_ROOT = hashlib.sha256(b"").digest()

Reader = Callable[[int, int], bytes]
"""Gives a tile by (level, number), at least as wide as the tree that is asked about."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry, as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(hashes: bytes) -> list[bytes]:
    """A tile as its hashes."""
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


def full_root(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes of equal subtrees whose number is a power of two."""
    sha256 = hashlib.sha256  # as node_hash, without a call each: a proof takes hundreds
    row = hashes
    while len(row) > 1:
        row = [sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row), 2)]
    return row[0]


def fold(subtrees: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, the largest first, as RFC 6962 splits a tree."""
    if not subtrees:
        return EMPTY_ROOT
    root = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        root = node_hash(left, root)
    return root


def tile_widths(size: int) -> list[tuple[int, int, int]]:
    """The tiles at the right edge of a tree, as (level, number, width), where they are partial."""
    widths = []
    level = 0
    while size:
        if size % WIDTH:
            widths.append((level, size // WIDTH, size % WIDTH))
        size //= WIDTH
        level += 1
    return widths


class Frontier:
    """A tree that grows: the complete subtrees at its right edge, the largest first.

    ``tiles`` are those that have grown since the frontier was made: what a sealer has to store.
    """

    def __init__(self, size: int = 0, edge: dict[tuple[int, int], bytes] | None = None) -> None:
        """Go on from a tree of ``size`` leaves, given the partial tiles at its edge."""
        self.size = size
        self.tiles: dict[tuple[int, int], bytearray] = {}
        self._open: dict[int, bytearray] = {}
        self._subtrees: list[bytes] = []
        for level, number, width in reversed(tile_widths(size)):
            tile = (edge or {})[level, number][: width * HASH]
            self._open[level] = bytearray(tile)
            hashes, begin = split(tile), 0
            for bit in range(_HEIGHT - 1, -1, -1):
                if width >> bit & 1:
                    self._subtrees.append(full_root(hashes[begin : begin + (1 << bit)]))
                    begin += 1 << bit

    def append(self, leaf: bytes) -> None:
        """Add one leaf, by its hash."""
        height, index, joined = 0, self.size, leaf
        self._keep(0, leaf)
        while index & 1:
            joined = node_hash(self._subtrees.pop(), joined)
            index >>= 1
            height += 1
            if height % _HEIGHT == 0:
                self._keep(height // _HEIGHT, joined)
        self._subtrees.append(joined)
        self.size += 1

    def _keep(self, level: int, subtree: bytes) -> None:
        number, place = divmod(self.size >> level * _HEIGHT, WIDTH)
        if place == 0:
            self._open[level] = bytearray()
        self._open[level] += subtree
        self.tiles[level, number] = self._open[level]

    def root(self) -> bytes:
        """The root hash of the tree as it is now."""
        return fold(self._subtrees)


# Proofs. A range of leaves [begin, end) is hashed as RFC 6962 does: split at the largest power of
# two below its length; ``begin`` is always a multiple of that power, so the left part is complete.


def _split_point(length: int) -> int:
    return 1 << (length - 1).bit_length() - 1


def _complete(read: Reader, begin: int, height: int) -> bytes:
    level, within = divmod(height, _HEIGHT)
    at = begin >> level * _HEIGHT
    number, offset = divmod(at, WIDTH)
    tile = read(level, number)
    return full_root(split(tile[offset * HASH : (offset + (1 << within)) * HASH]))


def range_hash(read: Reader, begin: int, end: int) -> bytes:
    """MTH(D[begin:end]) of a tree that ``read`` gives the tiles of."""
    subtrees = []
    while end - begin:
        length = end - begin
        complete = length if length & length - 1 == 0 else _split_point(length)
        subtrees.append(_complete(read, begin, complete.bit_length() - 1))
        begin += complete
    return fold(subtrees)


def prove_inclusion(read: Reader, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]): the hashes from the leaf's sibling up to the root's child.

    Raises ValueError where the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _split_point(end - begin)
        if index < middle:
            path.append(range_hash(read, middle, end))
            end = middle
        else:
            path.append(range_hash(read, begin, middle))
            begin = middle
    return path[::-1]


def prove_consistency(read: Reader, old: int, size: int) -> list[bytes]:
    """PROOF(old, D[size]): what shows that the tree of ``old`` leaves is the beginning of this.

    Raises ValueError unless 0 < old <= size.
    """
    if not 0 < old <= size:
        raise ValueError(f"{old} leaves are no beginning of {size}")
    begin, end, proof = 0, size, []
    known = True
    while end != old:
        middle = begin + _split_point(end - begin)
        if old <= middle:
            proof.append(range_hash(read, middle, end))
            end = middle
        else:
            proof.append(range_hash(read, begin, middle))
            begin, known = middle, False
    if not known:
        proof.append(range_hash(read, begin, end))
    return proof[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to, or None where it has not that many hashes.

    The algorithm of RFC 9162, section 2.1.3.2 (the trees are those of RFC 6962).
    """
    if not 0 <= index < size:
        return None
    place, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while place and not place & 1:
                place >>= 1
                last >>= 1
        else:
            root = node_hash(root, sibling)
        place >>= 1
        last >>= 1
    return root if last == 0 else None


def is_consistent(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether ``proof`` shows that the one tree is the beginning of the other.

    The algorithm of RFC 9162, section 2.1.4.2; nothing is shown about an empty old tree but that
    its root is the empty one.
    """
    if old == 0:
        return old_root == EMPTY_ROOT and not proof
    if old == size:
        return old_root == root and not proof
    if old > size or not proof:
        return False
    path = [old_root, *proof] if old & old - 1 == 0 else list(proof)
    place, last = old - 1, size - 1
    while place & 1:
        place >>= 1
        last >>= 1
    first = second = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(each, first), node_hash(each, second)
            while place and not place & 1:
                place >>= 1
                last >>= 1
        else:
            second = node_hash(second, each)
        place >>= 1
        last >>= 1
    return first == old_root and second == root and last == 0
