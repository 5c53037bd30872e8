"""The tables of flags."""

from tenon.platform.flags.models.flags import Flag, Generation

__all__ = ["Flag", "Generation"]
