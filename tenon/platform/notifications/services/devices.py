"""Where pushes go: a token is one person's at a time, and ends with the sign-in that registered it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from tenon.kernel import crypto
from tenon.kernel.errors import NotFound
from tenon.platform.identity import services as identity
from tenon.platform.notifications.models import Device

MOST = 20  # of one person; the one unseen for longest makes room


def register_device(
    *, user_id: UUID, session_id: UUID | None, platform: str, token: str, name: str, now: datetime
) -> tuple[Device, bool]:
    """Send the person's pushes to `token` from now on, and nobody else's. Returns the device, and whether it is new.

    Raises identity's InvalidToken when the session has ended meanwhile: nobody would end the device any more.
    """
    try:
        with transaction.atomic():
            return _register(user_id, session_id, platform, token, name, now=now)
    except IntegrityError:
        # Registered at the same moment: there by now, so that this finds it.
        with transaction.atomic():
            return _register(user_id, session_id, platform, token, name, now=now)


def change_device(*, user_id: UUID, device_id: UUID, changes: Mapping[str, str], now: datetime) -> Device:
    """Give a device another name, or the token that its push service has changed to. Raises NotFound."""
    with transaction.atomic():
        device = Device.objects.select_for_update().filter(pk=device_id, user=user_id).first()
        if device is None:
            raise NotFound
        if token := changes.get("token"):
            others = Device.objects.filter(platform=device.platform, digest=crypto.digest(token))
            others.exclude(pk=device_id).delete()
            device.take_token(token)
        device.name, device.last_seen_at = changes.get("name", device.name), now
        device.save()
        return device


def forget_device(*, user_id: UUID, device_id: UUID) -> None:
    """Send no more pushes there. Raises NotFound for another's, too."""
    if not Device.objects.filter(pk=device_id, user=user_id).delete()[0]:
        raise NotFound


def forget_session(*, session_id: UUID) -> None:
    """Forget the devices that a sign-in registered, which has ended."""
    Device.objects.filter(session_id=session_id).delete()


def forget_token(*, device_id: UUID, digest: str) -> None:
    """Forget a device whose token the push service no longer knows, unless it has another one by now."""
    Device.objects.filter(pk=device_id, digest=digest).delete()


def _register(
    user_id: UUID, session_id: UUID | None, platform: str, token: str, name: str, *, now: datetime
) -> tuple[Device, bool]:
    if session_id is not None:
        identity.hold_session(session_id=session_id, user_id=user_id, now=now)
    found = Device.objects.select_for_update().filter(platform=platform, digest=crypto.digest(token)).first()
    if found is not None and found.user_id != user_id:
        # A new row under a new id: whoever had the device before, learns nothing about who has it now.
        found.delete()
        found = None
    device = found or Device(user_id=user_id, platform=platform, created_at=now)
    device.session_id, device.name, device.last_seen_at = session_id, name, now
    if found is None:
        device.take_token(token)
    device.save(force_insert=found is None)
    surplus = Device.objects.filter(user=user_id).order_by("-last_seen_at", "-id").values_list("pk", flat=True)[MOST:]
    Device.objects.filter(pk__in=list(surplus)).delete()
    return device, found is None
