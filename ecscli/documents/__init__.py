"""The JSON documents that commands print: how keys are named, how errors look, what `--query`
picks, and the JSON Schema of each command's document."""
