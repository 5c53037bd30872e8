"""Every route × method × caller who has no business there: refused as the audience says, and nothing has changed.

The routes come from the URLconf, so a new one is tried as soon as it exists. What its path needs must be listed in
`House.parameters`; a route that is neither an endpoint nor listed in test_routes fails there.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pytest
from django.urls.resolvers import _PATH_PARAMETER_COMPONENT_RE as PARAMETER

from tenon.delivery.tasks import SAMPLE
from tenon.domains.catalog.models import Product, ProductImage, WishlistItem
from tenon.domains.catalog.tests.factories import (
    make_category,
    make_import,
    make_product,
    make_review,
    make_variant,
    make_wish,
)
from tenon.domains.orders.tests.carts import make_cart_item
from tenon.domains.orders.tests.factories import (
    Shop,
    make_address,
    make_coupon,
    make_payment,
    make_shipping_method,
    make_tax_rate,
)
from tenon.kernel import clock, permissions
from tenon.kernel.http.audience import Audience, audience_of
from tenon.kernel.http.views import Endpoint
from tenon.kernel.operations.services import start
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.api_keys.models import Credential
from tenon.platform.api_keys.tests.factories import make_key
from tenon.platform.files.tests.factories import make_file
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import make_user, new_address, start_session
from tenon.platform.notifications.tests.factories import make_device, make_notification
from tenon.platform.organizations import services
from tenon.platform.organizations.selectors import OrganizationFacts
from tenon.platform.organizations.tests.factories import acting_as, add_member, add_role, make_organization
from tenon.platform.webhooks import services as webhooks
from tenon.platform.webhooks.tests.factories import make_endpoint
from tenon.testing.client import Answer, Api
from tests.contract.digests import digest, nothing_changes, tables
from tests.contract.operations import METHODS
from tests.contract.test_routes import routes

SAFE = {"get"}
OPEN = {Audience.PUBLIC, Audience.STOREFRONT}
Case = tuple[str, type[Endpoint], str]


def cases() -> Iterator[Case]:
    """Every method of every endpoint, as (path, view, method)."""
    for path, callback in routes():
        view = getattr(callback, "cls", None)
        if view is not None and issubclass(view, Endpoint):
            yield from ((path, view, method) for method in METHODS if hasattr(view, method))


class House:
    """Alice's organization and all that is hers, and the people around it."""

    def __init__(self) -> None:
        self.alice = make_user(first_name="Alice-in-secret")
        self.organization: OrganizationFacts = make_organization(self.alice, name="Alice's secret company")
        self.bob = add_member(self.organization.id)
        add_role(self.organization.id, "dispatcher", "members:list")
        owner = acting_as(self.alice, self.organization.id)
        self.former = add_member(self.organization.id, role="admin")
        services.remove_member(principal=owner, user_id=self.former.id)
        self.outsider = make_user()
        make_organization(self.outsider)
        self.staff = make_user(is_staff=True)
        # Keys that may do all that a key may, elsewhere, and here what no route asks for.
        elsewhere = make_organization(self.outsider)
        self.foreign_key = self.used_key(elsewhere.id, *permissions.scopes())
        self.weak_key = self.used_key(self.organization.id)
        invitee = make_user()
        self.invitation = services.invite(principal=owner, email=invitee.email, role="admin", now=clock.now())
        services.invite(principal=owner, email=new_address(), role="member", now=clock.now())
        self.webhook = make_endpoint(self.organization.id, url="https://alice-in-secret.example.com/")
        self.webhook_delivery = webhooks.send_test(principal=owner, endpoint_id=self.webhook.id, now=clock.now())

        shop = Shop(self.organization.id, owner)
        self.order = shop.delivered(user=make_user())
        self.shipment_id = shop.shipment_id(self.order)
        self.return_id = shop.returned(self.order)
        self.payment_id = make_payment(self.order).id

    @staticmethod
    def used_key(organization_id: Any, *scopes: str) -> str:
        """A key with these scopes, its use noted already: a refusal that changes no row shows that nothing happened."""
        issued = make_key(organization_id)
        Credential.objects.filter(pk=issued.key.id).update(scopes=scopes, last_used_at=clock.now())
        return issued.secret

    @cached_property
    def wish(self) -> WishlistItem:
        """Something that Alice would like to have."""
        return make_wish(make_product(self.organization.id), self.alice)

    @cached_property
    def parameters(self) -> dict[str, object]:
        """What a path's parameter stands for: always something of Alice's. Teach this when a route needs another."""
        return {
            "organization_id": self.organization.id,
            **self.offered(),
            "user_id": self.bob.id,
            "invitation_id": self.invitation.id,
            "name": "dispatcher",
            "session_id": start_session(self.alice, now=clock.now()).session_id,
            "endpoint_id": self.webhook.id,
            "file_id": make_file(self.organization.id).id,
            "signature": "not-a-signature",
            "delivery_id": self.webhook_delivery.id,
            "token": self.invitation.id,
            "notification_id": make_notification(self.alice).id,
            "device_id": make_device(self.alice).id,
            "unsubscription": "bm90LWEtc2VjcmV0",
            "secret": self.invitation.id,
            "import_id": make_import(self.organization.id).id,
            "operation_id": start(
                job=SAMPLE, payload={}, principal=acting_as(self.alice, self.organization.id), now=clock.now()
            ),
            "coupon_id": make_coupon(self.organization.id).id,
            "method_id": make_shipping_method(self.organization.id).id,
            "rate_id": make_tax_rate(self.organization.id).id,
            "address_id": make_address(self.organization.id, self.alice.id).id,
            "item_id": make_cart_item(self.organization.id, self.alice.id).id,
            "key_id": make_key(self.organization.id).key.id,
            "key": "a-flag",
            "order_id": self.order.id,
            "shipment_id": self.shipment_id,
            "return_id": self.return_id,
            "payment_id": self.payment_id,
            "run_id": self.bob.id,
            "entry_id": self.bob.id,
            "product_id": self.wish.product_id,
            "review_id": make_review(make_product(self.organization.id), self.alice).id,
            "wishlist_id": self.wish.wishlist_id,
            "wish_id": self.wish.id,
        }

    def offered(self) -> dict[str, object]:
        """Something of Alice's shop."""
        with organization_scope(self.organization.id):
            product = Product.objects.get(pk=self.wish.product_id)
            variant = make_variant(product)
            image = ProductImage.objects.create(product=product, file_id=variant.id, is_primary=True)
        category = make_category(self.organization.id, is_active=False, name="Alice-in-secret's category")
        return {"variant_id": variant.id, "image_id": image.id, "category_id": category.id}

    def path(self, pattern: str) -> str:
        """A route's path about Alice's things."""

        def value(match: Any) -> str:
            name = match["parameter"]
            assert name in self.parameters, f"{pattern}: say in House.parameters what of Alice's {name!r} stands for"
            return str(self.parameters[name])

        return PARAMETER.sub(value, pattern)

    def secrets_in(self, answer: Answer) -> list[str]:
        """What an answer tells that no outsider ever reads."""
        body = b"" if answer.streaming else answer.content
        secrets = [str(self.organization.id), self.organization.name, self.alice.email, self.alice.first_name]
        return [secret for secret in secrets if secret.encode() in body]


