"""The rows of Service Connect."""

from __future__ import annotations

import re

from ecscli.compose.ecs import limits
from ecscli.compose.ecs.requests.checks import Between, Form
from ecscli.compose.ecs.requests.container import LOG_CONFIGURATION
from ecscli.compose.ecs.requests.rows import Shape, checked, never, never_set, passed

NO_KEY = "ecs-params has no key for it"
ANY_PORT = Between(0, 65535)
ANY_TIME = Between(0, 2**31 - 1, "seconds")

TEST_TRAFFIC = never_set(
    "ServiceConnectTestTrafficRules",
    NO_KEY,
    header=never_set(
        "ServiceConnectTestTrafficHeaderRules",
        NO_KEY,
        "name",
        value=never_set("ServiceConnectTestTrafficHeaderMatchRules", NO_KEY, "exact"),
    ),
)
CLIENT_ALIAS = Shape(
    "ServiceConnectClientAlias",
    (
        checked("port", ANY_PORT, required=True),
        checked(
            "dnsName",
            Form(
                re.compile(r"[a-z0-9_.][a-z0-9_.-]{0,126}"),
                "a DNS name that Service Connect takes",
                "1 to 127 lower case letters, digits, underscores, dashes and dots, without a dash"
                " in front",
            ),
        ),
        never("testTrafficRules", NO_KEY, TEST_TRAFFIC),
    ),
)
TIMEOUT = Shape(
    "TimeoutConfiguration",
    (
        checked("idleTimeoutSeconds", ANY_TIME, key="idle"),
        checked("perRequestTimeoutSeconds", ANY_TIME, key="per_request"),
    ),
)
TLS = never_set(
    "ServiceConnectTlsConfiguration",
    NO_KEY,
    "kmsKey",
    "roleArn",
    issuerCertificateAuthority=never_set(
        "ServiceConnectTlsCertificateAuthority", NO_KEY, "awsPcaAuthorityArn"
    ),
)
SERVICE = Shape(
    "ServiceConnectService",
    (
        checked("portName", required=True, rules=("service.service_connect",)),
        checked(
            "discoveryName",
            Form(
                limits.PORT_NAME,
                "a name for Cloud Map",
                "1 to 64 lower case letters, digits, underscores and dashes, without a dash in"
                " front",
            ),
        ),
        checked("clientAliases", of=CLIENT_ALIAS, most=1),
        checked("ingressPortOverride", ANY_PORT),
        passed("timeout", of=TIMEOUT),
        never("tls", NO_KEY, TLS),
    ),
)
ACCESS_LOG = never_set(
    "ServiceConnectAccessLogConfiguration", NO_KEY, "format", "includeQueryParameters"
)
PROXY_SETTING = never_set("ServiceConnectContainerConfiguration", NO_KEY, "logLevel")
SERVICE_CONNECT = Shape(
    "ServiceConnectConfiguration",
    (
        checked("enabled", required=True),
        passed("namespace"),
        passed("services", of=SERVICE),
        passed("logConfiguration", of=LOG_CONFIGURATION),
        never("accessLogConfiguration", NO_KEY, ACCESS_LOG),
        never("containerConfigurations", NO_KEY, PROXY_SETTING),
    ),
)
