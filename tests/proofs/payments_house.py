"""Orders that wait for their payment, made by a process of their own in a deployment's database.

python -m tests.proofs.payments_house ORGANIZATION PERSON COUNT

Prints the id of each order, which holds one piece of the one product that there is.
"""

import sys
from uuid import UUID

import tenon.delivery.asgi  # noqa: F401 (sets Django up)
from tenon.domains.catalog.services import stock
from tenon.domains.catalog.services.stock import StockLine
from tenon.domains.catalog.tests.factories import make_product
from tenon.domains.orders.tests.factories import make_order
from tenon.kernel import clock
from tenon.kernel.tenancy.scopes import organization_scope


def open_shop(organization_id: UUID, person_id: UUID, count: int) -> None:
    """So many orders of the person, and not a piece more than they need."""
    product, now = make_product(organization_id, stock=count, price_amount=3412), clock.now()
    for _ in range(count):
        order = make_order(
            organization_id, product_id=product.id, price=3412, user_id=person_id, placed_at=now, expires_at=None
        )
        with organization_scope(organization_id):
            stock.reserve(lines=[StockLine(product.id, None, 1)], reference=order.id, until=None, now=now)
        sys.stdout.write(f"{order.id}\n")


if __name__ == "__main__":
    open_shop(UUID(sys.argv[1]), UUID(sys.argv[2]), int(sys.argv[3]))
