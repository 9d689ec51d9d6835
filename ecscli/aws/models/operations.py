"""The operations that are called, by the name of botocore's client."""

from __future__ import annotations

from collections.abc import Mapping

# Not those of S3 and STS: botocore itself calls further ones there.
OPERATIONS: Mapping[str, str] = {
    "acm": "DescribeCertificate ListCertificates",
    "application-autoscaling": (
        "DescribeScalableTargets DescribeScalingPolicies DescribeScheduledActions"
    ),
    "autoscaling": (
        "DescribeAutoScalingGroups DescribeInstanceRefreshes DescribeScalingActivities "
        "StartInstanceRefresh"
    ),
    "cloudformation": (
        "CreateChangeSet DeleteChangeSet DeleteStack DescribeChangeSet DescribeStackEvents "
        "DescribeStackResources DescribeStacks ExecuteChangeSet GetTemplate ListChangeSets "
        "ListStackResources UpdateStack"
    ),
    "cloudwatch": "DescribeAlarms GetMetricData",
    "ec2": (
        "DescribeAvailabilityZones DescribeIamInstanceProfileAssociations DescribeImages "
        "DescribeInstanceAttribute DescribeInstanceTypeOfferings DescribeInstances "
        "DescribeKeyPairs DescribeNetworkInterfaces DescribeRouteTables "
        "DescribeSecurityGroups DescribeSubnets DescribeVpcAttribute DescribeVpcs"
    ),
    "ecr": (
        "BatchGetImage CreateRepository DeleteRepository DescribeImages DescribeRepositories "
        "GetAuthorizationToken ListTagsForResource PutImage PutLifecyclePolicy TagResource"
    ),
    "ecs": (
        "ContinueServiceDeployment CreateCluster CreateService DeleteCluster DeleteService "
        "DeleteTaskDefinitions DeregisterContainerInstance DeregisterTaskDefinition "
        "DescribeCapacityProviders DescribeClusters DescribeContainerInstances "
        "DescribeServiceDeployments DescribeServiceRevisions DescribeServices "
        "DescribeTaskDefinition DescribeTasks ExecuteCommand ListAccountSettings ListClusters "
        "ListContainerInstances ListServiceDeployments ListServices "
        "ListTaskDefinitionFamilies ListTaskDefinitions ListTasks RegisterTaskDefinition "
        "RunTask StopServiceDeployment StopTask TagResource UpdateCluster UpdateService"
    ),
    "efs": "DeleteFileSystem DescribeAccessPoints DescribeFileSystems DescribeMountTargets",
    "elbv2": (
        "DescribeListenerCertificates DescribeListeners DescribeLoadBalancerAttributes "
        "DescribeLoadBalancers DescribeRules DescribeTags DescribeTargetGroups "
        "DescribeTargetHealth"
    ),
    "events": "DescribeRule ListRuleNamesByTarget ListTargetsByRule",
    "fsx": "DescribeFileSystems",
    "iam": (
        "AttachRolePolicy CreatePolicy CreatePolicyVersion CreateRole DeletePolicyVersion "
        "GetInstanceProfile GetPolicy GetPolicyVersion GetRole ListAttachedRolePolicies "
        "ListPolicyVersions ListRolePolicies SimulatePrincipalPolicy"
    ),
    "kms": "DescribeKey",
    "logs": "CreateLogGroup DescribeLogGroups FilterLogEvents GetLogEvents PutRetentionPolicy",
    "route53": "GetHostedZone ListHostedZones ListResourceRecordSets",
    "scheduler": "GetSchedule ListSchedules",
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
    "acm api.ecr application-autoscaling autoscaling cloudformation ec2 ecs elasticfilesystem"
    " elasticloadbalancing events fsx iam kms logs monitoring oidc portal.sso route53 s3"
    " scheduler secretsmanager servicediscovery servicequotas signin ssm sts"
)
