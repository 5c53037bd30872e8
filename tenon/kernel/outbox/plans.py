"""When a job comes back: after an interval, or when a cron expression says so."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_NEVER = "A cron expression must come true some day."


class InvalidPlan(ValueError):
    """Neither an interval nor a cron expression that comes true, or a time zone that there is none of."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Either `every`, or `cron` (five fields, or six with seconds first) by the clocks of `timezone`.

    Where clocks are put forward, a time that is left out runs right after; one that comes twice runs once.
    """

    every: timedelta | None = None
    cron: str = ""
    timezone: str = "UTC"

    @classmethod
    def of(cls, *, every: timedelta | None = None, cron: str = "", timezone: str = "UTC") -> "Plan":
        """Raises InvalidPlan."""
        if (every is None) == (not cron):
            raise InvalidPlan("A schedule needs either an interval or a cron expression.")
        if every is not None:
            if every < timedelta(seconds=1):
                raise InvalidPlan("A schedule needs an interval of a second or more.")
            return cls(every=every)
        plan = cls(cron=" ".join(cron.split()), timezone=timezone)
        plan.after(datetime.now(UTC))
        return plan

    def __str__(self) -> str:
        """The plan in one line, equal exactly where the plan is."""
        if self.every is not None:
            return f"every {self.every.total_seconds():g} s"
        return f"cron {self.cron} {self.timezone}"

    def first(self, now: datetime) -> datetime:
        """When a schedule fires that never has: one by interval at once."""
        return now if self.every is not None else self.after(now)

    def after(self, moment: datetime) -> datetime:
        """The first time after `moment`, in UTC. Raises InvalidPlan."""
        if self.every is not None:
            return moment + self.every
        try:
            return next(CronSim(self.cron, moment.astimezone(ZoneInfo(self.timezone)))).astimezone(UTC)
        except CronSimError as error:
            raise InvalidPlan(f"{self.cron!r} is no cron expression: {error}.") from None
        except StopIteration:
            raise InvalidPlan(_NEVER) from None
        except (KeyError, ValueError, OSError):  # what ZoneInfo raises depends on how wrong the name is
            raise InvalidPlan(f"There is no time zone {self.timezone!r}.") from None
