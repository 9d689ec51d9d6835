"""An option that a command does not have: what to write instead, or whose option it is."""

import pytest

from tests.conftest import Cli


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("compose up -d", "ecscli never stays attached"),
        ("compose down -v", "volumes of tasks go with them"),
        ("compose ps -a", "containers that have stopped are listed already"),
        ("compose --profile x config", "--compose-profile chooses profiles of the Compose file"),
        ("compose service up --size 2", "it is an option of `ecscli up`"),
        ("compose service up --desired-cuont 2", "see ecscli compose service up --help"),
    ],
)
def test_an_option_of_another_command_is_answered_with_what_to_write(
    cli: Cli, words: str, hint: str
) -> None:
    done = cli(*words.split())
    assert done.code == 2
    assert hint in done.err
