"""Using coupons, and giving them back. The limits are held by the coupon's row, whoever orders at once."""

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tenon.domains.orders.engines.coupons import Refusal
from tenon.domains.orders.errors import CouponRefused
from tenon.domains.orders.models import Coupon, CouponUsage
from tenon.domains.orders.selectors import coupons as selectors
from tenon.domains.orders.services.turns import locked
from tenon.kernel.errors import Text

REASONS: dict[Refusal, Text] = {
    Refusal.UNKNOWN: _("There is no such coupon."),
    Refusal.NOT_YET_VALID: _("This coupon cannot be used yet."),
    Refusal.EXPIRED: _("This coupon has expired."),
    Refusal.USED_UP: _("This coupon has been used up."),
    Refusal.USED_BY_YOU: _("You have used this coupon already."),
    Refusal.OTHER_CURRENCY: _("This coupon is for another currency."),
    Refusal.NOT_FOR_THESE_GOODS: _("This coupon is for other goods than these."),
    Refusal.BELOW_MINIMUM: _("The goods that this coupon is for cost less than its minimum."),
}
_ENDED = {Refusal.UNKNOWN, Refusal.NOT_YET_VALID, Refusal.EXPIRED}
# A sale changes nothing of what staff have read and may be about to change.
_UNCHANGED = {"version": F("version"), "updated_at": F("updated_at")}


def redeem(
    *,
    coupon_id: UUID,
    order_id: UUID,
    user_id: UUID | None,
    email: str = "",
    discount_amount: int,
    now: datetime,
) -> None:
    """Note that an order has the coupon, in the open scope and its transaction.

    The customer is the account, or for a guest the address. Raises CouponRefused when it has run out, has been used up
    or has been used by this customer as often as they may meanwhile; the caller's transaction must then be undone.
    """
    usable = Q(usage_limit__isnull=True) | Q(used__lt=F("usage_limit"))
    within = (Q(valid_from__isnull=True) | Q(valid_from__lte=now)) & (
        Q(valid_until__isnull=True) | Q(valid_until__gt=now)
    )
    # The change comes first: it holds the row, so that the customer's usages are counted by one order at a time.
    redeemed = Coupon.objects.filter(usable, within, pk=coupon_id, is_active=True)
    if not redeemed.update(used=F("used") + 1, **_UNCHANGED):
        found = selectors.find(pk=coupon_id)
        reason = selectors.refusal(found, lines=(), currency="", customer="", now=now)
        raise refused(reason if reason in _ENDED else Refusal.USED_UP)
    customer = selectors.customer_of(user_id=user_id, email=email)
    limit = Coupon.objects.filter(pk=coupon_id).values_list("usage_limit_per_user", flat=True).get()
    if selectors.has_used_up(customer, coupon_id, limit):
        raise refused(Refusal.USED_BY_YOU)
    CouponUsage.objects.create(
        coupon_id=coupon_id, order_id=order_id, user_id=user_id, customer=customer, discount_amount=discount_amount
    )


def give_back(*, order_id: UUID) -> None:
    """Let the coupon of an order that came to nothing be used again, in the open scope. Twice is once."""
    usages = CouponUsage.objects.filter(order=order_id)
    for coupon_id in usages.values_list("coupon_id", flat=True):
        # The coupon before its usages, as with whoever redeems it.
        list(locked(Coupon.objects.filter(pk=coupon_id)))
        deleted, _by_model = usages.filter(coupon=coupon_id).delete()
        if deleted:
            Coupon.objects.filter(pk=coupon_id).update(used=F("used") - 1, **_UNCHANGED)


def refused(reason: Refusal) -> CouponRefused:
    """The refusal that says why."""
    return CouponRefused(REASONS[reason], extra={"reason": reason.value})
