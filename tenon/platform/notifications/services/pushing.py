"""Sending one push to one device: a job, never in a transaction."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from tenon.kernel.crypto import Unsealable
from tenon.kernel.outbox.delivery import current_id
from tenon.platform.notifications import selectors
from tenon.platform.notifications.clients import apns, fcm
from tenon.platform.notifications.clients.errors import TokenGone
from tenon.platform.notifications.models import Device
from tenon.platform.notifications.services.devices import forget_token

_BODY = 500  # characters: both services take 4096 bytes for all
Platform = Device.Platform


@dataclass(frozen=True, slots=True)
class Content:
    """What a push says, and the notification that it is of (None: the person wants none in the app)."""

    notification_id: UUID | None
    type: str
    title: str
    message: str
    target_url: str

    @property
    def data(self) -> dict[str, str]:
        """For the app: what the tap leads to."""
        known = {"type": self.type, "target_url": self.target_url, "notification_id": str(self.notification_id or "")}
        return {name: value for name, value in known.items() if value}


def platforms() -> list[str]:
    """The services that this deployment has credentials for."""
    configured = {Platform.FCM: settings.FCM_CREDENTIALS, Platform.APNS: settings.APNS_KEY}
    return [platform.value for platform, credentials in configured.items() if credentials]


def push(*, device_id: UUID, user_id: UUID, content: Content, now: datetime) -> None:
    """Send it, unless the device is gone or somebody else's by now; a token that is gone takes its device along.

    Raises TemporaryFailure and PermanentFailure.
    """
    device = Device.objects.filter(pk=device_id, user=user_id).first()
    if device is None or device.platform not in platforms():
        return
    try:
        _send(device, content, now=now)
    except Unsealable:
        # Sealed under another SECRET_KEY: the app registers anew at its next start.
        forget_token(device_id=device_id, digest=device.digest)
    except TokenGone as gone:
        # A device that has registered since then is there again.
        if gone.since is None or gone.since >= device.last_seen_at:
            forget_token(device_id=device_id, digest=device.digest)


def _send(device: Device, content: Content, *, now: datetime) -> None:
    words = {"token": device.token, "title": content.title, "body": content.message[:_BODY]}
    if device.platform == Platform.FCM:
        _fcm(settings.FCM_CREDENTIALS, settings.FCM_ORIGIN, settings.PUSH_CA_FILE).send(
            **words, data=content.data, now=now
        )
    else:
        _apns(_key(), settings.APNS_HOST, settings.APNS_PORT, settings.PUSH_CA_FILE).send(
            **words,
            data=content.data,
            badge=selectors.unread_count(user_id=device.user_id),
            collapse_id=content.notification_id or current_id(),
            now=now,
        )


def _key() -> apns.Key:
    return apns.Key(settings.APNS_KEY, settings.APNS_KEY_ID, settings.APNS_TEAM_ID, settings.APNS_TOPIC)


@lru_cache(maxsize=4)
def _fcm(credentials: str, origin: str, ca_file: str) -> fcm.Client:
    return fcm.Client(fcm.Account.read(credentials), origin=origin, ca_file=ca_file)


@lru_cache(maxsize=4)
def _apns(key: apns.Key, host: str, port: int, ca_file: str) -> apns.Client:
    return apns.Client(key, host=host, port=port, ca_file=ca_file)
