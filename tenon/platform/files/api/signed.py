"""Signed addresses of our own, where the bytes lie in a folder. The address is the permission."""

from collections.abc import Iterator
from typing import IO, Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from tenon.kernel import clock
from tenon.kernel.http import conditional
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.bodiless import without_body
from tenon.kernel.http.examples import shown
from tenon.kernel.http.uploads import SpooledParser, spooled
from tenon.kernel.http.views import Endpoint
from tenon.platform.files import selectors, services
from tenon.platform.files.api import examples
from tenon.platform.files.engines import ranges, signatures
from tenon.platform.files.errors import NotUploaded, SignatureExpired, UploadClosed

_PIECE = 1 << 16
_BINARY = "application/octet-stream"
# Whatever a browser makes of the bytes, it makes it without scripts, forms or our origin.
_POLICY = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


class SignedUploadView(Endpoint):
    """Bytes come in."""

    audience = Audience.PUBLIC
    authentication_classes = ()
    raises = (SignatureExpired, UploadClosed, NotUploaded)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before any of the body is read: whoever has no signature sends nothing."""
        super().initial(request, *args, **kwargs)
        signed = signatures.read("upload", kwargs["signature"], now=clock.now())
        if signed is None:
            raise SignatureExpired
        self.max_body = int(signed.rest)  # type: ignore[misc]

    def get_parsers(self) -> list[Any]:
        return [SpooledParser()]

    @extend_schema(
        request={_BINARY: OpenApiTypes.BINARY},
        responses={204: None},
        examples=shown(requests={"A file": examples.BYTES}, takes=_BINARY),
    )
    def put(self, request: Request, signature: str) -> HttpResponse:
        """Send the bytes of an announced file.

        To the address that `POST /api/v1/files/uploads/` gave: as many bytes as were announced. Sent again, they take
        the place of those before, until the upload is completed.
        """
        with spooled(request) as content:
            services.receive(word=signature, content=content, now=clock.now())
        return without_body(204)


class SignedDownloadView(Endpoint):
    """Bytes go out."""

    audience = Audience.PUBLIC
    authentication_classes = ()
    raises = (SignatureExpired,)

    @extend_schema(
        responses={(200, _BINARY): OpenApiTypes.BINARY, (206, _BINARY): OpenApiTypes.BINARY, 416: None},
        examples=shown(answers={200: examples.BYTES, 206: examples.BYTES}, media_type=_BINARY),
    )
    def get(self, request: Request, signature: str) -> HttpResponseBase:
        """Receive the bytes of a file.

        From the address that `GET /api/v1/files/{id}/content/` redirects to. One range of bytes is answered with 206.
        """
        content = selectors.open_signed(word=signature, now=clock.now())
        try:
            return _answer(request, content)
        except BaseException:
            content.stream.close()
            raise


class _Pieces:
    """Some bytes of a stream, a piece at a time. The response closes it."""

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self.stream = stream
        self.left = length

    def __iter__(self) -> Iterator[bytes]:
        while self.left > 0 and (piece := self.stream.read(min(_PIECE, self.left))):
            self.left -= len(piece)
            yield piece

    def close(self) -> None:
        self.stream.close()


def _answer(request: Request, content: selectors.Content) -> HttpResponseBase:
    etag = f'"{content.checksum}"'
    headers = {
        "Content-Disposition": content.disposition,
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "private, max-age=300",
        "Accept-Ranges": "bytes",
        "ETag": etag,
    }
    conditional.check(request, etag)
    first, length, code = 0, content.size, 200
    if request.headers.get("If-Range", etag) == etag:
        try:
            part = ranges.wanted(request.headers.get("Range", ""), content.size)
        except ranges.NotSatisfiable:
            content.stream.close()
            return without_body(416, **{"Content-Range": f"bytes */{content.size}"})
        if part is not None:
            (first, length), code = part, 206
            headers["Content-Range"] = f"bytes {first}-{first + length - 1}/{content.size}"
    content.stream.seek(first)
    headers["Content-Length"] = str(length)
    return StreamingHttpResponse(
        _Pieces(content.stream, length), status=code, content_type=content.content_type, headers=headers
    )
