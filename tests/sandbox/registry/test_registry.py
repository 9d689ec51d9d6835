"""The registry of the sandbox over HTTP: what is pushed is what ECR lists, uploads of every kind,
and what is refused."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import threading
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import pytest

from ecscli.sandbox.registry import tokens
from ecscli.sandbox.registry.blobs import Blobs
from ecscli.sandbox.registry.errors import RegistryError
from ecscli.sandbox.registry.lifecycle import DAY, Pushed, expired
from tests.sandbox.conftest import Sandbox, refused

IMAGE = "application/vnd.docker.distribution.manifest.v2+json"
INDEX = "application/vnd.oci.image.index.v1+json"


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class Answered:
    """An answer of the registry."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.data = answer.status, answer.headers, answer.read()

    @property
    def code(self) -> str:
        return str(json.loads(self.data)["errors"][0]["code"])


class Client:
    """What a Docker engine does: one login, requests below /v2/."""

    def __init__(self, sandbox: Sandbox, region: str = "us-east-1") -> None:
        ecr = sandbox.client("ecr", region)
        (granted,) = ecr.get_authorization_token()["authorizationData"]
        self.login, self.place = granted["authorizationToken"], urlsplit(granted["proxyEndpoint"])

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes] | None = None,
        **headers: str,
    ) -> Answered:
        given = {"Authorization": f"Basic {self.login}"} if self.login else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection(self.place.netloc, timeout=30)
        chunked = body is not None and not isinstance(body, bytes)
        connection.request(method, f"/v2/{path}", body, {**given, **named}, encode_chunked=chunked)
        with connection.getresponse() as answer:
            found = Answered(answer)
        connection.close()
        return found

    def push_blob(self, repository: str, data: bytes) -> str:
        digest = digest_of(data)
        done = self.ask("POST", f"{repository}/blobs/uploads/?digest={digest}", data)
        assert done.status == 201, done.data
        return digest

    def push(self, repository: str, tag: str, *layers: bytes) -> str:
        """Push an image of these layers; its digest."""
        manifest = self.manifest(repository, *layers)
        done = self.ask("PUT", f"{repository}/manifests/{tag}", manifest, Content_Type=IMAGE)
        assert done.status == 201, done.data
        return digest_of(manifest)

    def manifest(self, repository: str, *layers: bytes) -> bytes:
        for layer in (b"{}", *layers):
            self.push_blob(repository, layer)
        document = {
            "schemaVersion": 2,
            "mediaType": IMAGE,
            "config": {"digest": digest_of(b"{}"), "size": 2},
            "layers": [{"digest": digest_of(one), "size": len(one)} for one in layers],
        }
        return json.dumps(document).encode()


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    sandbox.client("ecr").create_repository(repositoryName="team/app")
    return Client(sandbox)


def details(sandbox: Sandbox, name: str = "team/app", **query: Any) -> list[dict[str, Any]]:
    answer = sandbox.client("ecr").describe_images(repositoryName=name, **query)
    return list(answer["imageDetails"])


def test_what_is_pushed_is_what_ecr_lists(sandbox: Sandbox, client: Client) -> None:
    digest = client.push("team/app", "v1", b"layer one", b"layer two")
    (found,) = details(sandbox)
    assert found["imageDigest"] == digest
    assert found["imageTags"] == ["v1"]
    assert found["imageSizeInBytes"] == 2 + 9 + 9
    assert client.push("team/app", "v2", b"layer one", b"layer two") == digest
    assert details(sandbox)[0]["imageTags"] == ["v1", "v2"]
    got = client.ask("GET", "team/app/manifests/v2")
    assert digest_of(got.data) == digest == got.headers["Docker-Content-Digest"]
    assert got.headers["Content-Type"] == IMAGE
    head = client.ask("HEAD", f"team/app/manifests/{digest}")
    assert (head.status, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(got.data))


def test_what_ecr_deletes_is_gone_from_the_registry(sandbox: Sandbox, client: Client) -> None:
    digest = client.push("team/app", "v1", b"layer")
    sandbox.client("ecr").batch_delete_image(
        repositoryName="team/app", imageIds=[{"imageDigest": digest}]
    )
    missing = client.ask("GET", "team/app/manifests/v1")
    assert (missing.status, missing.code) == (404, "MANIFEST_UNKNOWN")
    sandbox.client("ecr").delete_repository(repositoryName="team/app")
    missing = client.ask("GET", "team/app/tags/list")
    assert (missing.status, missing.code) == (404, "NAME_UNKNOWN")


def test_the_address_of_a_repository_is_the_sandboxs(sandbox: Sandbox, client: Client) -> None:
    (found,) = sandbox.client("ecr").describe_repositories()["repositories"]
    assert found["repositoryUri"] == f"{client.place.netloc}/team/app"


