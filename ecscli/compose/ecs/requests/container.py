"""The rows of ContainerDefinition and of its parts."""

from __future__ import annotations

import re

from ecscli.base.limits import EC2, EXTERNAL, FARGATE
from ecscli.compose.ecs import limits
from ecscli.compose.ecs.requests.checks import AtLeast, Between, Form, OneOf, Refused, words
from ecscli.compose.ecs.requests.rows import Shape, checked, passed

ON_FARGATE = (FARGATE,)
ON_INSTANCES = (EC2, EXTERNAL)
ON_OR_OFF = OneOf(("ENABLED", "DISABLED"))
FARGATE_GUIDE = "Developer guide, Task definition differences for Fargate"
INSTANCES_ONLY = "leave it out, or use launch type EC2"
REFUSED = ("network.refusals",)  # by Fargate or in network mode awsvpc
ONLY_ON_INSTANCES = Refused(ON_FARGATE, INSTANCES_ONLY)
NAME = Form(
    limits.NAME, "a name that ECS takes", "1 to 255 letters, digits, dashes and underscores"
)
PORT = Between(1, 65535)
SECRET_FORM = Form(
    re.compile(
        r"arn:aws[\w-]*:(ssm|secretsmanager):([\w-]*|<region>):(\d{12}|<account>):\S+"
        r"|/?[\w.-]+(/[\w.-]+)*"
    ),
    "an ARN or the name of a parameter",
    "the ARN of a Secrets Manager secret, or the name or ARN of an SSM parameter",
    private=True,
)

KEY_VALUE_PAIR = Shape("KeyValuePair", (passed("name"), passed("value")))
SECRET = Shape(
    "Secret",
    (
        checked("name", required=True),
        checked("valueFrom", SECRET_FORM, required=True),
    ),
)
ENVIRONMENT_FILE = Shape(
    "EnvironmentFile",
    (
        checked(
            "value",
            Form(
                re.compile(r"arn:aws[\w-]*:s3:\S*:\S*:\S+\.env"),
                "the ARN of an .env file",
                "the ARN of an object in S3 whose name ends in .env",
            ),
            required=True,
        ),
        checked("type", OneOf(("s3",)), required=True),
    ),
)
GPU_SHARE = Shape(
    "NvidiaMpsAllocation",
    (
        checked("memory", AtLeast(1), required=True),
        checked("maxComputePercent", Between(1, 100)),
    ),
)
RESOURCE_REQUIREMENT = Shape(
    "ResourceRequirement",
    (
        passed("value"),
        checked("type", OneOf(("GPU", "InferenceAccelerator", "NeuronDevice")), required=True),
        passed(
            "sharingStrategy", of=Shape("SharingStrategy", (passed("nvidiaMps", of=GPU_SHARE),))
        ),
    ),
)
LOG_CONFIGURATION = Shape(
    "LogConfiguration",
    (
        checked(
            "logDriver",
            OneOf(("awsfirelens", "awslogs", "splunk"), ON_FARGATE),
            OneOf(
                (
                    *("awsfirelens", "awslogs", "fluentd", "gelf"),
                    *("journald", "json-file", "splunk", "syslog"),
                ),
                ON_INSTANCES,
            ),
            required=True,
            key="driver",
            own="log_driver",
        ),
        checked("options", rules=("container.awslogs_options",)),
        passed("secretOptions", of=SECRET, by="name"),
    ),
)

PORT_MAPPING = Shape(
    "PortMapping",
    (
        checked("containerPort", PORT, rules=("ports.equal_numbers",)),
        checked("hostPort", Between(0, 65535), rules=("ports.equal_numbers", "ports.reserved")),
        checked("protocol", OneOf(tuple(sorted(limits.TRANSPORT_PROTOCOLS)))),
        checked(
            "name",
            Form(
                limits.PORT_NAME,
                "a name for a port",
                "1 to 64 lower case letters, digits, underscores and dashes, without a dash in"
                " front",
            ),
            rules=("ports.names",),
        ),
        checked("appProtocol", OneOf(tuple(sorted(limits.APP_PROTOCOLS)))),
        passed("containerPortRange"),
    ),
)
RESTART_POLICY = Shape(
    "ContainerRestartPolicy",
    (
        checked("enabled", required=True),
        checked("ignoredExitCodes", most=50),
        checked(
            "restartAttemptPeriod",
            Between(*limits.RESTART_PERIOD),
            key="window",
            own="restart_attempt_period",
        ),
    ),
)
MOUNT_POINT = Shape(
    "MountPoint",
    (
        checked(
            "sourceVolume",
            rules=(
                "storage.mounts",
                "storage.stored_data",
                "storage.split_data",
                "storage.seeded_data",
            ),
        ),
        checked("containerPath", rules=("storage.mounted_twice",)),
        passed("readOnly"),
    ),
)
VOLUME_FROM = Shape(
    "VolumeFrom",
    (
        checked("sourceContainer", rules=("storage.volumes_from",)),
        passed("readOnly"),
    ),
)

