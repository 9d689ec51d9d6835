"""cfn-lint with its rules loaded once a process: they take longer to load than a template to
check."""

from functools import cache
from typing import Any


@cache
def _rules() -> Any:
    from cfnlint.core import get_rules

    return get_rules([], [], ["I", "W", "E"])


def lint(template: str, region: str) -> list[str]:
    """What every rule, informational ones too, says of a template in YAML or JSON."""
    from cfnlint.api import lint

    return [f"{match.rule.id} {match.message}" for match in lint(template, _rules(), [region])]
