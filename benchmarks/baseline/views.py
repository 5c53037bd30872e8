"""View sets as a tutorial has them, with the related rows joined or prefetched."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import permissions, viewsets
from rest_framework.request import Request

from benchmarks.baseline.models import Membership, Notification
from benchmarks.baseline.serializers import MemberSerializer, NotificationSerializer


class MayListMembers(permissions.BasePermission):
    """Whether the user belongs to the organization of the path."""

    def has_permission(self, request: Request, view: Any) -> bool:
        rows = Membership.objects.filter(
            user=request.user, organization=view.kwargs["organization_id"], organization__closed_at=None
        )
        return rows.exists()


class MemberViewSet(viewsets.ModelViewSet):
    serializer_class = MemberSerializer
    permission_classes = [permissions.IsAuthenticated, MayListMembers]
    filterset_fields = ["role", "user_id"]
    ordering_fields = ["created_at"]

    def get_queryset(self) -> QuerySet[Membership]:
        rows = Membership.objects.filter(organization=self.kwargs["organization_id"])
        return rows.select_related("user", "organization")


class NotificationViewSet(viewsets.ModelViewSet):
    serializer_class = NotificationSerializer
    filterset_fields = ["unread", "type", "organization_id"]
    ordering_fields = ["created_at"]

    def get_queryset(self) -> QuerySet[Notification]:
        return Notification.objects.filter(recipient=self.request.user).prefetch_related("organization")
