"""A limit of ten lets ten pass out of a hundred at once, whatever address they claim and whatever is lost meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from tenon.testing.faults import Redis
from tenon.testing.houses import PASSWORD, House, Person
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


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_keys_organizations_and_scopes_have_what_is_theirs(
    deployment: str, request: pytest.FixtureRequest, open_house: Callable[..., House], proof_record: Callable[..., None]
) -> None:
    limits = {"API_KEY": LIMIT, "ORGANIZATION": 4 * LIMIT, "INVITE": LIMIT}
    rates = {f"RATE_LIMIT_{name}": f"{limit}/hour" for name, limit in limits.items()}
    home = _open(deployment, request, open_house, **rates)
    noisy, quiet, inviting = (_place(home) for _ in range(3))
    key, other = noisy.new_key(), noisy.new_key()
    assert statuses(_at_once(home, noisy.look(key))) == {200: LIMIT, 429: PARALLEL - LIMIT}
    assert statuses(_at_once(home, noisy.look(other))) == {200: LIMIT, 429: PARALLEL - LIMIT}
    # The keys were made by two requests, which count for the organization, as all that its keys do.
    left = 2 * LIMIT - 2
    assert statuses(_at_once(home, noisy.look(noisy.owner.access))) == {200: left, 429: PARALLEL - left}

    half = PARALLEL // 2
    with Crowd(home.api.port, PARALLEL) as crowd:
        looks = [place.look(place.owner.access) for place in (noisy, quiet)] * half
        answers = crowd.fire(looks)
    assert statuses(answers[::2]) == {429: half}
    assert statuses(answers[1::2]) == {200: 4 * LIMIT, 429: half - 4 * LIMIT}

    with Crowd(home.api.port, PARALLEL) as crowd:
        invited = crowd.fire([inviting.invite(number) for number in range(PARALLEL)])
    assert statuses(invited) == {201: LIMIT, 429: PARALLEL - LIMIT}
    assert home.store.rows("SELECT count(*) FROM organizations_invitation") == [(LIMIT,)]
    proof_record(parallel=PARALLEL, limits=limits, passed_beyond=0, neighbours_refused=0)


@dataclass(frozen=True)
class Place:
    """An organization, and its owner."""

    home: House
    owner: Person
    path: str

    def new_key(self) -> str:
        """The secret of a new API key that may list members."""
        body = {"name": "Proof", "scopes": ["members:list"]}
        made = self.home.call("POST", "/api/v1/api-keys/", json=body, token=self.owner.access)
        assert made.status == 201, made
        return str(made.json()["secret"])

    def look(self, token: str) -> Request:
        return Request("GET", f"{self.path}/members/", headers={"Authorization": f"Bearer {token}"})

    def invite(self, number: int) -> Request:
        body = {"email": f"invited-{number}@example.com", "role": "member"}
        headers = {"Authorization": f"Bearer {self.owner.access}"}
        return Request("POST", f"{self.path}/invitations/", json=body, headers=headers)


def _place(home: House) -> Place:
    owner = home.sign_up()
    made = home.call("POST", "/api/v1/organizations/", json={"name": "Acme"}, token=owner.access)
    return Place(home, owner, f"/api/v1/organizations/{made.json()['id']}")


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
        return crowd.fire([replace(request, headers={**request.headers, **claim}) for claim in claims])


def _guess(email: str) -> Request:
    return Request("POST", "/api/v1/auth/login/", json={"email": email, "password": "not-the-password"})


def _right_password(home: House, email: str) -> Answer:
    return home.call("POST", "/api/v1/auth/login/", json={"email": email, "password": PASSWORD})
