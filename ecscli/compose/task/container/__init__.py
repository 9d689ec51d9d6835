"""One service -> its container definition, one file for each field or group of fields."""
