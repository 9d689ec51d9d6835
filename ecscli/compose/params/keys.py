"""THE table of ecs-params.yml: every key, its kind, its name in the ECS API and its description.

The keys of ecs-cli keep their names and meanings; newer ones follow the same style, the ECS
name in snake case. `schema/ecs-params.json` is `schema_document()` written down; a test compares
the two.
"""

from __future__ import annotations

from ecscli.base.documents import Draft
from ecscli.base.keys.kinds import (
    ANYTHING,
    BOOLEAN,
    INTEGER,
    INTEGERS,
    MAPPING,
    SECONDS,
    SIZE,
    STRINGS,
    TEXT,
    TEXT_MAP,
    WORDS,
    choice,
)
from ecscli.base.keys.lookups import BY, LOOKUP, LOOKUPS
from ecscli.base.keys.shapes import AnyName, Each, Either, Key, Keys, json_schema
from ecscli.compose.params.balancer_keys import BALANCER_OF_SERVICE
from ecscli.compose.params.balancer_keys import OF_PROJECT as BALANCER_OF_PROJECT
from ecscli.compose.params.choices import with_choices
from ecscli.compose.params.discovery_settings import DISCOVERY_OF_PROJECT, DISCOVERY_OF_SERVICE
from ecscli.compose.params.image_settings import IMAGES
from ecscli.compose.params.policy_settings import POLICIES
from ecscli.compose.params.secret_settings import SECRETS as STORED_SECRETS
from ecscli.compose.params.volume_settings import EBS, VOLUMES

CONSTRAINTS = Each(
    {
        "type": Key("type", TEXT, "memberOf or distinctInstance."),
        "expression": Key("expression", TEXT, "A cluster query language expression, for memberOf."),
    }
)

SECRETS = Each(
    {
        "value_from": Key(
            "valueFrom",
            TEXT,
            "ARN of a Secrets Manager secret (JSON key, version stage and version id may follow),"
            " or ARN or name of an SSM parameter.",
            required=True,
        ),
        "name": Key("name", TEXT, "Name of the environment variable or log option.", required=True),
    }
)

HEALTH_CHECK: Keys = {
    "test": Key("test", WORDS, "Command; a string runs in the container's shell."),
    "command": Key("command", WORDS, "Another word for test."),
    "interval": Key("interval", SECONDS, "Time between two checks, 5 to 300 seconds."),
    "timeout": Key("timeout", SECONDS, "Time that one check may take, 2 to 60 seconds."),
    "retries": Key(
        "retries", INTEGER, "Failed checks before the container counts as unhealthy, 1 to 10."
    ),
    "start_period": Key(
        "startPeriod",
        SECONDS,
        "Time to start up in which failures do not count, up to 300 seconds.",
    ),
}

FIRELENS: Keys = {
    "type": Key("type", TEXT, "fluentd or fluentbit."),
    "options": Key(
        "options", TEXT_MAP, "Options of the log router, such as enable-ecs-log-metadata."
    ),
}

