"""The programs that build images: buildx, BuildKit or the Engine API, chosen and followed."""
