"""Service discovery: the Cloud Map stacks around a service, from flags to CloudFormation."""
