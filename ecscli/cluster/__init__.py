"""Infra YAML and flags -> ClusterSpec -> StackSpec (a CloudFormation template and its parameters).
No AWS."""
