"""Products that come in as tables, and go out as such."""

from tenon.domains.catalog.services.imports.exporting import export
from tenon.domains.catalog.services.imports.files import export_to_file, keep, take_in_file
from tenon.domains.catalog.services.imports.running import Report, purge, run
from tenon.domains.catalog.services.imports.starting import begin, start_export, start_import

__all__ = [
    "Report",
    "begin",
    "export",
    "export_to_file",
    "keep",
    "purge",
    "run",
    "start_export",
    "start_import",
    "take_in_file",
]
