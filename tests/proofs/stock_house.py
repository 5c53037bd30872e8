"""A process that shops until it is killed: python -m tests.proofs.stock_house ORGANIZATION PRODUCT…"""

import os
import random
import sys
from datetime import timedelta
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon.delivery.settings.test")
django.setup()

from tenon.domains.catalog.errors import OutOfStock, ReservationLost  # noqa: E402 (Django first)
from tenon.domains.catalog.services import stock  # noqa: E402
from tenon.domains.catalog.services.stock import StockLine  # noqa: E402
from tenon.kernel import clock  # noqa: E402
from tenon.kernel.ids import new_id  # noqa: E402
from tenon.kernel.tenancy.scopes import organization_scope  # noqa: E402


def shop(organization_id: UUID, products: list[UUID]) -> None:
    """Hold, sell and put back what comes along, one line on the output for each round."""
    while True:
        lines = [StockLine(each, None, random.randint(1, 3)) for each in random.sample(products, 3)]  # nosec B311
        reference, now = new_id(), clock.now()
        try:
            with organization_scope(organization_id):
                stock.reserve(lines=lines, reference=reference, until=now + timedelta(seconds=1), now=now)
            with organization_scope(organization_id):
                stock.commit(reference=reference, now=now, actor_id=None)
            with organization_scope(organization_id):
                stock.put_back(lines=lines, reference=reference, now=now, actor_id=None)
        except (OutOfStock, ReservationLost):
            pass
        sys.stdout.write(".\n")
        sys.stdout.flush()


if __name__ == "__main__":
    shop(UUID(sys.argv[1]), [UUID(each) for each in sys.argv[2:]])
