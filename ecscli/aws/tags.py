"""READS: the tags of what Elastic Load Balancing has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecscli.aws.client import Aws, batches

MOST_TAGGED = 20  # ARNs of a DescribeTags


def balancer_tags(aws: Aws, arns: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each ARN of balancers, listeners, rules or target groups, with its tags. Raises AwsError and
    AccessError."""
    for batch in batches(arns, MOST_TAGGED):
        answer = aws.call("elbv2", "describe_tags", ResourceArns=batch)
        for row in answer["TagDescriptions"]:
            tags = {tag["Key"]: tag.get("Value", "") for tag in row.get("Tags", ())}
            yield row["ResourceArn"], tags
