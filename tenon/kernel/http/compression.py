"""Compression of answers, but for those that carry tokens."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from tenon.kernel.http.conditional import gzipped


class CompressionMiddleware(GZipMiddleware):
    """gzip for answers to GET.

    The length of a compressed answer tells about a secret in it that stands beside what an attacker sent (BREACH,
    CVE-2013-3587). Tokens are answers to POST only, and answers to GET are padded by a random length.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        # A file that can be read from its middle on is sent as it is: its length and its ranges are of those bytes.
        if request.method != "GET" or "Accept-Ranges" in response:
            return response
        tag = response.get("ETag", "")
        response = super().process_response(request, response)
        # Django marks the tag as weak, and a weak one cannot be used in If-Match.
        if tag.startswith('"') and response.get("ETag") != tag:
            response["ETag"] = gzipped(tag)
        return response
