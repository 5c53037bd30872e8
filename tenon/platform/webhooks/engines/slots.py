"""Who is at work: how many attempts may begin, so that no slow endpoint and no organization take all places.

An attempt begins in one of the fast places. What takes longer than a moment moves to the slow ones, and an endpoint
that has missed before begins there: however many endpoints are dead, those that answer find a place. An organization
whose receivers answer late begins there as well, for as long as that is remembered, and shares these places evenly with
the others of its kind; one that nothing is known of begins with one place. So several that are late at once, which
would each have its part of the fast places in turn, leave them to those that are prompt.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

MOMENT = 0.25  # seconds
SLOW_PER_FAST = 3
REMEMBERED = 60.0  # seconds

L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Room:
    """How many may begin now, the organizations that have their share already, and what is left of it to the others.

    `late`: those whose lanes begin in the slow places, whatever these have missed.
    """

    many: int
    full: frozenset[UUID]
    share: int
    left: Mapping[UUID, int]
    late: frozenset[UUID] = field(default=frozenset())

    def for_each(self, lanes: Iterable[L], organization_of: Callable[[L], UUID]) -> list[L]:
        """Those of `lanes` that their organizations have room for, in the order given."""
        begun: Counter[UUID] = Counter()
        fit = []
        for lane in lanes:
            organization_id = organization_of(lane)
            begun[organization_id] += 1
            if begun[organization_id] <= self.left.get(organization_id, self.share):
                fit.append(lane)
        return fit


@dataclass(frozen=True, slots=True)
class _Place:
    organization_id: UUID
    since: float
    slow: bool
    missed: bool

    def is_slow(self, now: float) -> bool:
        return self.slow or self.takes_long(now)

    def takes_long(self, now: float) -> bool:
        return now - self.since >= MOMENT


@dataclass(frozen=True, slots=True)
class _Known:
    """How the receivers of an organization answered lately, and how long that is remembered."""

    late: bool
    until: float


class Slots:
    """The places of one process. Times are seconds of a monotonic clock."""

    def __init__(self, fast: int) -> None:
        self.fast = fast
        self.slow = fast * SLOW_PER_FAST
        self._taken: dict[UUID, _Place] = {}
        self._known: dict[UUID, _Known] = {}

    def __len__(self) -> int:
        return len(self._taken)

    def take(self, lane_id: UUID, organization_id: UUID, *, slow: bool, missed: bool, now: float) -> None:
        """A lane begins, in a slow place or a fast one; `missed`: its last attempt has failed."""
        self._taken[lane_id] = _Place(organization_id, now, slow, missed)

    def leave(self, lane_id: UUID, *, longest: float | None, now: float) -> None:
        """A lane has ended, in which the longest attempt took so many seconds; None where there was none.

        What an endpoint does that has missed before says nothing of the others of its organization.
        """
        place = self._taken.pop(lane_id)
        if longest is None or place.missed:
            return
        before = self._known.get(place.organization_id)
        late = longest >= MOMENT
        if late or before is None or not before.late or before.until <= now:
            self._known[place.organization_id] = _Known(late, now + REMEMBERED)

    def room(self, *, suspect: bool, now: float) -> Room:
        """What may begin of lanes in good standing, or of those that are suspect.

        An organization has half of the fast places at most, an even part of the slow ones, and half of all: one whose
        receivers answer late, but do answer, would otherwise have every place in turn.
        """
        self._known = {one: known for one, known in self._known.items() if known.until > now}
        places = self.slow if suspect else self.fast
        taken = [place for place in self._taken.values() if place.is_slow(now) is suspect]
        counts = Counter(place.organization_id for place in taken)
        of_all = Counter(place.organization_id for place in self._taken.values())
        late, most = self._late(now), (self.fast + self.slow) // 2
        if suspect:
            # One part more than there are organizations at work: there is always one for the next.
            share = max(1, places // (max(1, len(counts)) + 1))
            left = {one: min(share - counts[one], most - of_all[one]) for one in of_all}
        else:
            share, prompt = 1, {one for one, known in self._known.items() if not known.late}
            left = {one: share - of_all[one] for one in of_all}
            left |= {one: min(max(1, places // 2) - counts[one], most - of_all[one]) for one in prompt}
        full = frozenset(one for one, number in left.items() if number <= 0) | (frozenset() if suspect else late)
        free = self.fast + self.slow - len(self._taken)
        return Room(max(0, min(free, places - len(taken))), full, share, left, late)

    def _late(self, now: float) -> frozenset[UUID]:
        at_work = {
            place.organization_id for place in self._taken.values() if not place.missed and place.takes_long(now)
        }
        return frozenset(at_work.union(one for one, known in self._known.items() if known.late))
