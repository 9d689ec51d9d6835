"""A directory in a container -> whether a volume mounted there is known to hide what the image has:
programs, certificates, its own configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.base.system.files import is_inside
from ecscli.compose.ecs.images import repository_name
from ecscli.compose.mounts.development import BuiltFrom

if TYPE_CHECKING:
    from ecscli.compose.project.model import Service

# Directories that images have, and all below them
OF_SYSTEM = """
    /bin /boot /dev /etc/apk /etc/apt /etc/pki /etc/ssl /lib /lib32 /lib64 /sbin /usr /var/cache
    /var/www
"""
WHOLE = tuple(OF_SYSTEM.split())
# Those that hold directories of many programs
OF_MANY = "/ /app /code /etc /home /opt /root /src /var /var/lib /workspace"
SINGLE = frozenset(OF_MANY.split())
# Programs whose directories are named otherwise than their images
NAMES = {"httpd": "apache", "mariadb": "mysql", "postgres": "postgresql", "valkey": "redis"}
ROOT = "/"  # what lies there says nothing of the directories below


def hides_image(service: Service, directory: str, built: BuiltFrom) -> bool:
    """Whether the image of a service is known to have something in a directory."""
    if directory in SINGLE or any(is_inside(directory, top) for top in WHOLE):
        return True
    filled = [place for place in built.image.places if place != ROOT]
    if any(is_inside(directory, place) for place in filled):
        return True
    program = repository_name(service.image or "").rpartition("/")[2]
    names = [name for name in (program, NAMES.get(program)) if name]
    return any(name in part for part in directory.split("/") for name in names)