SERVICE: Keys = {
    "essential": Key(
        "essential", BOOLEAN, "Whether the task stops when this container stops; true by default."
    ),
    "init_process_enabled": Key(
        "init", BOOLEAN, "Run an init process that forwards signals and reaps processes."
    ),
    "cpu_shares": Key("cpu", INTEGER, "CPU units, 1024 per core; overrides the Compose value."),
    "mem_limit": Key(
        "memory", SIZE, "Hard memory limit in bytes or with a unit; overrides the Compose value."
    ),
    "mem_reservation": Key("reservation", SIZE, "Soft memory limit; overrides the Compose value."),
    "gpu": Key("gpu", TEXT, "Number of physical GPUs for this container."),
    "repository_credentials": Key(
        "repositoryCredentials",
        {
            "credentials_parameter": Key(
                "credentialsParameter", TEXT, "ARN or name of the Secrets Manager secret."
            )
        },
        "Credentials of the private registry that holds the image.",
    ),
    "secrets": Key("secrets", SECRETS, "Secrets that become environment variables."),
    "logging": Key(
        "logging",
        {
            "secret_options": Key(
                "secretOptions", SECRETS, "Secrets that become options of the log driver."
            )
        },
        "What Compose cannot say about logging.",
    ),
    "firelens_configuration": Key(
        "firelensConfiguration", FIRELENS, "Makes this container the FireLens log router."
    ),
    "depends_on": Key(
        "dependsOn",
        Each(
            {
                "container_name": Key(
                    "containerName", TEXT, "A service of the Compose file.", required=True
                ),
                "condition": Key(
                    "condition", TEXT, "START, COMPLETE, SUCCESS or HEALTHY.", required=True
                ),
            }
        ),
        "Containers that must reach a condition before this one starts.",
    ),
    "healthcheck": Key(
        "healthcheck", HEALTH_CHECK, "Health check; each value overrides the Compose one."
    ),
    "restart_policy": Key(
        "restartPolicy",
        {
            "enabled": Key(
                "enabled", BOOLEAN, "Whether ECS restarts this container alone when it exits."
            ),
            "ignored_exit_codes": Key(
                "ignoredExitCodes", INTEGERS, "Exit codes after which it stays stopped."
            ),
            "restart_attempt_period": Key(
                "restartAttemptPeriod",
                SECONDS,
                "How long it must run before it may be restarted, 60 to 1800 seconds.",
            ),
        },
        "Restart this container without replacing the task.",
    ),
    "system_controls": Key(
        "systemControls",
        Each(
            {
                "namespace": Key(
                    "namespace",
                    TEXT,
                    "Kernel parameter, such as net.core.somaxconn.",
                    required=True,
                ),
                "value": Key("value", TEXT, "Its value.", required=True),
            }
        ),
        "Kernel parameters of this container.",
    ),
    "environment_files": Key(
        "environmentFiles",
        Each(
            {
                "value": Key("value", TEXT, "ARN of an .env object in S3.", required=True),
                "type": Key("type", TEXT, "s3.", required=True),
            }
        ),
        "Environment files in S3, read when the container starts.",
    ),
    "credential_specs": Key(
        "credentialSpecs", STRINGS, "credentialspec:ARN or credentialspecdomainless:ARN."
    ),
    "start_timeout": Key(
        "startTimeout", SECONDS, "How long to wait for the dependencies of this container."
    ),
    "stop_timeout": Key(
        "stopTimeout", SECONDS, "How long it may take to stop; overrides stop_grace_period."
    ),
    "version_consistency": Key(
        "versionConsistency", TEXT, "enabled or disabled: pin the image tag to its digest."
    ),
    "container_definition_extra": Key(
        "extra",
        MAPPING,
        "Fields of the container definition in the ECS API's own words, laid over the result.",
    ),
}

DOCKER_VOLUMES = Each(
    {
        "name": Key("name", TEXT, "Name of the volume.", required=True),
        "scope": Key("scope", TEXT, "task or shared."),
        "autoprovision": Key(
            "autoprovision", BOOLEAN, "Create a shared volume that does not exist."
        ),
        "driver": Key("driver", TEXT, "Docker volume driver."),
        "driver_opts": Key("driverOpts", TEXT_MAP, "Options of the driver."),
        "labels": Key("labels", TEXT_MAP, "Labels of the volume."),
    }
)

EFS_VOLUMES = Each(
    {
        "name": Key("name", TEXT, "Name of the volume.", required=True),
        "filesystem_id": Key("fileSystemId", TEXT, "EFS file system id.", required=True),
        "root_directory": Key("rootDirectory", TEXT, "Directory of the file system to mount."),
        "transit_encryption": Key("transitEncryption", TEXT, "ENABLED or DISABLED."),
        "transit_encryption_port": Key(
            "transitEncryptionPort", INTEGER, "Port for encrypted traffic."
        ),
        "access_point": Key(
            "accessPointId", TEXT, "EFS access point id; needs transit encryption."
        ),
        "iam": Key("iam", TEXT, "ENABLED: mount with the task role; needs transit encryption."),
    }
)

