"""The daily commands against an endpoint that answers from a tape, with 0 and 50 ms a call and over
TLS: wall, processor, peak memory, calls and sequential rounds; beside them boto3, the AWS CLI and
ecs-deploy doing the nearest thing.

`ECSCLI_BEFORE=/PATH/TO/ecscli` adds the ratio to another version in the same rounds, and
`BENCH_ROUNDS`, `BENCH_TASKS` and `BENCH_ROWS` say how often, with how many tasks, and which rows
(parts of their names).
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.compare import Used, median_ratio, programs, used
from bench.recording import Endpoint, Tape, rounds
from ecscli.sandbox import process
from ecscli.sandbox.balancers.tls import signed

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
ROWS = os.environ.get("BENCH_ROWS", "").split(",")
TASKS_OF = [int(count) for count in os.environ.get("BENCH_TASKS", "1 50 500").split()]
LATENCY = 0.05
REGION, CLUSTER = "us-east-1", "bench"
UP = ("up", "--capability-iam", "--size", "2", "--instance-type", "m5.24xlarge")
SERVICE = """\
services:
  web:
    image: nginx:{version}
    ports: ["80"]
    mem_limit: 4m
    labels: {{ecscli.sandbox.pull-seconds: "0"}}
"""
TASKS = (
    "services: {{web: {{image: 'nginx:1.27', mem_limit: 4m}}}}\nx-ecs: {{logs: none}}\n".format()
)
BOTO3 = """
import boto3
ecs = boto3.client("ecs")
query = {"cluster": "bench", "family": "tasks500"}
pages = ecs.get_paginator("list_tasks").paginate(**query)
arns = [arn for page in pages for arn in page["taskArns"]]
for start in range(0, len(arns), 100):
    ecs.describe_tasks(cluster="bench", tasks=arns[start : start + 100])
