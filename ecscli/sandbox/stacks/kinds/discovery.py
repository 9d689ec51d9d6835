"""Cloud Map in templates: namespaces and services. moto's CloudFormation has none of them."""

from __future__ import annotations

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, without


def namespace_of(site: Site, operation: str, wanted: Json) -> Made:
    """Create a namespace; moto finishes at once, so that the operation already names it."""
    cloud_map = site.client("servicediscovery")
    operation_id = getattr(cloud_map, operation)(
        Tags=site.all_tags({"Tags": wanted.pop("Tags", [])}), **wanted
    )
    targets = cloud_map.get_operation(OperationId=operation_id["OperationId"])["Operation"][
        "Targets"
    ]
    found = cloud_map.get_namespace(Id=targets["NAMESPACE"])["Namespace"]
    zone = ((found.get("Properties") or {}).get("DnsProperties") or {}).get("HostedZoneId", "")
    return Made(found["Id"], {"Id": found["Id"], "Arn": found["Arn"], "HostedZoneId": zone})


def create_private(site: Site, properties: Json) -> Made:
    return namespace_of(site, "create_private_dns_namespace", without(properties, "Properties"))


def create_public(site: Site, properties: Json) -> Made:
    return namespace_of(site, "create_public_dns_namespace", without(properties, "Properties"))


def create_http(site: Site, properties: Json) -> Made:
    return namespace_of(site, "create_http_namespace", dict(properties))


def delete_namespace(site: Site, made: Made, properties: Json) -> None:
    site.client("servicediscovery").delete_namespace(Id=made.id)


def dns_config(properties: Json) -> Json:
    """TTLs may be text in a template; the API's are numbers."""
    config = properties.get("DnsConfig")
    if not config:
        return {}
    records = [{**one, "TTL": int(one["TTL"])} for one in config["DnsRecords"]]
    return {"DnsConfig": {**config, "DnsRecords": records}}


def custom_config(properties: Json) -> Json:
    config = properties.get("HealthCheckCustomConfig")
    return (
        {"HealthCheckCustomConfig": {"FailureThreshold": int(config.get("FailureThreshold", 1))}}
        if config
        else {}
    )


def create_service(site: Site, properties: Json) -> Made:
    wanted = without(properties, "Tags", "DnsConfig", "HealthCheckCustomConfig")
    wanted.setdefault("Name", site.name({}, "", 64))
    found = site.client("servicediscovery").create_service(
        **wanted, **dns_config(properties), **custom_config(properties)
    )["Service"]
    return Made(found["Id"], {name: found[name] for name in ("Id", "Arn", "Name")})


def update_service(site: Site, made: Made, old: Json, new: Json) -> Made:
    change: Json = {"Description": new.get("Description", "")}
    config = dns_config(new).get("DnsConfig")
    if config:
        change["DnsConfig"] = {"DnsRecords": config["DnsRecords"]}  # all that an update takes
    site.client("servicediscovery").update_service(Id=made.id, Service=change)
    return made


def delete_service(site: Site, made: Made, properties: Json) -> None:
    """AWS refuses while instances are registered."""
    cloud_map = site.client("servicediscovery")
    if cloud_map.list_instances(ServiceId=made.id)["Instances"]:
        raise RuntimeError(
            "Service contains registered instances; delete the instances before deleting the"
            " service"
        )
    cloud_map.delete_service(Id=made.id)


def register(site: Site, properties: Json) -> Made:
    name = site.name(properties, "InstanceId", 64)
    site.client("servicediscovery").register_instance(
        ServiceId=properties["ServiceId"],
        InstanceId=name,
        Attributes=properties["InstanceAttributes"],
    )
    return Made(name)


def deregister(site: Site, made: Made, properties: Json) -> None:
    site.client("servicediscovery").deregister_instance(
        ServiceId=properties["ServiceId"], InstanceId=made.id
    )


KINDS = (
    Kind("AWS::ServiceDiscovery::Instance", register, deregister),
    Kind("AWS::ServiceDiscovery::PrivateDnsNamespace", create_private, delete_namespace),
    Kind("AWS::ServiceDiscovery::PublicDnsNamespace", create_public, delete_namespace),
    Kind("AWS::ServiceDiscovery::HttpNamespace", create_http, delete_namespace),
    Kind(
        "AWS::ServiceDiscovery::Service",
        create_service,
        delete_service,
        update_service,
        frozenset({"Name", "NamespaceId", "HealthCheckCustomConfig", "Type"}),
    ),
)
