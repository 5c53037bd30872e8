"""One address becomes one account, however many register it together and however they spell it."""

from collections.abc import Callable

from tenon.testing.houses import PASSWORD, House
from tenon.testing.parallel import Crowd, Request, statuses

PARALLEL = 32
SPELLINGS = (str.lower, str.upper, str.title, str.swapcase)


def test_parallel_registrations_make_one_account(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    turns = rounds(40)
    with Crowd(home.api.port, PARALLEL) as crowd:
        for turn in range(turns):
            address = f"everybody-{turn}@example.com"
            spelled = [SPELLINGS[place % len(SPELLINGS)](address) for place in range(PARALLEL)]
            bodies = [{"email": email, "password": PASSWORD} for email in spelled]
            answers = crowd.fire([Request("POST", "/api/v1/auth/register/", json=body) for body in bodies])
            assert statuses(answers) == {201: 1, 400: PARALLEL - 1}
            assert {answer.json()["errors"][0]["pointer"] for answer in answers if answer.status == 400} == {"/email"}
            accounts = "SELECT count(*) FROM identity_user WHERE lower(email) = %s"
            assert home.store.rows(accounts, [address]) == [(1,)]
    proof_record(parallel=PARALLEL, addresses=turns, accounts=turns)
