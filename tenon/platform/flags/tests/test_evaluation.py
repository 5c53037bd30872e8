"""What a flag is for whom, and why."""

import itertools
from uuid import UUID

import pytest

from tenon.kernel import permissions
from tenon.kernel.principal import ANONYMOUS
from tenon.platform.flags.engines.evaluation import BUCKETS, Context, bucket, evaluate
from tenon.platform.flags.errors import InvalidFlag
from tenon.platform.flags.tests.factories import defined, person

PEOPLE = [person(number) for number in range(1, 4001)]


def told(flag, principal=ANONYMOUS, **context):
    found = evaluate(flag, principal, Context(**context))
    return found.is_on, found.reason.value


def test_a_flag_without_rules_is_the_same_for_everybody():
    assert told(defined(rest=True)) == (True, "STATIC")
    assert told(defined(rest=False), person()) == (False, "STATIC")


def test_the_kill_switch_outdoes_all():
    flag = defined(is_enabled=False, rest=True, rules=[{"users": [str(UUID(int=1))]}])
    assert told(flag, person()) == (False, "DISABLED")


@pytest.mark.parametrize(
    ("rule", "who", "context"),
    [
        ({"users": [str(UUID(int=1))]}, person(1), {}),
        ({"organizations": [str(UUID(int=9))]}, person(1, organization=9), {}),
        ({"organizations": [str(UUID(int=9))]}, ANONYMOUS, {"organization_id": str(UUID(int=9))}),
        ({"permissions": ["orders:refund", "orders:read"]}, person(1, "orders:read"), {}),
        ({"roles": ["driver"]}, person(1), {"roles": frozenset({"driver"})}),
        ({"roles": ["tester"]}, person(1, "tests:one", "tests:two"), {}),
        ({}, ANONYMOUS, {}),
    ],
)
def test_a_rule_takes_in_whom_it_targets(rule, who, context, monkeypatch):
    monkeypatch.setattr(permissions, "_declared", {})
    permissions.register("tests:one", label="One", roles=["tester"])
    permissions.register("tests:two", label="Two", roles=["tester"])
    assert told(defined(rules=[rule]), who, **context) == (True, "TARGETING_MATCH")
    if rule:
        assert told(defined(rules=[rule]), person(2, "tests:one", organization=8)) == (False, "DEFAULT")
        assert told(defined(rules=[rule], rest=True)) == (True, "DEFAULT")


def test_the_first_rule_that_takes_somebody_in_decides():
    flag = defined(
        variants=[{"name": "a", "value": 1}, {"name": "b", "value": 2}],
        rules=[{"users": [str(UUID(int=1))], "variant": "b"}, {"percentage": 0}, {"variant": "a"}],
    )
    assert evaluate(flag, person(1), Context()).variant == "b"
    found = evaluate(flag, person(2), Context())
    assert (found.variant, found.value, found.reason.value) == ("a", 1, "TARGETING_MATCH")


def test_a_share_is_sticky_grows_and_is_as_large_as_it_says():
    def taken(percentage, key="feature"):
        flag = defined(key, rules=[{"percentage": percentage}])
        return {each.id for each in PEOPLE if evaluate(flag, each, Context()).is_on}

    shares = [taken(percentage) for percentage in (0, 10, 20, 50, 99.9, 100)]
    assert shares == sorted(shares, key=len)
    assert all(smaller <= larger for smaller, larger in itertools.pairwise(shares))
    assert (len(shares[0]), len(shares[-1])) == (0, len(PEOPLE))
    assert 0.08 < len(shares[1]) / len(PEOPLE) < 0.12
    assert taken(20) == taken(20)
    other = taken(20, "another")
    assert 0.02 < len(other & shares[2]) / len(PEOPLE) < 0.06, "two flags divide people differently"


def test_a_caller_without_a_name_is_in_no_share():
    flag = defined(rules=[{"percentage": 99.999}])
    assert told(flag) == (False, "DEFAULT")
    assert told(flag, subject="cart-7") == (True, "SPLIT")


def test_an_organization_as_a_whole_is_in_or_out():
    flag = defined(sticky_by="organization", rules=[{"percentage": 50}])
    for organization in range(1, 40):
        assert len({told(flag, person(number, organization=organization)) for number in range(1, 9)}) == 1
    assert len({told(flag, person(1, organization=number)) for number in range(1, 40)}) == 2
    assert told(flag, person(1)) == (False, "DEFAULT")


def test_variants_share_people_by_weight_and_keep_them():
    variants = [{"name": "a", "value": "A", "weight": 3}, {"name": "b", "value": {"x": 1}}, {"name": "c", "weight": 0}]
    flag = defined(rest=True, variants=variants)
    given = [evaluate(flag, each, Context()) for each in PEOPLE]
    assert given == [evaluate(flag, each, Context()) for each in PEOPLE]
    assert {each.reason.value for each in given} == {"SPLIT"}
    assert 0.72 < sum(each.variant == "a" for each in given) / len(given) < 0.78
    assert {each.variant for each in given} == {"a", "b"}
    assert next(each.value for each in given if each.variant == "b") == {"x": 1}
    assert evaluate(flag, ANONYMOUS, Context()).variant == "a"
    lone = defined(rest=True, variants=[{"name": "a", "value": 5, "weight": 0}])
    assert (evaluate(lone, person(), Context()).value, told(lone, person())[1]) == (5, "STATIC")


def test_buckets_never_change():
    """What was promised to people: a change of the hash would deal them all anew."""
    assert bucket("share", "feature", "00000000-0000-0000-0000-000000000001") == 42410
    assert {bucket("share", "feature", str(number)) < BUCKETS for number in range(100)} == {True}


@pytest.mark.parametrize(
    ("values", "pointers"),
    [
        ({"key": "Not A Key"}, ["/key"]),
        ({"key": "x" * 65}, ["/key"]),
        ({"sticky_by": "weather"}, ["/sticky_by"]),
        ({"rules": {}}, ["/rules"]),
        ({"rules": [{}] * 51}, ["/rules"]),
        ({"rules": ["all", {"who": 1}]}, ["/rules/0", "/rules/1"]),
        ({"rules": [{"users": ["me"]}, {"users": "me"}]}, ["/rules/0/users", "/rules/1/users"]),
        ({"rules": [{"organizations": [7]}]}, ["/rules/0/organizations"]),
        ({"rules": [{"roles": ["The Boss"]}, {"permissions": ["boss"]}]}, ["/rules/0/roles", "/rules/1/permissions"]),
        ({"rules": [{"percentage": 101}, {"percentage": True}]}, ["/rules/0/percentage", "/rules/1/percentage"]),
        ({"rules": [{"percentage": float("nan")}]}, ["/rules/0/percentage"]),
        ({"rules": [{"variant": "a"}]}, ["/rules/0/variant"]),
        ({"rules": [{"variant": ["a"]}]}, ["/rules/0/variant"]),
        ({"variants": "a"}, ["/variants"]),
        ({"variants": [{"name": ["a"]}, {"name": {}}]}, ["/variants/0/name", "/variants/1/name"]),
        ({"variants": ["a", {"name": "a", "share": 1}]}, ["/variants/0", "/variants/1"]),
        ({"variants": [{"name": "on"}, {"name": "b"}, {"name": "b"}]}, ["/variants/0/name", "/variants/2/name"]),
        ({"variants": [{"name": "a", "weight": -1}]}, ["/variants/0/weight"]),
    ],
)
def test_what_is_wrong_with_a_flag_is_said(values, pointers):
    with pytest.raises(InvalidFlag) as refused:
        defined(**values)
    assert [fault.pointer for fault in refused.value.errors] == pointers