FSX_VOLUMES = Each(
    {
        "name": Key("name", TEXT, "Name of the volume.", required=True),
        "filesystem_id": Key(
            "fileSystemId", TEXT, "FSx for Windows File Server file system id.", required=True
        ),
        "root_directory": Key(
            "rootDirectory", TEXT, "Directory of the file system to mount.", required=True
        ),
        "credentials_parameter": Key(
            "credentialsParameter", TEXT, "ARN of the domain credentials.", required=True
        ),
        "domain": Key("domain", TEXT, "Domain of the Active Directory.", required=True),
    }
)

EBS_VOLUMES = Each(
    {
        "name": Key("name", TEXT, "Name of the volume.", required=True),
        **EBS,
    }
)

TASK_SIZE: Keys = {
    "cpu_limit": Key("cpu", TEXT, "CPU of the task: units (256) or vCPU (.25 vCPU)."),
    "mem_limit": Key("memory", TEXT, "Memory of the task: MiB (512) or GB (0.5GB)."),
}

TASK_DEFINITION: Keys = {
    "ecs_network_mode": Key("networkMode", TEXT, "bridge, host, awsvpc or none."),
    "task_role_arn": Key("taskRoleArn", TEXT, "Role of the containers; --task-role-arn wins."),
    "task_execution_role": Key(
        "executionRoleArn", TEXT, "Role with which ECS pulls images and reads secrets."
    ),
    "pid_mode": Key("pidMode", TEXT, "host or task."),
    "ipc_mode": Key("ipcMode", TEXT, "host, task or none."),
    "task_size": Key(
        "size", TASK_SIZE, "CPU and memory of the task as a whole; Fargate needs both."
    ),
    "placement_constraints": Key(
        "placementConstraints", CONSTRAINTS, "Where tasks of this definition may run."
    ),
    "docker_volumes": Key(
        "docker_volumes", DOCKER_VOLUMES, "Docker volumes; the Compose file declares the same name."
    ),
    "efs_volumes": Key(
        "efs_volumes", EFS_VOLUMES, "EFS volumes; the Compose file declares the same name."
    ),
    "fsx_volumes": Key("fsx_volumes", FSX_VOLUMES, "FSx for Windows File Server volumes."),
    "ebs_volumes": Key(
        "ebs_volumes", EBS_VOLUMES, "EBS volumes that ECS makes for each task when it starts."
    ),
    "services": Key(
        "services", AnyName(SERVICE), "What Compose cannot say about each service, by its name."
    ),
    "runtime_platform": Key(
        "runtimePlatform",
        {
            "cpu_architecture": Key("cpuArchitecture", TEXT, "X86_64 or ARM64."),
            "operating_system_family": Key(
                "operatingSystemFamily", TEXT, "LINUX or a Windows Server release."
            ),
        },
        "Architecture and operating system of the task; overrides `platform` of the Compose file.",
    ),
    "os_family": Key(
        "osFamily",
        TEXT,
        "As AWS's tutorials for Fargate have it: operating_system_family of runtime_platform, in"
        " either case.",
    ),
    "ephemeral_storage": Key(
        "ephemeralStorage",
        {"size": Key("sizeInGiB", INTEGER, "GiB, 21 to 200.", required=True)},
        "Disk of a Fargate task.",
    ),
    "proxy_configuration": Key(
        "proxy",
        {
            "type": Key("type", TEXT, "APPMESH."),
            "container_name": Key("containerName", TEXT, "The proxy's container.", required=True),
            "properties": Key("properties", TEXT_MAP, "Properties of the proxy."),
        },
        "App Mesh proxy.",
    ),
    "files_image": Key(
        "files_image",
        TEXT,
        "Image of the container that writes configs, with a shell: your own copy, or a digest.",
    ),
    "enable_fault_injection": Key(
        "enableFaultInjection", BOOLEAN, "Let AWS FIS inject faults into the task."
    ),
    "task_definition_extra": Key(
        "extra",
        MAPPING,
        "Fields of RegisterTaskDefinition in the ECS API's own words, laid over the result.",
    ),
}

