"""What can go wrong between a cart and its delivery."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Conflict, Invalid, NotFound, Unprocessable


class EmptyCart(Invalid):
    """There is nothing in the cart, or nothing was ordered."""

    code = "empty_cart"
    message = _("There is nothing in the cart.")


class AddressRequired(Invalid):
    """An order of goods that are sent names no address, or a guest's names no email address."""

    code = "address_required"
    message = _("An address is needed.")


class NotOffered(Conflict):
    """What is in the cart is no longer sold. `extra` names the lines."""

    code = "not_offered"
    message = _("Something in the cart is no longer sold.")


class PriceChanged(Conflict):
    """The caller expected to pay another total than the present one."""

    code = "price_changed"
    message = _("The price has changed. Look at the cart again.")


class WrongState(Conflict):
    """There is no such step from the state that the order is in. `extra` has the state and the steps there are."""

    code = "wrong_state"
    message = _("The order is in a state that does not allow this.")


class TooLateToCancel(Conflict):
    """The order is being packed, or has been sent."""

    code = "too_late_to_cancel"
    message = _("This order can no longer be cancelled.")


class NotThatMany(Conflict):
    """More of a line than was bought, is still to be sent, or can still come back."""

    code = "not_that_many"
    message = _("There are not that many of this line.")


class NotDeliveredYet(Conflict):
    """Goods that have not arrived cannot be sent back."""

    code = "not_delivered_yet"
    message = _("This order has not been delivered yet.")


class RefundTooLarge(Unprocessable):
    """More than was captured and is not given back yet. `extra` has what is refundable."""

    code = "refund_too_large"
    message = _("This is more than can be refunded.")


class NothingToRefund(Conflict):
    """Nothing has been paid for the order."""

    code = "nothing_to_refund"
    message = _("Nothing has been paid for this order.")


class AlreadyPaid(Conflict):
    """The order needs no payment any more."""

    code = "already_paid"
    message = _("This order has been paid.")


class PaymentOutstanding(Conflict):
    """The order waits for a payment by card or the like, which confirms it."""

    code = "payment_outstanding"
    message = _("This order is confirmed by its payment.")


class PartlySent(Conflict):
    """A part of the order is on its way: what was sent can only come back."""

    code = "partly_sent"
    message = _("A part of this order has been sent already.")


class OutOfSequence(Conflict):
    """The return is in a state that does not allow this."""

    code = "return_decided"
    message = _("This return is in a state that does not allow this.")


class ItemNotInCart(NotFound):
    """The cart has no such line."""

    code = "item_not_in_cart"
    message = _("This is not in the cart.")


class VariantRequired(Invalid):
    """The product is bought as one of its variants, and none was named."""

    code = "variant_required"
    message = _("Choose one of the variants.")


class CartFull(Conflict):
    """A cart has as many lines as it may have, or a line as many pieces. `extra` has the limit."""

    code = "cart_full"
    message = _("No more than this fits into a cart.")


class CouponRefused(Unprocessable):
    """A coupon takes nothing off here. `extra["reason"]` says why, in a word; the detail, in a sentence."""

    code = "coupon_refused"
    message = _("This coupon cannot be used.")


class ShippingUnavailable(Unprocessable):
    """There is no such way of sending, or none there, for a parcel of that weight."""

    code = "shipping_unavailable"
    message = _("This cannot be sent there in that way.")


class CodeTaken(Conflict):
    """Another coupon, or another shipping method, of the organization has this code."""

    code = "code_taken"
    message = _("There is already one with this code.")


class RateTaken(Conflict):
    """There is a tax of this name for that place and class already."""

    code = "rate_taken"
    message = _("There is already a rate of this name for that place and class.")


class InUse(Conflict):
    """Orders have it, and must go on to."""

    code = "in_use"
    message = _("Orders have used this, so it cannot be deleted. Switch it off with is_active instead.")


class BadTerms(Invalid):
    """What a coupon, a shipping method or a tax rate says of itself does not go together."""

    code = "bad_terms"
    message = _("These values do not go together.")


class TooManyAddresses(Conflict):
    """The address book is full."""

    code = "too_many_addresses"
    message = _("Your address book is full. Delete an address first.")


class MethodUnavailable(Conflict):
    """Nobody takes payments in this way here. `extra` has the ways there are."""

    code = "payment_method_unavailable"
    message = _("Payments of this kind are not taken here.")


class PaymentRefused(Unprocessable):
    """The provider will not take this payment, whoever pays. `extra` has its word for the reason."""

    code = "payment_refused"
    message = _("The payment provider does not take this payment.")


class RefundRefused(Unprocessable):
    """The provider will not give the money back in this way. `extra` has its word for the reason."""

    code = "refund_refused"
    message = _("The payment provider does not make this refund.")
