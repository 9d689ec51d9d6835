"""Tasks through the real command line on the sandbox: up, scale, run, stop, ps, why."""

import re
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.commands.compose.conftest import World

PORT = '    ports: ["8080:80"]\n'
LOG = """\
    logging:
      driver: awslogs
      options: {awslogs-group: shop, awslogs-region: us-east-1, awslogs-stream-prefix: web}
"""


def running(world: World) -> list[str]:
    return world("ps", "-q", "--desired-status", "RUNNING").out.split()


def test_up_runs_one_task_and_a_second_up_leaves_it(world: World) -> None:
    done = world("up", "--output", "json")
    assert done.code == 0, done.err
    assert "Started container..." in done.err
    assert [task["status"] for task in done.json["tasks"]] == ["RUNNING"]
    first = running(world)
    again = world("up")
    assert again.code == 0
    assert "Found existing ECS tasks for project" in again.err
    assert running(world) == first


def test_up_replaces_the_task_of_an_older_revision(world: World) -> None:
    world("up")
    before = running(world)
    world.project("nginx:2")
    assert world("up").code == 0
    after = running(world)
    assert len(after) == 1
    assert after != before
    assert world("up", "--force-update").code == 0
    assert running(world) != after


def test_plan_shows_and_changes_nothing(world: World) -> None:
    done = world("plan")
    assert done.code == 3
    assert "+ register task definition shop" in done.out
    assert "+ run task <shop:new>" in done.out
    assert running(world) == []
    world("up")
    assert world("plan").code == 0


@pytest.mark.parametrize(
    "verb", [["up"], ["start"], ["scale", "2"], ["stop"], ["run"], ["create"]], ids=lambda v: v[0]
)
def test_dry_run_of_every_verb_changes_nothing(world: World, verb: list[str]) -> None:
    world("up")
    world.project("nginx:2")
    before = running(world)
    done = world(*verb, "--dry-run")
    assert done.code == 3, done.err
    assert done.out
    assert running(world) == before
    assert world.revisions() == 1


def test_scale_up_and_down_and_stop(world: World) -> None:
    assert world("scale", "3").code == 0
    assert len(running(world)) == 3
    assert world("scale", "1").code == 0
    assert len(running(world)) == 1
    assert "already running" in world("scale", "1").err
    assert world("down").code == 0
    assert running(world) == []
    stopped = world("ps", "--desired-status", "STOPPED")
    assert len(stopped.out.splitlines()) == 4


def test_ps_prints_nothing_where_nothing_runs(world: World) -> None:
    done = world("ps")
    assert (done.code, done.out) == (0, "")
    assert world("ps", "--output", "json").json == []
    wrong = world("ps", "--desired-status", "running")
    assert wrong.code == 2
    assert "Please use RUNNING or STOPPED" in wrong.err


def test_a_task_that_stops_with_an_exit_code_fails_the_command_and_says_why(world: World) -> None:
    world.log_group("shop")
    world.project(more=LOG, exit_code=3, exit_after=0, log="cannot reach the database")
    done = world("up", "--create-log-groups")
    assert done.code == 5
    assert "ended with exit code 3" in done.err
    assert "cannot reach the database" in done.err


def test_a_task_that_ends_with_exit_code_0_is_no_failure(world: World) -> None:
    world.project(exit_code=0, exit_after=0)
    assert world("up").code == 0


def test_a_task_without_room_is_a_failure_with_what_each_instance_lacks(world: World) -> None:
    world.project(more=PORT)
    assert world("scale", "2").code == 0
    done = world("scale", "4")
    assert done.code == 5
    assert 'project "shop": no new task could be placed' in done.err
    assert re.search(r"instances i-\w+, i-\w+: port 8080/tcp is taken", done.err)
    assert len(running(world)) == 2


def test_create_registers_only_on_change_and_makes_log_groups_with_their_retention(
    world: World,
) -> None:
    world.project(more=LOG)
    done = world("create", "--create-log-groups", "--log-retention", "7", "--output", "json")
    assert done.json == {"taskDefinition": "shop:1", "changed": True}
    groups = world.client("logs").describe_log_groups()["logGroups"]
    assert [(group["logGroupName"], group["retentionInDays"]) for group in groups] == [("shop", 7)]
    again = world("create", "--create-log-groups", "--output", "json")
    assert again.json == {"taskDefinition": "shop:1", "changed": False}
    world.project("nginx:2", more=LOG)
    assert world("create", "--output", "json").json["taskDefinition"] == "shop:2"


# ---------------------------------------------------------------------------------- run


@pytest.mark.parametrize(
    "words",
    [
        ["web", "sh -c 'exit 7'"],
        ["web", "sh", "--", "-c", "exit 7"],
        ["--", "web", "sh", "-c", "exit 7"],
    ],
)
def test_run_gives_the_containers_exit_code(world: World, words: list[str]) -> None:
    assert world("run", "--wait", *words).code == 7
    assert world("run", "--wait", "web", "true").code == 0


def test_run_shows_the_log_as_data(world: World) -> None:
    world.log_group("shop")
    world.project(more=LOG)
    world("create", "--create-log-groups")
    done = world("run", "--logs", "--", "web", "sh", "-c", "echo hello; exit 2")
    assert done.code == 2
    assert done.out == "hello\n"


def test_a_program_without_a_readable_log_says_so(world: World) -> None:
    done = world("run", "--logs", "web", "true")
    assert done.code == 0
    assert "No log to show" in done.err


def test_a_policy_without_account_settings_is_enough(world: World) -> None:
    world.control("faults", action="ecs:ListAccountSettings", kind="deny", times=9)
    assert world("up").code == 0


