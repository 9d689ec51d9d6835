"""The errors of ELBv2 that moto lacks, with AWS's codes."""

from __future__ import annotations

from moto.elbv2.exceptions import ELBClientError


def zones_needed() -> ELBClientError:
    message = "At least two subnets in two different Availability Zones must be specified"
    return ELBClientError("ValidationError", message)


def same_zone() -> ELBClientError:
    message = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
    return ELBClientError("InvalidConfigurationRequest", message)


def deletion_protected(arn: str) -> ELBClientError:
    message = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
    return ELBClientError("OperationNotPermitted", message)


def groups_fixed() -> ELBClientError:
    message = (
        "You cannot add security groups to a Network Load Balancer that was created without any"
    )
    return ELBClientError("InvalidConfigurationRequest", message)


def crossing_fixed(name: str) -> ELBClientError:
    message = f"Load balancer attribute '{name}' cannot be turned off for type 'application'"
    return ELBClientError("InvalidConfigurationRequest", message)


def listener_exists() -> ELBClientError:
    return ELBClientError(
        "DuplicateListener", "A listener already exists on this port for this load balancer"
    )


def bad_priority(priority: object) -> ELBClientError:
    message = f"Priority '{priority}' is not between 1 and 50000"
    return ELBClientError("ValidationError", message)


def too_many_rules() -> ELBClientError:
    return ELBClientError(
        "TooManyRules", "The maximum number of rules per listener has been reached"
    )


def default_rule(arn: str) -> ELBClientError:
    message = f"Default rule '{arn}' cannot be deleted"
    return ELBClientError("OperationNotPermitted", message)


def certificate_needed(protocol: str) -> ELBClientError:
    return ELBClientError(
        "ValidationError", f"A certificate must be specified for {protocol} listeners"
    )


def certificate_missing(arn: str) -> ELBClientError:
    return ELBClientError("CertificateNotFound", f"Certificate '{arn}' not found")


def certificate_not_issued(arn: str) -> ELBClientError:
    message = (
        f"The certificate '{arn}' must have a fully-qualified domain name, a supported signature,"
        " and a supported key size."
    )
    return ELBClientError("UnsupportedCertificate", message)


def incompatible_group(arn: str, group: str, listener: str) -> ELBClientError:
    message = (
        f"The target group '{arn}' with protocol '{group}' is not compatible with a listener of"
        f" protocol '{listener}'"
    )
    return ELBClientError("IncompatibleProtocols", message)


def other_balancer(arn: str) -> ELBClientError:
    message = (
        f"The following target groups cannot be associated with more than one load balancer: {arn}"
    )
    return ELBClientError("TargetGroupAssociationLimit", message)


def too_many_groups(most: int) -> ELBClientError:
    message = f"A forward action can have at most {most} target groups"
    return ELBClientError("ValidationError", message)


def wrong_weight(weight: object) -> ELBClientError:
    return ELBClientError("ValidationError", f"Weight '{weight}' must be between 0 and 999")
