"""A shop for tests of routes: who is staff, who shops, and how they ask."""

from dataclasses import dataclass
from typing import Any

from tenon.domains.catalog.tests.factories import add_member, make_organization, make_user
from tenon.platform.organizations.selectors import OrganizationFacts
from tenon.platform.organizations.tests.people import signed_in
from tenon.testing.client import Answer, Api

HEADER = "X-Organization-ID"


@dataclass(frozen=True)
class Caller:
    """Somebody who asks in one shop."""

    api: Api
    shop: OrganizationFacts

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """One request; `if_match="…"` is the header If-Match."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.api.request(method, f"/api/v1/{path}", body, headers={HEADER: str(self.shop.id), **sent})

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: object, **headers: str) -> Answer:
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: object, **headers: str) -> Answer:
        return self.ask("PATCH", path, body, **headers)

    def names(self, path: str) -> list[Any]:
        """The names in a list."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return [each["name"] for each in answer.json()["data"]]


@dataclass(frozen=True)
class Shop:
    """An organization with people around it."""

    facts: OrganizationFacts
    owner: Caller
    manager: Caller
    member: Caller
    shopper: Caller
    guest: Caller


def open_shop(**fields: Any) -> Shop:
    """A shop with an owner, a manager, a member without further rights, somebody signed in, and a guest."""
    owner = make_user()
    facts = make_organization(owner, **fields)
    return Shop(
        facts,
        owner=Caller(signed_in(owner), facts),
        manager=Caller(signed_in(add_member(facts.id, role="shop_manager")), facts),
        member=Caller(signed_in(add_member(facts.id)), facts),
        shopper=Caller(signed_in(make_user()), facts),
        guest=Caller(Api(), facts),
    )
