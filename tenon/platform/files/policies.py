"""Who may do what with files, and what files may be kept for.

An app above declares its own purpose here, when it is imported: `purposes.declare("product_image", …)` in its policies.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tenon.kernel import permissions
from tenon.platform.files.engines import purposes, types

READ = permissions.register("files:read", label=_("See and download files"), roles=["admin", "member", "billing"])
WRITE = permissions.register("files:write", label=_("Upload and delete files"), roles=["admin", "member"])

ATTACHMENT = purposes.declare("attachment", label=_("Attachment"), content_types=types.KNOWN)
IMAGE = purposes.declare("image", label=_("Picture"), content_types=types.IMAGES)
DOCUMENT = purposes.declare("document", label=_("Document"), content_types=[types.PDF])
IMPORT = purposes.declare("import", label=_("Table to be imported"), content_types=types.TEXTS, keep=timedelta(days=30))
