"""Cloud Map in templates: namespaces and services. moto's CloudFormation has none of them."""

from __future__ import annotations

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, Update, without


def namespace_of(site: Site, operation: str, wanted: Json) -> Made:
    """Create a namespace; moto finishes at once, so that the operation already names it."""
    cloud_map = site.client("servicediscovery")
    operation_id = getattr(cloud_map, operation)(
        **without(wanted, "Tags"), Tags=site.all_tags(wanted)
    )["OperationId"]
    done = cloud_map.get_operation(OperationId=operation_id)["Operation"]
    found = cloud_map.get_namespace(Id=done["Targets"]["NAMESPACE"])["Namespace"]
    attributes = {"Id": found["Id"], "Arn": found["Arn"]}
    if found["Type"] != "HTTP":
        attributes["HostedZoneId"] = found["Properties"]["DnsProperties"]["HostedZoneId"]
    return Made(found["Id"], attributes)


def create_private(site: Site, properties: Json) -> Made:
    return namespace_of(site, "create_private_dns_namespace", properties)


def create_public(site: Site, properties: Json) -> Made:
    return namespace_of(site, "create_public_dns_namespace", properties)


def create_http(site: Site, properties: Json) -> Made:
    return namespace_of(site, "create_http_namespace", properties)


def update_namespace(operation: str) -> Update:
    def update(site: Site, made: Made, old: Json, new: Json) -> Made:
        change: Json = {"Description": new.get("Description", "")}
        if new.get("Properties"):
            change["Properties"] = new["Properties"]
        getattr(site.client("servicediscovery"), operation)(Id=made.id, Namespace=change)
        retag(site, made, old, new)
        return made

    return update


def retag(site: Site, made: Made, old: Json, new: Json) -> None:
    """Bring the tags of a namespace or a service from the old to the new properties."""
    cloud_map, arn = site.client("servicediscovery"), made.attributes["Arn"]
    before, after = site.all_tags(old), site.all_tags(new)
    removed = {one["Key"] for one in before} - {one["Key"] for one in after}
    if removed:
        cloud_map.untag_resource(ResourceARN=arn, TagKeys=sorted(removed))
    if after:
        cloud_map.tag_resource(ResourceARN=arn, Tags=after)


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
    wanted = without(
        properties, "Tags", "DnsConfig", "HealthCheckCustomConfig", "ServiceAttributes"
    )
    wanted.setdefault("Name", site.name({}, "", 64))
    cloud_map = site.client("servicediscovery")
    found = cloud_map.create_service(
        **wanted,
        **dns_config(properties),
        **custom_config(properties),
        Tags=site.all_tags(properties),
    )["Service"]
    if properties.get("ServiceAttributes"):
        cloud_map.update_service_attributes(
            ServiceId=found["Id"], Attributes=properties["ServiceAttributes"]
        )
    return Made(found["Id"], {name: found[name] for name in ("Id", "Arn", "Name")})


def update_service(site: Site, made: Made, old: Json, new: Json) -> Made:
    if without(old, "Tags") != without(new, "Tags"):
        change: Json = {"Description": new.get("Description", "")}
        config = dns_config(new).get("DnsConfig")
        if config:
            change["DnsConfig"] = {"DnsRecords": config["DnsRecords"]}  # all that an update takes
        site.client("servicediscovery").update_service(Id=made.id, Service=change)
    retag(site, made, old, new)
    return made


def delete_service(site: Site, made: Made, properties: Json) -> None:
    site.client("servicediscovery").delete_service(Id=made.id)


def register(site: Site, properties: Json) -> Made:
    name = site.name(properties, "InstanceId", 64)
    put_instance(site, name, properties)
    return Made(name)


def register_again(site: Site, made: Made, old: Json, new: Json) -> Made:
    """The attributes of an id that is registered are replaced."""
    put_instance(site, made.id, new)
    return made


def put_instance(site: Site, name: str, properties: Json) -> None:
    site.client("servicediscovery").register_instance(
        ServiceId=properties["ServiceId"],
        InstanceId=name,
        Attributes={key: str(value) for key, value in properties["InstanceAttributes"].items()},
    )


def deregister(site: Site, made: Made, properties: Json) -> None:
    site.client("servicediscovery").deregister_instance(
        ServiceId=properties["ServiceId"], InstanceId=made.id
    )


KINDS = (
    Kind(
        "AWS::ServiceDiscovery::Instance",
        register,
        deregister,
        register_again,
        frozenset({"InstanceId", "ServiceId"}),
    ),
    Kind(
        "AWS::ServiceDiscovery::PrivateDnsNamespace",
        create_private,
        delete_namespace,
        update_namespace("update_private_dns_namespace"),
        frozenset({"Name", "Vpc"}),
    ),
    Kind(
        "AWS::ServiceDiscovery::PublicDnsNamespace",
        create_public,
        delete_namespace,
        update_namespace("update_public_dns_namespace"),
        frozenset({"Name"}),
    ),
    Kind(
        "AWS::ServiceDiscovery::HttpNamespace",
        create_http,
        delete_namespace,
        update_namespace("update_http_namespace"),
        frozenset({"Name"}),
    ),
    Kind(
        "AWS::ServiceDiscovery::Service",
        create_service,
        delete_service,
        update_service,
        frozenset(
            {
                "DnsConfig.NamespaceId",
                "DnsConfig.RoutingPolicy",
                "HealthCheckCustomConfig",
                "Name",
                "NamespaceId",
                "Type",
            }
        ),
    ),
)
