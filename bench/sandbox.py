"""The sandbox with 1,000 services of 5 tasks on 100 instances: time to settle, latency over HTTP,
memory."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ecscli.sandbox import process

SERVICES, TASKS, INSTANCES = 1000, 5, 100
USER_DATA = "#!/bin/bash\necho ECS_CLUSTER=bench >> /etc/ecs/ecs.config"


def main() -> None:
    import boto3

    with tempfile.TemporaryDirectory() as directory:
        environment = {**os.environ, "ECSCLI_SANDBOX_DIR": directory, "ECSCLI_SANDBOX_PORT": "0"}
        started = time.perf_counter()
        record = process.start(environment, process.Options())
        print(
            f"\nsandbox with {SERVICES} services, {SERVICES * TASKS} tasks, {INSTANCES} instances"
        )
        show("start of the server, s", time.perf_counter() - started)
        options: Any = {
            "endpoint_url": record["url"],
            "aws_access_key_id": "x",
            "aws_secret_access_key": "x",
        }
        try:
            measure(
                boto3.client("ecs", "us-east-1", **options),
                boto3.client("ec2", "us-east-1", **options),
                record["pid"],
            )
        finally:
            process.stop(environment)


def measure(ecs: Any, ec2: Any, pid: int) -> None:
    ecs.create_cluster(clusterName="bench")
    ec2.run_instances(
        ImageId="ami-1",
        MinCount=INSTANCES,
        MaxCount=INSTANCES,
        InstanceType="m5.4xlarge",
        UserData=USER_DATA,
    )
    container = {
        "name": "web",
        "image": "nginx",
        "memory": 100,
        "portMappings": [{"containerPort": 80}],
    }
    ecs.register_task_definition(family="web", containerDefinitions=[container])
    memory = resident(pid)
    started = time.perf_counter()
    for number in range(SERVICES):
        ecs.create_service(
            cluster="bench", serviceName=f"s{number}", taskDefinition="web", desiredCount=TASKS
        )
    while (
        ecs.describe_clusters(clusters=["bench"])["clusters"][0]["runningTasksCount"]
        < SERVICES * TASKS
    ):
        time.sleep(0.05)
    show("until all tasks run, s", time.perf_counter() - started)
    tasks = ecs.list_tasks(cluster="bench")["taskArns"]
    names = [f"s{number}" for number in range(10)]
    show(
        "DescribeServices of 10, ms",
        latency(lambda: ecs.describe_services(cluster="bench", services=names)),
    )
    show("ListTasks, page of 100, ms", latency(lambda: ecs.list_tasks(cluster="bench")))
    show(
        "DescribeTasks of 100, ms",
        latency(lambda: ecs.describe_tasks(cluster="bench", tasks=tasks)),
    )
    show("DescribeClusters, ms", latency(lambda: ecs.describe_clusters(clusters=["bench"])))
    show("memory before, MiB", memory)
    show("memory with everything, MiB", resident(pid))


def latency(call: Callable[[], object]) -> float:
    """The median of twenty calls, in milliseconds."""
    taken = []
    for _ in range(20):
        started = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


def resident(pid: int) -> float:
    """MiB that a process holds; 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def show(name: str, value: float) -> None:
    print(f"  {name:34} {value:7.2f}")


if __name__ == "__main__":
    main()