@dataclass(frozen=True)
class Caller:
    """Somebody who tries, and what they must get."""

    title: str
    person: User | str | None
    """Somebody who signs in, or the secret of a key."""
    status: int


def refused(house: House, view: type[Endpoint], method: str, pattern: str) -> list[Caller]:
    """Who has no business with this route, and how they are told."""
    nobody = Caller("anonymous", None, 401)
    outsider, former, staff = house.outsider, house.former, house.staff
    strangers = [("outsider", outsider), ("former member", former), ("staff who is no member", staff)]
    # Where no key is believed, one is nobody's.
    known = 403 if any(hasattr(each, "program_schemes") for each in view().get_authenticators()) else 401
    foreign_key = Caller("another organization's key", house.foreign_key, known)
    weak_key = Caller("own key without the scope", house.weak_key, known)
    match audience_of(view, method):
        case Audience.SELF:
            others = [*strangers, ("lower role", house.bob)] if "<" in pattern else []
            return [nobody, foreign_key, weak_key, *(Caller(title, person, 404) for title, person in others)]
        case Audience.MEMBER:
            told = [nobody, *(Caller(title, person, 404) for title, person in strangers)]
            told.append(replace(foreign_key, status=404))
            if method.upper() not in view.for_programs:
                told.append(weak_key)
            word = view.permissions.get(method.upper())
            if word and word not in acting_as(house.bob, house.organization.id).permissions:
                told.append(Caller("lower role", house.bob, 403))
            return told
        case Audience.STAFF | Audience.DEVICE:
            people = [("outsider", outsider), ("member", house.bob), ("owner", house.alice)]
            return [nobody, foreign_key, weak_key, *(Caller(title, person, 403) for title, person in people)]
    return []


