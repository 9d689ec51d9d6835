"""Requirements of a version, met and not met."""

import pytest

from ecscli.base.versions import satisfies


@pytest.mark.parametrize(
    ("requirement", "is_met"),
    [
        (">=0.2", True),
        (">=0.2.0, <1", True),
        (">0.2", False),
        ("<0.2", False),
        ("<=0.2", True),
        ("==0.2", True),
        ("0.2.0", True),
        ("0.2.1", False),
        ("!=0.2", False),
        ("~=0.1", True),
        ("~=0.1.5", False),
        ("~=0.2.0", True),
        (" >= 0.2 ,< 0.3 ", True),
        (">=0.10", False),
    ],
)
def test_a_version_meets_all_parts_or_does_not(requirement: str, is_met: bool) -> None:
    assert satisfies("0.2.0", requirement) == is_met


@pytest.mark.parametrize("requirement", ["", "newest", ">=", ">=0.2,", "=>0.2", "~=1", "1.2.3.4.5"])
def test_what_is_no_requirement_is_refused(requirement: str) -> None:
    with pytest.raises(ValueError, match=r"needs two numbers|is not a requirement"):
        satisfies("0.2.0", requirement)
