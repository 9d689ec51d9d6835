"""The stored files of ~/.ecs: entries stored and listed, an old file migrated, the settings in
force."""
