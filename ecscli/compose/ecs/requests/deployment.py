"""The rows of how a service replaces its tasks: DeploymentConfiguration and its parts."""

from __future__ import annotations

from ecscli.compose.ecs.requests.checks import AtLeast, OneOf
from ecscli.compose.ecs.requests.rows import Shape, checked, never, never_set, passed

NO_KEY = "ecs-params has no key for it"

THRESHOLD = Shape(
    "ThresholdConfiguration",
    (
        checked("type", OneOf(("COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT")), required=True),
        checked("value", required=True),
    ),
)
CIRCUIT_BREAKER = Shape(
    "DeploymentCircuitBreaker",
    (
        checked("enable", required=True),
        checked("rollback", required=True),
        never("resetOnHealthyTask", NO_KEY),
        passed("thresholdConfiguration", of=THRESHOLD),
    ),
)
ALARMS = Shape(
    "DeploymentAlarms",
    (
        checked("alarmNames", required=True),
        checked("rollback", required=True),
        checked("enable", required=True),
    ),
)
LIFECYCLE_HOOK = never_set(
    "DeploymentLifecycleHook",
    NO_KEY,
    "targetType",
    "hookTargetArn",
    "roleArn",
    "lifecycleStages",
    hookDetails=Shape("HookDetails", ()),
    timeoutConfiguration=never_set(
        "DeploymentLifecycleHookTimeoutConfiguration", NO_KEY, "timeoutInMinutes", "action"
    ),
)
LINEAR = never_set("LinearConfiguration", NO_KEY, "stepPercent", "stepBakeTimeInMinutes")
CANARY = never_set("CanaryConfiguration", NO_KEY, "canaryPercent", "canaryBakeTimeInMinutes")
EARLY_SUCCESS = never_set(
    "DeploymentEarlySuccessCriteria",
    NO_KEY,
    "enable",
    "healthyPercent",
    "sourceServiceRevisionCleanup",
)
DEPLOYMENT = Shape(
    "DeploymentConfiguration",
    (
        passed("deploymentCircuitBreaker", of=CIRCUIT_BREAKER, key="circuit_breaker"),
        checked("maximumPercent", AtLeast(0, "percent"), rules=("service.percents",)),
        checked("minimumHealthyPercent", AtLeast(0, "percent"), rules=("service.percents",)),
        passed("alarms", of=ALARMS),
        checked("strategy", OneOf(("ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"))),
        checked("bakeTimeInMinutes", AtLeast(0, "minutes")),
        never("lifecycleHooks", NO_KEY, LIFECYCLE_HOOK),
        never("linearConfiguration", "ECS takes its own steps", LINEAR),
        never("canaryConfiguration", "ECS takes its own steps", CANARY),
        never("earlySuccessCriteria", NO_KEY, EARLY_SUCCESS),
    ),
)
DEPLOYMENT_CONTROLLER = never_set(
    "DeploymentController", "services are deployed by ECS itself, the default", "type"
)
