"""The routes of the operations, below /api/v1/."""

from django.urls import path

from tenon.kernel.operations.views import CancellationView, OperationsView, OperationView

app_name = "operations"
urlpatterns = [
    path("operations/", OperationsView.as_view(), name="operations"),
    path("operations/<uuid:operation_id>/", OperationView.as_view(), name="operation"),
    path("operations/<uuid:operation_id>/cancellation/", CancellationView.as_view(), name="cancellation"),
]
