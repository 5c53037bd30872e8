"""Numbers of the whole deployment: what there is, what came when, and how long requests took."""

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.delivery.admin_api.doors import ANY_STAFF, AdminEndpoint
from tenon.kernel import clock, statistics
from tenon.kernel.errors import FieldError, Invalid, NotFound
from tenon.kernel.http.examples import shown
from tenon.kernel.observability import latencies
from tenon.kernel.statistics import MOST_POINTS, Period, Step

_DEFAULT = {Step.HOUR: timedelta(days=2), Step.DAY: timedelta(days=30)}
_LONGER = timedelta(days=365)


class TotalSerializer(serializers.Serializer[Any]):
    """What there is of one kind. `has_series` says whether `series/` tells when it came."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    total = serializers.IntegerField(min_value=0)
    has_series = serializers.BooleanField()


class SummarySerializer(serializers.Serializer[Any]):
    """Every number there is, as of `at`."""

    at = serializers.DateTimeField()
    data = TotalSerializer(many=True)  # type: ignore[assignment]


class PeriodSerializer(serializers.Serializer[Any]):
    """From when until when, and how fine."""

    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)
    step = serializers.ChoiceField(choices=[step.value for step in Step], default=Step.DAY.value)


class PointSerializer(serializers.Serializer[Any]):
    """How many came in the point that begins at `start`."""

    start = serializers.DateTimeField()
    added = serializers.IntegerField(min_value=0)


class SeriesSerializer(serializers.Serializer[Any]):
    """What came when; points in which nothing came are there, with 0."""

    name = serializers.CharField()
    step = serializers.CharField()
    data = PointSerializer(many=True)  # type: ignore[assignment]


class LatencySerializer(serializers.Serializer[Any]):
    """How long the requests of one view took since the processes started, in milliseconds, from a histogram."""

    view = serializers.CharField()
    method = serializers.CharField()
    requests = serializers.IntegerField(min_value=0)
    p50_ms = serializers.FloatField()
    p95_ms = serializers.FloatField()
    p99_ms = serializers.FloatField()


class LatenciesSerializer(serializers.Serializer[Any]):
    """The slowest views first."""

    data = LatencySerializer(many=True)  # type: ignore[assignment]


class SummaryView(AdminEndpoint):
    """The totals."""

    tag = "metrics"
    rights = {"GET": ANY_STAFF}

    @extend_schema(
        responses={200: SummarySerializer},
        examples=shown(
            answers={
                200: {
                    "at": "2026-11-20T10:00:00Z",
                    "data": [{"name": "users", "label": "Accounts", "total": 1284, "has_series": True}],
                }
            }
        ),
    )
    def get(self, request: Request) -> Response:
        """How much there is of everything."""
        now = clock.now()
        totals = [
            {
                "name": each.name,
                "label": str(each.label),
                "total": each.total(now),
                "has_series": each.added is not None,
            }
            for each in statistics.registered().values()
        ]
        return Response({"at": now, "data": totals})


class SeriesView(AdminEndpoint):
    """One number over time."""

    tag = "metrics"
    rights = {"GET": ANY_STAFF}
    raises = (NotFound,)

    @extend_schema(
        parameters=[
            OpenApiParameter("since", {"type": "string", "format": "date-time"}, description="From when on."),
            OpenApiParameter("until", {"type": "string", "format": "date-time"}, description="Until when; else now."),
            OpenApiParameter(
                "step", enum=[step.value for step in Step], default="day", description="How wide a point is."
            ),
        ],
        responses={200: SeriesSerializer},
        examples=shown(
            answers={200: {"name": "users", "step": "day", "data": [{"start": "2026-11-20T00:00:00Z", "added": 12}]}}
        ),
    )
    def get(self, request: Request, name: str) -> Response:
        """What came when.

        By UTC. Without `since`, the last two days by the hour, thirty days by the day, or a year by weeks and months.
        """
        asked = self.parse_query(PeriodSerializer)
        statistic = statistics.registered().get(name)
        if statistic is None or statistic.added is None:
            raise NotFound
        step, until = Step(asked["step"]), asked.get("until") or clock.now()
        try:
            period = Period(asked.get("since") or until - _DEFAULT.get(step, _LONGER), until, step)
            starts = period.starts()
        except OverflowError:  # it begins before the first year, or ends behind the last
            starts = []
        if not starts or len(starts) > MOST_POINTS:
            detail = f"Between since and until lie 1 to {MOST_POINTS} points."
            raise Invalid(errors=[FieldError("", "invalid_value", detail, parameter="since")])
        added = statistic.added(period)
        points = [{"start": start, "added": added.get(start, 0)} for start in starts]
        return Response({"name": name, "step": step.value, "data": points})


class LatenciesView(AdminEndpoint):
    """How long requests take."""

    tag = "metrics"
    rights = {"GET": ANY_STAFF}

    @extend_schema(
        responses={200: LatenciesSerializer},
        examples=shown(
            answers={
                200: {
                    "data": [
                        {
                            "view": "me",
                            "method": "GET",
                            "requests": 5210,
                            "p50_ms": 3.1,
                            "p95_ms": 8.4,
                            "p99_ms": 21.0,
                        }
                    ]
                }
            }
        ),
    )
    def get(self, request: Request) -> Response:
        """How long requests took, by view.

        Since the processes that serve were started, estimated from the histogram that `/metrics/` shows as well.
        """
        return Response({"data": [latency._asdict() for latency in latencies.by_view()]})
