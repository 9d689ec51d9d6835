"""How long a command waits beyond the change that it waits for: the schedules of the polls, with a
clock that is set, 50 ms a call, and changes that end at moments spread evenly."""

from __future__ import annotations

import statistics

from ecscli.aws.client import SERVICES, STACKS, TASKS, Aws, Schedule
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags

CALL = 0.05  # seconds that a look takes
ENDS = {  # the schedule, and the seconds after which changes end: first, last, how many
    "services": (SERVICES, 2.0, 12.0, 40),
    "tasks": (TASKS, 2.0, 14.0, 40),
    "stacks": (STACKS, 5.0, 65.0, 40),
}
TARGETS = {"services": 0.9, "tasks": 0.9, "stacks": 1.4}  # seconds, on average


class Clock:
    """Time that passes when somebody waits."""

    now = 0.0

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def beyond(schedule: Schedule, end: float) -> tuple[float, int]:
    """Seconds between the end of a change and the answer that tells it, and how many looks."""
    clock = Clock()
    aws = Aws(resolve(Flags(region="us-east-1"), {}), clock.read, clock.sleep)

    def look() -> bool:
        asked = clock.now
        clock.sleep(CALL)
        return asked >= end

    looks = len(list(aws.poll(look, bool, schedule)))
    return clock.now - end, looks


def main() -> None:
    print(f"\nseconds beyond the change, {CALL * 1000:.0f} ms a call: mean, worst, looks a second")
    for name, (schedule, first, last, count) in ENDS.items():
        ends = [first + (last - first) * number / (count - 1) for number in range(count)]
        found = [beyond(schedule, end) for end in ends]
        mean = statistics.mean(seconds for seconds, _ in found)
        worst = max(seconds for seconds, _ in found)
        rate = sum(looks for _, looks in found) / sum(ends)
        missed = "   MISSED" if mean > TARGETS[name] else ""
        limit = f"must stay below {TARGETS[name]:g}"
        print(f"  {name:10} {mean:5.2f} {worst:5.2f} {rate:5.2f}   {limit}{missed}")


if __name__ == "__main__":
    main()
