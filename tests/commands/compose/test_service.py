"""Services through the real command line on the sandbox: what happens, what is said, and the exit
code."""

import re
import threading
from typing import Any

import pytest

from tests.commands.compose.conftest import World

PORT = '    ports: ["8080:80"]\n'


def up(world: World, *more: str) -> Any:
    return world("service", "up", *more)


def test_up_creates_follows_and_ends_with_the_service_running(world: World) -> None:
    done = up(world)
    assert done.code == 0, done.err
    assert "Created an ECS service" in done.err
    assert "ECS Service has reached a stable state" in done.err
    assert done.out == ""
    assert world.service()["deploymentConfiguration"]["deploymentCircuitBreaker"] == {
        "enable": True,
        "rollback": True,
    }
    listed = world("service", "ps")
    assert listed.out.splitlines()[0].split() == [
        "Name",
        "State",
        "Ports",
        "TaskDefinition",
        "Health",
    ]
    assert "RUNNING" in listed.out


def test_a_second_up_changes_nothing_and_says_so(world: World) -> None:
    up(world)
    done = up(world, "--output", "json")
    assert done.code == 0
    assert "Nothing to change" in done.err
    assert done.json["changed"] is False
    assert done.json["runningCount"] == 1
    assert world.revisions() == 1


def test_plan_and_dry_run_show_what_would_be_sent_and_send_nothing(world: World) -> None:
    first = world("service", "plan")
    assert first.code == 3
    assert "+ create service shop" in first.out
    assert world.revisions() == 0
    up(world)
    assert world("service", "plan").code == 0
    world.project("nginx:2")
    second = world("service", "up", "--dry-run", "--output", "json")
    assert second.code == 3
    assert [action["operation"] for action in second.json["actions"]] == [
        "RegisterTaskDefinition",
        "UpdateService",
    ]
    assert second.json["actions"][1]["request"]["taskDefinition"] == {"ref": "shop:new"}
    text = world("service", "plan").out
    assert "- containerDefinitions[web].image: nginx:1" in text
    assert "+ containerDefinitions[web].image: nginx:2" in text
    assert world.revisions() == 1


def test_a_rolling_update_is_followed_to_the_new_revision(world: World) -> None:
    up(world)
    world.project("nginx:2")
    done = up(world, "--output", "json")
    assert done.code == 0, done.err
    assert done.json["taskDefinition"] == "shop:2"
    assert done.json["deployment"]["state"] == "COMPLETED"
    assert [
        row["taskDefinition"]
        for row in world("service", "ps", "--desired-status", "RUNNING", "--output", "json").json
    ] == ["shop:2"]


def test_a_slow_start_is_waited_for(world: World) -> None:
    world.project(start_delay=1)
    assert up(world).code == 0
    assert world.service()["runningCount"] == 1


def test_an_update_leaves_the_count_alone_and_zero_stays_zero(world: World) -> None:
    up(world)
    assert world("service", "scale", "3").code == 0
    world.project("nginx:2")
    assert up(world).code == 0
    assert world.service()["desiredCount"] == 3
    assert world("service", "stop").code == 0
    world.project("nginx:3")
    assert up(world).code == 0
    assert world.service()["desiredCount"] == 0
    assert world("service", "start").code == 0
    assert world.service()["runningCount"] == 1


def test_create_makes_no_task_and_the_first_up_brings_one(world: World) -> None:
    assert world("service", "create").code == 0
    assert world.service()["desiredCount"] == 0
    assert up(world).code == 0
    assert world.service()["runningCount"] == 1
    again = world("service", "create")
    assert again.code == 2
    assert "exists already" in again.err


def test_a_crash_loop_is_rolled_back_and_told_with_its_cause_and_log(world: World) -> None:
    up(world)
    world.project("nginx:2", exit_code=127, exit_after=0)
    done = up(world)
    assert done.code == 5
    assert "rolled back to shop:1, which runs" in done.err
    assert (
        "likely cause: shop:2, container web ended with exit code 127: its command was not found\n"
        in done.err
    )
    assert "why" in done.err
    found = world.service()
    assert found["taskDefinition"].endswith("shop:1")
    assert [(row["rolloutState"], row["runningCount"]) for row in found["deployments"]] == [
        ("COMPLETED", 1)
    ]
    assert "exit code 127" in world("why").out


