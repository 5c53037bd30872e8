"""The coupon of a cart, and whether a coupon would do."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.orders.api import cart_examples as examples
from tenon.domains.orders.api.cart_serializers import (
    CartCouponCodeSerializer,
    CartSerializer,
    CouponJudgementSerializer,
)
from tenon.domains.orders.api.holders import TOKEN, CartEndpoint
from tenon.domains.orders.errors import CouponRefused, EmptyCart
from tenon.domains.orders.services import carts
from tenon.domains.orders.services.coupons import REASONS
from tenon.kernel import clock
from tenon.kernel.http import amounts
from tenon.kernel.http.examples import shown
from tenon.kernel.money import InvalidAmount


class CartCouponView(CartEndpoint):
    """The coupon of your cart."""

    throttles = {"PUT": ("coupon",)}
    raises = {"PUT": (EmptyCart, CouponRefused, InvalidAmount), "DELETE": (EmptyCart, InvalidAmount)}

    @extend_schema(
        parameters=[TOKEN],
        request=CartCouponCodeSerializer,
        responses={200: CartSerializer},
        examples=shown(requests={"A code": {"code": "WELCOME10"}}, answers={200: examples.CART}),
    )
    def put(self, request: Request) -> Response:
        """Use a coupon.

        One that takes nothing off is refused, and `reason` says why. A coupon that fits the cart no more stays in it
        and takes nothing off; `notices` say so.
        """
        asked = self.parse(CartCouponCodeSerializer)
        return self.answer(carts.apply_coupon(**self.who(), **asked, now=clock.now()))

    @extend_schema(
        parameters=[TOKEN],
        request=None,
        responses={200: CartSerializer},
        examples=shown(answers={200: examples.CART}),
    )
    def delete(self, request: Request) -> Response:
        """Do without the coupon."""
        return self.answer(carts.remove_coupon(**self.who(), now=clock.now()))


class ValidateCouponView(CartEndpoint):
    """Ask whether a coupon can be used.

    For the cart that you have; without one, whether it counts at all.
    """

    throttles = ("coupon",)
    older = True
    raises = (InvalidAmount,)

    @extend_schema(
        parameters=[TOKEN],
        request=CartCouponCodeSerializer,
        responses={200: CouponJudgementSerializer},
        examples=shown(requests={"A code": {"code": "WELCOME10"}}, answers={200: examples.JUDGED}),
    )
    def post(self, request: Request) -> Response:
        found = carts.judge(**self.who(), **self.parse(CartCouponCodeSerializer), now=clock.now())
        coupon = None
        if found.coupon is not None and found.coupon.is_active:
            coupon = {"code": found.coupon.code, "description": found.coupon.description}
        body = {
            "valid": found.refusal is None,
            "coupon": coupon,
            "reason": found.refusal,
            "error": REASONS[found.refusal] if found.refusal else None,
            **amounts.shown("discount_amount", None if found.refusal else found.discount, found.currency),
        }
        return Response(body)