def test_a_tag_moves_and_leaves_the_older_image_without_one(
    sandbox: Sandbox, client: Client
) -> None:
    old = client.push("team/app", "latest", b"old")
    new = client.push("team/app", "latest", b"new")
    found = {one["imageDigest"]: one.get("imageTags") for one in details(sandbox)}
    assert found == {old: None, new: ["latest"]}
    untagged = sandbox.client("ecr").list_images(
        repositoryName="team/app", filter={"tagStatus": "UNTAGGED"}
    )
    assert [one["imageDigest"] for one in untagged["imageIds"]] == [old]
    assert client.ask("GET", f"team/app/manifests/{old}").status == 200


def test_an_immutable_tag_stays(sandbox: Sandbox) -> None:
    ecr = sandbox.client("ecr")
    ecr.create_repository(repositoryName="fixed", imageTagMutability="IMMUTABLE")
    client = Client(sandbox)
    digest = client.push("fixed", "v1", b"one")
    other = client.manifest("fixed", b"two")
    answer = client.ask("PUT", "fixed/manifests/v1", other, Content_Type=IMAGE)
    assert (answer.status, answer.code) == (400, "TAG_INVALID")
    assert b"cannot be overwritten because the tag is immutable" in answer.data
    code, _ = refused(
        ecr.put_image, repositoryName="fixed", imageTag="v1", imageManifest=other.decode()
    )
    assert code == "ImageTagAlreadyExistsException"
    assert [one["imageDigest"] for one in details(sandbox, "fixed")] == [digest]
    assert client.push("fixed", "v1", b"one") == digest, "the same image again changes nothing"


def test_a_lifecycle_policy_deletes_what_a_push_makes_too_many(
    sandbox: Sandbox, client: Client
) -> None:
    rule = {
        "rulePriority": 1,
        "selection": {
            "tagStatus": "untagged",
            "countType": "imageCountMoreThan",
            "countNumber": 1,
        },
        "action": {"type": "expire"},
    }
    sandbox.client("ecr").put_lifecycle_policy(
        repositoryName="team/app", lifecyclePolicyText=json.dumps({"rules": [rule]})
    )
    pushed = [client.push("team/app", "latest", bytes([number])) for number in range(4)]
    assert len(details(sandbox)) == 2
    assert pushed[-1] in {one["imageDigest"] for one in details(sandbox)}


def test_rules_of_a_policy_are_evaluated_by_priority() -> None:
    images = [Pushed(f"d{day}", ("v1",) if day < 3 else (), -day * DAY - 1.0) for day in range(6)]

    def rule(priority: int, **selection: Any) -> dict[str, Any]:
        return {"rulePriority": priority, "selection": selection}

    old = rule(2, tagStatus="any", countType="sinceImagePushed", countNumber=2)
    assert expired({"rules": [old]}, images, 0) == ["d2", "d3", "d4", "d5"]
    tagged = rule(
        1,
        tagStatus="tagged",
        tagPrefixList=["v"],
        countType="imageCountMoreThan",
        countNumber=3,
    )
    assert expired({"rules": [old, tagged]}, images, 0) == ["d3", "d4", "d5"]
    both = rule(
        1,
        tagStatus="tagged",
        tagPatternList=["v*", "w*"],
        countType="imageCountMoreThan",
        countNumber=1,
    )
    assert expired({"rules": [both]}, images, 0) == []


# ----------------------------------------------------------------------------------------- uploads


def test_an_upload_in_parts_can_be_asked_for_and_taken_up_again(client: Client) -> None:
    begun = client.ask("POST", "team/app/blobs/uploads/", b"")
    assert begun.status == 202
    place = begun.headers["Location"].removeprefix("/v2/")
    first = client.ask("PATCH", place, b"abcd", Content_Range="0-3")
    assert (first.status, first.headers["Range"]) == (202, "0-3")
    gap = client.ask("PATCH", place, b"x", Content_Range="9-9")
    assert (gap.status, gap.code) == (416, "RANGE_INVALID")
    assert client.ask("GET", place).headers["Range"] == "0-3"
    assert client.ask("PATCH", place, [b"ef", b"gh"]).headers["Range"] == "0-7", "in chunks"
    done = client.ask("PUT", f"{place}?digest={digest_of(b'abcdefghij')}", b"ij")
    assert done.status == 201
    whole = client.ask("GET", done.headers["Location"].removeprefix("/v2/"))
    assert (whole.status, whole.data) == (200, b"abcdefghij")
    assert client.ask("GET", place).code == "BLOB_UPLOAD_UNKNOWN"


