"""What can be done with files."""

from tenon.platform.files.services.deleting import clear, delete, forget, remove_bytes
from tenon.platform.files.services.purging import PurgeReport, expire, purge_orphans
from tenon.platform.files.services.uploads import UploadTicket, begin, complete, receive, upload

__all__ = [
    "PurgeReport",
    "UploadTicket",
    "begin",
    "clear",
    "complete",
    "delete",
    "expire",
    "forget",
    "purge_orphans",
    "receive",
    "remove_bytes",
    "upload",
]
