"""What is asked about services that the project has in the other layout, by the names of the
flags."""

from __future__ import annotations

from ecscli.base.records import record


@record
class SwitchRequest:
    """`switch_layout`: put the services of this layout in the place of those of the other one,
    which are refused otherwise."""

    switch_layout: bool = False
