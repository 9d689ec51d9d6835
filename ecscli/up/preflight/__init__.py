"""What a plan names is looked up before its first call: names in, findings out."""
