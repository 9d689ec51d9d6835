"""Records of Route 53. CloudFormation makes one that is not there yet, and leaves others alone."""

from __future__ import annotations

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, without

NOT_OF_THE_RECORD = ("HostedZoneId", "HostedZoneName", "Comment")


def change(site: Site, action: str, properties: Json) -> None:
    record = without(properties, *NOT_OF_THE_RECORD)
    if "ResourceRecords" in record:
        record["ResourceRecords"] = [{"Value": one} for one in record["ResourceRecords"]]
        record["TTL"] = int(record["TTL"])
    if "AliasTarget" in record:
        record["AliasTarget"] = {"EvaluateTargetHealth": False, **record["AliasTarget"]}
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    zone = properties["HostedZoneId"]
    site.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)


def create_record(site: Site, properties: Json) -> Made:
    change(site, "CREATE", properties)
    return Made(str(properties["Name"]).rstrip("."))


def update_record(site: Site, made: Made, old: Json, new: Json) -> Made:
    change(site, "UPSERT", new)
    return made


def delete_record(site: Site, made: Made, properties: Json) -> None:
    change(site, "DELETE", properties)


KINDS = (
    Kind(
        "AWS::Route53::RecordSet",
        create_record,
        delete_record,
        update_record,
        frozenset({"HostedZoneId", "HostedZoneName", "Name"}),
    ),
)
