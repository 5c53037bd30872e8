"""What a container says of itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outline:
    """`width` and `height` as stored, `frames` as counted, `parts` the bytes to keep, in order.

    `carries_more`: it holds what no picture needs, such as where it was taken.
    """

    format: str
    width: int
    height: int
    frames: int
    parts: tuple[bytes, ...]
    carries_more: bool

    def stripped(self) -> bytes:
        """The picture, pixel for pixel the same, without the rest."""
        return b"".join(self.parts)
