"""`required-version` of ecs-cluster.yml: which versions of ecscli may work with the file."""

from __future__ import annotations

from ecscli.base.errors import InputError, shorten
from ecscli.base.marks import Map
from ecscli.base.version import __version__
from ecscli.base.versions import satisfies

KEY = "required-version"


def check_version(tree: Map) -> None:
    """Raise InputError where this ecscli is not one of those versions, or the key cannot be
    read. Comes before all other keys: those of a later version are not known here."""
    wanted = tree.get(KEY)
    if wanted is None:
        return
    place = tree.values_at.get(KEY)
    if not isinstance(wanted, str):
        raise InputError(f"{KEY}: must be text", place, 'write it in quotes, as ">=0.2, <1"')
    try:
        is_met = satisfies(__version__, wanted)
    except ValueError as error:
        raise InputError(f"{KEY}: {shorten(str(error))}", place) from None
    if not is_met:
        message = f"the file needs ecscli {shorten(wanted)}, and this is {__version__}"
        raise InputError(message, place, f"install such a version, or change {KEY}")
