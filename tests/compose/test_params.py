"""ecs-params.yml: its schema and its table are one, what is wrong has a place, and no text makes it
crash."""

import json
from contextlib import suppress
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ecscli.base.errors import InputError
from ecscli.base.keys.kinds import Kind
from ecscli.base.keys.shapes import AnyName, Each, Either
from ecscli.base.system import resources
from ecscli.compose.params.keys import ECS_PARAMS, schema_document
from ecscli.compose.params.read import EcsParams, parse_params
from ecscli.compose.params.registry_creds import newest, parse_creds
from tests.compose.scenarios import CASES, FOLDER, expected
from tests.conftest import Cli

SCHEMA = "compose/schema/ecs-params.json"
GOOD = [
    case
    for case in CASES
    if (FOLDER / case / "ecs-params.yml").exists() and "request" in expected(case)
]
STRICT = [
    case for case in GOOD if case not in ("params-unknown-key-ec2", "params-interpolation-ec2")
]


def parse(text: str, **variables: str) -> EcsParams:
    return parse_params(text, "ecs-params.yml", variables)


def findings(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse(text)
    return [f"{finding.where}: {finding.message}" for finding in caught.value.findings]


def test_the_shipped_schema_is_that_of_the_table() -> None:
    written = json.loads(resources.read(SCHEMA))
    assert written == schema_document(), (
        f"write json.dumps(schema_document(), indent=2) to {SCHEMA}"
    )
    jsonschema.Draft202012Validator.check_schema(written)


@pytest.fixture(scope="module")
def editor() -> jsonschema.Draft202012Validator:
    """What an editor with the shipped schema does; the schema itself is checked above."""
    return jsonschema.Draft202012Validator(schema_document())


@pytest.mark.parametrize("case", STRICT)
def test_editors_accept_what_is_accepted(
    editor: jsonschema.Draft202012Validator, case: str
) -> None:
    document = yaml.safe_load((FOLDER / case / "ecs-params.yml").read_text())
    editor.validate(document)


def test_every_key_is_described() -> None:
    def descriptions(kind: object) -> list[str]:
        if isinstance(kind, Kind):
            return []
        if isinstance(kind, Either):
            return [text for one in kind.kinds for text in descriptions(one)]
        if isinstance(kind, Each | AnyName):
            return descriptions(kind.shape)
        assert isinstance(kind, dict)
        return [text for key in kind.values() for text in (key.about, *descriptions(key.kind))]

    assert all(text.endswith(".") for text in descriptions(ECS_PARAMS))


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        parse(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text("a1m$ ", max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2)
    ),
    max_leaves=4,
)


def keys(kind: object) -> st.SearchStrategy[object]:
    """Documents with the right keys and any values."""
    if isinstance(kind, Kind):
        return VALUES
    if isinstance(kind, Each):
        return VALUES | st.lists(keys(kind.shape), max_size=2)
    if isinstance(kind, AnyName):
        return VALUES | st.dictionaries(st.text("ab", max_size=2), keys(kind.shape), max_size=2)
    if isinstance(kind, Either):
        return st.one_of(map(keys, kind.kinds))
    assert isinstance(kind, dict)
    fields = {name: keys(key.kind) for name, key in kind.items()}
    return VALUES | st.fixed_dictionaries({}, optional=fields)


@given(keys(ECS_PARAMS))
def test_any_value_under_a_known_key_is_read_or_refused(document: object) -> None:
    with suppress(InputError):
        parse(yaml.safe_dump(document))


def test_all_mistakes_are_told_at_once_with_their_places() -> None:
    text = "task_definition:\n  services:\n    web: {cpu_shares: many, gpu: [1]}\nrun_params: []\n"
    assert findings(text) == [
        "ecs-params.yml:3:11: task_definition.services.web.cpu_shares: must be a whole number",
        "ecs-params.yml:3:29: task_definition.services.web.gpu: must be text",
        "ecs-params.yml:4:1: run_params: must be a mapping, not a list",
    ]


def test_one_variable_may_hold_a_list() -> None:
    text = "run_params: {network_configuration: {awsvpc_configuration: {subnets: [$SUBNETS]}}}"
    params = parse(text, SUBNETS="subnet-1, subnet-2")
    assert params.network == {"awsvpcConfiguration": {"subnets": ["subnet-1", "subnet-2"]}}


def test_numbers_keep_the_text_they_were_written_with() -> None:
    params = parse("task_definition: {task_size: {cpu_limit: 0256, mem_limit: 0.50}}")
    assert (params.task["cpu"], params.task["memory"]) == ("0256", "0.50")


def test_the_words_of_yaml_1_1_are_booleans_still() -> None:
    assert parse("task_definition: {services: {web: {essential: no}}}").of("web").essential is False


