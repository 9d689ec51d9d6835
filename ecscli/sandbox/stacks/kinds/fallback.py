"""Every other type that moto's own CloudFormation can make: log groups, repositories, load
balancers, buckets..."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from ecscli.sandbox.moto.conversion import converted_request
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site, gone
from ecscli.sandbox.wire import operation_model


@cache
def models() -> Json:
    """moto's models by resource type; they are found when their modules are imported."""
    from moto.backends import list_of_moto_modules
    from moto.cloudformation.parsing import get_model_map

    list_of_moto_modules()
    found: Json = get_model_map()
    return found


def kind_of(resource_type: str) -> Kind | None:
    """A kind made of moto's model, every change of which replaces the resource."""
    model = models().get(resource_type)
    if model is None:
        return None
    return Kind(resource_type, creator(model), remove)


#: The calls whose shapes the properties of moto's types have.
CALLS = {
    "AWS::DynamoDB::Table": ("dynamodb", "CreateTable"),
    "AWS::SQS::Queue": ("sqs", "CreateQueue"),
}


def typed(resource_type: str, properties: Json) -> Json:
    """Properties in the types of the call that makes such a resource."""
    call = CALLS.get(resource_type)
    if call is None:
        return properties
    return converted_request(operation_model(*call), properties)


def creator(model: Any) -> Callable[[Site, Json], Made]:
    def create(site: Site, properties: Json) -> Made:
        from moto.cloudformation.parsing import generate_resource_name

        properties = typed(model.cloudformation_type(), properties)

        name_property = model.cloudformation_name_type()
        given = properties.get(name_property) if name_property else None
        name = given or generate_resource_name(
            model.cloudformation_type(), site.stack, site.logical_id
        )
        thing = model.create_from_cloudformation_json(
            name,
            {"Type": model.cloudformation_type(), "Properties": properties},
            site.account,
            site.region,
            LogicalId=site.logical_id,
            StackId=site.stack_id,
            ResourceType=model.cloudformation_type(),
        )
        return Made(str(thing.physical_resource_id), Attributes(thing))

    return create


class Attributes(dict[str, Any]):
    """The attributes of a moto model, asked for one by one."""

    def __init__(self, thing: Any) -> None:
        super().__init__()
        self.thing = thing

    def __contains__(self, name: object) -> bool:
        return bool(self.thing.has_cfn_attr(name))

    def __getitem__(self, name: str) -> Any:
        return self.thing.get_cfn_attribute(name)


def remove(site: Site, made: Made, properties: Json) -> None:
    thing = made.attributes.thing  # type: ignore[attr-defined]
    try:
        if hasattr(thing, "delete"):
            thing.delete(site.account, site.region)
        else:
            document = {"Type": thing.cloudformation_type(), "Properties": properties}
            thing.delete_from_cloudformation_json(made.id, document, site.account, site.region)
    except Exception as error:
        if not gone(error):
            raise
