"""`console`: what it prints, and what the program that opens the page is given."""

import gc
import stat
import sys
from urllib.parse import urlsplit

from tests.conftest import Cli

OPENER = """\
#!{python}
import sys, urllib.request
page = urllib.request.urlopen(sys.argv[1]).read().decode()
open("opened", "w").write(sys.argv[1] + " " + str("ecscli console" in page))
"""


def test_the_opener_finds_the_page_and_gets_a_token_of_its_own(sandbox: Cli) -> None:
    for name in ("open", "xdg-open"):
        file = sandbox.write(f"bin/{name}", OPENER.format(python=sys.executable))
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
    gc.disable()  # as the process of a command begins
    done = sandbox("console", "--idle", "1s", PATH=f"{sandbox.directory / 'bin'}")
    assert gc.isenabled()
    assert done.code == 0, done.err
    assert "No browser" not in done.err
    opened, is_answered = (sandbox.directory / "opened").read_text().split()
    assert is_answered == "True"
    given, printed = urlsplit(opened), urlsplit(done.out.strip())
    assert (given.netloc, given.path) == (printed.netloc, printed.path)
    assert given.fragment.startswith("t=")
    assert given.fragment != printed.fragment
