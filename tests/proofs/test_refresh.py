"""Ten tabs refresh one token at once: nobody is signed out, and a stolen copy ends the session for good."""

from collections import Counter
from collections.abc import Callable

from tenon.testing.houses import House
from tenon.testing.parallel import Crowd, Request, statuses

PARALLEL = 64
PATH = "/api/v1/auth/refresh/"


def test_parallel_refreshes_have_one_successor(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    person, turns = home.sign_up(), rounds(1000)
    current, seen, successors = person.refresh, Counter[int](), {person.refresh}
    with Crowd(home.api.port, PARALLEL) as crowd:
        for _ in range(turns):
            answers = crowd.fire(Request("POST", PATH, json={"refresh": current}))
            seen.update(statuses(answers))
            tokens = {answer.json()["refresh"] for answer in answers if answer.status == 200}
            assert len(tokens) == 1, f"{len(tokens)} live successors, {statuses(answers)}"
            current = tokens.pop()
            assert current not in successors
            successors.add(current)
    assert dict(seen) == {200: PARALLEL * turns}
    sessions = "SELECT counter FROM identity_session JOIN identity_user u ON u.id = user_id WHERE u.email = %s"
    assert home.store.rows(sessions, [person.email]) == [(turns,)]
    assert home.call("GET", "/user/details/", token=person.access).status == 200
    proof_record(parallel=PARALLEL, rounds=turns, statuses=dict(seen), successors_per_round=1)


def test_replay_of_a_grandparent_ends_the_session_for_good(home: House, proof_record: Callable[..., None]) -> None:
    person = home.sign_up()
    tokens = [{"refresh": person.refresh, "access": person.access}]
    for _ in range(2):
        answer = home.call("POST", PATH, json={"refresh": tokens[-1]["refresh"]})
        assert answer.status == 200
        tokens.append(answer.json())

    replayed = home.call("POST", PATH, json={"refresh": tokens[0]["refresh"]})
    assert replayed.status == 401
    assert replayed.is_problem

    def still_good() -> list[int]:
        refreshed = [home.call("POST", PATH, json={"refresh": each["refresh"]}).status for each in tokens]
        return refreshed + [home.call("GET", "/user/details/", token=each["access"]).status for each in tokens]

    assert still_good() == [401] * 6
    home.restart_api()
    assert still_good() == [401] * 6
    proof_record(tokens_of_the_family=6, refused_after_replay=6, refused_after_restart=6)
