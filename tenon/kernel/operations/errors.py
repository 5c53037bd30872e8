"""What can be wrong about an operation."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Conflict


class AlreadyFinished(Conflict):
    """There is nothing left to cancel."""

    code = "operation_finished"
    message = _("This operation has ended already.")


class Cancelled(Exception):
    """Raised inside a job by its next report, once its operation was cancelled or forgotten; it ends the job."""
