"""What people do with deliveries: try, send again, recover what was missed; and how they come to their end."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from tenon.kernel import clock
from tenon.kernel.errors import NotFound
from tenon.kernel.ids import new_id
from tenon.kernel.operations import services as operations
from tenon.kernel.outbox.encoding import event_to_json
from tenon.kernel.outbox.public import PublicEvent
from tenon.kernel.principal import Principal
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.platform.organizations.policies import may, require
from tenon.platform.organizations.services.turns import turn
from tenon.platform.webhooks import policies
from tenon.platform.webhooks.errors import EndpointIsDisabled, TooFarBack
from tenon.platform.webhooks.events import EndpointTested, RecoveryBegun
from tenon.platform.webhooks.models import Attempt, Delivery, Endpoint
from tenon.platform.webhooks.selectors import DeliveryFacts, delivery_facts_of
from tenon.platform.webhooks.services import waking
from tenon.platform.webhooks.services.fan_out import body_of, delivery_of, make_due
from tenon.platform.webhooks.services.turns import endpoint_turn, find, tell

State = Delivery.State
RECOVER = "webhooks.recover"
BATCH = 1000


def send_test(*, principal: Principal, endpoint_id: UUID, now: datetime) -> DeliveryFacts:
    """Send a message that says nothing to one endpoint. Raises Forbidden, NotFound, EndpointIsDisabled."""
    with endpoint_turn(principal, endpoint_id) as endpoint:
        _require_enabled(endpoint)
        tested = EndpointTested(endpoint.belongs_to, endpoint.id)
        event = PublicEvent(new_id(), tested.name, endpoint.belongs_to, now, event_to_json(tested))
        make_due([endpoint.id], now=now, at_once=True)
        delivery = delivery_of(event, endpoint, body=body_of(event), now=now)
        delivery.save(force_insert=True)
        transaction.on_commit(waking.wake)
        return delivery_facts_of(delivery)


def redeliver(*, principal: Principal, delivery_id: UUID, now: datetime) -> DeliveryFacts:
    """Put a delivery on its way again, whatever became of it: the same message, with all its attempts before it.

    Raises Forbidden, NotFound, EndpointIsDisabled.
    """
    with turn(principal) as (_organization, present):
        require(may(present, policies.MANAGE))
        endpoint_id = Delivery.objects.filter(pk=delivery_id).values_list("endpoint", flat=True).first()
        if endpoint_id is None:
            raise NotFound
        _require_enabled(find(endpoint_id))
        make_due([endpoint_id], now=now, at_once=True)
        _put_on_its_way(Delivery.objects.filter(pk=delivery_id), now=now)
        transaction.on_commit(waking.wake)
        return delivery_facts_of(Delivery.objects.get(pk=delivery_id))


def begin_recovery(*, principal: Principal, endpoint_id: UUID, since: datetime, now: datetime) -> UUID:
    """Have everything sent again that has failed, or was skipped, since then. Returns the operation that does so.

    Raises Forbidden, NotFound, EndpointIsDisabled, TooFarBack.
    """
    with endpoint_turn(principal, endpoint_id) as endpoint:
        _require_enabled(endpoint)
        if since < now - timedelta(days=settings.WEBHOOK_KEEP_DAYS):
            raise TooFarBack
        tell(RecoveryBegun(endpoint.belongs_to, principal.id, endpoint.id, clock.rfc3339(since)))
        payload = {"organization_id": endpoint.belongs_to, "endpoint_id": endpoint.id, "since": since, "until": now}
        return operations.start(job=RECOVER, payload=payload, principal=principal, now=now)


def recover(*, organization_id: UUID, endpoint_id: UUID, since: datetime, until: datetime, now: datetime) -> int:
    """Put what has failed or was skipped between these moments on its way again; how many these are.

    Nothing is done for an endpoint that was disabled or deleted meanwhile.
    """
    recovered = 0
    while True:
        with organization_scope(organization_id):
            endpoint = Endpoint.objects.filter(pk=endpoint_id, state=Endpoint.State.ENABLED).first()
            if endpoint is None:
                return recovered
            missed = Delivery.objects.filter(
                endpoint=endpoint, state__in=(State.FAILED, State.SKIPPED), created_at__range=(since, until)
            )
            make_due([endpoint.id], now=now)
            ids = list(missed.order_by("created_at", "id").values_list("id", flat=True)[:BATCH])
            _put_on_its_way(Delivery.objects.filter(id__in=ids), now=now)
            transaction.on_commit(waking.wake)
        recovered += len(ids)
        if len(ids) < BATCH:
            return recovered


def purge(*, settled_before: datetime) -> int:
    """Delete what came to its end before then, with its attempts; how many deliveries these were."""
    purged = 0
    while True:
        with system_scope(reason="deliveries of every organization are kept for a while only"):
            ids = list(Delivery.objects.filter(settled_at__lt=settled_before).values_list("id", flat=True)[:BATCH])
            Attempt.objects.filter(delivery__in=ids).delete()
            Delivery.objects.filter(id__in=ids).delete()
        purged += len(ids)
        if len(ids) < BATCH:
            return purged


def _put_on_its_way(deliveries: QuerySet[Delivery], *, now: datetime) -> None:
    deliveries.update(state=State.PENDING, tries=0, next_attempt_at=now, settled_at=None)


def _require_enabled(endpoint: Endpoint) -> None:
    if not endpoint.is_enabled:
        raise EndpointIsDisabled
