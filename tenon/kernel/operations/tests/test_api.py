"""Operations over HTTP: polled, listed, cancelled, and by nobody else."""

from uuid import uuid4

import pytest

from tenon.kernel import clock
from tenon.kernel.operations import services
from tenon.kernel.operations.tests.conftest import JOB, Work
from tenon.kernel.outbox import relay
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.identity.tests.factories import make_user, start_session
from tenon.platform.organizations.tests.factories import acting_as, add_member, make_organization
from tenon.testing.client import Api
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
PATH = "/api/v1/operations/"


def signed_in(user) -> Api:
    return Api(token=start_session(user, now=clock.now()).access)


def principal(user) -> Principal:
    return Principal(PrincipalKind.USER, user.pk)


def begin(who: Principal) -> str:
    return str(services.start(job=JOB, payload={"number": 7}, principal=who, now=clock.now()))


def test_polling_until_it_has_ended(work: Work):
    alice = make_user()
    api = signed_in(alice)
    path = f"{PATH}{begin(principal(alice))}/"
    waiting = api.get(path)
    assert (waiting.status_code, waiting.json()["state"], waiting["Retry-After"]) == (200, "pending", "1")
    relay.drain()
    done = api.get(path)
    assert (done.json()["state"], done.json()["progress"], done.json()["result"]) == ("succeeded", 1.0, {"number": 7})
    assert "Retry-After" not in done


def test_somebody_elses_is_not_there(work: Work):
    path = f"{PATH}{begin(principal(make_user()))}/"
    stranger = make_user()
    for user in (stranger, make_user(is_staff=True)):
        assert signed_in(user).get(path).status_code == 404
        assert signed_in(user).post(f"{path}cancellation/").status_code == 404
    assert signed_in(stranger).get(f"{PATH}{uuid4()}/").status_code == 404


def test_in_an_organization(work: Work):
    alice = make_user()
    made = make_organization(alice)
    bob = add_member(made.id)
    path = f"{PATH}{begin(acting_as(bob, made.id))}/"
    here = {"X-Organization-ID": str(made.id)}
    assert signed_in(bob).get(path, headers=here).status_code == 200
    assert signed_in(alice).get(path, headers=here).status_code == 200, "an admin sees those of everybody"
    theirs = f"{PATH}{begin(acting_as(alice, made.id))}/"
    assert signed_in(bob).get(theirs, headers=here).status_code == 404
    outsider = make_user()
    make_organization(outsider)
    assert signed_in(outsider).get(path, headers=here).status_code == 404
    assert signed_in(alice).post(f"{path}cancellation/", headers=here).json()["state"] == "cancelled"


def test_the_list(work: Work):
    alice = make_user()
    mine = [begin(principal(alice)) for _ in range(3)]
    begin(principal(make_user()))
    api = signed_in(alice)
    listed = api.get(f"{PATH}?limit=2").json()
    rest = api.get(f"{PATH}?limit=2&cursor={listed['meta']['next']}").json()
    assert [each["id"] for each in listed["data"] + rest["data"]] == mine[::-1]
    assert listed["meta"]["total"] == 3
    services.cancel(principal=principal(alice), operation_id=mine[0], now=clock.now())
    cancelled = api.get(f"{PATH}?filter[state]=cancelled").json()["data"]
    assert [each["id"] for each in cancelled] == [mine[0]]


def test_cancelling_twice(work: Work):
    alice = make_user()
    api = signed_in(alice)
    path = f"{PATH}{begin(principal(alice))}/cancellation/"
    assert api.post(path).json()["state"] == "cancelled"
    again = api.post(path)
    assert (again.status_code, again.json()["code"]) == (409, "operation_finished")


def test_queries_do_not_follow_the_rows(work: Work):
    alice = make_user()
    api = signed_in(alice)

    path = f"{PATH}{begin(principal(alice))}/"
    for _ in range(12):
        begin(principal(alice))
    api.get(PATH)
    with query_budget(6):
        assert len(api.get(PATH).json()["data"]) == 13
    with query_budget(5):
        assert api.get(path).status_code == 200
