"""What is refused of the other layout, from descriptions of services."""

from typing import Any

from ecscli.workflows.switch.others import find_both


def test_services_that_were_deleted_are_in_nobodys_way() -> None:
    web: Any = {"serviceName": "shop-web", "serviceArn": "arn", "status": "ACTIVE"}
    gone: Any = {"serviceName": "shop-db", "status": "DRAINING"}
    assert list(find_both([gone], "services", "demo")) == []
    (found,) = find_both([gone, web], "services", "demo")
    assert found.message == "the project has service shop-web of layout services in cluster demo"
    assert "--switch-layout" in str(found.hint)
