"""The ground of the call tables: a proxy before the sandbox that fails on request, and a census of
what exists."""

import http.client
import json
import socket
import struct
import threading
import urllib.parse
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from botocore.session import Session

from ecscli.sandbox.wire import Call, call_of

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
XML = ("ec2", "cloudformation", "iam", "autoscaling", "elasticloadbalancing", "sts", "route53")
READS = ("Describe", "List", "Get", "Batch", "Filter", "Simulate")
SECRET = "markersecretkey0123456789markersecretkey"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIASTRENGTHMARKER1", "AWS_SECRET_ACCESS_KEY": SECRET}


class Fault(NamedTuple):
    """What happens to an action: how it is told by services of three kinds, how often, and the code
    of the command."""

    json: str
    query: str
    ec2: str
    code: int
    status: int = 400


FAULTS = {
    "throttled": Fault("ThrottlingException", "Throttling", "RequestLimitExceeded", 1),
    "denied": Fault("AccessDeniedException", "AccessDenied", "UnauthorizedOperation", 4, 403),
    "expired": Fault("ExpiredTokenException", "ExpiredToken", "RequestExpired", 4, 403),
}
# EFS names its operations by method and path
OF_EFS = {
    ("GET", "file-systems"): "DescribeFileSystems",
    ("GET", "mount-targets"): "DescribeMountTargets",
    ("GET", "access-points"): "DescribeAccessPoints",
    ("DELETE", "file-systems"): "DeleteFileSystem",
}
PAGE = b"<!DOCTYPE html><html><body>Sign in</body></html>"
KINDS = (*FAULTS, "page", "empty", "lost")


def is_read(name: str) -> bool:
    """Whether `service:Action` only reads."""
    return name.partition(":")[2].startswith(READS)


def refusal(call: Call, kind: str) -> tuple[int, str, bytes]:
    """Status, media type and body of an error in the words of the call's service."""
    fault, message = FAULTS[kind], "no: refused by the test"
    if call.service == "ec2":
        inner = f"<Error><Code>{fault.ec2}</Code><Message>{message}</Message></Error>"
        return fault.status, "text/xml", f"<Response><Errors>{inner}</Errors></Response>".encode()
    if call.service in XML:
        code = f"<Code>{fault.query}</Code><Message>{message}</Message>"
        inner = f"<Error><Type>Sender</Type>{code}</Error>"
        return fault.status, "text/xml", f"<ErrorResponse>{inner}</ErrorResponse>".encode()
    body = json.dumps({"__type": fault.json, "message": message}).encode()
    return 400, "application/x-amz-json-1.1", body


def operation_of(call: Call, method: str, path: str) -> str:
    """The operation; that of a service whose operations have paths where it is known."""
    _, _, resource, *_ = [*urllib.parse.urlsplit(path).path.split("/"), "", ""]
    return call.operation or OF_EFS.get((method, resource)) or method


class Quiet(ThreadingHTTPServer):
    """A server to which a caller that hangs up is no error."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Silent."""


