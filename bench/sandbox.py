"""The sandbox with 2,000 services of 5 tasks on 100 instances against itself with 250 of them, in
one run: how much longer each call takes, and what a service costs in time and memory."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.compare import report
from ecscli.sandbox import process

SMALL, LARGE, TASKS, INSTANCES = 250, 2000, 5, 100
USER_DATA = "#!/bin/bash\necho ECS_CLUSTER=bench >> /etc/ecs/ecs.config"
#: A call about one thing takes as long in a full cluster as in an emptier one; a list of pages of
#: the same size, and a service more, nearly so.
TARGETS = {
    "CreateService, until its tasks run": 2.0,
    "DescribeServices of 10": 1.5,
    "DescribeTasks of 100": 1.5,
    "ListTasks, a page of 100": 3.0,
    "a rolling update of one service": 2.0,
    "memory a service": 1.5,
}


def main() -> None:
    small, large = measure(SMALL), measure(LARGE)
    ratios = {name: large[name] / small[name] for name in small}
    title = f"{LARGE} services, {LARGE * TASKS} tasks over {SMALL} services, {SMALL * TASKS} tasks"
    report(title, ratios, TARGETS)
    print(f"  for orientation, of this run: {summary(large)}")


def measure(services: int) -> dict[str, float]:
    """Seconds of each call, and MiB of each service, with so many services."""
    with sandbox() as (ecs, ec2, pid):
        prepare(ecs, ec2)
        before = resident(pid)
        seconds = taken(lambda: fill(ecs, services))
        found = {"CreateService, until its tasks run": seconds / services}
        found["memory a service"] = (resident(pid) - before) / services
        tasks = ecs.list_tasks(cluster="bench")["taskArns"]
        names = [f"s{number}" for number in range(10)]
        calls: dict[str, Callable[[], object]] = {
            "DescribeServices of 10": lambda: ecs.describe_services(
                cluster="bench", services=names
            ),
            "DescribeTasks of 100": lambda: ecs.describe_tasks(cluster="bench", tasks=tasks),
            "ListTasks, a page of 100": lambda: ecs.list_tasks(cluster="bench"),
            "DescribeClusters": lambda: ecs.describe_clusters(clusters=["bench"]),
        }
        found |= {name: latency(call) for name, call in calls.items()}
        found["a rolling update of one service"] = latency(lambda: roll(ecs), 5)
        return found


@contextmanager
def sandbox() -> Iterator[tuple[Any, Any, int]]:
    """Clients of ECS and EC2 in a sandbox of its own, and its process."""
    import boto3

    with tempfile.TemporaryDirectory() as directory:
        environment = {**os.environ, "ECSCLI_SANDBOX_DIR": directory, "ECSCLI_SANDBOX_PORT": "0"}
        record = process.start(environment, process.Options())
        options: Any = {
            "endpoint_url": record["url"],
            "aws_access_key_id": "x",
            "aws_secret_access_key": "x",
        }
        try:
            ecs, ec2 = (boto3.client(name, "us-east-1", **options) for name in ("ecs", "ec2"))
            yield ecs, ec2, record["pid"]
        finally:
            process.stop(environment)


def prepare(ecs: Any, ec2: Any) -> None:
    """The cluster with its instances, and the task definition."""
    ecs.create_cluster(clusterName="bench")
    ec2.run_instances(
        ImageId="ami-1",
        MinCount=INSTANCES,
        MaxCount=INSTANCES,
        InstanceType="m5.4xlarge",
        UserData=USER_DATA,
    )
    while count(ecs, "registeredContainerInstancesCount") < INSTANCES:
        time.sleep(0.05)
    container = {
        "name": "web",
        "image": "nginx",
        "memory": 100,
        "portMappings": [{"containerPort": 80}],
    }
    ecs.register_task_definition(family="web", containerDefinitions=[container])


def fill(ecs: Any, services: int) -> None:
    """Create the services and wait until all of their tasks run."""
    for number in range(services):
        ecs.create_service(
            cluster="bench", serviceName=f"s{number}", taskDefinition="web", desiredCount=TASKS
        )
    while count(ecs, "runningTasksCount") < services * TASKS:
        time.sleep(0.05)


def roll(ecs: Any) -> None:
    """Deploy a service again and wait until that is done."""
    ecs.update_service(cluster="bench", service="s0", forceNewDeployment=True)
    while True:
        (found,) = ecs.describe_services(cluster="bench", services=["s0"])["services"]
        if [one["rolloutState"] for one in found["deployments"]] == ["COMPLETED"]:
            return
        time.sleep(0.005)


def count(ecs: Any, member: str) -> int:
    return int(ecs.describe_clusters(clusters=["bench"])["clusters"][0][member])


def latency(call: Callable[[], object], rounds: int = 20) -> float:
    """The median of some calls, in seconds."""
    return statistics.median(taken(call) for _ in range(rounds))


def taken(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def resident(pid: int) -> float:
    """MiB that a process holds; 0 where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def summary(found: dict[str, float]) -> str:
    seconds = found["CreateService, until its tasks run"] * LARGE
    return f"{seconds:.0f} s until all tasks run, {found['memory a service'] * LARGE:.0f} MiB"


if __name__ == "__main__":
    main()
