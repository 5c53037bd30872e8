"""A magic code is compared five times at most and signs in once, however many come with it together."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest

from tenon.testing.houses import House
from tenon.testing.parallel import Answer, Crowd, Request, statuses

GUESSES = 1000
PARALLEL = 64
MOST = 5
OLDER = "/api/auth/magic"
CANONICAL = "/api/v1/auth/magic"


@dataclass(frozen=True)
class Code:
    """What the person has: the challenge from the answer, digits and link from the letter."""

    email: str
    challenge_id: str
    digits: str
    secret: str


def ask(home: House, email: str) -> Code:
    """Ask for a code and read the newest letter."""
    letters = len(home.mail.of(email))
    asked = home.call("POST", f"{CANONICAL}/request/", json={"email": email})
    assert asked.status == 202, asked
    letter = home.mail.wait(email, count=letters + 1)
    digits = re.search(r"\b\d{8}\b", letter.text)
    assert digits is not None, letter.text
    secret = parse_qs(urlsplit(letter.links[0]).query)["token"][0]
    return Code(email, asked.json()["challenge_id"], digits[0], secret)


def wrong_digits(code: Code, number: int) -> str:
    """The `number`th of the guesses, none of which is right."""
    return f"{(int(code.digits) + 1 + number) % 10**8:08d}"


def attempts(home: House, code: Code) -> int:
    """How many comparisons the database has counted for a challenge."""
    # SQLite keeps a UUID as 32 hex characters.
    key = code.challenge_id.replace("-", "") if home.database.engine == "sqlite" else code.challenge_id
    ((counted,),) = home.store.rows("SELECT attempts FROM identity_magiccode WHERE id = %s", [key])
    return int(counted)


def sessions(home: House, email: str) -> int:
    """How many sessions an address has, over all accounts that it might have been given."""
    joined = "identity_session s JOIN identity_user u ON u.id = s.user_id"
    return len(home.store.rows(f"SELECT s.id FROM {joined} WHERE u.email_normalized = %s", [email]))


@pytest.mark.parametrize("by", ["challenge", "address"])
def test_a_thousand_guesses_are_five_comparisons(
    home: House, by: str, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    turns = rounds(4)
    with Crowd(home.api.port, GUESSES) as crowd:
        for turn in range(turns):
            code = ask(home, f"guessed-by-{by}-{home.database.engine}-{turn}@example.com")
            key = {"challenge_id": code.challenge_id} if by == "challenge" else {"email": code.email}
            path = f"{OLDER if turn % 2 else CANONICAL}/verify/"
            guesses = [wrong_digits(code, number) for number in range(GUESSES)]
            answers = crowd.fire([Request("POST", path, json={"token": guess, **key}) for guess in guesses])
            assert statuses(answers) == {400: GUESSES}
            assert {_word(answer) for answer in answers} == {"invalid_or_expired"}
            assert attempts(home, code) == MOST
            # The right digits come too late; the link, which nobody can guess, does not.
            late = home.call("POST", path, json={"token": code.digits, **key})
            assert (late.status, _word(late)) == (400, "invalid_or_expired")
            assert attempts(home, code) == MOST
            assert sessions(home, code.email) == 0
            assert home.call("POST", path, json={"token": code.secret}).status == 200
    proof_record(parallel=GUESSES, challenges=turns, comparisons=MOST * turns, signed_in=0)


def test_a_code_signs_in_once(home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]) -> None:
    """By its digits, by its link, by both at once; somebody who has an account, and somebody who has none."""
    turns = rounds(200)
    with Crowd(home.api.port, PARALLEL) as crowd:
        for turn in range(turns):
            email = f"once-{home.database.engine}-{turn}@example.com"
            if turn % 2:
                email = home.register()
                home.mail.wait(email)
            code = ask(home, email)
            digits, link = {"token": code.digits, "challenge_id": code.challenge_id}, {"token": code.secret}
            bodies = ([digits], [link], [digits, link])[turn % 3]
            sent = [bodies[number % len(bodies)] for number in range(PARALLEL)]
            answers = crowd.fire([Request("POST", f"{CANONICAL}/verify/", json=body) for body in sent])
            assert statuses(answers) == {200: 1, 400: PARALLEL - 1}
            assert all(answer.is_problem for answer in answers if answer.status == 400)
            assert sessions(home, email) == 1
            assert attempts(home, code) <= MOST
            (winner,) = [answer for answer in answers if answer.status == 200]
            assert winner.json()["user"]["email"] == email
    proof_record(parallel=PARALLEL, codes=turns, successes=turns, refused=turns * (PARALLEL - 1))


def test_guesses_without_a_challenge_have_one_budget(
    open_house: Callable[..., House], proof_record: Callable[..., None]
) -> None:
    home = open_house("postgresql", MAGIC_LINK_ALLOW_BARE_TOKEN="true", RATE_LIMIT_MAGIC_BARE="20/hour")
    codes = [ask(home, f"bare-{number}@example.com") for number in range(3)]
    taken = {code.digits for code in codes}
    guesses = [digits for number in range(PARALLEL) if (digits := wrong_digits(codes[0], number)) not in taken]
    with Crowd(home.api.port, len(guesses)) as crowd:
        answers = crowd.fire([Request("POST", f"{OLDER}/verify/", json={"token": guess}) for guess in guesses])
    assert statuses(answers) == {400: 20, 429: len(guesses) - 20}
    right = {"token": codes[0].digits}
    assert home.call("POST", f"{OLDER}/verify/", json=right).status == 429
    bound = home.call("POST", f"{OLDER}/verify/", json={**right, "challenge_id": codes[0].challenge_id})
    assert bound.status == 200
    proof_record(parallel=PARALLEL, budget=20, compared=20, signed_in=0)


def _word(answer: Answer) -> str:
    body = answer.json()
    return str(body.get("error") or body["code"])
