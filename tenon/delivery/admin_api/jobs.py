"""Background work: the jobs there are, how runs went, and what failed for good."""

from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.delivery.admin_api.doors import AdminEndpoint
from tenon.kernel import clock
from tenon.kernel.errors import NotFound
from tenon.kernel.http import filters
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.jobs import selectors, services
from tenon.kernel.jobs.errors import NotByHand, NotDead, UnknownJob, WrongArguments
from tenon.kernel.jobs.models import RunState

VIEW, CHANGE = "jobs.view_run", "jobs.change_run"
RUN_ID = "0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21"
_JOB: dict[str, Any] = {
    "name": "outbox.purge",
    "about": "Delete what was delivered, or died, longer ago than the settings keep it.",
    "arguments": [],
    "lease_seconds": None,
    "atomic": False,
    "by_hand": True,
    "schedule": "every 1:00:00",
}
_RUN = {
    "id": RUN_ID,
    "name": "outbox.purge",
    "state": "dead",
    "attempts": 15,
    "organization_id": None,
    "created_at": "2026-11-20T09:30:00Z",
    "available_at": None,
    "started_at": "2026-11-20T10:00:00Z",
    "finished_at": "2026-11-20T10:00:01Z",
    "error": "OperationalError: the connection is closed",
}


class ArgumentSerializer(serializers.Serializer[Any]):
    """What a job is called with."""

    name = serializers.CharField()
    type = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]


class JobSerializer(serializers.Serializer[Any]):
    """A job that the code declares. Staff may start those `by_hand`."""

    name = serializers.CharField()
    about = serializers.CharField()
    arguments = ArgumentSerializer(many=True)
    lease_seconds = serializers.IntegerField(allow_null=True)
    atomic = serializers.BooleanField()
    by_hand = serializers.BooleanField()
    schedule = serializers.CharField(allow_null=True)


class JobsSerializer(serializers.Serializer[Any]):
    """Every job."""

    data = JobSerializer(many=True)  # type: ignore[assignment]


class RunSerializer(serializers.Serializer[Any]):
    """One run of a job, however many attempts it took. What it was called with is shown to nobody."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in RunState])
    attempts = serializers.IntegerField()
    organization_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    available_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField()


class StartSerializer(serializers.Serializer[Any]):
    """What to call the job with, and for which organization."""

    arguments = serializers.DictField(required=False)
    organization_id = serializers.UUIDField(required=False)


class StartedSerializer(serializers.Serializer[Any]):
    """The run that was enqueued."""

    run_id = serializers.UUIDField()


class RetrySerializer(serializers.Serializer[Any]):
    """Which dead runs: these, or those of one job; all of them where neither is said."""

    run_ids = serializers.ListField(child=serializers.UUIDField(), max_length=1000, required=False)
    name = serializers.CharField(max_length=120, required=False)


class RetriedSerializer(serializers.Serializer[Any]):
    """How many are due again."""

    retried = serializers.IntegerField(min_value=0)


class JobsView(AdminEndpoint):
    """Jobs."""

    tag = "jobs"
    rights = {"GET": VIEW}

    @extend_schema(responses={200: JobsSerializer}, examples=shown(answers={200: {"data": [_JOB]}}))
    def get(self, request: Request) -> Response:
        """List the jobs.

        What the code declares, with what each is called with and when it comes back.
        """
        return Response({"data": [asdict(job) for job in selectors.known_jobs()]})


class RunsView(AdminEndpoint):
    """Runs of jobs."""

    tag = "jobs"
    rights = {"GET": VIEW}
    page = KeysetPage(
        sort_fields={"created_at": "sequence"},
        default_sort="-created_at",
        filters={"name": filters.text("name"), "created_at": filters.timestamp("created_at")},
        key="sequence",
    )
    state: ClassVar[str] = ""

    @extend_schema(responses={200: RunSerializer(many=True)}, examples=shown(answers={200: _RUN}))
    def get(self, request: Request) -> Response:
        """List the runs of jobs.

        The latest first, whatever became of them.
        """
        return self._listed(request)

    def _listed(self, request: Request) -> Response:
        now = clock.now()
        runs = selectors.runs(now=now, state=self.state)
        return Response(
            self.page.paginate(request, runs, represent=lambda run: asdict(selectors.facts_of(run, now=now)))
        )


class DeadLettersView(RunsView):
    """Runs that failed for good."""

    state = RunState.DEAD.value

    @extend_schema(responses={200: RunSerializer(many=True)}, examples=shown(answers={200: _RUN}))
    def get(self, request: Request) -> Response:
        """List the dead letters.

        Runs that failed for good; nobody tries them again unless told so.
        """
        return self._listed(request)


class RunView(AdminEndpoint):
    """One run of a job."""

    tag = "jobs"
    rights = {"GET": VIEW}

    @extend_schema(responses={200: RunSerializer}, examples=shown(answers={200: _RUN}))
    def get(self, request: Request, run_id: UUID) -> Response:
        """Read how a run went."""
        return Response(asdict(selectors.run_facts(run_id=run_id, now=clock.now())))


class StartView(AdminEndpoint):
    """Start a job.

    By its name, with checked arguments; those that only the code can give, it gives alone.
    """

    tag = "jobs"
    rights = {"POST": CHANGE}
    actions = {"POST": "admin:job:start"}
    raises = (UnknownJob, NotByHand, WrongArguments)

    @extend_schema(
        request=StartSerializer,
        responses={202: StartedSerializer},
        examples=shown(requests={"Without arguments": {}}, answers={202: {"run_id": RUN_ID}}),
    )
    def post(self, request: Request, name: str) -> Response:
        asked = self.parse(StartSerializer)
        run_id = services.enqueue(
            name=name, arguments=asked.get("arguments", {}), organization_id=asked.get("organization_id")
        )
        return started(run_id)


class RetryView(AdminEndpoint):
    """Try a dead run again."""

    tag = "jobs"
    rights = {"POST": CHANGE}
    actions = {"POST": "admin:run:retry"}
    raises = (NotFound, NotDead)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, run_id: UUID) -> Response:
        services.retry(run_id=run_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class RetriesView(AdminEndpoint):
    """Try dead letters again.

    Events as well as jobs. Consumers that have taken an event are not run again.
    """

    tag = "jobs"
    rights = {"POST": CHANGE}
    actions = {"POST": "admin:dead_letters:retry"}

    @extend_schema(
        request=RetrySerializer,
        responses={200: RetriedSerializer},
        examples=shown(requests={"Of one job": {"name": "mail.send"}}, answers={200: {"retried": 12}}),
    )
    def post(self, request: Request) -> Response:
        return Response({"retried": services.retry_all(**self.parse(RetrySerializer), now=clock.now())})


def started(run_id: UUID) -> Response:
    """202, with where to look how the run goes."""
    place = reverse("admin-run", args=[run_id])
    return Response({"run_id": run_id}, status=status.HTTP_202_ACCEPTED, headers={"Location": place})
