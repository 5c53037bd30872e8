"""Why a picture is not taken, in words for whoever sent it."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Text, Unavailable, Unprocessable

REASONS: dict[str, Text] = {
    "type_refused": _("This is no picture that we take: send JPEG, PNG, GIF or WebP."),
    "too_large": _("This picture has too many bytes."),
    "too_many_pixels": _("This picture has too many pixels."),
    "too_many_frames": _("This animation has too many frames."),
    "too_costly": _("This picture takes too much to decode."),
    "truncated": _("This picture is not whole: its end is missing."),
    "malformed": _("This picture is damaged."),
    "unreadable": _("This picture is damaged, or is not what it says."),
    "trailing_data": _("Something else follows the end of this picture."),
    "two_things": _("This file is a picture and something else at once."),
}


class ImageRefused(Unprocessable):
    """The picture is damaged, too large, of another kind, or more than a picture."""

    code = "image_refused"
    message = _("This picture cannot be taken.")

    @classmethod
    def because(cls, reason: str) -> "ImageRefused":
        """With the reason in words, and as `reason` in the answer."""
        return cls(detail=REASONS[reason], extra={"reason": reason})


class DecodersBusy(Unavailable):
    """All decoders have work for longer than anybody waits."""

    code = "decoders_busy"
    message = _("Too many pictures are being looked at. Please try again in a moment.")