"""
ONE_CALL = """
import boto3
boto3.client("ecs").update_service(cluster="bench", service="app", desiredCount=2)
"""
PEER = "boto3, one call"
OLD = " before"
PEERS = Path(__file__).parent.parent / ".venv-bench" / "bin"  # as `make bench` installs them
Taken = tuple[Used, Used, Used]  # without latency, with it, over TLS


class Row(NamedTuple):
    """A command line, the project that it is about, and what its Compose file says."""

    name: str
    command: Sequence[str]
    compose: str = ""
    codes: Sequence[int] = (0,)


def rows(ecscli: str) -> Iterator[Row]:
    """The rows in the order in which they are recorded: each finds what those before have made."""
    first, second = (SERVICE.format(version=version) for version in ("1.27", "1.28"))
    yield Row("up, new", (ecscli, *UP))
    yield Row("up, unchanged", (ecscli, *UP, "--yes"))
    yield Row("ps, no tasks", (ecscli, "ps"))
    service = (ecscli, "compose", "-p", "app", "service")
    yield Row("service up, created", (*service, "up"), first)
    yield Row("service up, unchanged", (*service, "up"), first)
    yield Row("service ps, 1 task", (*service, "ps"), first)
    yield Row("service up, changed", (*service, "up"), second)
    yield Row("service scale 2", (*service, "scale", "2"), second)
    for count in TASKS_OF:
        tasks = (ecscli, "compose", "-p", f"tasks{count}")
        yield Row(f"compose up, then {count} tasks", (*tasks, "up"), TASKS)
        if count > 1:
            yield Row(f"compose scale {count}", (*tasks, "scale", str(count)), TASKS)
        yield Row(f"compose ps, {count} tasks", (*tasks, "ps"), TASKS)
    last = ("compose", "-p", f"tasks{TASKS_OF[-1]}", "stop")
    yield Row(f"compose stop, {TASKS_OF[-1]} tasks", (ecscli, *last), TASKS)


def peers() -> Iterator[Row]:
    """Others that do the nearest thing, as far as they are installed."""
    path = os.pathsep.join([str(PEERS), programs(), os.environ.get("PATH", "")])
    python = str(Path(programs()) / "python")
    yield Row(PEER, (python, "-c", ONE_CALL))
    yield Row("boto3, list and describe 500", (python, "-c", BOTO3))
    if aws := shutil.which("aws", path=path):
        words = ("ecs", "update-service", "--cluster", CLUSTER, "--service", "app")
        yield Row("aws ecs update-service", (aws, *words, "--desired-count", "2"))
        yield Row(
            "aws ecs list-tasks, 500",
            (aws, "ecs", "list-tasks", "--cluster", CLUSTER, "--family", "tasks500"),
        )
    if ecs := shutil.which("ecs", path=path):
        yield Row("ecs-deploy scale", (ecs, "scale", CLUSTER, "app", "2"))


class Ways(NamedTuple):
    """The endpoints that a command is measured at."""

    plain: Endpoint
    slow: Endpoint
    tls: Endpoint


class Bench:
    """A folder with projects, an environment without an account, and the tapes of the rows."""

    def __init__(self, folder: Path, ways: Ways, bundle: Path) -> None:
        self.folder, self.ways, self.bundle = folder, ways, bundle
        self.tapes: dict[str, Tape] = {}
        self.counts: dict[str, tuple[int, int]] = {}  # rounds and calls

    def environment(self, endpoint: Endpoint) -> dict[str, str]:
        home = str(self.folder / "home")
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": home,
            "AWS_ENDPOINT_URL": endpoint.url,
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "ECS_CLUSTER": CLUSTER,
            "AWS_CA_BUNDLE": str(self.bundle),
            "AWS_EC2_METADATA_DISABLED": "true",
            "LANG": "C.UTF-8",
        }

    def run(self, row: Row, endpoint: Endpoint) -> Used:
        place = self.folder / "project"
        place.mkdir(exist_ok=True)
        (place / "compose.yaml").write_text(row.compose or "services: {}\n")
        return used(row.command, place, self.environment(endpoint), row.codes)

    def record(self, name: str, row: Row) -> None:
        """Fill the tape of a row."""
        tape = self.tapes[name] = Tape()
        self.ways.plain.begin(tape, recording=True)
        self.run(row, self.ways.plain)

    def measure(self, key: str, row: Row) -> Taken:
        """What a row takes at each endpoint. Its calls and rounds are counted at the slow one: the
        fewest of all runs, since noise only adds."""
        found = []
        for endpoint in self.ways:
            endpoint.begin(self.tapes[key])
            found.append(self.run(row, endpoint))
        calls = self.ways.slow.calls
        counted = (rounds(calls), len(calls))
        self.counts[key] = min(counted, self.counts.get(key, counted))
        plain, slow, tls = found
        return plain, slow, tls


@contextmanager
def ground() -> Iterator[Bench]:
    """A sandbox of its own with three endpoints in front of it."""
    import certifi

    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        certificate, bundle = folder / "own.pem", folder / "bundle.pem"
        certificate.write_bytes(signed(("localhost",)))
        bundle.write_bytes(Path(certifi.where()).read_bytes() + certificate.read_bytes())
        environment = {**os.environ, "ECSCLI_SANDBOX_DIR": name, "ECSCLI_SANDBOX_PORT": "0"}
        url = str(process.start(environment, process.Options())["url"])
        stack.callback(process.stop, environment)
        ways = Ways(Endpoint(url), Endpoint(url), Endpoint(url, certificate))
        ways.slow.delay = LATENCY
        for endpoint in ways:
            stack.enter_context(endpoint.running())
        yield Bench(folder, ways, bundle)


def main() -> None:
    before = os.environ.get("ECSCLI_BEFORE")
    versions = {"": str(Path(programs()) / "ecscli"), **({OLD: before} if before else {})}
    found: dict[str, list[Taken]] = {}
    with ExitStack() as stack:
        chosen: dict[str, tuple[Bench, Row]] = {}
        for mark, ecscli in versions.items():
            bench = stack.enter_context(ground())
            every = [*rows(ecscli), *([] if mark else peers())]
            for row in every:
                print(f"recording {row.name}{mark}", file=sys.stderr)
                bench.record(row.name, row)
                if row.name == PEER or any(part in row.name for part in ROWS):
                    chosen[row.name + mark] = bench, row
        for number in range(ROUNDS):
            print(f"round {number + 1} of {ROUNDS}", file=sys.stderr)
            for name in random.sample(list(chosen), len(chosen)):
                bench, row = chosen[name]
                found.setdefault(name, []).append(bench.measure(row.name, row))
        print_rows({name: bench for name, (bench, _) in chosen.items()}, found)


def print_rows(benches: Mapping[str, Bench], found: Mapping[str, list[Taken]]) -> None:
    """A table in Markdown: ratios to the peer, and in brackets those to the version before."""
    load = os.getloadavg()[0]
    print(f"\nDaily commands, x {PEER} (x the version before); load {load:.1f}, {ROUNDS} rounds\n")
    print("| command | calls | rounds | CPU | wall, 0 ms | wall, 50 ms | wall, TLS | peak MiB |")
    print("|---|---|---|---|---|---|---|---|")
    for name, mine in found.items():
        if name.endswith(OLD):
            continue
        other = found.get(name + OLD)
        cells = [cell(mine, found[PEER], other, 0, "cpu")]
        cells += [cell(mine, found[PEER], other, way, "wall") for way in range(3)]
        chain, calls = benches[name].counts[name]
        was, peak = "", statistics.median(one[0].peak for one in mine)
        if other:
            old_chain, old_calls = benches[name + OLD].counts[name]
            was = f" ({statistics.median(one[0].peak for one in other):.0f})"
            counted = f"{calls} ({old_calls}) | {chain} ({old_chain})"
        else:
            counted = f"{calls} | {chain}"
        print(f"| {name} | {counted} | {' | '.join(cells)} | {peak:.0f}{was} |")


def cell(
    mine: Sequence[Taken], base: Sequence[Taken], other: Sequence[Taken] | None, way: int, what: str
) -> str:
    """A ratio to the peer, and to the version before."""

    def ratio(peer: Sequence[Taken]) -> float:
        return median_ratio(
            [getattr(one[way], what) for one in mine], [getattr(one[way], what) for one in peer]
        )

    return f"{ratio(base):.2f}" + (f" ({ratio(other):.2f})" if other else "")


if __name__ == "__main__":
    main()
