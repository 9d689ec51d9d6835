"""User data: an archive that cloud-init reads, and that a shell reads back as it was meant."""

import subprocess
from email import message_from_string
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecscli.cluster.model import Extra
from ecscli.cluster.template import userdata

BLOCKED = "echo ECS_AWSVPC_BLOCK_IMDS=true >> /etc/ecs/ecs.config"
ARCHIVE = """\
Content-Type: multipart/mixed; boundary="B"
MIME-Version: 1.0

preamble
--B
Content-Type: text/cloud-config

packages: [jq]
--B
Content-Type: text/x-shellscript
X-Note: hello

#!/bin/sh
true
--B--
"""


def parts(text: str) -> list[Message]:
    message = message_from_string(text)
    assert not message.defects
    assert message.get_content_type() == "multipart/mixed"
    return [part for part in message.get_payload() if isinstance(part, Message)]


def body(part: Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_the_script_joins_the_cluster() -> None:
    (script,) = parts(userdata.build("demo"))
    assert script.get_content_type() == "text/x-shellscript"
    lines = ["#!/bin/bash", "echo ECS_CLUSTER=demo >> /etc/ecs/ecs.config", BLOCKED, ""]
    assert body(script) == "\n".join(lines)


def test_the_same_input_gives_the_same_bytes_and_other_input_others() -> None:
    assert userdata.build("demo") == userdata.build("demo")
    assert userdata.build("demo") != userdata.build("other")


def test_spot_instances_drain_before_they_end() -> None:
    assert "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true" in userdata.build("demo", spot=True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("#!/bin/sh\ntrue\n", "text/x-shellscript"),
        ("#cloud-config\npackages: [jq]\n", "text/cloud-config"),
        ("#cloud-boothook\ntrue\n", "text/cloud-boothook"),
        ("#include\nhttps://example.com/x\n", "text/x-include-url"),
        ("just text\n", "text/plain"),
    ],
)
def test_a_part_says_what_it_is(text: str, kind: str) -> None:
    first, _ = parts(userdata.build("demo", [Extra("x", text)]))
    assert first.get_content_type() == kind
    assert body(first) == text


def test_the_parts_of_an_archive_are_taken_over_and_our_script_is_last() -> None:
    config, script, ours = parts(userdata.build("demo", [Extra("x", ARCHIVE)]))
    assert (config.get_content_type(), body(config)) == ("text/cloud-config", "packages: [jq]")
    assert (script["X-Note"], body(script)) == ("hello", "#!/bin/sh\ntrue")
    assert "ECS_CLUSTER" in body(ours)


def test_line_ends_of_windows_become_those_of_linux() -> None:
    first, _ = parts(userdata.build("demo", [Extra("x", "#!/bin/sh\r\ntrue\r\n")]))
    assert body(first) == "#!/bin/sh\ntrue\n"


@pytest.mark.parametrize(
    "text",
    [
        'Content-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: text/plain\n\nno end\n',
        "Content-Type: multipart/mixed\n\nno boundary\n",
    ],
)
def test_a_broken_archive_is_named_so(text: str) -> None:
    with pytest.raises(userdata.BrokenUserData, match="not a whole MIME archive"):
        userdata.parts_of(text)


def test_text_outside_ascii_travels_as_base64() -> None:
    text = "#!/bin/sh\necho Grüße, 世界\n"
    made = userdata.build("demo", [Extra("x", text)])
    assert made.isascii()
    first, _ = parts(made)
    assert body(first) == text


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=20), st.text(max_size=40), min_size=1, max_size=4
    ).filter(
        lambda tags: (
            not any("\x00" in word or "\r" in word for pair in tags.items() for word in pair)
        )
    )
)
def test_a_shell_reads_every_tag_back(tags: dict[str, str]) -> None:
    """Quotes, percent signs, dollars, backslashes and line ends cannot break out of the line."""
    import json

    script = userdata.joining_script("demo", list(tags.items()))
    written = script.replace(" >> /etc/ecs/ecs.config", "")
    out = subprocess.run(
        ["/bin/bash"], input=written, capture_output=True, text=True, check=True
    ).stdout
    line = out.removeprefix("ECS_CLUSTER=demo\nECS_AWSVPC_BLOCK_IMDS=true\n")
    assert json.loads(line.removeprefix("ECS_CONTAINER_INSTANCE_TAGS=")) == tags


SECRET = "{{resolve:secretsmanager:prod/db:SecretString:password}}"
INNER = f"""\
Content-Type: multipart/mixed; boundary="A"
MIME-Version: 1.0

--A
Content-Type: multipart/mixed; boundary="B"

--B
Content-Type: text/x-shellscript

#!/bin/sh
echo '{SECRET}'
--B--
--A--
"""


@pytest.mark.parametrize(
    "text",
    [
        f"#!/bin/sh\necho '{SECRET}'\n",
        ARCHIVE.replace("true", f"echo '{SECRET}'"),
        INNER,
    ],
)
def test_what_cloudformation_would_replace_reaches_the_instance_as_it_was_written(
    text: str,
) -> None:
    made = userdata.build("demo", [Extra("x", text)])
    assert "resolve:" not in made
    assert any(SECRET in body(part) for part in parts(made))


def test_a_header_that_cloudformation_would_replace_is_refused() -> None:
    with pytest.raises(userdata.BrokenUserData, match="a header has "):
        userdata.parts_of(ARCHIVE.replace("X-Note: hello", f"X-Note: {SECRET}"))
