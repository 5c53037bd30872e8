"""A limit of ten lets ten pass out of a hundred at once, whatever address they claim and whatever is lost meanwhile."""

from collections.abc import Callable

import pytest

from tenon.testing.faults import Redis
from tenon.testing.houses import PASSWORD, House
from tenon.testing.parallel import Answer, Crowd, Request, statuses

PARALLEL = 100
LIMIT = 10
DEPLOYMENTS = ["sqlite", "postgresql", "postgresql and redis"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_ten_of_a_hundred_pass(
    deployment: str, request: pytest.FixtureRequest, open_house: Callable[..., House], proof_record: Callable[..., None]
) -> None:
    home = _open(deployment, request, open_house, RATE_LIMIT_ANONYMOUS=f"{LIMIT}/min")
    rotating = _at_once(home, Request("GET", "/.well-known/jwks.json"), rotating=True)
    assert statuses(rotating) == {200: LIMIT, 429: PARALLEL - LIMIT}
    for answer in rotating:
        if answer.status == 429:
            assert answer.is_problem
            assert 0 < int(answer.headers["retry-after"]) <= 60
    # The claimed addresses were all counted as the one that the requests came from, which has nothing left.
    honest = _at_once(home, Request("GET", "/.well-known/jwks.json"))
    assert statuses(honest) == {429: PARALLEL}
    proof_record(parallel=PARALLEL, limit=LIMIT, statuses=statuses(rotating))


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_ten_of_a_hundred_passwords_are_compared(
    deployment: str, request: pytest.FixtureRequest, open_house: Callable[..., House], proof_record: Callable[..., None]
) -> None:
    home = _open(deployment, request, open_house, RATE_LIMIT_LOGIN_ACCOUNT=f"{LIMIT}/5min")
    for rotating in (False, True):
        person = home.sign_up()
        assert statuses(_at_once(home, _guess(person.email), rotating=rotating)) == {401: LIMIT, 429: PARALLEL - LIMIT}
        assert _right_password(home, person.email).status == 429
    proof_record(parallel=PARALLEL, limit=LIMIT, compared=LIMIT, refused=PARALLEL - LIMIT)


def test_sign_in_stays_limited_when_redis_is_killed(
    redis_server: Redis, open_house: Callable[..., House], proof_record: Callable[..., None]
) -> None:
    home = open_house("postgresql", REDIS_URL=redis_server.url, RATE_LIMIT_LOGIN_ACCOUNT=f"{LIMIT}/5min")
    before, after = home.sign_up(), home.sign_up()
    assert statuses(_at_once(home, _guess(before.email))) == {401: LIMIT, 429: PARALLEL - LIMIT}

    redis_server.kill()
    assert _right_password(home, before.email).status == 429
    assert statuses(_at_once(home, _guess(after.email))) == {401: LIMIT, 429: PARALLEL - LIMIT}

    redis_server.start()  # empty: it has forgotten every counter
    assert _right_password(home, before.email).status == 429
    assert _right_password(home, after.email).status == 429
    proof_record(parallel=PARALLEL, limit=LIMIT, compared_before=LIMIT, compared_while_redis_is_gone=LIMIT, let_in=0)


def _open(deployment: str, request: pytest.FixtureRequest, open_house: Callable[..., House], **env: str) -> House:
    engine, _, redis = deployment.partition(" and ")
    return open_house(engine, **env, **({"REDIS_URL": request.getfixturevalue("redis_server").url} if redis else {}))


def _at_once(home: House, request: Request, *, rotating: bool = False) -> list[Answer]:
    claims = [{"X-Forwarded-For": f"203.0.113.{number}"} if rotating else {} for number in range(PARALLEL)]
    with Crowd(home.api.port, PARALLEL) as crowd:
        return crowd.fire([Request(request.method, request.path, json=request.json, headers=claim) for claim in claims])


def _guess(email: str) -> Request:
    return Request("POST", "/api/v1/auth/login/", json={"email": email, "password": "not-the-password"})


def _right_password(home: House, email: str) -> Answer:
    return home.call("POST", "/api/v1/auth/login/", json={"email": email, "password": PASSWORD})
