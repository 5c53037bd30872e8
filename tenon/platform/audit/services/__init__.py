"""What is done with the audit log: rows are added, sealed, and after years purged; a person's part can be erased."""

from tenon.platform.audit.services.erasing import forget
from tenon.platform.audit.services.purging import purge
from tenon.platform.audit.services.recording import note_event, record
from tenon.platform.audit.services.sealing import seal

__all__ = ["forget", "note_event", "purge", "record", "seal"]