def each(*audiences: Audience, methods: Container[str] = METHODS) -> pytest.MarkDecorator:
    """One test for each method of each endpoint of these audiences."""
    found = [case for case in cases() if audience_of(case[1], case[2]) in audiences and case[2] in methods]
    parameters = [pytest.param(*case, id=f"{case[2].upper()} {case[0]}") for case in found]
    return pytest.mark.parametrize(("pattern", "view", "method"), parameters)


def browser(person: User | str | None) -> Api:
    """What the caller asks with, signed in if they can be."""
    if isinstance(person, str):
        return Api(token=person)
    return Api(token=start_session(person, now=clock.now()).access if person else "")


def ask(api: Api, method: str, path: str, house: House) -> Answer:
    headers = {"X-Organization-ID": str(house.organization.id)}
    return api.request(method.upper(), path, None if method in SAFE else {}, headers=headers)


@pytest.mark.django_db
@each(*set(Audience) - OPEN)
def test_who_has_no_business_there_is_refused(pattern: str, view: type[Endpoint], method: str):
    house = House()
    path = house.path(pattern)
    for caller in refused(house, view, method, pattern):
        api = browser(caller.person)
        with nothing_changes():
            answer = ask(api, method, path, house)
        assert answer.status_code == caller.status, f"{caller.title}: {answer.content!r}"


@pytest.mark.django_db
@each(*OPEN)
def test_open_routes_tell_nothing_of_anybody(pattern: str, view: type[Endpoint], method: str):
    house, api = House(), browser(None)
    path = house.path(pattern)
    with nothing_changes():
        answer = ask(api, method, path, house)
    assert answer.status_code < 500
    assert house.secrets_in(answer) == []


@pytest.mark.django_db
@each(*OPEN)
def test_open_routes_tell_no_foreign_key_of_anybody(pattern: str, view: type[Endpoint], method: str):
    house = House()
    path = house.path(pattern)
    with nothing_changes():
        answer = ask(browser(house.foreign_key), method, path, house)
    assert answer.status_code < 500
    assert house.secrets_in(answer) == []


@pytest.mark.django_db
@each(Audience.STOREFRONT)
def test_a_shop_knows_nothing_of_another(pattern: str, view: type[Endpoint], method: str):
    """The things of Alice's shop, asked for in the shop of somebody else."""
    house = House()
    elsewhere = make_organization(house.outsider)
    path = house.path(pattern)
    with nothing_changes():
        answer = browser(None).request(
            method.upper(), path, None if method in SAFE else {}, headers={"X-Organization-ID": str(elsewhere.id)}
        )
    if "<" in pattern:
        assert answer.status_code in {400, 401, 404}, answer.content
    assert answer.status_code < 500
    assert house.secrets_in(answer) == []


@pytest.mark.django_db
@each(Audience.SELF, methods=SAFE)
def test_ones_own_routes_tell_nothing_of_others(pattern: str, view: type[Endpoint], method: str):
    house = House()
    path, api = house.path(pattern), browser(house.outsider)
    with nothing_changes():
        answer = ask(api, method, path, house)
    assert house.secrets_in(answer) == []


def test_the_matrix_is_whole():
    audiences = {view.audience for _, view, _ in cases()}
    assert {Audience.PUBLIC, Audience.SELF, Audience.MEMBER} <= audiences
    assert len(list(cases())) > 40


@pytest.mark.django_db
def test_the_matrix_can_fail():
    """A change by anybody, to a row of anybody, is a change."""
    house = House()
    before = digest()
    assert digest() == before
    services.change_role(principal=acting_as(house.alice, house.organization.id), user_id=house.bob.id, role="billing")
    assert digest() != before
    assert {"organizations.Membership", "identity.User", "outbox.Entry"} <= {model._meta.label for model in tables()}
    with pytest.raises(AssertionError, match=r"House\.parameters"):
        house.path("/things/<uuid:thing_id>/")
    assert house.path("/a/<uuid:user_id>/<slug:name>/") == f"/a/{house.bob.id}/dispatcher/"
