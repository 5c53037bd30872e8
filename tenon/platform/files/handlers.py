"""What becomes of files when somebody is erased who alone had them."""

from tenon.kernel.outbox.publishing import enqueue
from tenon.kernel.outbox.registry import subscribe
from tenon.platform.organizations.events import OrganizationClosed


@subscribe(OrganizationClosed)
def clear(event: OrganizationClosed) -> None:
    """An organization that nobody has closed went with its only member, who was erased: so do its files."""
    if event.actor_id is None:
        payload = {"organization_id": event.organization_id}
        enqueue("files.clear", payload, organization_id=event.organization_id)
