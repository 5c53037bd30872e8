"""What the matrices try their callers on: one organization with something of everything."""

from datetime import timedelta
from typing import Any

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
        self.wish: WishlistItem = make_wish(make_product(self.organization.id), self.alice)
        self.parameters = self.named()

    @staticmethod
    def used_key(organization_id: Any, *scopes: str) -> str:
        """A key with these scopes, its use noted already: a refusal that changes no row shows that nothing happened."""
        issued = make_key(organization_id)
        noted = clock.now() + timedelta(hours=1)  # for as long as the tests last
        Credential.objects.filter(pk=issued.key.id).update(scopes=scopes, last_used_at=noted)
        return issued.secret

    def named(self) -> dict[str, object]:
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
            assert name in self.parameters, f"{pattern}: say in House.named what of Alice's {name!r} stands for"
            return str(self.parameters[name])

        return PARAMETER.sub(value, pattern)

    def secrets_in(self, answer: Answer) -> list[str]:
        """What an answer tells that no outsider ever reads."""
        body = b"" if answer.streaming else answer.content
        secrets = [str(self.organization.id), self.organization.name, self.alice.email, self.alice.first_name]
        return [secret for secret in secrets if secret.encode() in body]


def browser(person: User | str | None) -> Api:
    """What the caller asks with, signed in if they can be."""
    if isinstance(person, str):
        return Api(token=person)
    return Api(token=start_session(person, now=clock.now()).access if person else "")
