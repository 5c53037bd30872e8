"""What the routes of files take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.platform.files.models import File


class ChecksumField(serializers.RegexField):
    """SHA-256 in hex."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[0-9a-f]{64}$", help_text=_("SHA-256 of the bytes as you send them, in hex."), **kwargs)


class PurposeField(serializers.RegexField):
    """What a file is for, such as `attachment`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[a-z][a-z0-9_]{0,39}$", **kwargs)


class FileSerializer(serializers.Serializer[Any]):
    """A file."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    content_type = serializers.CharField(help_text=_("What the bytes are; while it is pending, what was announced."))
    size = serializers.IntegerField(help_text=_("Bytes."))
    checksum = serializers.CharField(help_text=_("SHA-256 of the bytes that are kept, in hex."))
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=File.State.values)
    refusal = serializers.CharField(help_text=_("Why it was refused; else empty."))
    uploaded_by_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class FormSerializer(serializers.Serializer[Any]):
    """A file, sent as a form."""

    file = serializers.FileField(allow_empty_file=True, max_length=1000)
    purpose = PurposeField(default="attachment")
    checksum = ChecksumField(required=False)


class AnnouncementSerializer(serializers.Serializer[Any]):
    """A file whose bytes will go to a signed address."""

    purpose = PurposeField(default="attachment")
    name = serializers.CharField(max_length=1000)
    size = serializers.IntegerField(min_value=1, max_value=2**62)
    content_type = serializers.RegexField(r"^[a-z0-9][a-z0-9!#$&^_.+-]{0,48}/[a-z0-9][a-z0-9!#$&^_.+-]{0,48}$")
    checksum = ChecksumField(required=False)


class TicketSerializer(serializers.Serializer[Any]):
    """Where to send the bytes: with `headers` as the body of a PUT, or in a form of `fields` and, last, `file`."""

    file_id = serializers.UUIDField()
    url = serializers.URLField()
    method = serializers.ChoiceField(choices=["PUT", "POST"])
    headers = serializers.DictField(child=serializers.CharField())
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]
    expires_at = serializers.DateTimeField()


class ContentQuerySerializer(serializers.Serializer[Any]):
    """How a browser is to treat the file."""

    disposition = serializers.ChoiceField(
        choices=["attachment", "inline"],
        default="attachment",
        help_text=_("`inline` shows pictures in place; everything else is saved all the same."),
    )