def test_a_wait_that_comes_after_the_rollback_is_no_success_either(world: World) -> None:
    up(world)
    world.project("nginx:2", exit_code=1, exit_after=0)
    assert up(world, "--no-wait").code == 0
    done = world("service", "wait", "--output", "json")
    assert done.code == 5
    assert "rolled back to shop:1, which runs" in done.json["error"]["message"]
    assert done.json["runningCount"] == 1
    world.project("nginx:3")
    world.control("advance", seconds=5)
    assert up(world).code == 0
    assert world("service", "wait").code == 0


def test_reasons_are_those_of_the_deployment_that_failed_and_not_of_older_ones(
    world: World,
) -> None:
    up(world)
    world.project("nginx:2", exit_code=127, exit_after=0)
    assert up(world).code == 5
    world.project("nginx:3", exit_code=139, exit_after=0)
    done = up(world)
    assert done.code == 5
    assert "exit code 139" in done.err
    assert "exit code 127" not in done.err


def test_a_crash_loop_without_a_circuit_breaker_is_not_waited_for(world: World) -> None:
    world.project(exit_code=1, exit_after=0)
    done = up(world, "--no-circuit-breaker", "--output", "json")
    assert done.code == 5
    assert "no circuit breaker" in done.json["error"]["message"]
    assert "exit code 1" in done.json["error"]["reasons"][0]
    assert "no circuit breaker ends this deployment" in done.err


def test_an_image_that_cannot_be_pulled_is_named(world: World) -> None:
    world.control("images", image="nginx:9", reason="nginx:9: not found: manifest unknown")
    world.project("nginx:9")
    done = up(world)
    assert done.code == 5
    assert "the image does not exist under this name and tag" in done.err


def test_failing_health_checks_end_as_a_failure(world: World) -> None:
    world.project(
        more='    healthcheck: {test: ["CMD", "true"], interval: 5s, retries: 1}\n', healthy="false"
    )
    done = up(world)
    assert done.code == 5
    assert "health check" in done.err


def test_without_room_the_wait_ends_with_what_every_instance_lacks(world: World) -> None:
    world.cli.write("docker-compose.yml", "services: {web: {image: nginx, mem_limit: 900m}}\n")
    done = up(world, "--desired-count", "3", "--timeout", "0.01")
    assert done.code == 5
    assert "no progress for 0.01 minutes: 2 of 3 tasks of shop:1 run" in done.err
    assert (
        "likely cause: no instance has room for shop:1; on every instance: needs 900 MiB of memory"
        in done.err
    )
    assert re.search(r"instances i-\w+, i-\w+: needs 900 MiB of memory", done.err)


def test_a_taken_port_is_told_per_instance(world: World) -> None:
    world.project(more=PORT)
    assert up(world, "--desired-count", "2").code == 0
    done = world("service", "scale", "3", "--timeout", "0.01")
    assert done.code == 5
    assert re.search(r"instances i-\w+, i-\w+: port 8080/tcp is taken", done.err)


def test_rollback_goes_to_the_revision_before_or_to_the_one_named(world: World) -> None:
    for number in (1, 2, 3):
        world.project(f"nginx:{number}")
        assert up(world).code == 0
    assert world("service", "rollback").code == 0
    assert world.service()["taskDefinition"].endswith("shop:2")
    assert world("service", "rollback", "--to", "1").code == 0
    assert world.service()["taskDefinition"].endswith("shop:1")
    before_the_first = world("service", "rollback")
    assert before_the_first.code == 2
    assert 'oldest active revision of "shop"' in before_the_first.err
    assert world("service", "rollback", "--to", "9").code == 2


def test_no_wait_returns_at_once_and_wait_follows_later(world: World) -> None:
    world.project(start_delay=1)
    started = up(world, "--no-wait")
    assert started.code == 0
    assert "stable state" not in started.err
    waited = world("service", "wait")
    assert waited.code == 0
    assert "stable state" in waited.err


def test_a_second_deployment_replaces_the_first_which_ends_as_a_failure(world: World) -> None:
    up(world)
    world.project("nginx:2", start_delay=600)
    first: list[Any] = []
    assert up(world, "--no-wait").code == 0
    watching = threading.Thread(target=lambda: first.append(_watch(world)))
    watching.start()
    world.project("nginx:3")
    second = up(world)
    watching.join(30)
    assert second.code == 0, second.err
    assert "is under way" in second.err
    assert "this one replaces it" in second.err
    assert "has replaced ours" in first[0] or "stable" in first[0]


