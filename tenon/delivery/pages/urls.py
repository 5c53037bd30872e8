"""The routes of the pages."""

from django.urls import path

from tenon.delivery.pages import documentation, views

urlpatterns = [
    path("", views.start, name="start"),
    path("problems/", views.problems, name="problems"),
    path("problems/<slug:code>/", views.problem, name="problem"),
    path("reset-password/", views.reset_password, name="reset-password"),
    path("magic-verify/", views.magic_verify, name="magic-verify"),
    path("invitation/", views.invitation, name="invitation"),
    path("unsubscribe/", views.unsubscribe, name="unsubscribe"),
    path("unsubscribe/<str:secret>/", views.unsubscribe, name="unsubscribe-by-click"),
    path("api/schema/", documentation.Description.as_view(), name="schema"),
    path("api/docs/", documentation.redoc, name="redoc"),
    path("api/docs/admin/", documentation.admin_redoc, name="admin-redoc"),
    path("api/schema/redoc/", documentation.redoc),
    path("api/docs/redoc.js", documentation.redoc_bundle, name="redoc-bundle"),
    path("api/docs/swagger/", documentation.swagger_ui, name="swagger-ui"),
    path("api/schema/swagger-ui/", documentation.swagger_ui),
]
