"""The rows of what tasks and services have in common: tags, capacity, network and placement."""

from __future__ import annotations

import re

from ecscli.compose.ecs.requests.checks import Between, Form, Longest, OneOf, Refused
from ecscli.compose.ecs.requests.container import ON_FARGATE, ON_OR_OFF
from ecscli.compose.ecs.requests.rows import Shape, checked, passed

TAG_FORM = Form(
    re.compile(r"[\w\s+=.:/@-]*"),
    "text that tags can have",
    "letters, digits, spaces and + - = . _ : / @",
)
TAG = Shape(
    "Tag",
    (
        checked("key", Longest(128), TAG_FORM, required=True, rules=("task.tags",)),
        checked("value", Longest(256), TAG_FORM),
    ),
)
CAPACITY = Shape(
    "CapacityProviderStrategyItem",
    (
        checked("capacityProvider", required=True, rules=("service.capacity",)),
        checked("weight", Between(0, 1000), rules=("service.capacity",)),
        checked("base", Between(0, 100_000), rules=("service.capacity",)),
    ),
)
NETWORK = Shape(
    "NetworkConfiguration",
    (
        passed(
            "awsvpcConfiguration",
            of=Shape(
                "AwsVpcConfiguration",
                (
                    checked(
                        "subnets",
                        Form(re.compile(r"subnet-\w+"), "the ID of a subnet", "write subnet-..."),
                        most=16,
                    ),
                    checked(
                        "securityGroups",
                        Form(re.compile(r"sg-\w+"), "the ID of a security group", "write sg-..."),
                        most=5,
                    ),
                    checked("assignPublicIp", ON_OR_OFF, rules=("running.public_address",)),
                ),
            ),
        ),
    ),
)
EXPRESSION = Longest(2000)
PLACES_ITSELF = Refused(ON_FARGATE, "leave it out: Fargate places tasks itself")
TASK_DEFINITION_CONSTRAINT = Shape(
    "TaskDefinitionPlacementConstraint",
    (
        checked("type", OneOf(("memberOf",)), required=True),
        checked("expression", EXPRESSION, required=True),
    ),
)
CONSTRAINT = Shape(
    "PlacementConstraint",
    (
        checked("type", OneOf(("distinctInstance", "memberOf")), required=True),
        checked("expression", EXPRESSION, rules=("running.placement",)),
    ),
)
STRATEGY = Shape(
    "PlacementStrategy",
    (
        checked("type", OneOf(("random", "spread", "binpack")), required=True),
        checked("field", rules=("running.placement",)),
    ),
)
