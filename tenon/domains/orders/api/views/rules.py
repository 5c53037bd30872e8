"""Coupons, ways of sending and taxes, for those who lay down prices."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.orders import policies
from tenon.domains.orders.api import rule_bodies as bodies
from tenon.domains.orders.api import rule_examples as examples
from tenon.domains.orders.api.rule_serializers import (
    CouponChangeSerializer,
    CouponSerializer,
    NewCouponSerializer,
    NewShippingMethodSerializer,
    NewTaxRateSerializer,
    ShippingMethodChangeSerializer,
    ShippingMethodSerializer,
    TaxRateChangeSerializer,
    TaxRateSerializer,
    TaxSettingsSerializer,
)
from tenon.domains.orders.errors import BadTerms, CodeTaken, InUse, RateTaken
from tenon.domains.orders.selectors import coupons, rates
from tenon.domains.orders.selectors.coupons import CouponFacts
from tenon.domains.orders.selectors.rates import MethodFacts, RateFacts
from tenon.domains.orders.services import rules
from tenon.kernel.errors import PreconditionFailed
from tenon.kernel.http import conditional, filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.money import CurrencyMismatch, InvalidAmount
from tenon.kernel.tenancy.scopes import organization_scope

AMOUNTS = (InvalidAmount, CurrencyMismatch, BadTerms)
_WORD = policies.MANAGE_PRICING


class RulesEndpoint(Endpoint):
    """A route about what prices follow from."""

    audience = Audience.MEMBER
    tag = "Orders"
    permissions: ClassVar[dict[str, str]] = dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), _WORD)


class CouponsView(RulesEndpoint):
    """Coupons."""

    idempotency = {"POST": Idempotency()}
    raises = {"POST": (*AMOUNTS, CodeTaken)}
    page = KeysetPage(
        sort_fields={"created_at": "created_at"},
        default_sort="-created_at",
        filters={"code": filters.text("code"), "is_active": filters.boolean("is_active")},
    )

    @extend_schema(responses={200: CouponSerializer(many=True)}, examples=shown(answers={200: examples.COUPON}))
    def get(self, request: Request) -> Response:
        """List the coupons."""
        with organization_scope(self.organization_id, read_only=True):
            return Response(
                self.page.paginate(request, coupons.coupons(), represent=lambda row: bodies.coupon(CouponFacts(**row)))
            )

    @extend_schema(
        request=NewCouponSerializer,
        responses={201: CouponSerializer},
        examples=shown(requests={"Ten percent, once each": examples.NEW_COUPON}, answers={201: examples.COUPON}),
    )
    def post(self, request: Request) -> Response:
        """Make a coupon."""
        asked = self.parse(NewCouponSerializer)
        kind = asked.pop("discount_type")
        values = bodies.coupon_values(asked, kind=kind, currency=asked["currency"])
        made = rules.create_coupon(principal=self.principal, values={**values, "kind": kind})
        return _made(bodies.coupon(made), reverse("carts:one-coupon", args=[made.id]), made)


class OneCouponView(RulesEndpoint):
    """A coupon."""

    raises = {"PATCH": (*AMOUNTS, CodeTaken, PreconditionFailed), "DELETE": (InUse,)}

    @extend_schema(responses={200: CouponSerializer}, examples=shown(answers={200: examples.COUPON}))
    def get(self, request: Request, coupon_id: UUID) -> Response:
        """Read a coupon."""
        found = coupons.coupon_facts(organization_id=self.organization_id, coupon_id=coupon_id)
        return _answer(bodies.coupon(found), found)

    @extend_schema(
        request=CouponChangeSerializer,
        responses={200: CouponSerializer},
        examples=shown(requests={"No more": {"is_active": False}}, answers={200: examples.COUPON}),
    )
    def patch(self, request: Request, coupon_id: UUID) -> Response:
        """Change a coupon.

        With If-Match only if nobody has changed it since you read it; that it is used changes nothing of it.
        """
        present = coupons.coupon_facts(organization_id=self.organization_id, coupon_id=coupon_id)
        asked = self.parse(CouponChangeSerializer)
        changed = rules.update_coupon(
            principal=self.principal,
            coupon_id=coupon_id,
            changes=bodies.coupon_values(asked, kind=present.kind, currency=present.currency),
            precondition=lambda facts: conditional.check(request, _etag(facts)),
        )
        return _answer(bodies.coupon(changed), changed)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, coupon_id: UUID) -> Response:
        """Delete a coupon that no order has used."""
        rules.delete_coupon(principal=self.principal, coupon_id=coupon_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ShippingMethodsView(RulesEndpoint):
    """Ways of sending."""

    idempotency = {"POST": Idempotency()}
    raises = {"POST": (*AMOUNTS, CodeTaken)}
    page = KeysetPage(sort_fields={"position": "position"}, default_sort="position")

    @extend_schema(responses={200: ShippingMethodSerializer(many=True)}, examples=shown(answers={200: examples.METHOD}))
    def get(self, request: Request) -> Response:
        """List the ways of sending.

        Shoppers see those that serve them in their cart.
        """
        with organization_scope(self.organization_id, read_only=True):
            return Response(
                self.page.paginate(
                    request, rates.shipping_methods(), represent=lambda row: bodies.method(MethodFacts(**row))
                )
            )

    @extend_schema(
        request=NewShippingMethodSerializer,
        responses={201: ShippingMethodSerializer},
        examples=shown(requests={"Free from 100": examples.NEW_METHOD}, answers={201: examples.METHOD}),
    )
    def post(self, request: Request) -> Response:
        """Offer a way of sending."""
        asked = self.parse(NewShippingMethodSerializer)
        values = bodies.method_values(asked, currency=asked["currency"])
        made = rules.create_shipping_method(principal=self.principal, values=values)
        return _made(bodies.method(made), reverse("carts:shipping-method", args=[made.id]), made)


class ShippingMethodView(RulesEndpoint):
    """A way of sending."""

    raises = {"PATCH": (*AMOUNTS, CodeTaken, PreconditionFailed)}

    @extend_schema(responses={200: ShippingMethodSerializer}, examples=shown(answers={200: examples.METHOD}))
    def get(self, request: Request, method_id: UUID) -> Response:
        """Read a way of sending."""
        found = rates.method_facts(organization_id=self.organization_id, method_id=method_id)
        return _answer(bodies.method(found), found)

    @extend_schema(
        request=ShippingMethodChangeSerializer,
        responses={200: ShippingMethodSerializer},
        examples=shown(requests={"Dearer": {"price": "6.99"}}, answers={200: examples.METHOD}),
    )
    def patch(self, request: Request, method_id: UUID) -> Response:
        """Change a way of sending.

        With If-Match only if nobody has changed it since you read it.
        """
        present = rates.method_facts(organization_id=self.organization_id, method_id=method_id)
        changed = rules.update_shipping_method(
            principal=self.principal,
            method_id=method_id,
            changes=bodies.method_values(self.parse(ShippingMethodChangeSerializer), currency=present.currency),
            precondition=lambda facts: conditional.check(request, _etag(facts)),
        )
        return _answer(bodies.method(changed), changed)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, method_id: UUID) -> Response:
        """Offer a way of sending no more."""
        rules.delete_shipping_method(principal=self.principal, method_id=method_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TaxRatesView(RulesEndpoint):
    """Tax rates."""

    idempotency = {"POST": Idempotency()}
    raises = {"POST": (BadTerms, RateTaken)}
    page = KeysetPage(
        sort_fields={"country": "country"},
        default_sort="country",
        filters={"country": filters.text("country")},
    )

    @extend_schema(responses={200: TaxRateSerializer(many=True)}, examples=shown(answers={200: examples.RATE}))
    def get(self, request: Request) -> Response:
        """List the tax rates."""
        with organization_scope(self.organization_id, read_only=True):
            return Response(
                self.page.paginate(request, rates.tax_rates(), represent=lambda row: bodies.rate(RateFacts(**row)))
            )

    @extend_schema(
        request=NewTaxRateSerializer,
        responses={201: TaxRateSerializer},
        examples=shown(requests={"California": examples.NEW_RATE}, answers={201: examples.RATE}),
    )
    def post(self, request: Request) -> Response:
        """Lay down a tax.

        Of one name the most precise place applies; taxes of different names add up.
        """
        values = bodies.rate_values(self.parse(NewTaxRateSerializer))
        made = rules.create_tax_rate(principal=self.principal, values=values)
        return _made(bodies.rate(made), reverse("carts:tax-rate", args=[made.id]), made)


class TaxRateView(RulesEndpoint):
    """A tax rate."""

    raises = {"PATCH": (BadTerms, RateTaken, PreconditionFailed)}

    @extend_schema(responses={200: TaxRateSerializer}, examples=shown(answers={200: examples.RATE}))
    def get(self, request: Request, rate_id: UUID) -> Response:
        """Read a tax rate."""
        found = rates.rate_facts(organization_id=self.organization_id, rate_id=rate_id)
        return _answer(bodies.rate(found), found)

    @extend_schema(
        request=TaxRateChangeSerializer,
        responses={200: TaxRateSerializer},
        examples=shown(requests={"Another rate": {"rate": "11"}}, answers={200: examples.RATE}),
    )
    def patch(self, request: Request, rate_id: UUID) -> Response:
        """Change a tax rate.

        With If-Match only if nobody has changed it since you read it. Orders keep what they were charged.
        """
        changed = rules.update_tax_rate(
            principal=self.principal,
            rate_id=rate_id,
            changes=bodies.rate_values(self.parse(TaxRateChangeSerializer)),
            precondition=lambda facts: conditional.check(request, _etag(facts)),
        )
        return _answer(bodies.rate(changed), changed)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, rate_id: UUID) -> Response:
        """Lift a tax."""
        rules.delete_tax_rate(principal=self.principal, rate_id=rate_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TaxSettingsView(RulesEndpoint):
    """Whether prices contain the taxes."""

    @extend_schema(responses={200: TaxSettingsSerializer}, examples=shown(answers={200: {"prices_include_tax": False}}))
    def get(self, request: Request) -> Response:
        """Read whether prices contain the taxes."""
        with organization_scope(self.organization_id, read_only=True):
            return Response({"prices_include_tax": rates.prices_include_tax()})

    @extend_schema(
        request=TaxSettingsSerializer,
        responses={200: TaxSettingsSerializer},
        examples=shown(
            requests={"As in shops for people": {"prices_include_tax": True}},
            answers={200: {"prices_include_tax": True}},
        ),
    )
    def put(self, request: Request) -> Response:
        """Say whether prices contain the taxes.

        Carts follow at once; orders stay as they are.
        """
        included = self.parse(TaxSettingsSerializer)["prices_include_tax"]
        return Response({"prices_include_tax": rules.include_tax(principal=self.principal, included=included)})


def _etag(facts: Any) -> str:
    return conditional.etag(facts.id, facts.version)


def _answer(body: dict[str, Any], facts: Any) -> Response:
    return Response(body, headers={"ETag": _etag(facts)})


def _made(body: dict[str, Any], location: str, facts: Any) -> Response:
    headers = {"Location": location, "ETag": _etag(facts)}
    return Response(body, status=status.HTTP_201_CREATED, headers=headers)