class Proxy:
    """Forwards to the sandbox under its own Host. `strike` says which action fails, and how, from
    then on."""

    def __init__(self, upstream: str) -> None:
        self.netloc = urllib.parse.urlsplit(upstream).netloc
        self.calls: list[str] = []
        # what somebody else does just before a call
        self.before: Callable[[str], None] = lambda name: None
        self._target, self._kind, self._struck = "", "", 0
        self._lock = threading.Lock()
        self._server = Quiet(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def strike(self, action: str = "", kind: str = "") -> None:
        """Forget what was called, and let `service:Action` fail: for ever, or once where its answer
        is lost."""
        with self._lock:
            self._target, self._kind, self._struck, self.calls = action, kind, 0, []

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def fate(self, name: str) -> str:
        """What becomes of this call: a kind of fault, or nothing."""
        with self._lock:
            self.calls.append(name)
            struck = name == self._target or (self._kind == "expired" and self._struck > 0)
            if not struck or (self._kind == "lost" and self._struck):
                return ""
            self._struck += 1
            return self._kind

    def _handler(proxy) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Silent."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = call_of(headers, body) or Call("", self.path, "", "", body, "")
                name = f"{call.service}:{operation_of(call, self.command, self.path)}"
                proxy.before(name)
                fate = proxy.fate(name)
                if fate in FAULTS:
                    self.send(*refusal(call, fate))
                elif fate == "page":
                    self.send(200, "text/html; charset=utf-8", PAGE)
                elif fate == "empty":
                    self.send(200, "application/x-amz-json-1.1", b"{}")
                else:
                    status, sent, content = proxy.forward(self.command, self.path, headers, body)
                    self.cut() if fate == "lost" else self.send(status, sent, content)

            do_GET = do_DELETE = do_POST

            def send(self, status: int, media: str, content: bytes) -> None:
                self.send_response_only(status)
                for line in media.split("\n"):
                    name, _, value = line.rpartition(": ")
                    self.send_header(name or "Content-Type", value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def cut(self) -> None:
                """A reset, not a polite end."""
                self.close_connection = True
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                self.connection.close()

            def finish(self) -> None:
                try:
                    super().finish()
                except OSError:
                    return

        return Handler

    def forward(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, str, bytes]:
        """The sandbox's answer: status, header lines, body."""
        upstream = http.client.HTTPConnection(self.netloc, timeout=60)
        try:
            sent = {name: value for name, value in headers.items() if name not in HOP_BY_HOP}
            upstream.request(method, path, body=body, headers=sent)
            answer = upstream.getresponse()
            kept = [
                (name, value)
                for name, value in answer.getheaders()
                if name.lower() not in HOP_BY_HOP
            ]
            return (
                answer.status,
                "\n".join(f"{name}: {value}" for name, value in kept),
                answer.read(),
            )
        finally:
            upstream.close()


class Census:
    """What exists in the sandbox, in counts and states that do not depend on names made at
    random."""

    def __init__(self, url: str) -> None:
        self._url, self._session, self._clients = url, Session(), dict[str, Any]()

    def client(self, service: str) -> Any:
        if service not in self._clients:
            keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
            self._clients[service] = self._session.create_client(
                service, region_name="us-east-1", endpoint_url=self._url, **keys
            )
        return self._clients[service]

    def take(self) -> dict[str, Any]:
        stacks = self.client("cloudformation").describe_stacks()["Stacks"]
        return {
            **self._clusters(),
            "revisions": self._revisions(),
            "stacks": sorted(f"{stack['StackName']} {stack['StackStatus']}" for stack in stacks),
            "secrets": sorted(
                one["Name"] for one in self.client("secretsmanager").list_secrets()["SecretList"]
            ),
            "roles": sorted(
                one["RoleName"].split("-")[0] for one in self.client("iam").list_roles()["Roles"]
            ),
            "policies": sorted(
                one["PolicyName"]
                for one in self.client("iam").list_policies(Scope="Local")["Policies"]
            ),
            "networks": len(self.client("ec2").describe_vpcs()["Vpcs"]),
            "logs": sorted(
                f"{one['logGroupName']} {one.get('retentionInDays')}"
                for one in self.client("logs").describe_log_groups()["logGroups"]
            ),
            "names": len(self.client("servicediscovery").list_services()["Services"]),
            "file systems": len(self.client("efs").describe_file_systems()["FileSystems"]),
            "images": sorted(
                one["repositoryName"]
                for one in self.client("ecr").describe_repositories()["repositories"]
            ),
        }

    def _clusters(self) -> dict[str, Any]:
        ecs, found = self.client("ecs"), dict[str, Any]()
        for arn in ecs.list_clusters()["clusterArns"]:
            name = arn.rpartition("/")[2]
            services = ecs.list_services(cluster=arn)["serviceArns"]
            for one in (
                ecs.describe_services(cluster=arn, services=services)["services"]
                if services
                else ()
            ):
                found[f"service {name}/{one['serviceName']}"] = (one["status"], one["desiredCount"])
            tasks = ecs.list_tasks(cluster=arn)["taskArns"]
            running = ecs.describe_tasks(cluster=arn, tasks=tasks)["tasks"] if tasks else []
            found[f"tasks {name}"] = dict(Counter(one["group"] for one in running))
            found[f"instances {name}"] = len(
                ecs.list_container_instances(cluster=arn)["containerInstanceArns"]
            )
        return found

    def _revisions(self) -> dict[str, int]:
        arns = [
            arn
            for status in ("ACTIVE", "INACTIVE")
            for arn in self.client("ecs").list_task_definitions(status=status)["taskDefinitionArns"]
        ]
        return dict(Counter(arn.rpartition("/")[2].split(":")[0] for arn in arns))


Step = str | Callable[["Census"], None]
