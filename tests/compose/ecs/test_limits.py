"""The limits of ECS as data, compared with the tables of AWS's documentation."""

from itertools import pairwise

import pytest

from ecscli.compose.ecs.limits import FARGATE_SIZES

GIB = 1024  # MiB


@pytest.mark.parametrize(
    ("cpu", "least", "most", "step"),
    [
        (512, 1 * GIB, 4 * GIB, GIB),
        (1024, 2 * GIB, 8 * GIB, GIB),
        (2048, 4 * GIB, 16 * GIB, GIB),
        (4096, 8 * GIB, 30 * GIB, GIB),
        (8192, 16 * GIB, 60 * GIB, 4 * GIB),
        (16384, 32 * GIB, 120 * GIB, 8 * GIB),
    ],
)
def test_fargate_offers_the_memory_of_its_documentation(
    cpu: int, least: int, most: int, step: int
) -> None:
    offered = sorted(FARGATE_SIZES[cpu])
    assert (offered[0], offered[-1]) == (least, most)
    assert {high - low for low, high in pairwise(offered)} == {step}


def test_the_smallest_fargate_task_has_three_sizes_of_memory() -> None:
    assert sorted(FARGATE_SIZES) == [256, 512, 1024, 2048, 4096, 8192, 16384]
    assert sorted(FARGATE_SIZES[256]) == [512, 1024, 2048]