def test_what_has_another_digest_is_no_layer(client: Client) -> None:
    wrong = digest_of(b"something else")
    answer = client.ask("POST", f"team/app/blobs/uploads/?digest={wrong}", b"layer")
    assert (answer.status, answer.code) == (400, "DIGEST_INVALID")
    assert client.ask("HEAD", f"team/app/blobs/{wrong}").status == 404


def test_an_upload_can_be_cancelled(client: Client) -> None:
    place = client.ask("POST", "team/app/blobs/uploads/", b"").headers["Location"]
    place = place.removeprefix("/v2/")
    assert client.ask("DELETE", place).status == 204
    assert client.ask("PATCH", place, b"x").code == "BLOB_UPLOAD_UNKNOWN"


def test_a_part_of_a_layer_is_given(client: Client) -> None:
    digest = client.push_blob("team/app", b"0123456789")
    part = client.ask("GET", f"team/app/blobs/{digest}", Range="bytes=2-4")
    assert (part.status, part.data) == (206, b"234")
    assert part.headers["Content-Range"] == "bytes 2-4/10"
    assert client.ask("GET", f"team/app/blobs/{digest}", Range="bytes=7-").data == b"789"
    assert client.ask("GET", f"team/app/blobs/{digest}", Range="bytes=10-").status == 416


def test_a_layer_is_mounted_from_another_repository(sandbox: Sandbox, client: Client) -> None:
    sandbox.client("ecr").create_repository(repositoryName="other")
    digest = client.push_blob("team/app", b"shared")
    assert client.ask("HEAD", f"other/blobs/{digest}").status == 404, "not before"
    mounted = client.ask("POST", f"other/blobs/uploads/?mount={digest}&from=team/app", b"")
    assert mounted.status == 201
    assert client.ask("GET", f"other/blobs/{digest}").data == b"shared"
    unknown = digest_of(b"unknown")
    begun = client.ask("POST", f"other/blobs/uploads/?mount={unknown}&from=team/app", b"")
    assert begun.status == 202, "an upload begins instead"


def test_pushes_side_by_side_all_arrive(sandbox: Sandbox, client: Client) -> None:
    def push(number: int) -> None:
        client.push("team/app", f"v{number}", b"shared" * 10000, bytes([number]) * 10000)

    threads = [threading.Thread(target=push, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["imageTags"][0] for one in details(sandbox)) == [f"v{n}" for n in range(8)]


def test_a_list_of_images_needs_its_images(sandbox: Sandbox, client: Client) -> None:
    def index(digest: str) -> bytes:
        entry = {"digest": digest, "size": 1, "mediaType": IMAGE}
        return json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode()

    missing = client.ask(
        "PUT", "team/app/manifests/all", index(digest_of(b"no")), Content_Type=INDEX
    )
    assert missing.code == "MANIFEST_BLOB_UNKNOWN"
    digest = client.push("team/app", "one", b"layer")
    done = client.ask("PUT", "team/app/manifests/all", index(digest), Content_Type=INDEX)
    assert done.status == 201
    assert {tag for one in details(sandbox) for tag in one["imageTags"]} == {"one", "all"}


def test_names_are_given_page_by_page(client: Client) -> None:
    for tag in ("a", "b", "c"):
        client.push("team/app", tag, b"layer")
    first = client.ask("GET", "team/app/tags/list?n=2")
    assert json.loads(first.data) == {"name": "team/app", "tags": ["a", "b"]}
    assert first.headers["Link"] == '</v2/team/app/tags/list?n=2&last=b>; rel="next"'
    last = client.ask("GET", "team/app/tags/list?n=2&last=b")
    assert json.loads(last.data)["tags"] == ["c"]
    assert json.loads(client.ask("GET", "_catalog").data) == {"repositories": ["team/app"]}


# ----------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "team/app/manifests/../../../server.json", "NAME_INVALID"),
        ("GET", "../../server.json", "NAME_INVALID"),
        ("GET", "team/app/blobs/..%2F..%2F..%2Fserver.json", "NAME_INVALID"),
        ("GET", "team/app/blobs/sha256:..", "BLOB_UNKNOWN"),
        ("GET", "team/app/blobs/uploads/../../../server.json", "NAME_INVALID"),
        ("PATCH", "team/app/blobs/uploads/" + "0" * 32, "BLOB_UPLOAD_UNKNOWN"),
        ("PUT", "Team/App/manifests/v1", "NAME_INVALID"),
        ("PUT", "team/app/manifests/v1", "MANIFEST_INVALID"),
        ("PUT", "nothing/manifests/v1", "NAME_UNKNOWN"),
        ("DELETE", "team/app/manifests/v1", "UNSUPPORTED"),
        ("POST", "team/app/blobs/uploads/?digest=sha256:..", "DIGEST_INVALID"),
    ],
)
def test_bad_requests_are_answered_with_the_codes_of_the_specification(
    client: Client, method: str, path: str, code: str
) -> None:
    answer = client.ask(method, path, b"" if method != "GET" else None)
    assert answer.code == code, answer.data
    assert answer.headers["Docker-Distribution-Api-Version"] == "registry/2.0"


