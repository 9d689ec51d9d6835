"""Stacks inside stacks, and what only waits: nested stacks, wait conditions and their handles."""

from __future__ import annotations

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
#: Statuses in which a nested stack is what was asked for.
DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def create_handle(site: Site, properties: Json) -> Made:
    address = f"https://cloudformation-waitcondition-{site.region}.s3.amazonaws.com"
    return Made(f"{address}/{site.stack}/{site.logical_id}")


def create_condition(site: Site, properties: Json) -> Made:
    """Fulfilled at once: nothing on the instances of the sandbox sends signals."""
    return Made(f"{site.stack_id}/{site.logical_id}", {"Data": "{}"})


def keep(site: Site, made: Made, properties: Json) -> None:
    """Nothing is left when one of these goes."""


def parameters(properties: Json) -> list[Json]:
    given = properties.get("Parameters") or {}
    return [{"ParameterKey": key, "ParameterValue": joined(given[key])} for key in given]


def joined(value: object) -> str:
    """A list as the comma-delimited text that parameters of stacks are."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def create_stack(site: Site, properties: Json) -> Made:
    found = site.client("cloudformation").create_stack(
        StackName=site.name({}, "", 128),
        TemplateURL=properties["TemplateURL"],
        Parameters=parameters(properties),
        Capabilities=CAPABILITIES,
        Tags=site.all_tags(properties),
    )
    return Made(found["StackId"])


def update_stack(site: Site, made: Made, old: Json, new: Json) -> Made:
    try:
        site.client("cloudformation").update_stack(
            StackName=made.id,
            TemplateURL=new["TemplateURL"],
            Parameters=parameters(new),
            Capabilities=CAPABILITIES,
        )
    except Exception as error:
        if "No updates are to be performed" not in str(error):
            raise
    return made


def stable_stack(site: Site, made: Made, properties: Json) -> Made | None:
    """A nested stack with its outputs once it is complete; RuntimeError when it has failed."""
    (stack,) = site.client("cloudformation").describe_stacks(StackName=made.id)["Stacks"]
    status = stack["StackStatus"]
    if status in DONE:
        outputs = {f"Outputs.{one['OutputKey']}": one["OutputValue"] for one in stack["Outputs"]}
        return Made(made.id, outputs)
    if status.endswith("_IN_PROGRESS") and "ROLLBACK" not in status:
        return None
    raise RuntimeError(f"Embedded stack {made.id} was not successfully created or updated")


def delete_stack(site: Site, made: Made, properties: Json) -> None:
    site.client("cloudformation").delete_stack(StackName=made.id)


def left_stack(site: Site, made: Made) -> bool:
    """Whether a nested stack is deleted; RuntimeError when it could not be."""
    (stack,) = site.client("cloudformation").describe_stacks(StackName=made.id)["Stacks"]
    if stack["StackStatus"] == "DELETE_FAILED":
        raise RuntimeError(f"Embedded stack {made.id} was not successfully deleted")
    return bool(stack["StackStatus"] == "DELETE_COMPLETE")


KINDS = (
    Kind("AWS::CloudFormation::WaitConditionHandle", create_handle, keep),
    Kind("AWS::CloudFormation::WaitCondition", create_condition, keep),
    Kind(
        "AWS::CloudFormation::Stack",
        create_stack,
        delete_stack,
        update_stack,
        frozenset(),
        stable=stable_stack,
        left=left_stack,
    ),
)
