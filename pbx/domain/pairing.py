"""The best pairs of two sides: the most of them, and of all such ways the cheapest. Pure."""

from collections.abc import Callable, Iterable, Sequence

Pair = tuple[int, int]
"""Indexes of one side and the other."""
LARGE = 150
"""Members of one group for `best`, whose time grows with their cube."""


def groups(edges: Iterable[Pair]) -> list[list[Pair]]:
    """Edges that hang together."""
    parent: dict[tuple[int, int], tuple[int, int]] = {}

    def root(node: tuple[int, int]) -> tuple[int, int]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    pairs = list(edges)
    for i, j in pairs:
        a, b = root((0, i)), root((1, j))
        if a != b:
            parent[b] = a
    groups: dict[tuple[int, int], list[Pair]] = {}
    for i, j in pairs:
        groups.setdefault(root((0, i)), []).append((i, j))
    return list(groups.values())


def best(mine: Sequence[int], other: Sequence[int], costs: dict[Pair, int]) -> list[Pair]:
    """The most pairs for the least cost (Kuhn and Munkres, with potentials)."""
    swapped = len(mine) > len(other)
    rows, columns = (other, mine) if swapped else (mine, other)
    none = sum(costs.values()) + 1
    """Dearer than all pairs together: a row goes without only where it must."""

    def cost(r: int, c: int) -> int:
        pair = (columns[c], rows[r]) if swapped else (rows[r], columns[c])
        return costs.get(pair, none)

    assigned = _assignment(len(rows), len(columns), cost)
    pairs = [
        (columns[c], rows[r]) if swapped else (rows[r], columns[c]) for r, c in enumerate(assigned)
    ]
    return [pair for pair in pairs if pair in costs]


def _assignment(rows: int, columns: int, cost: Callable[[int, int], int]) -> list[int]:
    """For each row its column, together the cheapest; `rows` <= `columns`."""
    u, v = [0] * (rows + 1), [0] * (columns + 1)
    row_of, way = [0] * (columns + 1), [0] * (columns + 1)
    for row in range(1, rows + 1):
        row_of[0], column = row, 0
        least: list[int | None] = [None] * (columns + 1)
        used = [False] * (columns + 1)
        while row_of[column]:
            used[column] = True
            here, delta, following = row_of[column], -1, 0
            for c in range(1, columns + 1):
                if used[c]:
                    continue
                reduced = cost(here - 1, c - 1) - u[here] - v[c]
                known = least[c]
                if known is None or reduced < known:
                    least[c], way[c], known = reduced, column, reduced
                if delta < 0 or known < delta:
                    delta, following = known, c
            for c in range(columns + 1):
                if used[c]:
                    u[row_of[c]] += delta
                    v[c] -= delta
                elif (known := least[c]) is not None:
                    least[c] = known - delta
            column = following
        while column:
            row_of[column] = row_of[way[column]]
            column = way[column]
    found = [0] * rows
    for c in range(1, columns + 1):
        if row_of[c]:
            found[row_of[c] - 1] = c - 1
    return found


def in_order(mine: Sequence[int], other: Sequence[int], costs: dict[Pair, int]) -> list[Pair]:
    """The most pairs for the least cost that do not cross in time."""
    table = [[(0, 0)] * (len(other) + 1)]
    for i in mine:
        before, row = table[-1], [(0, 0)]
        for c, j in enumerate(other):
            most = max(before[c + 1], row[c])
            if (cost := costs.get((i, j))) is not None:
                count, saved = before[c]
                most = max(most, (count + 1, saved - cost))
            row.append(most)
        table.append(row)
    found: list[Pair] = []
    r, c = len(mine), len(other)
    while r and c:
        if table[r][c] == table[r - 1][c]:
            r -= 1
        elif table[r][c] == table[r][c - 1]:
            c -= 1
        else:
            r, c = r - 1, c - 1
            found.append((mine[r], other[c]))
    return found