def test_bad_manifests_are_refused(client: Client) -> None:
    def put(data: bytes, kind: str = IMAGE, reference: str = "v1") -> str:
        path = f"team/app/manifests/{reference}"
        return client.ask("PUT", path, data, Content_Type=kind).code

    good = client.manifest("team/app", b"layer")
    assert put(b"{") == put(b"[]") == put(b'{"schemaVersion": 1}') == "MANIFEST_INVALID"
    assert put(b'{"schemaVersion": 2, "layers": [1]}') == "MANIFEST_INVALID"
    assert put(good, "text/plain") == "MANIFEST_INVALID"
    assert put(good, reference=digest_of(b"other")) == "DIGEST_INVALID"
    assert put(good, reference="-bad") == "TAG_INVALID"
    assert put(good.replace(b"9" if b"9" in good else b"8", b"7", 1)) in (
        "MANIFEST_BLOB_UNKNOWN",
        "MANIFEST_INVALID",
    )
    assert put(b" " * (4 * 1024 * 1024 + 1)) == "SIZE_INVALID"


def test_nobody_is_answered_without_a_token_of_this_sandbox(client: Client) -> None:
    for login in ("", base64.b64encode(b"AWS:123456789012-auth-token").decode(), "???"):
        client.login = login
        answer = client.ask("GET", "")
        assert (answer.status, answer.code) == (401, "UNAUTHORIZED")
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_a_token_opens_the_registry_of_its_region_alone(sandbox: Sandbox, client: Client) -> None:
    client.push("team/app", "v1", b"layer")
    there = Client(sandbox, "eu-west-1")
    assert there.ask("GET", "team/app/tags/list").code == "NAME_UNKNOWN"


def test_a_token_expires_and_cannot_be_changed() -> None:
    made = tokens.password("123456789012", "us-east-1", now=0)

    def header(password: str, user: str = "AWS") -> str:
        return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"

    found = tokens.granted(header(made), now=tokens.LASTING - 1)
    assert found is not None
    assert (found.account, found.region) == ("123456789012", "us-east-1")
    assert tokens.granted(header(made), now=tokens.LASTING + 1) is None
    assert tokens.granted(header(made, "root"), now=0) is None
    assert tokens.granted(header("x" + made), now=0) is None
    assert tokens.granted(f"Bearer {made}", now=0) is None


def test_a_web_page_does_not_reach_the_registry(client: Client) -> None:
    assert client.ask("GET", "", Origin="http://example.com").status == 403
    assert client.ask("GET", "", Host="example.com").status == 403


def test_blobs_are_bounded_and_what_was_cancelled_counts_no_more(tmp_path: Any) -> None:
    import io

    blobs = Blobs(tmp_path / "blobs", limit=10)
    upload = blobs.begin("mine")
    with pytest.raises(RegistryError) as caught:
        blobs.append(upload, io.BytesIO(b"x" * 11))
    assert caught.value.code == "DENIED"
    blobs.cancel(upload)
    for data in (b"12345", b"67890"):
        upload = blobs.begin("mine")
        blobs.append(upload, io.BytesIO(data))
        blobs.finish(upload, digest_of(data))
    with pytest.raises(RegistryError):
        blobs.append(blobs.begin("mine"), io.BytesIO(b"x"))
    with pytest.raises(RegistryError):
        blobs.upload(blobs.begin("mine").id, "somebody else")
    blobs.keep({digest_of(b"12345")})
    assert blobs.size(digest_of(b"67890")) is None
    assert b"".join(blobs.read(digest_of(b"12345"), 1, 3)) == b"234"
    assert blobs.append(blobs.begin("mine"), io.BytesIO(b"x")) == 1


def test_a_link_in_the_place_of_the_layers_is_not_followed(tmp_path: Any) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").touch()
    (tmp_path / "blobs").symlink_to(tmp_path / "elsewhere")
    Blobs(tmp_path / "blobs")
    assert sorted(one.name for one in (tmp_path / "elsewhere").iterdir()) == ["kept"]


def test_files_of_others_in_the_place_of_the_layers_stay(tmp_path: Any) -> None:
    for folder in ("", "sha256", "uploads"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "thesis.txt").write_text("mine")
    (tmp_path / "sha256" / ("a" * 64)).write_text("a layer of the last run")
    Blobs(tmp_path).clear()
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.txt"))
    assert left == ["sha256/thesis.txt", "thesis.txt", "uploads/thesis.txt"]
    assert not (tmp_path / "sha256" / ("a" * 64)).exists()
