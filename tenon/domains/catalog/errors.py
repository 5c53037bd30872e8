"""What can go wrong in a catalog."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Conflict, Invalid, Unprocessable


class SlugTaken(Conflict):
    """Another one of the organization has this slug."""

    code = "slug_taken"
    message = _("There is already one with this slug.")


class SkuTaken(Conflict):
    """Another product or variant of the organization has this SKU."""

    code = "sku_taken"
    message = _("There is already a product with this SKU.")


class BarcodeTaken(Conflict):
    """Another product of the organization has this barcode."""

    code = "barcode_taken"
    message = _("There is already a product with this barcode.")


class CategoryLoop(Unprocessable):
    """A category would stand below itself."""

    code = "category_loop"
    message = _("A category cannot stand below itself.")


class CategoryTooDeep(Unprocessable):
    """The tree has a limit to its levels."""

    code = "category_too_deep"
    message = _("Categories cannot be nested this deep.")


class CategoryInUse(Conflict):
    """It has products, or categories below it."""

    code = "category_in_use"
    message = _("There are products or categories in it. Move them first.")


class ProductInUse(Conflict):
    """Orders name it, and must go on to."""

    code = "product_in_use"
    message = _("This has been ordered, so it cannot be deleted. Take it out of the shop with is_active instead.")


class OutOfStock(Conflict):
    """Less is available than was asked for; `extra["lines"]` says of what, and how much there is."""

    code = "out_of_stock"
    message = _("There is not enough in stock.")


class StockSetAside(Conflict):
    """What is set aside for orders would no longer be there."""

    code = "stock_set_aside"
    message = _("More than that is set aside for orders.")


class ReservationLost(Conflict):
    """What was set aside was given back when its time was up, so it cannot be sold from there."""

    code = "reservation_lost"
    message = _("What was set aside for this has been given back, as its time was up.")


class AlreadyReviewed(Conflict):
    """One review for a person and a product."""

    code = "already_reviewed"
    message = _("You have reviewed this product already. Change your review instead.")


class DecidedElsewhere(Conflict):
    """Moderation is switched on, and decides."""

    code = "decided_elsewhere"
    message = _("Reviews are decided by moderation here.")


class NameTaken(Conflict):
    """Another list of the person has this name."""

    code = "name_taken"
    message = _("You have a list of this name already.")


class TooMany(Conflict):
    """A product or a person has as many as they may."""

    code = "too_many"
    message = _("There are as many as there may be. Delete one first.")


class UnusableImage(Invalid):
    """No file of the organization that is ready and a picture for products."""

    code = "unusable_image"
    message = _("This is no uploaded picture of a product.")


class UnreadableTable(Unprocessable):
    """What was sent is no table of products, or no longer one at some place; `reason` in the answer says why."""

    code = "unreadable_table"
    message = _("This is no table of products in UTF-8 whose first line names known columns, sku among them.")
