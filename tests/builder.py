"""A docker command whose buildx writes down what it is asked for, and builds nothing."""

from __future__ import annotations

import os
import sys

from tests.conftest import Cli

BUILDX = """\
#!{python}
import hashlib, json, os, pathlib, sys
seen = pathlib.Path(os.environ["HOME"], "seen")
seen.mkdir(exist_ok=True)
words = sys.argv[1:]
with open(seen / "calls", "a") as file:
    file.write(json.dumps(words) + "\\n")
if words[:2] == ["buildx", "version"]:
    print("github.com/docker/buildx v0.19.3 48d6a39")
    sys.exit(0)
if words[:2] != ["buildx", "bake"]:
    sys.exit(1)
(seen / "environment").write_text(json.dumps(dict(os.environ)))
(seen / "config").write_text(pathlib.Path(os.environ["DOCKER_CONFIG"], "config.json").read_text())
bake = json.loads(pathlib.Path(words[words.index("--file") + 1]).read_text())
secrets = [one for target in bake["target"].values() for one in target.get("secret", [])]
paths = [one.partition("src=")[2] for one in secrets]
texts = [pathlib.Path(path).read_text() for path in paths]
pushes = "--push" in words
for name in ("bake", "push" if pushes else "build"):
    (seen / name).write_text(json.dumps([bake, texts]))
print("#5 [web 2/2] RUN make", file=sys.stderr)
broken = pathlib.Path(os.environ["HOME"], "broken-push" if pushes else "broken")
if broken.exists():
    print(broken.read_text())
    sys.exit(1)

def push(tag):
    import boto3
    host, _, name = tag.partition("/")
    repository, _, label = name.rpartition(":")
    keys = dict(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
    ecr = boto3.client("ecr", endpoint_url="http://" + host, **keys)
    media = "application/vnd.docker.distribution.manifest.v2+json"
    empty = {{"mediaType": "application/vnd.docker.container.image.v1+json", "size": 2}}
    empty["digest"] = "sha256:" + hashlib.sha256(tag.encode()).hexdigest()
    manifest = {{"schemaVersion": 2, "mediaType": media, "config": empty, "layers": []}}
    manifest = json.dumps(manifest)
    request = dict(repositoryName=repository, imageTag=label, imageManifest=manifest)
    return ecr.put_image(**request)["image"]["imageId"]["imageDigest"]

digests = {{name: "sha256:" + "ab" * 32 for name in bake["target"]}}
if pushes and {reaches_ecr}:
    digests |= {{name: push(one["tags"][0]) for name, one in bake["target"].items()}}
metadata = {{name: {{"containerimage.digest": one}} for name, one in digests.items()}}
pathlib.Path(words[words.index("--metadata-file") + 1]).write_text(json.dumps(metadata))
"""


def pretend_to_build(cli: Cli, *, reaches_ecr: bool = False) -> None:
    """Put a docker command with such a buildx on the user's path. Where it `reaches_ecr`, the
    sandbox has the tags that it pushes."""
    text = BUILDX.format(python=sys.executable, reaches_ecr=reaches_ecr)
    program = cli.write("../programs/docker", text)
    program.chmod(0o755)
    path = f"{program.parent.resolve()}{os.pathsep}{os.environ['PATH']}"
    cli.environment["PATH"] = path
