"""The routes of organizations, below /api/v1/."""

from django.urls import path

from tenon.platform.organizations.api.views.invitations import InvitationsView, InvitationView
from tenon.platform.organizations.api.views.me import ExportView, MeView
from tenon.platform.organizations.api.views.members import GrantsView, MembersView, MemberView, PermissionsView
from tenon.platform.organizations.api.views.mine import AcceptByTokenView, AcceptView, DeclineView, MyInvitationsView
from tenon.platform.organizations.api.views.organizations import (
    ClosureView,
    LeaveView,
    OrganizationsView,
    OrganizationView,
    SwitchView,
    TransferView,
)
from tenon.platform.organizations.api.views.roles import RolesView, RoleView

app_name = "organizations"

ONE = "organizations/<uuid:organization_id>/"

urlpatterns = [
    path("me/", MeView.as_view(), name="me"),
    path("me/export/", ExportView.as_view(), name="export-me"),
    path("my-invites/", MyInvitationsView.as_view(), name="my-invitations"),
    path("my-invites/accept/", AcceptByTokenView.as_view(), name="accept-by-token"),
    path("my-invites/<uuid:invitation_id>/accept/", AcceptView.as_view(), name="accept"),
    path("my-invites/<uuid:invitation_id>/decline/", DeclineView.as_view(), name="decline"),
    path("organizations/", OrganizationsView.as_view(), name="organizations"),
    path(ONE, OrganizationView.as_view(), name="organization"),
    path(f"{ONE}switch/", SwitchView.as_view(), name="switch"),
    path(f"{ONE}leave/", LeaveView.as_view(), name="leave"),
    path(f"{ONE}transfer/", TransferView.as_view(), name="transfer"),
    path(f"{ONE}closure/", ClosureView.as_view(), name="closure"),
    path(f"{ONE}permissions/", PermissionsView.as_view(), name="permissions"),
    path(f"{ONE}members/", MembersView.as_view(), name="members"),
    path(f"{ONE}members/<uuid:user_id>/", MemberView.as_view(), name="member"),
    path(f"{ONE}members/<uuid:user_id>/grants/", GrantsView.as_view(), name="grants"),
    path(f"{ONE}roles/", RolesView.as_view(), name="roles"),
    path(f"{ONE}roles/<slug:name>/", RoleView.as_view(), name="role"),
    path(f"{ONE}invitations/", InvitationsView.as_view(), name="invitations"),
    path(f"{ONE}invitations/<uuid:invitation_id>/", InvitationView.as_view(), name="invitation"),
]