SERVICE_DISCOVERY: Keys = {
    "container_name": Key("container_name", TEXT, "Container to register, for SRV records."),
    "container_port": Key("container_port", INTEGER, "Port to register, for SRV records."),
    "private_dns_namespace": Key(
        "private_dns_namespace",
        {
            "id": Key("id", TEXT, "Id of an existing namespace."),
            "name": Key("name", TEXT, "Name of a namespace, made when it does not exist."),
            "vpc": Key("vpc", TEXT, "VPC of the namespace."),
            "description": Key("description", TEXT, "Description of the namespace."),
        },
        "Private DNS namespace.",
    ),
    "public_dns_namespace": Key(
        "public_dns_namespace",
        {
            "id": Key("id", TEXT, "Id of an existing namespace."),
            "name": Key("name", TEXT, "Name of an existing namespace."),
        },
        "Public DNS namespace.",
    ),
    "service_discovery_service": Key(
        "service_discovery_service",
        {
            "name": Key("name", TEXT, "Name of the service; that of the ECS service by default."),
            "description": Key("description", TEXT, "Description of the service."),
            "dns_config": Key(
                "dns_config",
                {
                    "type": Key("type", TEXT, "A or SRV."),
                    "ttl": Key("ttl", INTEGER, "Time to live in seconds."),
                },
                "DNS records of the service.",
            ),
            "healthcheck_custom_config": Key(
                "healthcheck_custom_config",
                {
                    "failure_threshold": Key(
                        "failure_threshold", INTEGER, "30-second intervals before a removal."
                    )
                },
                "Custom health check.",
            ),
        },
        "The Cloud Map service.",
    ),
}

SERVICE_CONNECT: Keys = {
    "enabled": Key("enabled", BOOLEAN, "Whether to use Service Connect.", required=True),
    "namespace": Key(
        "namespace", TEXT, "Cloud Map namespace, by name or ARN; the cluster's by default."
    ),
    "services": Key(
        "services",
        Each(
            {
                "port_name": Key(
                    "portName", TEXT, "A `name` of `ports` in the Compose file.", required=True
                ),
                "discovery_name": Key(
                    "discoveryName", TEXT, "Name in Cloud Map; the port name by default."
                ),
                "client_aliases": Key(
                    "clientAliases",
                    Each(
                        {
                            "port": Key("port", INTEGER, "Port that clients use.", required=True),
                            "dns_name": Key("dnsName", TEXT, "Name that clients use."),
                        }
                    ),
                    "How clients reach it.",
                ),
                "ingress_port_override": Key("ingressPortOverride", INTEGER, "Port of the proxy."),
                "timeout": Key(
                    "timeout",
                    {
                        "idle": Key("idleTimeoutSeconds", SECONDS, "Time without traffic."),
                        "per_request": Key(
                            "perRequestTimeoutSeconds", SECONDS, "Time for one answer."
                        ),
                    },
                    "Timeouts of the proxy.",
                ),
            }
        ),
        "What this ECS service offers to others.",
    ),
    "log_configuration": Key(
        "logConfiguration",
        {
            "log_driver": Key("logDriver", TEXT, "Log driver of the proxy.", required=True),
            "options": Key("options", TEXT_MAP, "Options of the driver."),
            "secret_options": Key(
                "secretOptions", SECRETS, "Secrets that become options of the driver."
            ),
        },
        "Logs of the proxy.",
    ),
}

DEPLOYMENT: Keys = {
    "maximum_percent": Key(
        "maximumPercent", INTEGER, "Most tasks during a deployment, in percent of the count."
    ),
    "minimum_healthy_percent": Key(
        "minimumHealthyPercent", INTEGER, "Fewest tasks during a deployment, in percent."
    ),
    "circuit_breaker": Key(
        "deploymentCircuitBreaker",
        {
            "enable": Key(
                "enable", BOOLEAN, "End a deployment that cannot become stable.", required=True
            ),
            "rollback": Key(
                "rollback", BOOLEAN, "Go back to the last good one then.", required=True
            ),
        },
        "What to do with a deployment that fails.",
    ),
    "alarms": Key(
        "alarms",
        {
            "alarm_names": Key("alarmNames", STRINGS, "CloudWatch alarms to watch.", required=True),
            "enable": Key("enable", BOOLEAN, "Whether to watch them.", required=True),
            "rollback": Key("rollback", BOOLEAN, "Go back when one goes off.", required=True),
        },
        "Alarms that end a deployment.",
    ),
    "strategy": Key("strategy", TEXT, "ROLLING, BLUE_GREEN, LINEAR or CANARY."),
    "bake_time_in_minutes": Key(
        "bakeTimeInMinutes", INTEGER, "Minutes that old and new run side by side."
    ),
}

