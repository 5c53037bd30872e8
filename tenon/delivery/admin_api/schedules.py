"""What comes back, and when: the code plans it, staff may plan it otherwise."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.delivery.admin_api.doors import AdminEndpoint
from tenon.delivery.admin_api.jobs import RUN_ID, StartedSerializer, started
from tenon.kernel import clock
from tenon.kernel.http.examples import shown
from tenon.kernel.jobs import selectors, services
from tenon.kernel.jobs.errors import StillWaiting, UnknownJob, WrongPlan

VIEW, CHANGE = "outbox.view_schedule", "outbox.change_schedule"
_EXAMPLE = {
    "name": "outbox.purge",
    "plan": "every 1:00:00",
    "declared": "every 1:00:00",
    "enabled": True,
    "next_run_at": "2026-11-20T11:00:00Z",
    "last_run_at": "2026-11-20T10:00:00Z",
    "waits": False,
}


class ScheduleSerializer(serializers.Serializer[Any]):
    """When a job comes back. `plan` is the one in force; `waits` says that a round waits or runs."""

    name = serializers.CharField()
    plan = serializers.CharField()
    declared = serializers.CharField()
    enabled = serializers.BooleanField()
    next_run_at = serializers.DateTimeField(allow_null=True)
    last_run_at = serializers.DateTimeField(allow_null=True)
    waits = serializers.BooleanField()


class SchedulesSerializer(serializers.Serializer[Any]):
    """Every schedule."""

    data = ScheduleSerializer(many=True)  # type: ignore[assignment]


class PlanSerializer(serializers.Serializer[Any]):
    """Whether and when: by an interval, or by cron in a time zone; by the code's plan where neither is said."""

    enabled = serializers.BooleanField()
    every_seconds = serializers.IntegerField(min_value=1, max_value=2**31 - 1, allow_null=True, required=False)
    cron = serializers.CharField(max_length=100, allow_blank=True, required=False)
    timezone = serializers.CharField(max_length=64, allow_blank=True, required=False)


class SchedulesView(AdminEndpoint):
    """Schedules."""

    tag = "jobs"
    rights = {"GET": VIEW}

    @extend_schema(responses={200: SchedulesSerializer}, examples=shown(answers={200: {"data": [_EXAMPLE]}}))
    def get(self, request: Request) -> Response:
        """List what comes back, and when."""
        return Response({"data": [asdict(schedule) for schedule in selectors.schedule_facts()]})


class ScheduleView(AdminEndpoint):
    """One schedule."""

    tag = "jobs"
    rights = {"PUT": CHANGE}
    actions = {"PUT": "admin:schedule:change"}
    raises = (UnknownJob, WrongPlan)

    @extend_schema(
        request=PlanSerializer,
        responses={204: None},
        examples=shown(
            requests={
                "Every night": {"enabled": True, "cron": "0 3 * * *", "timezone": "Europe/Berlin"},
                "Off": {"enabled": False},
                "As the code says": {"enabled": True},
            }
        ),
    )
    def put(self, request: Request, name: str) -> Response:
        """Change when a job comes back."""
        services.change_schedule(name=name, **self.parse(PlanSerializer))
        return Response(status=status.HTTP_204_NO_CONTENT)


class RoundView(AdminEndpoint):
    """Run a scheduled job now.

    The next round comes when it would have.
    """

    tag = "jobs"
    rights = {"POST": CHANGE}
    actions = {"POST": "admin:schedule:run"}
    raises = (UnknownJob, StillWaiting)

    @extend_schema(request=None, responses={202: StartedSerializer}, examples=shown(answers={202: {"run_id": RUN_ID}}))
    def post(self, request: Request, name: str) -> Response:
        return started(services.run_schedule(name=name, now=clock.now()))
