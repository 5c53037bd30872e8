"""Compression of answers, but for those that carry tokens."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    """gzip for answers to GET.

    The length of a compressed answer tells about a secret in it that stands beside what an attacker sent (BREACH,
    CVE-2013-3587). Tokens are answers to POST only, and answers to GET are padded by a random length.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.method != "GET":
            return response
        return super().process_response(request, response)
