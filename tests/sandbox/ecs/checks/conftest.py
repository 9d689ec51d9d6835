"""One ground for all rows of a file: they leave each other alone."""

from __future__ import annotations

import pytest

from tests.copies import Copies
from tests.sandbox.conftest import Sandbox
from tests.sandbox.ecs.checks.ground import Ground


@pytest.fixture(scope="module")
def ground(running: Sandbox, copies: Copies) -> Ground:
    copies.serve()
    return Ground(running)