def _watch(world: World) -> str:
    """Follow the present deployment as `service wait` does, in this thread, without the command
    line."""
    from ecscli.aws.client import Aws
    from ecscli.config.precedence import resolve
    from ecscli.config.settings import Flags
    from ecscli.up.deployment.watch import follow_service

    aws = Aws(resolve(Flags(region="us-east-1", sandbox_url=world.url), world.cli.environment))
    events = follow_service(aws, "demo", world.service(), 0.4)
    while True:
        try:
            next(events)
        except StopIteration as end:
            return str(end.value.trouble or "stable")


def test_scaling_during_a_deployment_ends_with_both(world: World) -> None:
    up(world)
    world.project("nginx:2", start_delay=1)
    assert up(world, "--no-wait").code == 0
    done = world("service", "scale", "2")
    assert done.code == 0, done.err
    found = world.service()
    assert (found["runningCount"], found["taskDefinition"].rsplit("/", 1)[-1]) == (2, "shop:2")


def test_stop_succeeds_where_an_earlier_deployment_has_failed(world: World) -> None:
    world.project("nginx:2", exit_code=127, exit_after=0)
    assert up(world, "--no-circuit-breaker").code == 5
    assert world("service", "stop").code == 0
    assert world("service", "scale", "0").code == 0
    assert world.service()["runningCount"] == 0


def test_percentages_that_deadlock_a_deployment_are_refused_before_the_first_write(
    world: World,
) -> None:
    assert up(world, "--deployment-max-percent", "150").code == 0
    world.project("nginx:2")
    done = up(world)
    assert done.code == 2
    assert "minimumHealthyPercent 100 and maximumPercent 150" in done.err
    assert world.revisions() == 1
    assert up(world, "--deployment-max-percent", "200").code == 0


def test_managed_tags_are_turned_off_for_a_service_that_exists(world: World) -> None:
    assert up(world).code == 0
    assert world.service()["enableECSManagedTags"] is True
    assert up(world, "--disable-ecs-managed-tags").code == 0
    assert world.service()["enableECSManagedTags"] is False


def test_a_role_for_a_service_that_exists_is_refused(world: World) -> None:
    world.project(more=PORT)
    group = ("--target-group-arn", target_group(world))
    flags = (*group, "--container-name", "web", "--container-port", "80")
    assert up(world, *flags).code == 0
    done = up(world, *flags, "--role", "elb")
    assert done.code == 2
    assert "role of a service cannot change from ECS's own to elb" in done.err


def test_rm_stops_the_tasks_and_a_second_rm_says_that_it_is_done(world: World) -> None:
    up(world)
    assert world("service", "rm").code == 0
    assert world.service()["status"] == "INACTIVE"
    again = world("service", "rm")
    assert again.code == 0
    assert "already deleted" in again.err


@pytest.mark.parametrize(
    "verb",
    [["scale", "2"], ["stop"], ["start"], ["rm"], ["ps"], ["wait"], ["rollback"]],
    ids=lambda verb: verb[0],
)
def test_a_service_that_does_not_exist_is_named_with_what_to_do(
    world: World, verb: list[str]
) -> None:
    done = world("service", *verb)
    assert done.code == 2
    assert "there is no service shop" in done.err
    assert "hint: " in done.err
    assert done.out == ""


def test_a_cluster_that_is_missing_is_found_before_anything_is_registered(world: World) -> None:
    for verb in (["service", "up"], ["up"], ["run"], ["service", "create"]):
        done = world(*verb, "--cluster", "nowhere")
        assert done.code in (1, 2)
        assert "nowhere" in done.err
    assert world.revisions() == 0


def test_every_mistake_in_flags_is_told_at_once_and_nothing_is_changed(world: World) -> None:
    done = up(
        world,
        *(
            "--deployment-max-percent",
            "x",
            "--container-port",
            "http",
            "--container-name",
            "nobody",
        ),
        *(
            "--tags",
            "team",
            "--timeout",
            "-1",
            "--scheduling-strategy",
            "often",
        ),
    )
    assert done.code == 2
    for part in (
        "max-percent",
        "container-port",
        "target-group-arn",
        "team",
        "--timeout",
        "OFTEN",
    ):
        assert part in done.err, part
    assert world.revisions() == 0


