"""From a Dockerfile to a page: an image is built, pushed to the sandbox's registry, deployed from
there, and a client's container fetches from it."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox, refused
from tests.sandbox.docker.conftest import IMAGE, SH, running, stopped
from tests.sandbox.docker.test_real_tasks import ROLE, SIZE, container, fargate, lines, logged

DOCKERFILE = f"""\
FROM {IMAGE}
ENV PAGE=built
CMD ["/bin/busybox", "sh", "-c", "echo $PAGE > /index.html; exec /bin/busybox httpd -f -p 80 -h /"]
"""

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def built(engine: Any, name: str) -> None:
    engine.images.build(fileobj=io.BytesIO(DOCKERFILE.encode()), tag=name, rm=True)


def pushed(sandbox: Sandbox, engine: Any, name: str) -> str:
    """Push an image as `docker push` does after a login; its digest."""
    (granted,) = sandbox.client("ecr").get_authorization_token()["authorizationData"]
    user, _, word = base64.b64decode(granted["authorizationToken"]).decode().partition(":")
    login = {"username": user, "password": word}
    found = ""
    for message in engine.images.push(name, auth_config=login, stream=True, decode=True):
        assert "error" not in message, message
        found = message.get("aux", {}).get("Digest", found)
    return found


def test_an_image_is_built_pushed_deployed_and_answers(sandbox: Sandbox, engine: Any) -> None:
    ecr = sandbox.client("ecr")
    address = ecr.create_repository(repositoryName="shop/web")["repository"]["repositoryUri"]
    image = f"{address}:v1"
    built(engine, image)
    digest = pushed(sandbox, engine, image)
    (found,) = ecr.describe_images(repositoryName="shop/web")["imageDetails"]
    assert (found["imageDigest"], found["imageTags"]) == (digest, ["v1"])
    assert found["imageSizeInBytes"] > 100_000, "that of the layers"
    engine.images.remove(image, force=True)
    in_ecr = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web@{digest}"
    for name in (image, in_ecr):
        web = {"name": "web", "image": name, "portMappings": [{"containerPort": 80}]}
        definition = sandbox.definition(
            containers=[{**web, "stopTimeout": 2}], executionRoleArn=ROLE, **SIZE
        )
        task = running(sandbox, sandbox.run(definition, **fargate(sandbox)))
        host = task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"]
        fetch = f"until /bin/busybox wget -qO- http://{host}/; do /bin/busybox sleep 1; done"
        group = f"fetched-{len(name)}"
        asking = container("ask", fetch, **logged(sandbox, group))
        client = sandbox.definition(
            family="client", containers=[asking], executionRoleArn=ROLE, **SIZE
        )
        stopped(sandbox, sandbox.run(client, **fargate(sandbox)))
        assert "built" in lines(sandbox, group)
    engine.images.remove(image, force=True)


def test_an_image_that_was_deleted_is_not_deployed(sandbox: Sandbox, engine: Any) -> None:
    """The engine has it, and AWS would ask the registry all the same."""
    ecr = sandbox.client("ecr")
    address = ecr.create_repository(repositoryName="gone")["repository"]["repositoryUri"]
    built(engine, f"{address}:v1")
    pushed(sandbox, engine, f"{address}:v1")
    ecr.batch_delete_image(repositoryName="gone", imageIds=[{"imageTag": "v1"}])
    definition = sandbox.definition(containers=[{"image": f"{address}:v1", "command": [*SH, ""]}])
    ended = stopped(sandbox, sandbox.run(definition))
    assert ended["stoppedReason"].startswith("CannotPullContainerError: ")
    assert "not found" in ended["stoppedReason"] or "unknown" in ended["stoppedReason"]
    engine.images.remove(f"{address}:v1", force=True)


def test_an_immutable_tag_is_not_pushed_again(sandbox: Sandbox, engine: Any) -> None:
    ecr = sandbox.client("ecr")
    made = ecr.create_repository(repositoryName="fixed", imageTagMutability="IMMUTABLE")
    image = f"{made['repository']['repositoryUri']}:v1"
    built(engine, image)
    pushed(sandbox, engine, image)
    engine.images.get(IMAGE).tag(image)
    with pytest.raises(AssertionError, match="tag invalid"):
        pushed(sandbox, engine, image)
    code, _ = refused(ecr.describe_images, repositoryName="fixed", imageIds=[{"imageTag": "v2"}])
    assert code == "ImageNotFoundException"
    engine.images.remove(image, force=True)
