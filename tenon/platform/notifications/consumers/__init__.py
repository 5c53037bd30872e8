"""The WebSocket of notifications: who is connected, what they are sent, and when they are sent away."""

from tenon.platform.notifications.consumers.sockets import Sockets

__all__ = ["Sockets"]
