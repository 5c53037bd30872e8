"""Public events are put on their way to whoever has subscribed to them, until the organization is closed."""

from tenon.kernel import clock
from tenon.kernel.outbox.public import PublicEvent
from tenon.kernel.outbox.registry import subscribe, subscribe_public
from tenon.platform.organizations.events import OrganizationClosed
from tenon.platform.webhooks import services


@subscribe_public
def send_to_subscribers(event: PublicEvent) -> None:
    """One delivery for each endpoint that listens; the dispatcher does the rest."""
    services.write(event=event, now=clock.now())


@subscribe(OrganizationClosed, in_transaction=True)
def stop(event: OrganizationClosed) -> None:
    """Nothing leaves an organization that is closed: not what is on its way either."""
    services.disable_all(organization_id=event.organization_id, actor_id=event.actor_id, now=clock.now())
