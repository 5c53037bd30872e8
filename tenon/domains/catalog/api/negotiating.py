"""Bodies that are tables."""

from tenon.kernel.http.uploads import SpooledParser


class TableParser(SpooledParser):
    """text/csv (RFC 4180) as a spooled file, which whoever asked for it closes."""

    media_type = "text/csv"
