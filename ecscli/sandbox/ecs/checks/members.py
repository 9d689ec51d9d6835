"""The members of the requests that no row refuses anything about: those whose every value ECS
takes, those that are looked up when they are used, and those that the sandbox has no use for."""

from __future__ import annotations

#: Whatever a client gives, ECS hands on to the container, the volume driver or the response.
TAKEN = (
    "ContainerDefinition.entryPoint",
    "ContainerDefinition.command",
    "ContainerDefinition.user",
    "ContainerDefinition.workingDirectory",
    "ContainerDefinition.dnsServers",
    "ContainerDefinition.dnsSearchDomains",
    "ContainerDefinition.dockerLabels",
    "ContainerOverride.command",
    "KeyValuePair.value",
    "MountPoint.containerPath",
    "Device.hostPath",
    "Device.containerPath",
    "HostEntry.hostname",
    "HostEntry.ipAddress",
    "Ulimit.softLimit",
    "Ulimit.hardLimit",
    "SystemControl.value",
    "DockerVolumeConfiguration.driver",
    "DockerVolumeConfiguration.driverOpts",
    "DockerVolumeConfiguration.labels",
    "RunTaskRequest.group",
    "StartTaskRequest.group",
)

#: What does not exist is refused by the call that looks it up, or when the task starts.
LOOKED_UP = {
    "RunTaskRequest.cluster": "ClusterNotFoundException",
    "StartTaskRequest.cluster": "ClusterNotFoundException",
    "CreateServiceRequest.cluster": "ClusterNotFoundException",
    "UpdateServiceRequest.cluster": "ClusterNotFoundException",
    "StartTaskRequest.taskDefinition": "ClientException",
    "CreateServiceRequest.taskDefinition": "ClientException",
    "UpdateServiceRequest.taskDefinition": "ClientException",
    "UpdateServiceRequest.service": "ServiceNotFoundException",
    "Tag.key": "refused by `tags.checked_tags`",
    "Tag.value": "refused by `tags.checked_tags`",
    "Secret.valueFrom": "the task stops with ResourceInitializationError",
}

ONLY_AWS = "only used by Amazon ECS"
NO_FILE_SYSTEM = "the sandbox has no such file system: the volume is one of its own"
NO_ACCELERATOR = "Elastic Inference has ended, and no instance of the sandbox has one"
NO_MANAGED = "there are no Managed Instances in the sandbox"
NO_ROLES = "the sandbox checks no permissions"
NO_ALARMS = "the alarms of deployments never ring in the sandbox"
NO_SHIFT = "refused as a whole: the sandbox shifts no traffic between revisions"
NO_PROXY = "Service Connect's proxy is not run in the sandbox"
NO_LATTICE = "there is no VPC Lattice in the sandbox: no target is registered"
NO_GATEWAY = "there are no gateways in the sandbox: no target is registered"

#: Each with the reason.
NOT_LOOKED_AT = {
    "RunTaskRequest.referenceId": ONLY_AWS,
    "StartTaskRequest.referenceId": ONLY_AWS,
    "EFSVolumeConfiguration.fileSystemId": NO_FILE_SYSTEM,
    "S3FilesVolumeConfiguration.fileSystemArn": NO_FILE_SYSTEM,
    "FSxWindowsFileServerVolumeConfiguration.fileSystemId": NO_FILE_SYSTEM,
    "FSxWindowsFileServerVolumeConfiguration.rootDirectory": NO_FILE_SYSTEM,
    "FSxWindowsFileServerAuthorizationConfig.credentialsParameter": NO_FILE_SYSTEM,
    "FSxWindowsFileServerAuthorizationConfig.domain": NO_FILE_SYSTEM,
    "InferenceAccelerator.deviceType": NO_ACCELERATOR,
    "InferenceAcceleratorOverride.deviceName": NO_ACCELERATOR,
    "InferenceAcceleratorOverride.deviceType": NO_ACCELERATOR,
    "TrustedExecutionConfiguration.attestationPolicy": NO_MANAGED,
    "TaskManagedEBSVolumeConfiguration.kmsKeyId": NO_ROLES,
    "TaskManagedEBSVolumeConfiguration.roleArn": NO_ROLES,
    "ServiceManagedEBSVolumeConfiguration.kmsKeyId": NO_ROLES,
    "ServiceManagedEBSVolumeConfiguration.roleArn": NO_ROLES,
    "DeploymentAlarms.alarmNames": NO_ALARMS,
    "AdvancedConfiguration.alternateTargetGroupArn": NO_SHIFT,
    "AdvancedConfiguration.productionListenerRule": NO_SHIFT,
    "AdvancedConfiguration.testListenerRule": NO_SHIFT,
    "AdvancedConfiguration.roleArn": NO_SHIFT,
    "DeploymentLifecycleHook.hookTargetArn": NO_SHIFT,
    "DeploymentLifecycleHook.roleArn": NO_SHIFT,
    "ServiceConnectTestTrafficHeaderRules.name": NO_SHIFT,
    "ServiceConnectTestTrafficHeaderMatchRules.exact": NO_SHIFT,
    "ServiceConnectTlsCertificateAuthority.awsPcaAuthorityArn": NO_PROXY,
    "ServiceConnectTlsConfiguration.kmsKey": NO_PROXY,
    "ServiceConnectTlsConfiguration.roleArn": NO_PROXY,
    "VpcLatticeConfiguration.roleArn": NO_LATTICE,
    "VpcLatticeConfiguration.targetGroupArn": NO_LATTICE,
    "VpcLatticeAdvancedConfiguration.alternateTargetGroupArn": NO_LATTICE,
    "VpcLatticeAdvancedConfiguration.productionListenerRule": NO_LATTICE,
    "VpcLatticeAdvancedConfiguration.testListenerRule": NO_LATTICE,
    "GatewayConnectorHealthCheck.healthCheckPort": NO_GATEWAY,
    "GatewayConnectorHealthCheck.healthCheckPath": NO_GATEWAY,
    "GatewayConnectorHealthCheck.healthCheckTimeoutSeconds": NO_GATEWAY,
    "GatewayConnectorHealthCheck.healthCheckIntervalSeconds": NO_GATEWAY,
    "GatewayConnectorHealthCheck.healthyThresholdCount": NO_GATEWAY,
    "GatewayConnectorHealthCheck.unhealthyThresholdCount": NO_GATEWAY,
    "GatewayConnectorHealthCheckMatcher.httpCode": NO_GATEWAY,
    "GatewayConnectorHealthCheckMatcher.grpcCode": NO_GATEWAY,
}