CAPABILITY = OneOf(
    words("""
        ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID
        IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN
        NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT
        SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME
        SYS_TTY_CONFIG SYSLOG WAKE_ALARM
        """)
)
CAPABILITIES = Shape(
    "KernelCapabilities",
    (
        checked("add", CAPABILITY, OneOf(("SYS_PTRACE",), ON_FARGATE), key="cap_add"),
        checked("drop", CAPABILITY, key="cap_drop"),
    ),
)
DEVICE = Shape(
    "Device",
    (
        checked("hostPath", required=True),
        passed("containerPath"),
        checked("permissions", OneOf(("read", "write", "mknod"))),
    ),
)
MOUNT_OPTIONS = """
    defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime
    noatime diratime nodiratime bind rbind unbindable runbindable private rprivate shared rshared
    slave rslave relatime norelatime strictatime nostrictatime mode uid gid nr_inodes nr_blocks mpol
    """
TMPFS = Shape(
    "Tmpfs",
    (
        checked("containerPath", required=True),
        checked("size", AtLeast(1, "MiB"), required=True),
        checked(
            "mountOptions",
            Form(
                re.compile(rf"({'|'.join(MOUNT_OPTIONS.split())})(=.*)?"),
                "an option of tmpfs",
                "the options of mount, such as ro, noexec or mode=1777",
            ),
        ),
    ),
)
LINUX_PARAMETERS = Shape(
    "LinuxParameters",
    (
        passed("capabilities", of=CAPABILITIES, key=""),
        checked("devices", of=DEVICE, rules=REFUSED),
        passed("initProcessEnabled", key="init", own="init_process_enabled"),
        checked("sharedMemorySize", rules=REFUSED, key="shm_size"),
        passed("tmpfs", of=TMPFS),
        checked("maxSwap", AtLeast(0, "MiB"), rules=REFUSED, key="memswap_limit"),
        checked(
            "swappiness",
            Between(0, 100),
            rules=("container.swap", *REFUSED),
            key="mem_swappiness",
        ),
    ),
)
DEPENDENCY = Shape(
    "ContainerDependency",
    (
        checked(
            "containerName",
            required=True,
            rules=("health.dependencies",),
            key="",
            own="container_name",
        ),
        checked(
            "condition",
            OneOf(("START", "COMPLETE", "SUCCESS", "HEALTHY")),
            required=True,
            rules=("health.dependencies",),
        ),
    ),
)
HOST_ENTRY = Shape(
    "HostEntry",
    (checked("hostname", required=True), checked("ipAddress", required=True)),
)
ULIMIT = Shape(
    "Ulimit",
    (
        checked(
            "name",
            OneOf(
                words(
                    "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime"
                    " sigpending stack"
                )
            ),
            required=True,
            key="",
            own="name",
        ),
        checked("softLimit", required=True, rules=("container.ulimits",)),
        checked("hardLimit", required=True, rules=("container.ulimits",)),
    ),
)
HEALTH = {bound.field: Between(*bound.range) for bound in limits.HEALTH_BOUNDS}
HEALTH_CHECK = Shape(
    "HealthCheck",
    (
        checked("command", required=True, rules=("health.command",), key="test"),
        checked("interval", HEALTH["interval"]),
        checked("timeout", HEALTH["timeout"]),
        checked("retries", HEALTH["retries"]),
        checked("startPeriod", HEALTH["startPeriod"]),
    ),
)
SYSTEM_CONTROL = Shape(
    "SystemControl",
    (
        checked(
            "namespace",
            Form(
                re.compile(
                    r"(net|fs\.mqueue)\..+|kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni"
                    r"|shm_rmid_forced)"
                ),
                "a setting of a namespace",
                "net.*, fs.mqueue.*, kernel.sem, kernel.msg* or kernel.shm*",
            ),
            rules=("container.sysctls",),
            key="",
            own="namespace",
        ),
        passed("value"),
    ),
)
FIRELENS = Shape(
    "FirelensConfiguration",
    (
        checked("type", OneOf(("fluentd", "fluentbit")), required=True),
        checked("options", rules=("container.firelens",)),
    ),
)
CREDENTIALS = Shape("RepositoryCredentials", (checked("credentialsParameter", required=True),))

