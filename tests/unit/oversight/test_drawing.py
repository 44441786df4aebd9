"""Where the lines of a picture go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.drawing import columns, network, rows

BARS = st.lists(st.lists(st.integers(0, 1000), min_size=3, max_size=3), min_size=1, max_size=31)


@given(BARS)
def test_no_bar_leaves_the_picture_and_the_highest_fills_it(bars: list[list[int]]) -> None:
    pieces = columns(bars, 600, 100)
    assert all(piece.y >= -0.1 and piece.y + piece.height <= 100.1 for piece in pieces)
    assert all(0 <= piece.x <= 600 for piece in pieces)
    if any(map(any, bars)):
        assert abs(min(piece.y for piece in pieces)) < 0.1
    lying = rows(bars, 400, 20)
    assert all(piece.x + piece.width <= 400.1 for piece in lying)


@given(st.integers(2, 30))
def test_every_node_of_a_network_has_a_place_of_its_own(count: int) -> None:
    edges = [(str(n), f"Name {n}", str(n + 1), f"Name {n + 1}", n + 1) for n in range(count - 1)]
    nodes, lines = network(edges, 400)
    assert len(nodes) == count
    assert len({(node.x, node.y) for node in nodes}) == count
    assert len(lines) == count - 1
    assert max(line.thick for line in lines) == 8
