"""Model serializers, nested where the answer is."""

from rest_framework import serializers

from benchmarks.baseline.models import Membership, Notification, Organization, User


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "email", "first_name", "last_name", "avatar_url"]


class MemberSerializer(serializers.ModelSerializer):
    user = PersonSerializer()
    is_owner = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = ["user", "role", "grants", "is_owner", "created_at"]

    def get_is_owner(self, member: Membership) -> bool:
        return bool(member.organization.owner_id == member.user_id)


class OrganizationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Organization
        fields = ["id", "name", "slug"]


class NotificationSerializer(serializers.ModelSerializer):
    organization = OrganizationSerializer()

    class Meta:
        model = Notification
        fields = ["id", "type", "message", "target_url", "organization", "created_at", "read_at"]
