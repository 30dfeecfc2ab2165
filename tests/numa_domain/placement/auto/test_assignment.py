# SPDX-License-Identifier: Apache-2.0
"""Matchings: found where there are any, cheapest, and the rows that prove there is none."""

from __future__ import annotations

import random

import pytest

from numa_domain.placement.auto.assignment import (
    MUST,
    NEVER,
    cheapest,
    hall_violation,
    match,
    matching_size,
    transposed,
)


def test_match_gives_each_row_a_column() -> None:
    assert match([0b011, 0b001]) == [1, 0]
    assert match([]) == []


def test_match_moves_rows_along_a_path() -> None:
    # each row could have the column of the one before; the last has column 0 only
    edges = [0b00011, 0b00110, 0b01100, 0b11000, 0b00001]
    assert match(edges) == [1, 2, 3, 4, 0]


def test_match_of_rivals_is_none() -> None:
    assert match([0b01, 0b01]) is None
    assert match([0b1, 0b0]) is None


@pytest.mark.parametrize(
    ("edges", "count"), [([], 0), ([0b01, 0b01], 1), ([0, 0b10, 0b11], 2), ([0b111] * 4, 3)]
)
def test_matched_counts_the_most_rows(edges: list[int], count: int) -> None:
    assert matching_size(edges) == count


def test_transposed_gives_the_rows_of_each_column() -> None:
    assert transposed([0b011, 0b110], 4) == (0b01, 0b11, 0b10, 0b00)


def test_hall_violation_names_rows_and_their_columns() -> None:
    assert hall_violation([0b0011, 0b1100, 0b0011, 0b0001]) == ([0, 2, 3], 0b0011)
    assert hall_violation([0b01, 0b00]) == ([1], 0)
    assert hall_violation([0b01, 0b10]) == ([], 0)


def test_hall_violation_proves_itself() -> None:
    chance = random.Random(1)
    seen = 0
    for _ in range(2000):
        edges = [chance.getrandbits(6) & chance.getrandbits(6) for _ in range(5)]
        rows, columns = hall_violation(edges)
        assert (match(edges) is None) == bool(rows)
        if rows:
            seen += 1
            assert all(edges[row] & ~columns == 0 for row in rows)
            assert bin(columns).count("1") < len(rows)
    assert seen


def test_cheapest_is_the_least_sum() -> None:
    assert cheapest([[4, 1, 3], [2, 0, 5]]).columns == [1, 0]


def test_cheapest_takes_no_forbidden_pair_if_it_need_not() -> None:
    assert cheapest([[0, NEVER], [0, 9]]).columns == [0, 1]
    assert cheapest([[NEVER, 5, 1], [NEVER, 1, NEVER], [7, 1, NEVER]]).columns == [2, 1, 0]


def test_cheapest_uses_columns_that_it_must() -> None:
    costs = [[0, 0, 50 - MUST], [0, 0, 70 - MUST]]
    assert cheapest(costs).columns[0] == 2


def test_cheapest_is_exact_beyond_floating_point() -> None:
    big = 1 << 100
    assert cheapest([[big + 1, big], [big, big + 2]]).columns == [1, 0]


def test_cheapest_equals_a_solver_and_its_potentials_prove_it() -> None:
    numpy = pytest.importorskip("numpy", reason="missing: numpy, which scipy brings")
    optimize = pytest.importorskip("scipy.optimize", reason="missing: scipy, from the extra `test`")
    chance = random.Random(2)
    for _ in range(500):
        rows, more = chance.randint(1, 7), chance.randint(0, 4)
        costs = [[chance.randint(-9, 9) for _ in range(rows + more)] for _ in range(rows)]
        proof = cheapest(costs)
        total = sum(costs[row][column] for row, column in enumerate(proof.columns))
        best = numpy.array(costs)[optimize.linear_sum_assignment(numpy.array(costs))].sum()
        assert total == best
        assert len(set(proof.columns)) == rows
        for row, of_row in enumerate(costs):
            for column, cost in enumerate(of_row):
                bound = proof.rows_potential[row] + proof.columns_potential[column]
                assert cost >= bound
                if proof.columns[row] == column:
                    assert cost == bound
        assert all(potential <= 0 for potential in proof.columns_potential)
