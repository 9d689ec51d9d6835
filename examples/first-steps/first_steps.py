"""The first hour with ECS, told by a script: a cluster, a task, a service, a rollout, and away with
it all.

Everything happens in the sandbox. `ecscli` does, boto3 looks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CLUSTER = "first-steps"
SERVICE = "simple-web"
#: Far beyond what anything takes in the sandbox, in seconds.
LIMIT = 60


def say(text: str) -> None:
    print(f"\n# {text}", flush=True)


def ecscli(*arguments: str, fails: bool = False) -> str:
    """Run a command of ours, show it and what it prints; give its data."""
    print("$ ecscli", *arguments, flush=True)
    command = [sys.executable, "-m", "ecscli", *arguments]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    print(done.stdout + done.stderr, end="", flush=True)
    if (done.returncode != 0) is not fails:
        raise SystemExit(
            f"this should {'have failed' if fails else 'not have failed'}: exit code"
            f" {done.returncode}"
        )
    return done.stdout


def compose(
    *arguments: str, file: str = "docker-compose.yml", project: str = SERVICE, fails: bool = False
) -> str:
    return ecscli(
        "--sandbox", "compose", "--file", file, "--project-name", project, *arguments, fails=fails
    )


def wait_for(look: Callable[[], Any]) -> Any:
    """Look until there is something to see."""
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise SystemExit("it did not happen")


class Window:
    """What the console would show of the cluster."""

    def __init__(self) -> None:
        import boto3

        self.url = json.loads(ecscli("sandbox", "start", "--output", "json"))["url"]
        self.ecs = boto3.client(
            "ecs",
            "us-east-1",
            endpoint_url=self.url,
            aws_access_key_id="me",
            aws_secret_access_key="me",
        )

    def instances(self) -> list[dict[str, Any]]:
        arns = self.ecs.list_container_instances(cluster=CLUSTER)["containerInstanceArns"]
        found = self.ecs.describe_container_instances(cluster=CLUSTER, containerInstances=arns)
        return found["containerInstances"]

    def deployments(self) -> list[tuple[str, str, int]]:
        """Status, task definition and running tasks of each deployment of the service, the newest
        first."""
        (service,) = self.ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"]
        return [
            (one["status"], one["taskDefinition"].rpartition("/")[2], one["runningCount"])
            for one in service["deployments"]
        ]

    def running(self) -> list[str]:
        return self.ecs.list_tasks(cluster=CLUSTER)["taskArns"]

    def agent(self, page: str) -> dict[str, Any]:
        """What the agent on the only instance answers."""
        (instance,) = self.instances()
        address = f"{self.url}/_sandbox/instances/{instance['ec2InstanceId']}/v1/{page}"
        with urllib.request.urlopen(address, timeout=LIMIT) as answer:
            return json.load(answer)


def look_at_the_instance(window: Window) -> None:
    (instance,) = window.instances()
    resources = {one["name"]: one.get("integerValue") for one in instance["registeredResources"]}
    print(
        f"instance {instance['ec2InstanceId']}: {resources['CPU']} CPU units,"
        f" {resources['MEMORY']} MiB"
    )
    print("its agent:", window.agent("metadata")["Version"])


def changes_of(window: Window, done: Callable[[], bool]) -> Iterator[list[tuple[str, str, int]]]:
    """The deployments each time they have changed, until something is done."""
    before: list[tuple[str, str, int]] = []
    ended = False
    while not ended:
        ended = done()
        now = window.deployments()
        if now != before:
            yield now
        before = now
        time.sleep(0.005)


def roll_out(window: Window) -> None:
    """Update the service in one process and watch its deployments in this one."""
    arguments = [
        "--sandbox",
        "compose",
        "--file",
        "dynamic.yml",
        "--project-name",
        SERVICE,
        "service",
        "up",
    ]
    print("$ ecscli", *arguments, flush=True)
    update = subprocess.Popen([sys.executable, "-m", "ecscli", *arguments], cwd=HERE)
    for deployments in changes_of(window, lambda: update.poll() is not None):
        print(
            "deployments:",
            ", ".join(f"{status} {name} {count} running" for status, name, count in deployments),
        )
    if update.returncode:
        raise SystemExit(update.returncode)


def stop_everything(window: Window) -> None:
    before = set(window.running())
    for task in before:
        window.ecs.stop_task(cluster=CLUSTER, task=task, reason="to see what happens")
    print(f"stopped {len(before)} tasks")
    after = wait_for(lambda: set(window.running()) - before)
    print(f"the service has started {len(after)} in place of its own")


def main() -> None:
    say("A cluster of one t2.micro, with key pair and port 80")
    window = Window()
    ecscli(
        "--sandbox",
        "configure",
        "--cluster",
        CLUSTER,
        "--region",
        "us-east-1",
        "--default-launch-type",
        "EC2",
        "--config-name",
        CLUSTER,
    )
    ecscli("--sandbox", "configure", "default", "--config-name", CLUSTER)
    ecscli(
        "--sandbox",
        "up",
        "--capability-iam",
        "--size",
        "1",
        "--instance-type",
        "t2.micro",
        "--keypair",
        "demo",
        "--port",
        "80",
    )
    say("The instance, and what its agent says")
    look_at_the_instance(window)
    say("A task definition, and a service that keeps one task of it running")
    compose("service", "up")
    print("tasks of the agent:", [task["KnownStatus"] for task in window.agent("tasks")["Tasks"]])
    say("A new revision with a dynamic port: two deployments change over")
    roll_out(window)
    say("Two tasks that both want port 80: the first fits, the second does not")
    compose("up", project="fixed")
    compose("up", project="fixed-too", fails=True)
    say("A one-off task")
    compose("run", "web", "sleep 300", file="dynamic.yml", project="once")
    ecscli("--sandbox", "ps", "--desired-status", "RUNNING")
    say("Every task is stopped; the service replaces its own")
    stop_everything(window)
    say("Scale to 0 and delete the service")
    compose("service", "scale", "0", file="dynamic.yml")
    compose("service", "rm", file="dynamic.yml")
    ecscli("--sandbox", "down", "--force")


if __name__ == "__main__":
    main()
