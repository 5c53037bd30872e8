"""What can be done with webhook endpoints and their deliveries."""

from tenon.platform.webhooks.services.deliveries import begin_recovery, purge, recover, redeliver, send_test
from tenon.platform.webhooks.services.disabling import disable_all
from tenon.platform.webhooks.services.endpoints import create, delete, update
from tenon.platform.webhooks.services.fan_out import write
from tenon.platform.webhooks.services.secrets import Secrets, count_unreadable, rotate_secret, show_secrets

__all__ = [
    "Secrets",
    "begin_recovery",
    "count_unreadable",
    "create",
    "delete",
    "disable_all",
    "purge",
    "recover",
    "redeliver",
    "rotate_secret",
    "send_test",
    "show_secrets",
    "update",
    "write",
]
