"""Host names of services: a certificate requested for them and records in Route 53, where their
zone is."""

from typing import Any

from tests.commands.compose.test_networks import WAIT
from tests.commands.compose.test_shared_balancer import Sharing
from tests.conftest import Cli

HOST = "shop.example.com"
WEB = f"{{host: {HOST}}}"
MORE = ", load_balancer: {certificate: request, dns: true}"


def test_host_names_get_a_certificate_and_records_where_their_zone_is(sandbox: Cli) -> None:
    shop = Sharing(sandbox, shared=False)
    route53, acm = shop.client("route53"), shop.client("acm")
    missing = shop.project("shop", "plan", web=WEB, more=MORE)
    assert missing.code == 2
    assert f"load_balancer.dns: Route 53 has no public hosted zone for {HOST}" in missing.err
    cert = ", load_balancer: {certificate: request}"
    missing = shop.project("shop", "plan", web=WEB, more=cert)
    assert "load_balancer.certificate: Route 53 has no public hosted zone" in missing.err
    assert "compose.yml:6:" in missing.err

    made = route53.create_hosted_zone(Name="example.com", CallerReference="1")
    zone = made["HostedZone"]["Id"]
    change_record(route53, zone, "CREATE")
    foreign = shop.project("shop", "plan", web=WEB, more=MORE)
    assert foreign.code == 2
    assert f"{HOST} has a record A already in zone" in foreign.err
    change_record(route53, zone, "DELETE")

    done = shop.project("shop", "up", *WAIT, web=WEB, more=MORE)
    assert done.code == 0, done.err
    assert f"web:80 is published at https://{HOST}" in done.err
    [issued] = acm.list_certificates()["CertificateSummaryList"]
    assert (issued["DomainName"], issued["Status"]) == (HOST, "ISSUED")
    assert names(route53, zone) == {("A", f"{HOST}."), ("AAAA", f"{HOST}.")}
    assert shop.project("shop", "plan", web=WEB, more=MORE).code == 0
    assert shop.project("shop", "down", "--yes", *WAIT, web=WEB, more=MORE).code == 0
    assert names(route53, zone) == set()
    assert acm.list_certificates()["CertificateSummaryList"] == []


def names(route53: Any, zone: str) -> set[tuple[str, str]]:
    """The records that lead somewhere."""
    rows = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return {(row["Type"], row["Name"]) for row in rows if row["Type"] in ("A", "AAAA")}


def change_record(route53: Any, zone: str, action: str) -> None:
    row = {"Name": HOST, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": row}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
