"""Keeping flags, and what a process knows of them."""

import logging

import pytest
from django.db import OperationalError

from tenon.kernel.errors import Forbidden, NotFound, PreconditionFailed
from tenon.kernel.principal import ANONYMOUS, Principal, PrincipalKind
from tenon.platform.flags import selectors, services
from tenon.platform.flags.errors import FlagTaken, InvalidFlag
from tenon.platform.flags.models import Flag, Generation
from tenon.platform.flags.selectors import snapshot as snapshots
from tenon.platform.flags.selectors.snapshot import snapshot
from tenon.platform.flags.tests.factories import SYSTEM, make_flag, person
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db


def test_a_flag_is_made_changed_and_deleted():
    staff = Principal(PrincipalKind.STAFF, person().id)
    made = services.create_flag(principal=staff, key="checkout", description="A short one")
    assert (made.is_enabled, made.version, made.changed_by) == (False, 1, staff.id)
    changed = services.update_flag(
        principal=SYSTEM, key="checkout", changes={"is_enabled": True, "rest": True, "description": "A short one"}
    )
    assert (changed.is_enabled, changed.version, changed.changed_by) == (True, 2, None)
    assert services.update_flag(principal=SYSTEM, key="checkout", changes={"rest": True}).version == 2
    assert services.is_on("checkout")
    services.delete_flag(principal=staff, key="checkout")
    assert outbox.event_names() == ["flags.created", "flags.updated", "flags.deleted"]
    assert list(selectors.flags()) == []


def test_setting_makes_or_changes():
    assert services.set_flag(principal=SYSTEM, key="checkout", is_enabled=True).version == 1
    assert services.set_flag(principal=SYSTEM, key="checkout", is_enabled=False).version == 2


def test_only_who_runs_the_deployment_changes_flags():
    make_flag("checkout")
    key = Principal(PrincipalKind.API_KEY, person().id)
    for who in (ANONYMOUS, person(), key):
        for change in (
            lambda who=who: services.create_flag(principal=who, key="x"),
            lambda who=who: services.update_flag(principal=who, key="checkout", changes={"rest": True}),
            lambda who=who: services.delete_flag(principal=who, key="checkout"),
        ):
            with pytest.raises(Forbidden):
                change()


def test_what_is_wrong_changes_nothing():
    make_flag("checkout")
    with pytest.raises(FlagTaken):
        services.create_flag(principal=SYSTEM, key="checkout")
    with pytest.raises(InvalidFlag):
        services.update_flag(principal=SYSTEM, key="checkout", changes={"rules": [{"percentage": 200}]})
    with pytest.raises(NotFound):
        services.delete_flag(principal=SYSTEM, key="other")
    with pytest.raises(NotFound):
        selectors.flag_facts(key="other")

    def changed_meanwhile(facts):
        raise PreconditionFailed

    with pytest.raises(PreconditionFailed):
        services.update_flag(principal=SYSTEM, key="checkout", changes={"rest": True}, precondition=changed_meanwhile)
    with pytest.raises(PreconditionFailed):
        services.delete_flag(principal=SYSTEM, key="checkout", precondition=changed_meanwhile)
    assert selectors.flag_facts(key="checkout").version == 1


def test_an_unknown_flag_is_off_and_says_so():
    found = services.evaluate("nobody-made-it", principal=person())
    assert (found.is_on, found.value, found.reason, found.error_code) == (False, False, "ERROR", "FLAG_NOT_FOUND")


def test_a_flag_is_asked_for_once_and_then_known(monkeypatch):
    monkeypatch.setattr(snapshots.time, "monotonic", lambda: 1000.0)
    make_flag("checkout", rest=True)
    with query_budget(2):  # the mark, and the flags
        assert services.is_on("checkout")
    with query_budget(0):
        assert all(services.is_on("checkout", principal=person(number)) for number in range(100))
    snapshot.is_stale()
    with query_budget(1):  # the mark is the same
        assert services.is_on("checkout")


def test_a_change_is_seen_when_the_mark_is_asked_for_again(monkeypatch, settings):
    settings.REDIS_URL = ""
    now = 1000.0
    monkeypatch.setattr(snapshots.time, "monotonic", lambda: now)
    make_flag("checkout", rest=True)
    assert services.is_on("checkout")
    services.update_flag(principal=SYSTEM, key="checkout", changes={"rest": False})
    now += 0.99
    assert services.is_on("checkout")
    now += 0.01
    assert not services.is_on("checkout")


def test_a_lost_database_leaves_the_last_known_value(monkeypatch, caplog):
    make_flag("checkout", rest=True)
    assert services.is_on("checkout")

    def lost(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(Generation.objects, "values_list", lost)
    snapshot.is_stale()
    with caplog.at_level(logging.ERROR, logger=snapshots.__name__):
        assert services.is_on("checkout")
    assert [record.message for record in caplog.records] == ["flags_not_read"]
    selectors.forget()
    found = services.evaluate("checkout")
    assert (found.is_on, found.error_code) == (False, "PROVIDER_NOT_READY")
    assert selectors.exposed(principal=ANONYMOUS) == []


def test_what_was_rolled_back_is_never_taken_for_what_is():
    first = Generation.objects.values_list("mark", flat=True)
    marks = set()
    for _ in range(3):
        services.set_flag(principal=SYSTEM, key="checkout", rest=not Flag.objects.filter(rest=True).exists())
        marks.add(first.get())
    assert len(marks) == 3


def test_a_person_is_taken_out_of_rules_and_their_own_go():
    one, other = person(1), person(2)
    make_flag("both", rules=[{"users": [str(one.id), str(other.id)]}, {"percentage": 10}])
    make_flag("alone", rules=[{"users": [str(one.id)]}])
    make_flag("role", rules=[{"users": [str(one.id)], "roles": ["admin"]}])
    services.set_flag(principal=Principal(PrincipalKind.STAFF, one.id), key="none", is_enabled=True)
    assert selectors.held_of(one.id) == {"named_in": ["alone", "both", "role"], "changed": ["none"]}
    for _ in range(2):
        services.forget_person(user_id=one.id, now=NOW)
    assert {flag["key"]: flag["rules"] for flag in selectors.flags()} == {
        "both": [{"users": [str(other.id)]}, {"percentage": 10}],
        "alone": [],
        "role": [{"users": [], "roles": ["admin"]}],
        "none": [],
    }
