"""Numbers that no option means: refused before anything is called or started."""

import pytest

from tests.conftest import Cli


@pytest.mark.parametrize("pace", ["nan", "inf", "-1"])
def test_a_sandbox_has_a_finite_pace(cli: Cli, pace: str) -> None:
    refused = cli("sandbox", "start", f"--pace={pace}")
    assert refused.code == 2
    assert "--pace" in refused.err
    assert "No sandbox runs" in cli("sandbox", "status").out


def test_a_count_that_the_api_cannot_take_is_refused(cli: Cli) -> None:
    refused = cli("compose", "service", "up", "--desired-count", "2147483648")
    assert refused.code == 2
    assert "--desired-count" in refused.err