CONTAINER_DEFINITION = Shape(
    "ContainerDefinition",
    (
        checked("name", NAME, required=True, key=""),
        checked("image", rules=("container.image",)),
        passed("repositoryCredentials", of=CREDENTIALS),
        checked("cpu", rules=("size.cpu_shares",), key="cpus", own="cpu_shares"),
        checked(
            "memory",
            rules=("container.memory", "size.memory_shares", "size.without_memory"),
            key="mem_limit",
        ),
        checked(
            "memoryReservation",
            rules=("container.memory", "size.memory_shares", "size.without_memory"),
            key="mem_reservation",
        ),
        checked("links", rules=("network.links", "network.refusals")),
        checked(
            "portMappings",
            of=PORT_MAPPING,
            rules=("ports.in_mode_none", "ports.clashes"),
            key="ports",
        ),
        passed("essential"),
        passed(
            "restartPolicy", of=RESTART_POLICY, key="deploy.restart_policy", own="restart_policy"
        ),
        passed("entryPoint", key="entrypoint"),
        passed("command"),
        checked("environment", of=KEY_VALUE_PAIR, rules=("container.environment",)),
        checked("environmentFiles", of=ENVIRONMENT_FILE, most=10),
        passed("mountPoints", of=MOUNT_POINT, key="volumes"),
        passed("volumesFrom", of=VOLUME_FROM),
        passed("linuxParameters", of=LINUX_PARAMETERS, key=""),
        checked(
            "secrets",
            of=SECRET,
            rules=("container.environment", "container.execution_role"),
            by="name",
        ),
        checked(
            "dependsOn",
            of=DEPENDENCY,
            rules=("health.dependencies", "health.cycles"),
            by="containerName",
        ),
        checked("startTimeout", Between(2, 120, "seconds", ON_FARGATE)),
        checked(
            "stopTimeout",
            Between(2, 120, "seconds", ON_FARGATE),
            key="stop_grace_period",
            own="stop_timeout",
        ),
        checked("versionConsistency", OneOf(("enabled", "disabled"))),
        checked("hostname", rules=REFUSED),
        passed("user"),
        passed("workingDirectory", key="working_dir"),
        checked("disableNetworking", rules=REFUSED, key="network_mode", source=FARGATE_GUIDE),
        checked("privileged", rules=REFUSED),
        passed("readonlyRootFilesystem", key="read_only"),
        checked("dnsServers", rules=REFUSED, key="dns", source=FARGATE_GUIDE),
        checked("dnsSearchDomains", rules=REFUSED, key="dns_search", source=FARGATE_GUIDE),
        checked("extraHosts", of=HOST_ENTRY, rules=REFUSED),
        checked("dockerSecurityOptions", rules=REFUSED, key="security_opt"),
        passed("interactive", key="stdin_open"),
        passed("pseudoTerminal", key="tty"),
        passed("dockerLabels", key="labels"),
        passed("ulimits", of=ULIMIT, by="name"),
        checked(
            "logConfiguration",
            of=LOG_CONFIGURATION,
            rules=("container.awslogs_options", "container.execution_role"),
            key="logging",
        ),
        checked("healthCheck", of=HEALTH_CHECK, rules=("health.command",), key="healthcheck"),
        checked(
            "systemControls",
            of=SYSTEM_CONTROL,
            rules=("container.sysctls",),
            key="sysctls",
            own="system_controls",
            by="namespace",
        ),
        checked(
            "resourceRequirements", of=RESOURCE_REQUIREMENT, rules=REFUSED, key="gpus", own="gpu"
        ),
        passed("firelensConfiguration", of=FIRELENS),
        checked(
            "credentialSpecs",
            Form(
                re.compile(r"credentialspec(domainless)?:arn:\S+"),
                "a credential spec",
                "credentialspec:ARN or credentialspecdomainless:ARN",
            ),
            most=1,
            key="credential_spec",
            own="credential_specs",
        ),
    ),
)
