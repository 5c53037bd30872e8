"""What can go wrong with files."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Conflict, Invalid, NotFound, Unavailable, Unprocessable


class UnknownPurpose(Invalid):
    """No product keeps files for this."""

    code = "unknown_purpose"
    message = _("There is no such purpose.")


class FileTooLarge(Invalid):
    """More bytes than files of this purpose may have."""

    code = "file_too_large"
    message = _("This file has too many bytes for its purpose.")


class QuotaUsedUp(Unprocessable):
    """The organization has no room for this file."""

    code = "quota_used_up"
    message = _("The files of this organization have used up their room. Delete some first.")


class FileRefused(Unprocessable):
    """What the bytes are is not what may be kept; `reason` in the answer says why."""

    code = "file_refused"
    message = _("This file cannot be taken.")


class ChecksumDiffers(Unprocessable):
    """The bytes are not those that the sender announced."""

    code = "checksum_differs"
    message = _("These are not the bytes that were announced. Send the file again.")


class NotUploaded(Conflict):
    """The upload was completed before its bytes were there."""

    code = "not_uploaded"
    message = _("The bytes of this file have not arrived. Send them to the signed address first.")


class NotReady(Conflict):
    """The file waits for its bytes, or they were refused."""

    code = "file_not_ready"
    message = _("This file cannot be read: its upload is not complete, or was refused.")


class UploadClosed(Conflict):
    """The upload was completed, refused or has expired."""

    code = "upload_closed"
    message = _("This upload is over. Begin another one.")


class SignatureExpired(NotFound):
    """The signed address was altered, or its time is up."""

    code = "signature_expired"
    message = _("This address is not valid (any more). Ask for a new one.")


class StoreLost(Unavailable):
    """The store of the bytes does not answer, or refuses us."""

    code = "store_lost"
    message = _("Files cannot be read or written at the moment. Please try again shortly.")


class ScannerLost(Unavailable):
    """The virus scanner does not answer, and nothing is taken unseen."""

    code = "scanner_lost"
    message = _("Files cannot be examined at the moment. Please try again shortly.")
