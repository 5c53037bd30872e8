"""The tables of the webhooks: where to, what, and how each attempt ended."""

from tenon.platform.webhooks.models.deliveries import Attempt, Delivery
from tenon.platform.webhooks.models.endpoints import Endpoint, Lane

__all__ = ["Attempt", "Delivery", "Endpoint", "Lane"]
