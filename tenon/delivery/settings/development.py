from tenon.delivery.settings.base import *  # noqa: F403

DEBUG = True