RUN_PARAMS: Keys = {
    "network_configuration": Key(
        "network",
        {
            "awsvpc_configuration": Key(
                "awsvpcConfiguration",
                {
                    "subnets": Key("subnets", STRINGS, "Subnet ids."),
                    "security_groups": Key("securityGroups", STRINGS, "Security group ids."),
                    "assign_public_ip": Key("assignPublicIp", TEXT, "ENABLED or DISABLED."),
                },
                "Network interface of each task.",
            )
        },
        "Network of tasks in awsvpc mode.",
    ),
    "task_placement": Key(
        "placement",
        {
            "strategy": Key(
                "placementStrategy",
                Each(
                    {
                        "type": Key("type", TEXT, "random, spread or binpack."),
                        "field": Key("field", TEXT, "What to spread over or pack by."),
                    }
                ),
                "How to choose among instances.",
            ),
            "constraints": Key(
                "placementConstraints", CONSTRAINTS, "Which instances to choose from."
            ),
        },
        "Placement of tasks on EC2.",
    ),
    "service_discovery": Key(
        "service_discovery", SERVICE_DISCOVERY, "Cloud Map service discovery."
    ),
    "capacity_provider_strategy": Key(
        "capacityProviderStrategy",
        Each(
            {
                "capacity_provider": Key(
                    "capacityProvider", TEXT, "FARGATE, FARGATE_SPOT or your own.", required=True
                ),
                "weight": Key("weight", INTEGER, "Share of the tasks."),
                "base": Key("base", INTEGER, "Tasks that run there before the weights count."),
            }
        ),
        "Where tasks run, instead of a launch type.",
    ),
    "load_balancers": Key(
        "loadBalancers",
        Each(
            {
                "target_group_arn": Key("targetGroupArn", TEXT, "ARN of the target group."),
                "load_balancer_name": Key(
                    "loadBalancerName", TEXT, "Name of a Classic Load Balancer."
                ),
                "container_name": Key(
                    "containerName", TEXT, "Service of the Compose file.", required=True
                ),
                "container_port": Key("containerPort", INTEGER, "Container port.", required=True),
            }
        ),
        "Load balancers of the ECS service.",
    ),
    "health_check_grace_period": Key(
        "healthCheckGracePeriodSeconds",
        SECONDS,
        "Time after a start in which load balancer health is ignored.",
    ),
    "service_connect": Key("serviceConnectConfiguration", SERVICE_CONNECT, "Service Connect."),
    "deployment": Key(
        "deploymentConfiguration", DEPLOYMENT, "How the ECS service replaces its tasks."
    ),
    "desired_count": Key(
        "desiredCount", INTEGER, "Number of tasks of the ECS service when it is created."
    ),
    "scheduling_strategy": Key("schedulingStrategy", TEXT, "REPLICA or DAEMON."),
    "platform_version": Key("platformVersion", TEXT, "Fargate platform version."),
    "propagate_tags": Key("propagateTags", TEXT, "TASK_DEFINITION, SERVICE or NONE."),
    "enable_execute_command": Key(
        "enableExecuteCommand", BOOLEAN, "Allow `compose exec` into the containers."
    ),
    "availability_zone_rebalancing": Key(
        "availabilityZoneRebalancing", TEXT, "ENABLED or DISABLED."
    ),
}

LAYOUTS = ("task", "services")
LOGS = AUTO, NO_LOGS = ("auto", "none")

PUBLIC, PRIVATE = SUBNET_WORDS = ("public", "private")
WORD_OF_SUBNETS = choice(*SUBNET_WORDS)._replace(
    schema={"type": "string", "enum": list(SUBNET_WORDS)}
)
NETWORK: Keys = {
    "vpc": Key("vpc", LOOKUP, f"VPC of the subnets; that of the cluster's stack by default. {BY}"),
    "subnets": Key(
        "subnets",
        Either((WORD_OF_SUBNETS, LOOKUPS)),
        "public or private: the subnets of the VPC with, or without, a route to an internet"
        f" gateway; or a list of them. {BY}",
    ),
    "security_groups": Key(
        "security_groups",
        LOOKUPS,
        f"Security groups in place of one for each Compose network. {BY}",
    ),
    "ingress": Key(
        "ingress",
        STRINGS,
        "CIDRs, or my-ip, that may reach published ports, those of data stores too; without it"
        " everyone may reach those that are none.",
    ),
}

