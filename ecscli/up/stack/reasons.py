"""PURE: the reason of a failure in CloudFormation -> what to do about it, and what is left of the
stack."""

from __future__ import annotations

import re

REMEDIES: tuple[tuple[str, str], ...] = (
    (
        r"maximum number of VPCs|VpcLimitExceeded",
        "use an existing VPC (--vpc, --subnets) or ask for a larger quota",
    ),
    (
        r"maximum number of addresses|AddressLimitExceeded",
        "release Elastic IPs, or use one NAT gateway (nat: single)",
    ),
    (
        r"maximum number of internet gateways|InternetGatewayLimitExceeded",
        "use an existing VPC or a larger quota",
    ),
    (
        r"maximum number of security groups|SecurityGroupLimitExceeded",
        "delete security groups that nothing uses, or ask for a larger quota of Amazon VPC",
    ),
    (
        r"maximum number of rules per security group|RulesPerSecurityGroupLimitExceeded",
        (
            "open fewer ports to fewer addresses (network.ingress), or ask for a larger quota of"
            " Amazon VPC"
        ),
    ),
    (
        r"MAX_HOSTED_ZONES|TooManyHostedZones",
        "delete private hosted zones that nothing uses, or ask for a larger quota of Route 53",
    ),
    (
        r"TooManyLoadBalancers|maximum number of load balancers",
        (
            "share one by load_balancer.use, or ask for a larger quota: Application (or Network)"
            " Load Balancers per Region, of Elastic Load Balancing"
        ),
    ),
    (
        r"LoadBalancerNotFound|[Ll]oad balancers? .*not found",
        "a load balancer was deleted by hand: `up --recreate-balancer` makes it anew",
    ),
    (
        r"TooManyRules|maximum number of rules per (listener|load balancer)",
        "ask for a larger quota: Rules per Application Load Balancer, of Elastic Load Balancing",
    ),
    (
        r"TooManyTargetGroups|maximum number of target groups",
        "ask for a larger quota: Target Groups per Region, of Elastic Load Balancing",
    ),
    (
        r"TooManyListeners|maximum number of listeners",
        (
            "publish fewer ports, or ask for a larger quota: Listeners per Application (or Network)"
            " Load Balancer"
        ),
    ),
    (
        r"TooManyCertificates|maximum number of certificates",
        (
            "use certificates for more names, or ask for a larger quota: Certificates per"
            " Application Load Balancer"
        ),
    ),
    (
        r"RequestLimitExceeded|quota for the number of requests|Rate exceeded|Throttling",
        (
            "AWS takes no more of these requests for the moment: run the command again in a few"
            " minutes"
        ),
    ),
    (
        r"ServiceDiscovery.*([Ll]imit|quota)|ResourceLimitExceeded",
        (
            "delete namespaces of Cloud Map that nothing uses, share one by discovery.namespace,"
            " or ask for a larger quota of Cloud Map"
        ),
    ),
    (
        r"RolesPerAccount|quota for Roles",
        "delete roles that nothing uses, or name one by task_definition.task_execution_role",
    ),
    (
        r"VcpuLimitExceeded|vCPU capacity",
        "ask for a larger vCPU quota, or use fewer or smaller instances",
    ),
    (
        r"key pair .* does not exist|InvalidKeyPair",
        "create the key pair in this region, or name another one",
    ),
    (
        r"not authorized to perform|AccessDenied|UnauthorizedOperation",
        "let your credentials do what is named above",
    ),
    (r"security token|ExpiredToken", "log in again"),
    (
        r"InvalidAMIID|image id .* does not exist",
        "name an image of this region, or leave --image-id out",
    ),
    (
        r"[Ll]aunch [Cc]onfiguration.* not available",
        "`ecscli up --upgrade` moves the stack to a launch template",
    ),
    (r"InsufficientInstanceCapacity", "try another instance type or zone"),
    (
        r"Unsupported.*instance type|not supported in your requested Availability Zone",
        "choose other zones or types",
    ),
    (
        r"has dependencies|has a dependent object|DependencyViolation",
        "remove what is named below from the VPC",
    ),
    (r"already exists", "delete what is left under that name, or choose another"),
    (
        r"cluster .* contains .*(services|tasks|container instances)",
        "`ecscli down --force` removes them first",
    ),
    (  # the word of CloudFormation's resource handlers for every quota
        r"ServiceLimitExceeded|LimitExceeded|QuotaExceeded",
        "delete what nothing uses, or ask for a larger quota in Service Quotas",
    ),
)
LEFT = {
    "ROLLBACK_COMPLETE": (
        "everything of the stack was removed again; run `ecscli up` once more when it is repaired"
    ),
    "ROLLBACK_FAILED": "some of the stack is left; `ecscli down --force` removes it",
    "UPDATE_ROLLBACK_COMPLETE": "the stack is as it was before",
    "UPDATE_ROLLBACK_FAILED": (
        "repair what is named above, then `aws cloudformation continue-update-rollback`"
    ),
    "DELETE_FAILED": "remove what blocks it, then run `ecscli down` again",
    "CREATE_FAILED": "some of the stack is left; `ecscli down --force` removes it",
}
# EC2's and Cloud Map's words for what still uses a resource
IN_USE = re.compile(
    r"has dependencies|has a dependent object|DependencyViolation|ResourceInUse"
    r"|contains other resources|contains registered instances|has associated services"
)


def is_in_use(reason: str) -> bool:
    """Whether a resource could not be deleted because something used it."""
    return IN_USE.search(reason) is not None


def remedy(reason: str) -> str | None:
    """What to do about a reason; None for one that nobody has met yet."""
    return next((text for pattern, text in REMEDIES if re.search(pattern, reason)), None)
