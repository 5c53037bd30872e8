"""What the catalog does when something happens elsewhere."""

from tenon.domains.catalog import policies
from tenon.domains.catalog.events import AvailabilityChanged, StockAdjusted
from tenon.domains.catalog.services import images, note_delivery, raise_version, reviews
from tenon.domains.orders.events import OrderDelivered
from tenon.kernel import clock
from tenon.kernel.content import ContentDecided
from tenon.kernel.outbox.registry import subscribe
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files.events import FileDeleted


@subscribe(ContentDecided, in_transaction=True)
def decide_review(event: ContentDecided) -> None:
    """The decision and what it does are one change, whoever decides."""
    if event.kind == reviews.CONTENT:
        reviews.decide(decision=event)


@subscribe(OrderDelivered)
def note_purchases(event: OrderDelivered) -> None:
    """Reviews of what a person has received count as verified. Guests write none."""
    if event.user_id is not None:
        note_delivery(
            organization_id=event.organization_id,
            user_id=event.user_id,
            product_ids=event.product_ids,
            now=clock.now(),
        )


@subscribe(AvailabilityChanged)
def show_availability(event: AvailabilityChanged) -> None:
    """Afterwards, since purchases would wait for each other where the version of the catalog is counted."""
    with organization_scope(event.organization_id):
        raise_version()


@subscribe(StockAdjusted)
def show_adjustment(event: StockAdjusted) -> None:
    """Shoppers see how much there is."""
    with organization_scope(event.organization_id):
        raise_version()


@subscribe(FileDeleted)
def forget_file(event: FileDeleted) -> None:
    """A picture goes with its file."""
    if event.purpose == policies.IMAGE.name:
        images.forget_file(organization_id=event.organization_id, file_id=event.file_id)
