"""What the routes of organizations take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.kernel.http.localities import CountryField, CurrencyField, LanguageField, TimeZoneField
from tenon.platform.organizations.engines import slugs


class SlugField(serializers.CharField):
    """Lower-case words joined by hyphens, such as `acme-inc`; never in the form of an id."""

    default_error_messages = {"invalid_slug": _("Use lower-case letters and digits, joined by hyphens.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=3, max_length=63, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        slug: str = super().to_internal_value(data)
        if not slugs.is_slug(slug):
            self.fail("invalid_slug")
        return slug


class RoleNameField(serializers.RegexField):
    """The name of a role: one word in lower case, such as `admin` or `school_admin`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[a-z][a-z0-9_]*$", max_length=50, **kwargs)


class OrganizationSettingsSerializer(serializers.Serializer[Any]):
    """What an organization decides for all its members."""

    require_two_factor = serializers.BooleanField(default=False, help_text=_("Members sign in with a second factor."))


class OrganizationSettingsChangeSerializer(serializers.Serializer[Any]):
    """The settings to change; the others stay."""

    require_two_factor = serializers.BooleanField(required=False)


class OrganizationSerializer(serializers.Serializer[Any]):
    """An organization."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField(help_text=_("Names the organization in X-Organization-ID."))
    owner_id = serializers.UUIDField()
    is_personal = serializers.BooleanField(help_text=_("The workspace of one person, made when they registered."))
    timezone = serializers.CharField()
    locale = serializers.CharField(help_text=_("Empty: the deployment’s language."))
    country = serializers.CharField(help_text=_("Empty: not decided."))
    currency = serializers.CharField(help_text=_("Empty: not decided."))
    settings = OrganizationSettingsSerializer()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class OwnOrganizationSerializer(OrganizationSerializer):
    """An organization, and what the caller is there."""

    role = serializers.CharField()
    grants = serializers.ListField(child=serializers.CharField())
    joined_at = serializers.DateTimeField()


class OrganizationChangeSerializer(serializers.Serializer[Any]):
    """The fields to change."""

    name = serializers.CharField(max_length=200, required=False)
    slug = SlugField(required=False)
    timezone = TimeZoneField(required=False)
    locale = LanguageField(required=False, allow_blank=True)
    country = CountryField(required=False, allow_blank=True)
    currency = CurrencyField(required=False, allow_blank=True)
    settings = OrganizationSettingsChangeSerializer(required=False)


class NewOrganizationSerializer(OrganizationChangeSerializer):
    """A new organization. Without a slug, one follows from the name."""

    name = serializers.CharField(max_length=200)


class ClosureSerializer(serializers.Serializer[Any]):
    """The name of the organization, typed to show that its end is meant."""

    name = serializers.CharField(max_length=200)


class NewOwnerSerializer(serializers.Serializer[Any]):
    """The member who owns the organization from now on."""

    user_id = serializers.UUIDField()


class MemberSerializer(serializers.Serializer[Any]):
    """A person in an organization."""

    user_id = serializers.UUIDField()
    email = serializers.EmailField(source="user.email")
    first_name = serializers.CharField(source="user.first_name")
    last_name = serializers.CharField(source="user.last_name")
    avatar_url = serializers.CharField(source="user.avatar_url")
    role = serializers.CharField()
    grants = serializers.ListField(child=serializers.CharField())
    is_owner = serializers.BooleanField()
    joined_at = serializers.DateTimeField(source="created_at")


class MemberRoleSerializer(serializers.Serializer[Any]):
    """The role that a member has from now on."""

    role = RoleNameField()


class GrantsSerializer(serializers.Serializer[Any]):
    """The further roles that a member has from now on, all of them."""

    grants = serializers.ListField(child=RoleNameField(), max_length=20)


class RoleChangeSerializer(serializers.Serializer[Any]):
    """What to change of a role."""

    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    permissions = serializers.ListField(child=serializers.CharField(max_length=100), max_length=200, required=False)


class NewRoleSerializer(serializers.Serializer[Any]):
    """A role of the organization's own."""

    name = RoleNameField()
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    permissions = serializers.ListField(child=serializers.CharField(max_length=100), max_length=200)


class RoleSerializer(serializers.Serializer[Any]):
    """A role that the organization made for itself."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    permissions = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()


class NewInvitationSerializer(serializers.Serializer[Any]):
    """Who is to be invited, as what."""

    email = serializers.EmailField(max_length=254)
    role = RoleNameField()


class InvitationSerializer(serializers.Serializer[Any]):
    """An invitation, as the organization sees it."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    role = serializers.CharField()
    state = serializers.ChoiceField(choices=["pending", "accepted", "declined", "expired", "revoked"])
    invited_by_id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class InvitingSerializer(serializers.Serializer[Any]):
    """The organization that invites."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class MyInvitationSerializer(serializers.Serializer[Any]):
    """An invitation, as the invited person sees it."""

    id = serializers.UUIDField()
    organization = InvitingSerializer()
    role = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class TokenSerializer(serializers.Serializer[Any]):
    """The token of the emailed link."""

    token = serializers.CharField(max_length=200)


class JoinedSerializer(serializers.Serializer[Any]):
    """The organization that the person belongs to now."""

    organization_id = serializers.UUIDField()


class ExplanationSerializer(serializers.Serializer[Any]):
    """Whether a person has a permission, through which of their roles, and which roles would give it."""

    permission = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    allowed = serializers.BooleanField()
    because_of = serializers.ListField(child=serializers.CharField())
    given_by = serializers.ListField(child=serializers.CharField())


class ExplanationsSerializer(serializers.Serializer[Any]):
    """Every permission there is."""

    data = ExplanationSerializer(many=True)  # type: ignore[assignment]


class ExplanationQuerySerializer(serializers.Serializer[Any]):
    """Whose permissions are asked about; the caller's own unless given."""

    user_id = serializers.UUIDField(required=False)


class CurrentOrganizationSerializer(serializers.Serializer[Any]):
    """The organization that a person acts in unless a request says otherwise."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    is_personal = serializers.BooleanField()
    owner_id = serializers.UUIDField()


class PersonSerializer(serializers.Serializer[Any]):
    """The caller."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    username = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    timezone = serializers.CharField()
    locale = serializers.CharField(help_text=_("Empty: the deployment’s language."))
    is_staff = serializers.BooleanField()
    date_joined = serializers.DateTimeField()
    current_organization = CurrentOrganizationSerializer(allow_null=True)


class MeSerializer(serializers.Serializer[Any]):
    """The caller, in the envelope of the boilerplate's clients."""

    data = PersonSerializer()  # type: ignore[assignment]


class ProfileSerializer(serializers.Serializer[Any]):
    """What a person may change of themselves."""

    username = serializers.CharField(max_length=100, required=False, allow_blank=True)
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    timezone = TimeZoneField(required=False)
    locale = LanguageField(required=False, allow_blank=True)


class ErasureRequestSerializer(serializers.Serializer[Any]):
    """The password of whoever wants to be forgotten."""

    password = serializers.CharField(max_length=128, trim_whitespace=False)


class ErasureDateSerializer(serializers.Serializer[Any]):
    """When it will be done."""

    erases_at = serializers.DateTimeField()


class ErasureSerializer(serializers.Serializer[Any]):
    """That the person will be forgotten."""

    data = ErasureDateSerializer()  # type: ignore[assignment]


class PersonalCopySerializer(serializers.Serializer[Any]):
    """All that is held of a person, by the part of the house that holds it."""

    exported_at = serializers.DateTimeField()
    holdings = serializers.DictField(child=serializers.JSONField())
