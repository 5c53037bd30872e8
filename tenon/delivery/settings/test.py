from tenon.delivery.settings.base import *  # noqa: F403
