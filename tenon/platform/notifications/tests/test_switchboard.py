"""The switchboard by itself, whatever layer it listens to."""

import asyncio
from typing import Any

from tenon.platform.notifications.consumers import Sockets, switchboard


class Absorbing:
    """A layer that keeps the first cancellation of whoever receives to itself."""

    def __init__(self) -> None:
        self.absorbed = 0

    async def new_channel(self) -> str:
        return "mine"

    async def group_add(self, group: str, channel: str) -> None:
        """Nobody else is there."""

    async def receive(self, channel: str) -> dict[str, Any]:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.absorbed += 1
            if self.absorbed > 1:
                raise
        return {}


def test_a_stop_ends_though_a_layer_absorbs_a_cancellation(monkeypatch):
    layer = Absorbing()
    monkeypatch.setattr(switchboard, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(switchboard, "CANCEL_SECONDS", 0.01)

    async def play() -> None:
        served = Sockets()
        await served.start()
        await asyncio.sleep(0)  # the listener receives by now
        await asyncio.wait_for(served.stop(), timeout=30)

    asyncio.run(play())
    assert layer.absorbed == 2
