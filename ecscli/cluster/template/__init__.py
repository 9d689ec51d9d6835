"""ClusterSpec -> a CloudFormation template with its parameters; templates parsed and evaluated."""
