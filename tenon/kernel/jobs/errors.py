"""Why operators are refused."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownJob(NotFound):
    """No job, or no schedule, has this name."""

    code = "unknown_job"
    message = _("There is no job of this name.")


class NotByHand(Forbidden):
    """The job takes arguments that only the code that knows them may give it."""

    code = "job_not_by_hand"
    message = _("This job is started by the system alone.")


class WrongArguments(Invalid):
    """The job cannot be called with these arguments."""

    code = "wrong_arguments"
    message = _("The job takes other arguments.")


class NotDead(Conflict):
    """Only what is dead can be tried again by hand."""

    code = "run_not_dead"
    message = _("This run is not dead: there is nothing to try again.")


class StillWaiting(Conflict):
    """The round before is not done."""

    code = "schedule_waiting"
    message = _("The round before still waits or runs.")


class WrongPlan(Invalid):
    """Neither an interval nor a cron expression that comes true."""

    code = "wrong_plan"
    message = _("This is no plan: set an interval, or a cron expression with a time zone.")
