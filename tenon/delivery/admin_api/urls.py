"""The routes of the admin API, all of them under /admin/, before the portal's own."""

from django.urls import path

from tenon.delivery.admin_api import audit, features, jobs, me, metrics, schedules, users

urlpatterns = [
    path("api/me/", me.MeView.as_view()),
    path("api/users/", users.UsersView.as_view()),
    path("api/users/<uuid:user_id>/", users.UserView.as_view()),
    path("api/users/<uuid:user_id>/disablement/", users.DisablementView.as_view()),
    path("api/users/<uuid:user_id>/sessions/", users.SessionsView.as_view()),
    path("api/audit/", audit.EntriesView.as_view()),
    path("api/audit/<uuid:entry_id>/", audit.EntryView.as_view()),
    path("features/", features.FeaturesView.as_view()),
    path("features/<slug:key>/", features.FeatureView.as_view(), name="admin-feature"),
    path("jobs/", jobs.JobsView.as_view()),
    path("jobs/runs/", jobs.RunsView.as_view()),
    path("jobs/runs/<uuid:run_id>/", jobs.RunView.as_view(), name="admin-run"),
    path("jobs/runs/<uuid:run_id>/retry/", jobs.RetryView.as_view()),
    path("jobs/dead-letters/", jobs.DeadLettersView.as_view()),
    path("jobs/dead-letters/retries/", jobs.RetriesView.as_view()),
    path("jobs/schedules/", schedules.SchedulesView.as_view()),
    path("jobs/schedules/<str:name>/", schedules.ScheduleView.as_view()),
    path("jobs/schedules/<str:name>/rounds/", schedules.RoundView.as_view()),
    path("jobs/<str:name>/runs/", jobs.StartView.as_view()),
    path("metrics/summary/", metrics.SummaryView.as_view()),
    path("metrics/series/<slug:name>/", metrics.SeriesView.as_view()),
    path("metrics/latencies/", metrics.LatenciesView.as_view()),
]
