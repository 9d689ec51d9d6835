"""What a Dockerfile is known to put where, and what it leaves open."""

import pytest

from ecscli.compose.mounts.dockerfile import Contents, Copied, contents_of

NODE = """\
# syntax=docker/dockerfile:1
ARG TOP=/srv
FROM node:${VERSION:-20} AS base
WORKDIR /app
COPY package.json \\
     # the lock file
     package-lock.json ./
RUN <<EOF
COPY not /an/instruction
EOF

FROM base AS dev
ENV HOME_OF=/opt NAME="a b"
COPY --chown=node:node . .
ADD ["conf.json", "$HOME_OF/conf.json"]

FROM nginx
COPY --from=dev /app/dist /usr/share/nginx/html
"""


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (None, Contents(None, (Copied((), "/usr/share/nginx/html"),), "nginx")),
        (
            "base",
            Contents("/app", (Copied(("package.json", "package-lock.json"), "/app", True),)),
        ),
        (
            "DEV",
            Contents(
                "/app",
                (
                    Copied(("package.json", "package-lock.json"), "/app", True),
                    Copied((".",), "/app", True),
                    Copied(("conf.json",), "/opt/conf.json"),
                ),
            ),
        ),
        ("0", Contents("/app", (Copied(("package.json", "package-lock.json"), "/app", True),))),
        ("other", Contents()),
    ],
)
def test_the_stages_of_a_dockerfile(target: str | None, expected: Contents) -> None:
    assert contents_of(NODE, {}, target) == expected


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("FROM a\nWORKDIR work\n", ()),  # the base image has the directory that it starts from
        ("FROM scratch\nWORKDIR work\n", ("/work",)),
        ("FROM a\nWORKDIR /a\nWORKDIR b/../c\n", ("/a/c",)),
        ("FROM a\nWORKDIR $UNKNOWN/x\nCOPY . .\n", ()),
        ("FROM a\nCOPY . .\n", ()),
        ("FROM a\nCOPY . /x/\n", ("/x",)),
        ("FROM a\nARG D\nWORKDIR $D\n", ("/given",)),
        ("FROM a\nARG D=/default\nWORKDIR $D\n", ("/given",)),
        ("FROM a\nARG E=/default\nWORKDIR ${E}\n", ("/default",)),
        ("ARG E=/top\nFROM a\nARG E\nWORKDIR ${E}\n", ("/top",)),
        ("ARG E=/top\nFROM a\nWORKDIR ${E}\n", ()),
        ("FROM a\nENV D /old form\nWORKDIR $D\n", ("/old form",)),
        ("FROM a\nENV D=\nWORKDIR ${D:-/else}\n", ("/else",)),
        ("FROM a\nENV D=1\nWORKDIR ${D:+/set}\n", ("/set",)),
        ("FROM a\nCOPY <<EOF /etc/motd\nhello\nEOF\n", ("/etc/motd",)),
        ("# escape=`\nFROM a\nCOPY a `\n /b\n", ("/b",)),
        ("FROM a\nCOPY\nADD https://example.com/x /x\n", ("/x",)),
        ("", ()),
    ],
)
def test_places_that_are_filled(text: str, places: tuple[str, ...]) -> None:
    assert contents_of(text, {"D": "/given"}, None).places == places


@pytest.mark.parametrize(
    ("instruction", "name", "places"),
    [
        ("COPY . /app", "src/a.py", ["/app/src/a.py"]),
        ("COPY src /app", "src/a.py", ["/app/a.py"]),
        ("COPY src /app", "srcs/a.py", []),
        ("COPY a.py /app", "a.py", ["/app"]),
        ("COPY a.py /app/", "a.py", ["/app/a.py"]),
        ("COPY a.py b.py /app", "b.py", ["/app/b.py"]),
        ("COPY *.py /app/", "b.py", ["/app/b.py"]),
        ("COPY *.py /app/", "src/b.py", []),
        ("COPY /conf/ /etc/x", "conf/d/y", ["/etc/x/d/y"]),
        ("COPY --parents src /app", "src/a.py", []),
        ("COPY --from=build a.py /app/", "a.py", []),
    ],
)
def test_where_a_file_of_the_context_comes_to_lie(
    instruction: str, name: str, places: list[str]
) -> None:
    (copied,) = contents_of(f"FROM a\n{instruction}\n", {}, None).copied
    assert list(copied.places(name)) == places