STORY = (
    ("service", "up"),
    ("service", "ps"),
    ("service", "scale", "2"),
    ("why",),
    ("service", "rollback"),
    ("service", "stop"),
    ("service", "rm"),
    ("up",),
    ("scale", "2"),
    ("ps",),
    ("run", "--wait", "web", "true"),
    ("stop",),
)


@pytest.mark.slow
def test_throttling_of_every_call_in_turn_is_lived_through(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The story is told once to learn what each command asks, then with the first call of each kind
    throttled."""
    from ecscli.aws.client import Aws

    asked: list[str] = []
    call = Aws.call

    def listening(self: Aws, service: str, operation: str, /, **parameters: Any) -> Any:
        asked.append(f"{service}:{''.join(word.capitalize() for word in operation.split('_'))}")
        return call(self, service, operation, **parameters)

    monkeypatch.setattr(Aws, "call", listening)
    story: list[tuple[str, ...]] = []
    for throttled in (False, True):
        world.project(f"nginx:{throttled:d}")
        up(world)
        world.project(f"nginx:{throttled:d}-next")
        for number, words in enumerate(STORY):
            for action in story[number] if throttled else ():
                world.control("faults", action=action, kind="throttle", times=1)
            asked.clear()
            done = world(*words)
            assert done.code == 0, (words, done.err)
            story.append(tuple(sorted(set(asked))))
    assert len({action for actions in story for action in actions}) >= 12, story


def test_polls_without_an_answer_do_not_end_a_wait(world: World) -> None:
    world.project(start_delay=1)
    assert up(world, "--no-wait").code == 0
    world.control("faults", action="ecs:DescribeServices", kind="unavailable", times=2)
    assert world("service", "wait").code == 0


def test_ctrl_c_deletes_nothing_and_says_how_to_go_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from ecscli.aws.client import Aws

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    world.project(start_delay=1)
    with monkeypatch.context() as patch:
        patch.setattr(Aws.__init__, "__defaults__", (time.monotonic, interrupted))
        done = up(world)
    assert done.code == 130
    assert "goes on at AWS" in done.err
    assert "service wait" in done.err
    assert "service rollback" in done.err
    assert world("service", "wait").code == 0


def target_group(world: World) -> str:
    """A target group behind a load balancer."""
    elb = world.client("elbv2")
    subnets = [row["SubnetId"] for row in world.client("ec2").describe_subnets()["Subnets"]][:2]
    vpc = world.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    group = elb.create_target_group(Name="shop", Protocol="HTTP", Port=80, VpcId=vpc)[
        "TargetGroups"
    ][0]
    balancer = elb.create_load_balancer(Name="shop", Subnets=subnets)["LoadBalancers"][0]
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}],
    )
    arn: str = group["TargetGroupArn"]
    return arn


def test_the_health_of_targets_is_told_on_the_way_and_in_the_answer(world: World) -> None:
    flags = (
        "--target-group-arn",
        target_group(world),
        "--container-name",
        "web",
        "--container-port",
        "80",
    )
    world.project(more=PORT)
    done = up(world, *flags)
    assert done.code == 0, done.err
    assert "Load balancer targets  targetGroup=shop  healthy=1" in done.err
    world.project("nginx:2", more='    ports: ["80"]\n', target_healthy="false")
    failed = up(world)
    assert failed.code == 5
    assert "likely cause: shop:2: the load balancer finds the task unhealthy" in failed.err


def test_tags_and_load_balancers_of_a_service_that_exists_are_changed(world: World) -> None:
    up(world)
    group = target_group(world)
    world.project(more=PORT)
    done = up(
        world,
        *("--target-group-arn", group, "--container-name", "web", "--container-port", "80"),
        *("--health-check-grace-period", "30", "--tags", "team=web", "--no-wait"),
    )
    assert done.code == 0, done.err
    found = world.client("ecs").describe_services(
        cluster="demo", services=["shop"], include=["TAGS"]
    )["services"][0]
    assert found["loadBalancers"][0]["targetGroupArn"] == group
    assert {"key": "team", "value": "web"} in found["tags"]


def test_json_of_the_service_commands_has_the_documented_keys(world: World) -> None:
    keys = {
        "cluster",
        "service",
        "changed",
        "status",
        "taskDefinition",
        "desiredCount",
        "runningCount",
        "deployment",
    }
    for verb in (["up"], ["scale", "2"], ["stop"], ["start"], ["wait"], ["rm"]):
        done = world("service", *verb, "--output", "json")
        assert done.code == 0, done.err
        assert set(done.json) == keys, verb
