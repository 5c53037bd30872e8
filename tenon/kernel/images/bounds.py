"""How much a picture may ask for. The child process reads this too, so that nothing of Django's is imported here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """`frame_pixels` counts all frames together; `memory` is address space in bytes; `cpu` is in seconds."""

    bytes: int = 20 * 1024 * 1024
    pixels: int = 50_000_000
    frames: int = 500
    frame_pixels: int = 100_000_000
    memory: int = 768 * 1024 * 1024
    cpu: int = 5


class BadImage(Exception):
    """This is no picture that we take; `code` says why (see refusals.REASONS)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