def test_run_without_wait_returns_while_the_task_runs(world: World) -> None:
    done = world("run", "web", "sleep 300", "--output", "json")
    assert done.code == 0, done.err
    assert done.json["tasks"][0]["status"] == "RUNNING"
    assert len(running(world)) == 1


def test_run_sends_environment_sizes_and_roles(world: World) -> None:
    world.roles("job")
    done = world(
        *(
            "run",
            "--dry-run",
            "--show-values",
            "--output",
            "json",
            "-e",
            "A=1",
            "-e",
            "B=x=y",
            "--cpu",
            "256",
            "--memory",
            "300",
        ),
        *("--task-role", "arn:aws:iam::123456789012:role/job", "web", "sleep 1"),
    )
    overrides = done.json["actions"][-1]["request"]["overrides"]
    assert overrides == {
        "containerOverrides": [
            {
                "name": "web",
                "command": ["sleep", "1"],
                "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "x=y"}],
            }
        ],
        "cpu": "256",
        "memory": "300",
        "taskRoleArn": "arn:aws:iam::123456789012:role/job",
    }


def test_an_unknown_container_is_refused_with_the_nearest_name(world: World) -> None:
    done = world("run", "wep", "echo hello")
    assert done.code == 2
    assert 'no container "wep"' in done.err
    assert "web" in done.err
    assert world.revisions() == 0


def test_what_ecs_refuses_of_a_task_is_found_before_the_registration(world: World) -> None:
    long = world("run", "web", "echo", "x" * 8192)
    assert long.code == 2
    assert "characters, and ECS takes 8192" in long.err
    flag = world("up", "--propagate-tags", "SERVICE")
    assert flag.code == 2
    assert "tasks without a service get no tags of one" in flag.err
    unknown = world("up", "--propagate-tags", "TASK")
    assert unknown.code == 2
    assert world.revisions() == 0


def test_where_a_service_gets_tags_from_is_nothing_to_its_tasks(world: World) -> None:
    world.cli.write("ecs-params.yml", "version: 1\nrun_params: {propagate_tags: SERVICE}\n")
    done = world("run", "--no-wait", "web", "true")
    assert done.code == 0, done.err
    assert "propagate_tags: SERVICE has no effect on tasks" in done.err
    assert world("service", "up", "--dry-run").code == 3


def test_a_program_that_takes_too_long_is_stopped(world: World) -> None:
    done = world("run", "--wait", "--timeout", "0.01", "web", "sleep 600")
    assert done.code == 5
    assert "was asked to stop" in done.err
    assert running(world) == []


def test_a_signal_stops_the_program(world: World) -> None:
    """SIGTERM arrives as soon as the task is there."""

    ecs = world.client("ecs")

    def send() -> None:
        while not ecs.list_tasks(cluster="demo")["taskArns"]:
            time.sleep(0.01)
        signal.raise_signal(signal.SIGTERM)

    sender = threading.Thread(target=send)
    sender.start()
    done = world("run", "--wait", "web", "sleep 600")
    sender.join(10)
    assert done.code == 130
    assert "was asked to stop" in done.err
    assert running(world) == []


def test_run_takes_the_network_of_a_service(world: World) -> None:
    subnet = world.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    world.cli.write(
        "ecs-params.yml",
        "task_definition: {ecs_network_mode: awsvpc}\nrun_params: {network_configuration:"
        f" {{awsvpc_configuration: {{subnets: [{subnet}]}}}}}}\n",
    )
    assert world("service", "up").code == 0
    world.cli.write("ecs-params.yml", "task_definition: {ecs_network_mode: awsvpc}\n")
    without = world("run", "web", "sleep 1")
    assert without.code == 2
    assert "subnet" in without.err
    done = world("run", "--network-of", "shop", "--dry-run", "--output", "json")
    network = done.json["actions"][-1]["request"]["networkConfiguration"]
    assert network["awsvpcConfiguration"]["subnets"] == [subnet]


def test_a_refused_run_task_is_a_failure_with_its_reason(world: World) -> None:
    world.control("capacity", reason="Capacity is unavailable at this time. Please try again later")
    done = world("run", "--wait", "web", "true")
    assert done.code != 0
    assert "Capacity is unavailable" in done.err


@pytest.mark.parametrize("action", ["ListTasks", "RunTask", "DescribeTasks", "StopTask"])
def test_throttling_of_any_call_is_lived_through(world: World, action: str) -> None:
    world.control("faults", action=f"ecs:{action}", kind="throttle", times=2)
    assert world("up").code == 0
    assert world("stop").code == 0


def test_why_gives_what_runs_where_nothing_is_in_the_way(world: World) -> None:
    world("up")
    done = world("why", "--output", "json")
    assert done.code == 0
    assert done.json == {"reasons": [], "condition": "1 task of shop:1 in the status RUNNING"}


def test_wait_follows_tasks_that_were_not_waited_for(world: World) -> None:
    assert world("up", "--no-wait").code == 0
    assert world("wait").code == 0
    world("stop")
    world.project(exit_code=4, exit_after=0)
    assert world("up", "--no-wait").code == 0
    assert world("wait", "--until-stopped").code in (0, 5)


def test_an_old_configuration_with_prefixes_does_not_hide_the_tasks(world: World) -> None:
    path = Path(world.cli.environment["HOME"], ".ecs", "sandbox", "config")
    path.parent.mkdir(parents=True)
    # its prefixes: ecscompose-, ecscompose-service-
    path.write_text("[ecs]\ncluster = demo\nregion = us-east-1\n")
    assert world("up").code == 0
    assert len(running(world)) == 1
    assert "Found existing ECS tasks for project" in world("up").err
    assert world("scale", "2").code == 0
    assert len(running(world)) == 2
    assert world("stop").code == 0
    assert running(world) == []
