"""No key but an unaltered, live one acts; rotating at once leaves two secrets; revoking acts on the next request."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from tenon.platform.api_keys.tests.forgeries import forgeries
from tenon.testing.houses import House, Person
from tenon.testing.parallel import Crowd, Request, statuses

PARALLEL = 64
KEYS = "/api/v1/api-keys/"
CURRENT = f"{KEYS}current/"


def test_of_parallel_rotations_two_secrets_live(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    person, turns = _owner(home), rounds(50)
    key = _key(home, person)
    live, seen = {key["secret"]}, Counter[int]()
    rotate = Request("POST", f"{KEYS}{key['id']}/rotation/", json={}, headers=_bearer(person.access))
    with Crowd(home.api.port, PARALLEL) as crowd:
        for _ in range(turns):
            answers = crowd.fire(rotate)
            seen.update(statuses(answers))
            shown = live | {answer.json()["secret"] for answer in answers}
            assert len(shown) == len(live) + PARALLEL
            live = {secret for secret in shown if _asks(home, secret) == 200}
            assert len(live) == 2
    assert dict(seen) == {200: PARALLEL * turns}
    proof_record(parallel=PARALLEL, rounds=turns, statuses=dict(seen), live_per_round=2)


def test_a_revoked_key_is_refused_on_the_next_request(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    person, turns = _owner(home), rounds(100)
    refused = 0
    with Crowd(home.api.port, 16) as crowd:
        for _ in range(turns):
            key = _key(home, person)
            ask = Request("GET", CURRENT, headers={"X-API-Key": key["secret"]})
            assert statuses(crowd.fire(ask)) == {200: 16}
            assert home.call("DELETE", f"{KEYS}{key['id']}/", token=person.access).status == 204
            after = statuses(crowd.fire(ask))
            assert after == {401: 16}
            refused += after[401]
    proof_record(rounds=turns, refused_after_revocation=refused, let_in_after_revocation=0)


def test_forged_keys_are_refused(home: House, proof_record: Callable[..., None]) -> None:
    key = _key(home, _owner(home))["secret"]
    forged = {text for _, text in forgeries(key) if text.isprintable() and text.isascii() and len(text) < 1000} - {key}
    assert len(forged) >= 200
    seen = Counter(_asks(home, text) for text in sorted(forged))
    assert dict(seen) == {401: len(forged)}
    assert _asks(home, key) == 200
    proof_record(forged=len(forged), refused=seen[401])


def _owner(home: House) -> Person:
    """Somebody with an organization of their own."""
    person = home.sign_up()
    made = home.call("POST", "/api/v1/organizations/", json={"name": "Acme Inc."}, token=person.access)
    assert made.status == 201, made
    return person


def _key(home: House, person: Person) -> dict[str, Any]:
    made = home.call("POST", KEYS, json={"name": "A program", "scopes": ["members:list"]}, token=person.access)
    assert made.status == 201, made
    body: dict[str, Any] = made.json()
    return body


def _asks(home: House, secret: str) -> int:
    return home.call("GET", CURRENT, token=secret).status


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
