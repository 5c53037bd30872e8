"""What can be done with flags: `is_on("new_checkout", principal=principal)`, and changing them."""

from tenon.platform.flags.engines.evaluation import Context, Evaluation, Reason
from tenon.platform.flags.selectors import evaluate, is_on
from tenon.platform.flags.services.flags import create_flag, delete_flag, set_flag, update_flag
from tenon.platform.flags.services.people import forget_person

__all__ = [
    "Context",
    "Evaluation",
    "Reason",
    "create_flag",
    "delete_flag",
    "evaluate",
    "forget_person",
    "is_on",
    "set_flag",
    "update_flag",
]
