"""Files: sent, listed, read, deleted."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.http import filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.bodiless import without_body
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.uploads import FormParser, TakesFiles
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.images.refusals import DecodersBusy, ImageRefused
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files import policies, selectors, services
from tenon.platform.files.api import examples
from tenon.platform.files.api.serializers import (
    AnnouncementSerializer,
    ContentQuerySerializer,
    FileSerializer,
    FormSerializer,
    TicketSerializer,
)
from tenon.platform.files.errors import (
    ChecksumDiffers,
    FileRefused,
    FileTooLarge,
    NotReady,
    NotUploaded,
    QuotaUsedUp,
    ScannerLost,
    StoreLost,
    UnknownPurpose,
    UploadClosed,
)
from tenon.platform.files.models import File

# Bytes move outside of transactions. The lease is longer than examining and storing a file take.
_IN_STEPS = Idempotency(phased=True, lease=timedelta(minutes=5))
_REFUSALS = (ChecksumDiffers, FileRefused, ImageRefused, DecodersBusy, ScannerLost, StoreLost)


class FilesView(TakesFiles, Endpoint):
    """The files of the organization."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ, "POST": policies.WRITE}
    throttles = ("upload",)
    idempotency = {"POST": _IN_STEPS}
    raises = (UnknownPurpose, FileTooLarge, QuotaUsedUp, *_REFUSALS)
    page = KeysetPage(
        sort_fields={"created_at": "created_at"},
        default_sort="-created_at",
        filters={
            "purpose": filters.text("purpose"),
            "content_type": filters.text("content_type"),
            "state": filters.choice("state", *File.State.values),
            "created_at": filters.timestamp("created_at"),
        },
    )

    def get_parsers(self) -> list[Any]:
        return [FormParser()]

    @extend_schema(responses={200: FileSerializer(many=True)}, examples=shown(answers={200: examples.FILE}))
    def get(self, request: Request) -> Response:
        """List files.

        The latest first, those included that wait for their bytes or were refused.
        """
        with organization_scope(self.organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.files(), represent=_represent))

    @extend_schema(
        request={"multipart/form-data": FormSerializer},
        responses={201: FileSerializer},
        examples=shown(
            requests={"A photograph": examples.FORM}, answers={201: examples.FILE}, takes="multipart/form-data"
        ),
    )
    def post(self, request: Request) -> Response:
        """Send a file.

        As a form of one `file`. What it is, is decided by its bytes. Pictures are turned upright and lose what they
        carry besides (where they were taken, for one), so that `size` and `checksum` may differ from what was sent.
        Larger files go to a signed address: see `POST /api/v1/files/uploads/`.
        """
        form = self.parse(FormSerializer)
        sent = form.pop("file")
        file = services.upload(
            principal=self.principal,
            name=sent.name or "",
            content=sent.file,
            content_type=sent.content_type or "",
            now=clock.now(),
            operation=self.operation,
            **form,
        )
        location = reverse("files:file", args=[file.id])
        return Response(FileSerializer(file).data, status=status.HTTP_201_CREATED, headers={"Location": location})


class UploadsView(Endpoint):
    """Uploads to signed addresses."""

    audience = Audience.MEMBER
    permissions = {"POST": policies.WRITE}
    throttles = ("upload",)
    idempotency = {"POST": _IN_STEPS}
    raises = (UnknownPurpose, FileTooLarge, QuotaUsedUp)

    @extend_schema(
        request=AnnouncementSerializer,
        responses={201: TicketSerializer},
        examples=shown(requests={"A photograph": examples.ANNOUNCEMENT}, answers={201: examples.TICKET}),
    )
    def post(self, request: Request) -> Response:
        """Announce a file.

        The answer says where its bytes are to go. With `PUT`, they are the body, beside `headers`; with `POST`, they
        are the last part, `file`, of a form that begins with `fields`. Send no credentials there. When the bytes have
        arrived, `POST /api/v1/files/{id}/completion/` makes the file ready.
        """
        announced = self.parse(AnnouncementSerializer)
        ticket = services.begin(principal=self.principal, now=clock.now(), operation=self.operation, **announced)
        upload = ticket.upload
        body = {
            "file_id": ticket.file_id,
            "url": upload.url,
            "method": upload.method,
            "headers": dict(upload.headers),
            "fields": dict(upload.fields),
            "expires_at": ticket.expires_at,
        }
        return Response(body, status=status.HTTP_201_CREATED)


class FileView(Endpoint):
    """One file."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ, "DELETE": policies.WRITE}

    @extend_schema(responses={200: FileSerializer}, examples=shown(answers={200: examples.FILE}))
    def get(self, request: Request, file_id: UUID) -> Response:
        """Show a file."""
        file = selectors.file_facts(organization_id=self.organization_id, file_id=file_id)
        return Response(FileSerializer(file).data)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, file_id: UUID) -> HttpResponse:
        """Delete a file.

        Its bytes follow shortly. A signed address that was given out stops working with them.
        """
        services.delete(principal=self.principal, file_id=file_id)
        return without_body(204)


class CompletionView(Endpoint):
    """The end of an upload."""

    audience = Audience.MEMBER
    permissions = {"POST": policies.WRITE}
    throttles = ("upload",)
    raises = (NotUploaded, UploadClosed, *_REFUSALS)

    @extend_schema(request=None, responses={200: FileSerializer}, examples=shown(answers={200: examples.FILE}))
    def post(self, request: Request, file_id: UUID) -> Response:
        """Complete an upload.

        The bytes are read: their size, their checksum where one was announced, and what they are. A refusal ends the
        upload. Once it is complete, the same request answers the same.
        """
        file = services.complete(principal=self.principal, file_id=file_id, now=clock.now())
        return Response(FileSerializer(file).data)


class ContentView(Endpoint):
    """The bytes of a file."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ}
    raises = (NotReady,)

    @extend_schema(
        parameters=[
            ContentQuerySerializer,
            OpenApiParameter(
                "Location", str, OpenApiParameter.HEADER, response=[302], description="The signed address."
            ),
        ],
        responses={302: None},
    )
    def get(self, request: Request, file_id: UUID) -> HttpResponse:
        """Download a file.

        Redirects to a signed address that is good for some minutes. Send no credentials there.
        """
        query = self.parse_query(ContentQuerySerializer)
        address = selectors.download_address(
            organization_id=self.organization_id,
            file_id=file_id,
            inline=query["disposition"] == "inline",
            now=clock.now(),
        )
        return without_body(302, Location=address)


def _represent(file: File) -> Any:
    return selectors.facts_of(file)
