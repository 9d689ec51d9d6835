"""The operations that are called, by the name of botocore's client."""

from __future__ import annotations

from collections.abc import Mapping

# Not those of S3 and STS: botocore itself calls further ones there.
OPERATIONS: Mapping[str, str] = {
    "acm": "DescribeCertificate ListCertificates",
    "autoscaling": (
        "DescribeAutoScalingGroups DescribeInstanceRefreshes DescribeScalingActivities "
        "StartInstanceRefresh"
    ),
    "cloudformation": (
        "CreateChangeSet DeleteChangeSet DeleteStack DescribeChangeSet DescribeStackEvents "
        "DescribeStackResources DescribeStacks ExecuteChangeSet GetTemplate ListChangeSets "
        "ListStackResources UpdateStack"
    ),
    "cloudwatch": "DescribeAlarms",
    "ec2": (
        "DescribeAvailabilityZones DescribeImages DescribeInstanceTypeOfferings "
        "DescribeInstances DescribeKeyPairs DescribeNetworkInterfaces DescribeRouteTables "
        "DescribeSecurityGroups DescribeSubnets DescribeVpcAttribute DescribeVpcs"
    ),
    "ecr": (
        "BatchGetImage CreateRepository DeleteRepository DescribeImages DescribeRepositories "
        "GetAuthorizationToken ListTagsForResource PutImage PutLifecyclePolicy TagResource"
    ),
    "ecs": (
        "CreateCluster CreateService DeleteCluster DeleteService DeleteTaskDefinitions "
        "DeregisterContainerInstance DeregisterTaskDefinition DescribeClusters "
        "DescribeContainerInstances DescribeServices DescribeTaskDefinition DescribeTasks "
        "ExecuteCommand ListAccountSettings ListClusters ListContainerInstances ListServices "
        "ListTaskDefinitions ListTasks RegisterTaskDefinition RunTask StopTask TagResource "
        "UpdateCluster UpdateService"
    ),
    "efs": "DeleteFileSystem DescribeAccessPoints DescribeFileSystems DescribeMountTargets",
    "elbv2": (
        "DescribeListeners DescribeLoadBalancers DescribeRules DescribeTags "
        "DescribeTargetGroups DescribeTargetHealth"
    ),
    "fsx": "DescribeFileSystems",
    "iam": (
        "AttachRolePolicy CreatePolicy CreatePolicyVersion CreateRole DeletePolicyVersion "
        "GetPolicy GetPolicyVersion GetRole ListPolicyVersions SimulatePrincipalPolicy"
    ),
    "kms": "DescribeKey",
    "logs": ("CreateLogGroup DescribeLogGroups FilterLogEvents GetLogEvents PutRetentionPolicy"),
    "route53": "GetHostedZone ListHostedZones ListResourceRecordSets",
    "secretsmanager": (
        "BatchGetSecretValue CreateSecret DeleteSecret DescribeSecret PutSecretValue "
        "RestoreSecret TagResource"
    ),
    "service-quotas": "GetServiceQuota",
    "servicediscovery": "DiscoverInstances GetNamespace GetService ListNamespaces",
    "ssm": "DeleteParameter GetParameters ListTagsForResource PutParameter StartSession",
}
# The names of these and of what botocore calls by itself in the list of endpoints
ENDPOINTS = (
    "acm api.ecr autoscaling cloudformation ec2 ecs elasticfilesystem elasticloadbalancing fsx iam"
    " kms logs monitoring oidc portal.sso route53 s3 secretsmanager servicediscovery servicequotas"
    " signin ssm sts"
)