SERVICE_PARAMS: Keys = {
    "group": Key("group", TEXT, "Services with the same group run in one task."),
    "task_size": Key("task_size", TASK_SIZE, "CPU and memory of the task of this service."),
    "run_params": Key("run_params", RUN_PARAMS, "As run_params above, for this service alone."),
    "desired_count": Key(
        "desired_count", INTEGER, "Number of tasks when the ECS service is created."
    ),
    "logs": Key("logs", choice(*LOGS), "As logs below, for this service alone."),
    "discovery": Key(
        "discovery", DISCOVERY_OF_SERVICE, "As discovery above, for this service alone."
    ),
    "ingress": Key(
        "ingress",
        STRINGS,
        "CIDRs, or my-ip, that may reach its published ports, in place of network.ingress.",
    ),
    "policies": Key(
        "policies",
        POLICIES,
        "What the containers may do at AWS, for which the support stack gets a role: names of"
        " policies of AWS, ARNs of policies, and policy documents.",
    ),
    "load_balancer": Key(
        "load_balancer",
        BALANCER_OF_SERVICE,
        "true: a load balancer is made in front of this service; false: never; or how, in both"
        " layouts.",
    ),
}

LOCAL: Keys = {
    "accounts": Key(
        "accounts",
        STRINGS,
        "AWS accounts whose credentials containers get without a question, as quoted text.",
    ),
}

ECS_PARAMS: Keys = {
    "version": Key("version", ANYTHING, "Version of this file's format: 1."),
    "layout": Key(
        "layout",
        choice(*LAYOUTS),
        "task (the default): all services run in one task; services: each is an ECS service of its"
        " own.",
    ),
    "task_definition": Key(
        "task_definition", TASK_DEFINITION, "What goes into the task definition."
    ),
    "run_params": Key("run_params", RUN_PARAMS, "How tasks and services are run."),
    "network": Key(
        "network", NETWORK, "Network of all services in awsvpc mode, with layout services."
    ),
    "discovery": Key(
        "discovery",
        DISCOVERY_OF_PROJECT,
        "How services find each other by name, with layout services: a mode, or a mapping.",
    ),
    "load_balancer": Key(
        "load_balancer",
        BALANCER_OF_PROJECT,
        "The load balancer of services that ask for one; all keys may be left out.",
    ),
    "service_params": Key(
        "service_params",
        AnyName(SERVICE_PARAMS),
        "What one Compose service needs as an ECS service, by its name, with layout services.",
    ),
    "images": Key("images", IMAGES, "How the images of services with build: are built and kept."),
    "logs": Key(
        "logs",
        choice(*LOGS),
        "auto (the default): containers without a log driver write to CloudWatch Logs, where they"
        " may; none: they do not.",
    ),
    "secrets": Key(
        "secrets", STORED_SECRETS, "How secrets with file: or environment: are stored in AWS."
    ),
    "volumes": Key(
        "volumes", VOLUMES, "Where top-level volumes of the Compose file are kept, by their names."
    ),
    "local": Key("local", LOCAL, "How `ecscli local up` runs the project on this machine."),
}

#: Keys that `x-ecs` takes: at the top of a Compose file, and in a service
OF_COMPOSE_FILES = (
    *("layout", "network", "load_balancer", "discovery", "images", "logs", "secrets", "volumes"),
)
X_ECS: Keys = {name: ECS_PARAMS[name] for name in OF_COMPOSE_FILES}
X_ECS_OF_SERVICE: Keys = SERVICE_PARAMS


def schema_document() -> Draft:
    """The JSON Schema of ecs-params.yml."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ecs-params.yml",
        "description": (
            "What only Amazon ECS knows about a Compose project; read by ecscli beside the Compose"
            " files."
        ),
        **with_choices(json_schema(ECS_PARAMS)),
    }
