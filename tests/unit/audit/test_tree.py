"""The tree is that of RFC 6962, whatever its size; tiles and proofs are what its text says."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistedaccess.audit.tree import (
    EMPTY_ROOT,
    HASH,
    WIDTH,
    Frontier,
    is_consistent,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root_from_inclusion,
    tile_widths,
)

# Roots of RFC 6962 trees over known entries, as published with Certificate Transparency's own
# reference implementation.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        *("", "00", "10", "2021", "3031", "40414243"),
        *("5051525354555657", "606162636465666768696a6b6c6d6e6f"),
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """MTH, word for word from the RFC's section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


def make_leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


LEAVES = make_leaves(70_000 // 50)


def grow(leaves: Sequence[bytes]) -> tuple[Frontier, dict[tuple[int, int], bytes]]:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier, {place: bytes(tile) for place, tile in frontier.tiles.items()}


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    frontier, _ = grow([leaf_hash(entry) for entry in ENTRIES[:size]])
    assert frontier.root().hex() == ROOTS[size]


@settings(max_examples=30)
@given(st.integers(0, len(LEAVES)))
def test_the_root_is_that_of_the_definition(size: int) -> None:
    assert grow(LEAVES[:size])[0].root() == by_definition(LEAVES[:size])


@settings(max_examples=30)
@given(st.integers(0, len(LEAVES)), st.integers(0, len(LEAVES)))
def test_a_tree_goes_on_from_its_edge(first: int, then: int) -> None:
    first, then = sorted((first, then))
    _, tiles = grow(LEAVES[:first])
    resumed = Frontier(first, tiles)
    assert resumed.root() == by_definition(LEAVES[:first])
    for leaf in LEAVES[first:then]:
        resumed.append(leaf)
    assert resumed.root() == by_definition(LEAVES[:then])
    tiles |= {place: bytes(tile) for place, tile in resumed.tiles.items()}
    assert tiles == grow(LEAVES[:then])[1]


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        (0, []),
        (255, [(0, 0, 255)]),
        (256, [(1, 0, 1)]),
        (70_000, [(0, 273, 112), (1, 1, 17), (2, 0, 1)]),  # the example of C2SP tlog-tiles
    ],
)
def test_the_edge_is_what_the_specification_says(
    size: int, widths: list[tuple[int, int, int]]
) -> None:
    assert tile_widths(size) == widths


def test_the_tiles_of_a_level_are_roots_of_the_level_below() -> None:
    _, tiles = grow(LEAVES)
    assert len(tiles[0, 0]) == WIDTH * HASH
    assert tiles[0, 5] == b"".join(LEAVES[5 * WIDTH :])
    assert tiles[1, 0] == b"".join(
        by_definition(LEAVES[at : at + WIDTH]) for at in range(0, 5 * WIDTH, WIDTH)
    )


@settings(max_examples=60)
@given(st.data())
def test_each_leaf_is_proved(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    tiles = grow(LEAVES)[1]  # wider than the tree that is asked about
    path = prove_inclusion(lambda *place: tiles[place], index, size)
    root = by_definition(LEAVES[:size])
    assert root_from_inclusion(LEAVES[index], index, size, path) == root
    assert root_from_inclusion(LEAVES[index - 1], index, size, path) != root or size == 1
    other = data.draw(st.integers(0, size))
    if other != index:
        assert root_from_inclusion(LEAVES[index], other, size, path) != root
    assert root_from_inclusion(LEAVES[index], index, size, [*path, root]) != root
    if path:
        assert root_from_inclusion(LEAVES[index], index, size, path[:-1]) != root


@settings(max_examples=60)
@given(st.data())
def test_each_beginning_is_proved(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(LEAVES)))
    old = data.draw(st.integers(1, size))
    tiles = grow(LEAVES)[1]
    proof = prove_consistency(lambda *place: tiles[place], old, size)
    first, second = by_definition(LEAVES[:old]), by_definition(LEAVES[:size])
    assert is_consistent(old, first, size, second, proof)
    assert not is_consistent(old, EMPTY_ROOT, size, second, proof)
    assert not is_consistent(old, first, size, EMPTY_ROOT, proof)
    assert not is_consistent(old, first, size, second, [*proof, first])
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        wrong = [*proof[:at], EMPTY_ROOT, *proof[at + 1 :]]
        assert not is_consistent(old, first, size, second, wrong)
        assert not is_consistent(old, first, size, second, proof[:-1])


def test_what_is_not_there_is_not_proved() -> None:
    tiles = grow(LEAVES)[1]
    with pytest.raises(ValueError, match="no leaf"):
        prove_inclusion(lambda *place: tiles[place], 7, 7)
    with pytest.raises(ValueError, match="no beginning"):
        prove_consistency(lambda *place: tiles[place], 8, 7)
    assert root_from_inclusion(LEAVES[0], 5, 5, []) is None
    assert is_consistent(0, EMPTY_ROOT, 7, LEAVES[0], [])
    assert not is_consistent(0, LEAVES[0], 7, LEAVES[0], [])
    assert not is_consistent(8, LEAVES[0], 7, LEAVES[0], [LEAVES[0]])
