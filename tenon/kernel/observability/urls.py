"""Health and metrics."""

from django.urls import path

from tenon.kernel.observability import views

urlpatterns = [
    path("health/", views.HealthView.as_view()),
    path("health/live/", views.LivenessView.as_view()),
    path("health/ready/", views.ReadinessView.as_view()),
    path("health/detailed/", views.DetailedHealthView.as_view()),
    path("metrics/", views.MetricsView.as_view()),
]
