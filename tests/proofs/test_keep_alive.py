"""Two people take turns on the same connections and workers: each sees nobody but themselves."""

from collections.abc import Callable

from tenon.testing.houses import House
from tenon.testing.parallel import Crowd, Request

CONNECTIONS = 20


def test_answers_on_shared_connections_are_the_callers_own(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    people = [home.sign_up(), home.sign_up()]
    turns = rounds(10_000) // CONNECTIONS
    with Crowd(home.api.port, CONNECTIONS) as crowd:
        for turn in range(turns):
            callers = [people[(turn + place) % 2] for place in range(CONNECTIONS)]
            answers = crowd.fire(
                [
                    Request("GET", "/user/details/", headers={"Authorization": f"Bearer {each.access}"})
                    for each in callers
                ]
            )
            assert [answer.status for answer in answers] == [200] * CONNECTIONS
            assert [answer.json()["email"] for answer in answers] == [each.email for each in callers]
        anonymous = crowd.fire(Request("GET", "/user/details/"))
        assert [answer.status for answer in anonymous] == [401] * CONNECTIONS
    proof_record(connections=CONNECTIONS, requests=turns * CONNECTIONS, answers_of_another=0)
