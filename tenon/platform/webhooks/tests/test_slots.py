"""Who may begin: neither slow endpoints nor organizations, one or several, take all places."""

import pytest

from tenon.kernel.ids import new_id
from tenon.platform.webhooks.engines.slots import MOMENT, REMEMBERED, Slots


def fill(slots, number, *, missed=False, slow=False, organization=None, now=0.0):
    """So many lanes begin; their ids."""
    lanes = [new_id() for _ in range(number)]
    for lane in lanes:
        slots.take(lane, organization or new_id(), slow=slow or missed, missed=missed, now=now)
    return lanes


def known(slots, *, late=False, now=0.0):
    """An organization whose receiver has answered, in time or late."""
    organization = new_id()
    [lane] = fill(slots, 1, organization=organization, now=now)
    slots.leave(lane, longest=MOMENT if late else MOMENT / 2, now=now)
    return organization


def begin(slots, organization, *, now, wanted=1000):
    """As many lanes of the organization as there is room for, as the dispatcher asks; how many these are."""
    begun = 0
    for slow in (False, True):
        room = slots.room(suspect=slow, now=now)
        waiting = 0 if organization in room.full or (slow and organization not in room.late) else wanted - begun
        fit = room.for_each([organization] * min(room.many, waiting), lambda each: each)
        fill(slots, len(fit), organization=organization, slow=slow, now=now)
        begun += len(fit)
    return begun


def test_dead_endpoints_leave_the_fast_places_alone():
    slots = Slots(4)
    fill(slots, 12, missed=True)
    assert slots.room(suspect=True, now=0.0).many == 0
    assert slots.room(suspect=False, now=0.0).many == 4


def test_what_takes_longer_than_a_moment_moves():
    slots = Slots(4)
    fill(slots, 4)
    assert slots.room(suspect=False, now=MOMENT / 2).many == 0
    assert slots.room(suspect=False, now=MOMENT).many == 4
    assert slots.room(suspect=True, now=MOMENT).many == 8


def test_all_places_are_taken():
    slots = Slots(1)
    fill(slots, 4, now=-10)
    assert slots.room(suspect=False, now=0.0).many == 0
    assert slots.room(suspect=True, now=0.0).many == 0


def test_an_organization_that_is_prompt_has_half_of_the_fast_places():
    slots = Slots(4)
    one = known(slots)
    assert begin(slots, one, now=0.0) == 2
    assert one in slots.room(suspect=False, now=0.0).full
    assert one not in slots.room(suspect=True, now=0.0).full


def test_one_that_nothing_is_known_of_begins_with_one():
    slots, one = Slots(4), new_id()
    assert begin(slots, one, now=0.0) == 1
    assert begin(slots, one, now=0.0) == 0


def test_an_organization_does_not_begin_more_than_its_share_at_once():
    one, other = new_id(), new_id()
    room = Slots(4).room(suspect=False, now=0.0)
    assert room.for_each([one, one, one, other], lambda each: each) == [one, other]


def test_one_that_is_late_has_half_of_all_and_none_of_the_fast_places():
    slots, one = Slots(4), new_id()
    begun = sum(begin(slots, one, now=float(moment)) for moment in range(20))
    assert begun == 6
    room = slots.room(suspect=False, now=20.0)
    assert (room.many, one in room.full, room.late) == (4, True, {one})


@pytest.mark.parametrize("number", [2, 5, 12, 40])
def test_however_many_are_late_a_prompt_one_finds_a_place(number):
    """Each has endless work, and its receivers never answer at all."""
    slots = Slots(16)
    prompt = known(slots)
    late = [known(slots, late=True) for _ in range(number)]
    for step in range(100):
        now = step * MOMENT
        for each in late:
            begin(slots, each, now=now)
        assert begin(slots, prompt, now=now, wanted=1) == 1
        slots.leave(list(slots._taken)[-1], longest=0.01, now=now)


@pytest.mark.parametrize("number", [2, 5, 12])
def test_those_who_turn_out_late_leave_a_place_to_one_that_nobody_knows(number):
    slots = Slots(16)
    late = [new_id() for _ in range(number)]
    for step in range(100):
        for each in late:
            begin(slots, each, now=step * MOMENT)
        assert begin(slots, new_id(), now=step * MOMENT) == 1
        slots.leave(list(slots._taken)[-1], longest=0.01, now=step * MOMENT)


def test_being_late_is_remembered_for_a_while():
    slots = Slots(4)
    one = known(slots, late=True)
    assert one in slots.room(suspect=False, now=REMEMBERED - 1).full
    [lane] = fill(slots, 1, organization=one, slow=True, now=REMEMBERED - 1)
    slots.leave(lane, longest=0.01, now=REMEMBERED - 1)
    assert slots.room(suspect=False, now=REMEMBERED - 1).late == {one}
    assert slots.room(suspect=False, now=REMEMBERED).full == frozenset()


def test_an_endpoint_that_has_missed_says_nothing_of_the_others():
    slots, one = Slots(4), new_id()
    [lane] = fill(slots, 1, missed=True, organization=one)
    assert slots.room(suspect=False, now=10.0).late == frozenset()
    slots.leave(lane, longest=15.0, now=10.0)
    assert slots.room(suspect=False, now=10.0).late == frozenset()


def test_who_ends_makes_room():
    slots = Slots(1)
    [lane] = fill(slots, 1)
    assert len(slots) == 1
    slots.leave(lane, longest=None, now=0.0)
    assert slots.room(suspect=False, now=0.0).many == 1