def test_what_runs_the_task_takes_the_names_of_the_api() -> None:
    params = parse(
        """
run_params:
  capacity_provider_strategy: [{capacity_provider: FARGATE_SPOT, weight: 3, base: 1}]
  load_balancers: [{target_group_arn: tg, container_name: web, container_port: 80}]
  health_check_grace_period: 1m
  service_connect:
    enabled: true
    services: [{port_name: http, client_aliases: [{port: 80, dns_name: web}], timeout: {idle: 2m}}]
  deployment: {maximum_percent: 150, circuit_breaker: {enable: true, rollback: true}}
  desired_count: 2
  enable_execute_command: true
"""
    )
    assert params.service == {
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 3, "base": 1}],
        "loadBalancers": [{"targetGroupArn": "tg", "containerName": "web", "containerPort": 80}],
        "healthCheckGracePeriodSeconds": 60,
        "serviceConnectConfiguration": {
            "enabled": True,
            "services": [
                {
                    "portName": "http",
                    "clientAliases": [{"port": 80, "dnsName": "web"}],
                    "timeout": {"idleTimeoutSeconds": 120},
                }
            ],
        },
        "deploymentConfiguration": {
            "maximumPercent": 150,
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        },
        "desiredCount": 2,
        "enableExecuteCommand": True,
    }


def test_the_schema_command_prints_the_schema(cli: Cli) -> None:
    result = cli("schema", "ecs-params")
    assert (result.code, result.json) == (0, schema_document())


def test_the_newest_credentials_file_is_told_by_its_name() -> None:
    names = ["ecs-registry-creds_20200101T000000Z.yml", "ecs-registry-creds_20210101T000000Z.yml"]
    assert newest([*names, "ecs-registry-creds_latest.yml"]) == names[1]
    assert newest(["ecs-registry-creds_latest.yml"]) is None


def test_a_credentials_file_of_the_wrong_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must be a mapping"):
        parse_creds("registry_credential_outputs: [a]", "creds.yml")


def test_the_schema_has_the_choices_and_bounds_of_the_requests() -> None:
    task = schema_document()["properties"]["task_definition"]["properties"]
    run = schema_document()["properties"]["run_params"]["properties"]
    architecture = task["runtime_platform"]["properties"]["cpu_architecture"]
    assert architecture["anyOf"][0] == {"enum": ["X86_64", "ARM64"]}
    size = task["ephemeral_storage"]["properties"]["size"]
    assert (size["minimum"], size["maximum"]) == (21, 200)
    access = task["efs_volumes"]["items"]["properties"]["iam"]
    assert access["anyOf"][0] == {"enum": ["ENABLED", "DISABLED"]}
    service = task["services"]["additionalProperties"]["properties"]
    assert service["healthcheck"]["properties"]["retries"]["maximum"] == 10
    assert run["task_placement"]["properties"]["strategy"]["items"]["properties"]["type"]["anyOf"][
        0
    ] == {"enum": ["random", "spread", "binpack"]}


def test_a_misspelt_key_at_the_top_is_an_error() -> None:
    with pytest.raises(InputError) as caught:
        parse_params("version: 1\ntask_definiton: {pid_mode: host}\n", "p.yml", {})
    (finding,) = caught.value.findings
    assert list(finding.lines()) == [
        'p.yml:2:1: unknown key "task_definiton"',
        '  hint: did you mean "task_definition"?',
    ]


def test_a_misspelt_key_beside_the_right_one_is_a_warning() -> None:
    text = "task_definiton: {pid_mode: host}\ntask_definition: {pid_mode: task}\nelse: 1\n"
    params = parse_params(text, "p.yml", {})
    assert params.task == {"pidMode": "task"}
    assert [finding.key for finding in params.warnings] == ["task_definiton", "else"]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "efs_volumes: {name: v}",
            "must be a list, not a mapping",
            "begin each item with a dash, or write [...]",
        ),
        (
            "services: [web]",
            "must be a mapping, not a list",
            "write each name with a colon behind it, without a dash in front",
        ),
    ],
)
def test_another_shape_has_a_hint(text: str, message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_params(f"task_definition: {{{text}}}\n", "p.yml", {})
    (finding,) = caught.value.findings
    assert (finding.statement, finding.hint) == (message, hint)


@pytest.mark.parametrize("written", ["Linux", "LINUX"])
def test_os_family_of_the_tutorials_is_the_operating_system(written: str) -> None:
    params = parse_params(f"task_definition: {{os_family: {written}}}\n", "p.yml", {})
    assert params.task == {"runtimePlatform": {"operatingSystemFamily": "LINUX"}}
    assert params.warnings == ()


def test_os_family_goes_with_the_architecture_and_contradicts_another_system() -> None:
    platform = "runtime_platform: {cpu_architecture: ARM64%s}"
    text = f"task_definition: {{os_family: Linux, {platform}}}\n"
    params = parse_params(text % "", "p.yml", {})
    assert params.task["runtimePlatform"] == {
        "cpuArchitecture": "ARM64",
        "operatingSystemFamily": "LINUX",
    }
    with pytest.raises(InputError, match="os_family: is LINUX, and runtime_platform has WINDOWS"):
        parse_params(text % ", operating_system_family: WINDOWS_SERVER_2022_CORE", "p.yml", {})
