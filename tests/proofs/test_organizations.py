"""However many act at once: an invitation joins once, an organization has one owner, and somebody can administer it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tenon.testing.houses import House, Person
from tenon.testing.parallel import Crowd, Request, statuses

PARALLEL = 64
ROOT = "/api/v1/organizations/"


@dataclass
class Company:
    """An organization of a proof, and its people by name."""

    home: House
    id: str
    people: dict[str, Person]

    def request(self, who: str, method: str, rest: str, json: object = None) -> Request:
        headers = {"Authorization": f"Bearer {self.people[who].access}"}
        return Request(method, f"{ROOT}{self.id}/{rest}", json=json, headers=headers)

    def call(self, who: str, method: str, rest: str, json: object = None, *, status: int = 204) -> Any:
        answer = self.home.call(method, f"{ROOT}{self.id}/{rest}", json=json, token=self.people[who].access)
        assert answer.status == status, answer
        return answer.json() if answer.body else None

    def invite(self, who: str, role: str) -> str:
        """The owner sends an invitation; returns its id."""
        body = {"email": self.people[who].email, "role": role}
        return str(self.call(self.owner, "POST", "invitations/", body, status=201)["id"])

    def join(self, who: str, role: str) -> None:
        answer = self.home.call("POST", accept(self.invite(who, role)), token=self.people[who].access)
        assert answer.status == 200, answer

    @property
    def owner(self) -> str:
        """Who owns it, as every member is told; always an admin."""
        rows = self.home.call("GET", f"{ROOT}{self.id}/members/", token=self.people["first"].access).json()["data"]
        [owner] = [row for row in rows if row["is_owner"]]
        assert owner["role"] == "admin"
        return next(name for name, person in self.people.items() if person.id == owner["user_id"])


def found(home: House, *names: str) -> Company:
    """A company that `first` owns, and people who may join it."""
    people = {name: home.sign_up() for name in ("first", *names)}
    made = home.call("POST", ROOT, json={"name": "Acme"}, token=people["first"].access)
    assert made.status == 201, made
    return Company(home, made.json()["id"], people)


def accept(invitation: str) -> str:
    return f"/api/v1/my-invites/{invitation}/accept/"


def test_an_invitation_is_accepted_once(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    company, turns, seen = found(home, "guest"), rounds(20), Counter[int]()
    token = {"Authorization": f"Bearer {company.people['guest'].access}"}
    with Crowd(home.api.port, PARALLEL) as crowd:
        for _ in range(turns):
            answers = crowd.fire(Request("POST", accept(company.invite("guest", "member")), json={}, headers=token))
            assert statuses(answers) == {200: 1, 409: PARALLEL - 1}
            assert all(answer.is_problem for answer in answers if answer.status == 409)
            seen.update(statuses(answers))
            company.call("guest", "POST", "leave/", {})
    proof_record(parallel=PARALLEL, rounds=turns, statuses=dict(seen))


def test_an_organization_is_transferred_once(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    names = ("first", "second", "third", "fourth")
    company, turns, seen = found(home, *names[1:]), rounds(20), Counter[int]()
    for name in names[1:]:
        company.join(name, "member")
    owner = "first"
    with Crowd(home.api.port, PARALLEL) as crowd:
        for _ in range(turns):
            heirs = [name for name in names if name != owner]
            wishes = [{"user_id": company.people[heirs[each % len(heirs)]].id} for each in range(PARALLEL)]
            answers = crowd.fire([company.request(owner, "POST", "transfer/", wish) for wish in wishes])
            assert statuses(answers) == {200: 1, 403: PARALLEL - 1}
            seen.update(statuses(answers))
            [granted] = [answer.json()["owner_id"] for answer in answers if answer.status == 200]
            owner = company.owner
            assert company.people[owner].id == granted
    proof_record(parallel=PARALLEL, rounds=turns, statuses=dict(seen))


def test_the_last_owner_never_goes(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    """The owner hands over to somebody who leaves at that very moment: one of both happens."""
    company, turns = found(home, "heir"), rounds(200)
    company.join("heir", "member")
    with Crowd(home.api.port, 2) as crowd:
        for _ in range(turns):
            transfer, leave = crowd.fire(
                [
                    company.request("first", "POST", "transfer/", {"user_id": company.people["heir"].id}),
                    company.request("heir", "POST", "leave/", {}),
                ]
            )
            assert (transfer.status, leave.status) in {(200, 409), (404, 204)}
            assert company.owner == ("heir" if transfer.status == 200 else "first")
            if transfer.status == 200:
                company.call("heir", "POST", "transfer/", {"user_id": company.people["first"].id}, status=200)
            else:
                company.join("heir", "member")
    proof_record(rounds=turns, successes=turns, organizations_without_an_owner=0)


def test_of_two_admins_who_demote_each_other_one_stays(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    company, turns = found(home, "left", "right"), rounds(200)
    for name in ("left", "right"):
        company.join(name, "admin")
    pairs = (("left", "right"), ("right", "left"))
    with Crowd(home.api.port, 2) as crowd:
        for _ in range(turns):
            answers = crowd.fire(
                [
                    company.request(one, "PATCH", f"members/{company.people[other].id}/", {"role": "member"})
                    for one, other in pairs
                ]
            )
            assert statuses(answers) == {204: 1, 403: 1}
            demoted = next(other for (_, other), answer in zip(pairs, answers, strict=True) if answer.status == 204)
            company.call("first", "PATCH", f"members/{company.people[demoted].id}/", {"role": "admin"})
    proof_record(rounds=turns, successes=turns, refused=turns)
