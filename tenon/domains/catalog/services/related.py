"""Products that are shown beside another one."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from tenon.domains.catalog.models import Product, RelatedProduct
from tenon.domains.catalog.services.editing import editing
from tenon.domains.catalog.services.products import locked_product, touch
from tenon.kernel.errors import FieldError, Invalid
from tenon.kernel.principal import Principal
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.parents import require_same_organization


@retried
def relate(*, principal: Principal, product_id: UUID, related_ids: Sequence[UUID]) -> None:
    """Make these, in this order, the products beside a product, in place of those before.

    Raises Forbidden, NotFound, and Invalid for products that are not known and for the product itself.
    """
    with editing(principal):
        product = locked_product(product_id)
        wanted = list(dict.fromkeys(related_ids))
        if product_id in wanted:
            detail = _("A product does not stand beside itself.")
            raise Invalid(errors=[FieldError("/product_ids", "invalid", detail)])
        require_same_organization(Product, wanted, pointer="/product_ids")
        RelatedProduct.objects.filter(product=product).delete()
        RelatedProduct.objects.bulk_create(
            RelatedProduct(product=product, related_id=each, position=position) for position, each in enumerate(wanted)
        )
        touch(product, "related", actor_id=principal.id)
