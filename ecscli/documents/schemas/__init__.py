"""The JSON Schema of each command's document, made from parts that are written once."""
