"""Bodies that are files: bounded before they are read, and spooled to disk, so that none of them fills the memory."""

from collections.abc import Mapping
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.views import APIView

IN_MEMORY = 1 << 18  # bytes of a file before it goes to disk
MAX_FIELDS = 20
MAX_FIELD_BYTES = 1 << 16  # all fields that are no file, and the headers of the parts
MAX_NAME = 1000  # characters of a file's name as it is sent
_PIECE = 1 << 16


class SpooledParser(BaseParser):
    """A body of any type as one file. The view's `max_body` bounds it, or settings.MAX_UPLOAD_BYTES."""

    media_type = "*/*"

    def parse(  # type: ignore[override]
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> IO[bytes]:
        """The spooled body, which `spooled` hands to the view. Raises RequestDataTooBig (413)."""
        limit = _limit(parser_context)
        target: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - for the caller to close
        size = 0
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > limit:
                target.close()
                raise RequestDataTooBig(f"The body is larger than {limit} bytes.")
            target.write(piece)
        target.seek(0)
        return target  # type: ignore[no-any-return]


def spooled(request: Request) -> IO[bytes]:
    """The body as SpooledParser reads it, for the caller to close. No parser is asked for a body without a byte."""
    return cast(IO[bytes], request.data if hasattr(request.data, "read") else BytesIO())


class FormParser(BaseParser):
    """multipart/form-data (RFC 7578) with one file at most, as a mapping of text and of an UploadedFile.

    Raises RequestDataTooBig (413), and ParseError (400) for what is no such form, or says something twice.
    """

    media_type = "multipart/form-data"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        limit = _limit(parser_context)
        request = (parser_context or {})["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > limit + MAX_FIELD_BYTES:
            raise RequestDataTooBig(f"The body is larger than {limit} bytes.")
        handler = _OneFile(limit)
        try:
            fields, files = MultiPartParser(
                {**request.META, "CONTENT_TYPE": media_type}, stream, [handler], "utf-8"
            ).parse()
            return _once(fields, files)
        except MultiPartParserError:
            handler.close()
            raise ParseError(_("The body is not a form as multipart/form-data.")) from None
        except BaseException:
            handler.close()
            raise


class TakesFiles(APIView):
    """Beside Endpoint, for a view that reads forms: what was spooled is let go when the request is answered."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:  # also after an error that nobody expected
            sent = getattr(self.request, "_full_data", None)
            for each in sent.values() if isinstance(sent, dict) else ():
                if isinstance(each, UploadedFile):
                    each.close()


class _OneFile(FileUploadHandler):
    """Spools the first file; a second one is refused before any of it is read."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
        self.size = 0
        self.target: Any = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.target is not None:
            raise ParseError(_("Send one file at a time."))
        if len(self.file_name or "") > MAX_NAME:
            raise ParseError(_("The name of the file is too long."))
        self.target = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - for the caller to close

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.size > self.limit:
            raise RequestDataTooBig(f"The file is larger than {self.limit} bytes.")
        self.target.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.target.seek(0)
        return UploadedFile(self.target, self.file_name, self.content_type, self.size)

    def close(self) -> None:
        """Let go of what was spooled."""
        if self.target is not None:
            self.target.close()


def _limit(context: Mapping[str, Any] | None) -> int:
    return int(getattr((context or {}).get("view"), "max_body", None) or settings.MAX_UPLOAD_BYTES)


def _once(fields: Any, files: Any) -> dict[str, Any]:
    """Each name with its one value."""
    found: dict[str, Any] = {}
    for name, values in (*fields.lists(), *files.lists()):
        if name in found or len(values) > 1:
            raise ParseError(_("The form says %(name)s twice.") % {"name": name[:50]})
        found[name] = values[0]
    if len(found) > MAX_FIELDS or sum(len(each) for each in found.values() if isinstance(each, str)) > MAX_FIELD_BYTES:
        raise ParseError(_("The form has too many fields."))
    return found
