"""A mailed secret that works once works exactly once, however many use it together."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from tenon.testing.houses import PASSWORD, House
from tenon.testing.parallel import Crowd, Request, statuses

PARALLEL = 64


def test_password_reset_succeeds_once(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    turns = rounds(200)
    addresses = [home.register() for _ in range(turns)]
    for address in addresses:
        home.mail.wait(address)
        asked = home.call("POST", "/api/v1/auth/password-reset/", json={"email": address})
        assert asked.status == 202, asked
    refused = 0
    with Crowd(home.api.port, PARALLEL) as crowd:
        for address in addresses:
            token = parse_qs(urlsplit(home.mail.wait(address, count=2).links[0]).fragment)["token"][0]
            wishes = [f"{PASSWORD}-{number}" for number in range(PARALLEL)]
            answers = crowd.fire(
                [
                    Request("POST", "/api/v1/auth/password-reset-confirm/", json={"token": token, "password": wish})
                    for wish in wishes
                ]
            )
            granted = [wish for wish, answer in zip(wishes, answers, strict=True) if answer.status == 200]
            assert len(granted) == 1, statuses(answers)
            assert statuses(answers) == {200: 1, 400: PARALLEL - 1}
            assert all(answer.is_problem for answer in answers if answer.status == 400)
            refused += PARALLEL - 1
            assert home.sign_in(address, granted[0]).email == address
    proof_record(parallel=PARALLEL, secrets=turns, successes=turns, refused=refused)
