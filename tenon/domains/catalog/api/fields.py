"""Fields of the catalog's routes: slugs, attributes and tags."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tenon.domains.catalog.models import details

MOST_VALUES = 50
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_TEXT = {"type": "string", "minLength": 1, "maxLength": details.FACET_VALUE_LENGTH}
_VALUE = {"oneOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": MOST_VALUES}]}


class SlugField(serializers.CharField):
    """Lower-case letters, digits, and single hyphens or underscores between them."""

    default_error_messages = {"malformed": _("Lower-case letters and digits, with hyphens between them.")}

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if text and not _SLUG.fullmatch(text):
            self.fail("malformed")
        return text


@extend_schema_field(_VALUE)
class ValueField(serializers.Field[Any, Any, Any, Any]):
    """A text, or a list of texts."""

    default_error_messages = {"invalid": _("This is a text, or a list of texts, each of up to 120 characters.")}

    def to_internal_value(self, data: Any) -> str | list[str]:
        texts = data if isinstance(data, list) else [data]
        if not 1 <= len(texts) <= MOST_VALUES:
            self.fail("invalid")
        for text in texts:
            if not isinstance(text, str) or not 1 <= len(text) <= details.FACET_VALUE_LENGTH or "\0" in text:
                self.fail("invalid")
        return list(dict.fromkeys(data)) if isinstance(data, list) else data

    def to_representation(self, value: Any) -> Any:
        return value


class AttributesField(serializers.DictField):
    """Names, each with a text or a list of texts."""

    default_error_messages = {"names": _("Up to 50 names, each of up to 60 characters and without a colon.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=ValueField(), **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        values: dict[str, Any] = super().to_internal_value(data)
        good = all(0 < len(name) <= details.FACET_NAME_LENGTH and not {":", "\0"} & set(name) for name in values)
        if len(values) > MOST_VALUES or not good:
            self.fail("names")
        return values


class TagsField(serializers.ListField):
    """Words that a product is found by; each once."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.CharField(max_length=details.FACET_VALUE_LENGTH)
        super().__init__(child=child, max_length=MOST_VALUES, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))
