"""Who is behind the work of this thread."""

from uuid import uuid4

from tenon.kernel import caller
from tenon.kernel.caller import Caller
from tenon.kernel.principal import ANONYMOUS, SYSTEM, Principal, PrincipalKind


def test_outside_of_a_request_it_is_the_system():
    assert caller.current() == Caller(SYSTEM, ip="")


def test_a_request_says_from_where_and_later_from_whom():
    person = Principal(PrincipalKind.USER, uuid4())
    with caller.bound(Caller(ANONYMOUS, ip="192.0.2.7")):
        assert caller.current() == Caller(ANONYMOUS, ip="192.0.2.7")
        caller.identify(person)
        assert caller.current() == Caller(person, ip="192.0.2.7")
    assert caller.current() == Caller(SYSTEM, ip="")
