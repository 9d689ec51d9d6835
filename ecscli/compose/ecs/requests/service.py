"""The rows of what CreateService and UpdateService have in common."""

from __future__ import annotations

from ecscli.base.limits import EXTERNAL
from ecscli.compose.ecs import limits
from ecscli.compose.ecs.requests.checks import AtLeast, Between, OneOf, Refused
from ecscli.compose.ecs.requests.container import ON_OR_OFF, PORT
from ecscli.compose.ecs.requests.deployment import DEPLOYMENT, DEPLOYMENT_CONTROLLER, NO_KEY
from ecscli.compose.ecs.requests.parts import (
    CAPACITY,
    CONSTRAINT,
    NETWORK,
    PLACES_ITSELF,
    STRATEGY,
)
from ecscli.compose.ecs.requests.rows import Row, Shape, checked, never, never_set, passed
from ecscli.compose.ecs.requests.service_connect import SERVICE_CONNECT
from ecscli.compose.ecs.requests.volumes import ANYWHERE_GUIDE, SERVICE_VOLUME

CAPACITY_GUIDE = "Developer guide, Amazon ECS launch types and capacity providers"
REBALANCING_GUIDE = "Developer guide, Balancing an Amazon ECS service across Availability Zones"

LOAD_BALANCER = Shape(
    "LoadBalancer",
    (
        checked("targetGroupArn", rules=("service.load_balancers",)),
        checked("loadBalancerName", rules=("service.load_balancers",)),
        checked("containerName", required=True, rules=("service.load_balancers",)),
        checked("containerPort", PORT, required=True, rules=("service.load_balancers",)),
        never(
            "advancedConfiguration",
            NO_KEY,
            never_set(
                "AdvancedConfiguration",
                NO_KEY,
                "alternateTargetGroupArn",
                "productionListenerRule",
                "testListenerRule",
                "roleArn",
            ),
        ),
    ),
)
SERVICE_REGISTRY = Shape(
    "ServiceRegistry",
    (
        passed("registryArn"),
        never("port", "the name and the port of a container are sent"),
        checked("containerName", rules=("service.discovery",)),
        checked("containerPort", rules=("service.discovery",)),
    ),
)
VPC_LATTICE = never_set(
    "VpcLatticeConfiguration",
    NO_KEY,
    "roleArn",
    "targetGroupArn",
    "portName",
    advancedConfiguration=never_set(
        "VpcLatticeAdvancedConfiguration",
        NO_KEY,
        "alternateTargetGroupArn",
        "productionListenerRule",
        "testListenerRule",
    ),
)
GATEWAY_CONNECTOR = never_set(
    "GatewayConnector",
    NO_KEY,
    "portName",
    healthCheck=never_set(
        "GatewayConnectorHealthCheck",
        NO_KEY,
        "healthCheckProtocol",
        "healthCheckPort",
        "healthCheckPath",
        "healthCheckTimeoutSeconds",
        "healthCheckIntervalSeconds",
        "healthyThresholdCount",
        "unhealthyThresholdCount",
        matcher=never_set("GatewayConnectorHealthCheckMatcher", NO_KEY, "httpCode", "grpcCode"),
    ),
    filters=never_set("GatewayConnectorFilters", NO_KEY, "accessTypes"),
    deregistrationDelay=never_set("GatewayConnectorDeregistrationDelay", NO_KEY, "timeoutSeconds"),
)
MONITORING = never_set(
    "MonitoringConfiguration",
    NO_KEY,
    metricConfigurations=never_set(
        "MetricConfiguration", NO_KEY, "metricNames", "resolutionSeconds"
    ),
)

CAPACITY_STRATEGY = checked(
    "capacityProviderStrategy",
    Refused((EXTERNAL,), "leave it out"),
    of=CAPACITY,
    most=20,
    rules=("service.capacity",),
    source=f"{CAPACITY_GUIDE}; {ANYWHERE_GUIDE}",
)
PLACEMENT: tuple[Row, ...] = (
    checked(
        "placementConstraints",
        PLACES_ITSELF,
        of=CONSTRAINT,
        rules=("running.placement",),
        key="task_placement.constraints",
    ),
    checked(
        "placementStrategy",
        PLACES_ITSELF,
        of=STRATEGY,
        most=limits.MAX_PLACEMENT_STRATEGIES,
        rules=("running.placement",),
        key="task_placement.strategy",
        source="Developer guide, Use strategies to define Amazon ECS task placement",
    ),
)
LAUNCH: tuple[Row, ...] = (
    CAPACITY_STRATEGY,
    passed("enableECSManagedTags", key="--disable-ecs-managed-tags"),
    checked("enableExecuteCommand", rules=("service.execute_command",)),
    passed("networkConfiguration", of=NETWORK),
    *PLACEMENT,
    checked("platformVersion", rules=("service.platform",)),
)
SERVICE_ROWS: tuple[Row, ...] = (
    *LAUNCH,
    checked(
        "availabilityZoneRebalancing",
        ON_OR_OFF,
        rules=("service.rebalancing",),
        source=REBALANCING_GUIDE,
    ),
    passed("cluster", key="--cluster"),
    passed("deploymentConfiguration", of=DEPLOYMENT, key="deployment"),
    never(
        "deploymentController",
        "services are deployed by ECS itself, the default",
        DEPLOYMENT_CONTROLLER,
    ),
    checked("desiredCount", AtLeast(0)),
    never("gatewayConnectors", NO_KEY, GATEWAY_CONNECTOR),
    checked(
        "healthCheckGracePeriodSeconds",
        Between(0, 2**31 - 1, "seconds"),
        key="health_check_grace_period",
    ),
    checked(
        "loadBalancers",
        Refused((EXTERNAL,), "leave it out, or use launch type EC2 or Fargate"),
        of=LOAD_BALANCER,
        rules=("service.load_balancers",),
        source=ANYWHERE_GUIDE,
    ),
    never("monitoring", NO_KEY, MONITORING),
    checked("propagateTags", OneOf(("TASK_DEFINITION", "SERVICE", "NONE"))),
    passed("serviceConnectConfiguration", of=SERVICE_CONNECT, key="service_connect"),
    checked(
        "serviceRegistries",
        of=SERVICE_REGISTRY,
        most=1,
        rules=("service.discovery",),
        key="service_discovery",
    ),
    passed("taskDefinition", key=""),
    passed("volumeConfigurations", of=SERVICE_VOLUME, key="ebs_volumes"),
    never("vpcLatticeConfigurations", NO_KEY, VPC_LATTICE),
)
