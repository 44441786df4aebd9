"""Where the lines of a picture go: plain numbers for the SVG macros. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A rectangle of one bar, in the picture's own units; ``kind`` chooses its look."""

    kind: int
    x: float
    y: float
    width: float
    height: float


def columns(
    bars: Sequence[Sequence[int]], width: float, height: float, gap: float = 2
) -> list[Piece]:
    """Upright bars of stacked parts, as high as the highest fits."""
    most = max((sum(bar) for bar in bars), default=0) or 1
    step = width / max(1, len(bars))
    pieces = []
    for number, bar in enumerate(bars):
        base = height
        for kind, value in enumerate(bar):
            tall = height * value / most
            base -= tall
            if value:
                pieces.append(
                    Piece(kind, round(number * step, 2), round(base, 2), step - gap, round(tall, 2))
                )
    return pieces


def rows(bars: Sequence[Sequence[int]], width: float, line: float, gap: float = 4) -> list[Piece]:
    """Lying bars of stacked parts, one a line, as long as the longest fits."""
    most = max((sum(bar) for bar in bars), default=0) or 1
    pieces = []
    for number, bar in enumerate(bars):
        start = 0.0
        for kind, value in enumerate(bar):
            long = width * value / most
            if value:
                pieces.append(
                    Piece(kind, round(start, 2), number * line, round(long, 2), line - gap)
                )
            start += long
    return pieces


@dataclass(frozen=True)
class Node:
    """A point of a network, and where its label begins."""

    key: str
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Edge:
    """A line between two nodes, as thick as what it stands for."""

    x1: float
    y1: float
    x2: float
    y2: float
    thick: float


def network(
    edges: Sequence[tuple[str, str, str, str, int]], size: float
) -> tuple[list[Node], list[Edge]]:
    """Nodes on a circle, and the lines between them; an edge is (from, its label, to, its label,
    how many)."""
    labels: dict[str, str] = {}
    for start, start_label, end, end_label, _count in edges:
        labels.setdefault(start, start_label)
        labels.setdefault(end, end_label)
    middle, radius = size / 2, size / 2 - 30
    nodes = {}
    for number, (key, label) in enumerate(labels.items()):
        angle = 2 * math.pi * number / len(labels) - math.pi / 2
        x, y = middle + radius * math.cos(angle), middle + radius * math.sin(angle)
        nodes[key] = Node(key, label, round(x, 1), round(y, 1))
    most = max((count for *_rest, count in edges), default=1)
    lines = [
        Edge(
            nodes[start].x,
            nodes[start].y,
            nodes[end].x,
            nodes[end].y,
            round(1 + 7 * count / most, 1),
        )
        for start, _, end, _, count in edges
    ]
    return list(nodes.values()), lines
