"""Pictures of a product: taken from uploaded files, made smaller by a job, put in order."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max

from tenon.domains.catalog import policies
from tenon.domains.catalog.errors import TooMany, UnusableImage
from tenon.domains.catalog.models import Product, ProductImage
from tenon.domains.catalog.services.editing import editing
from tenon.domains.catalog.services.products import drop_files, files_of, locked_product, touch
from tenon.kernel.errors import FieldError, NotFound
from tenon.kernel.images import reading
from tenon.kernel.images.refusals import ImageRefused
from tenon.kernel.outbox.publishing import enqueue
from tenon.kernel.principal import SYSTEM, Principal
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files import selectors as files
from tenon.platform.files import services as file_services

WIDTHS = (160, 480, 1200)  # pixels of the longer side, for lists, pages and close looks


@retried
def add_image(*, principal: Principal, product_id: UUID, file_id: UUID, values: Mapping[str, Any]) -> UUID:
    """Show an uploaded file with the purpose `product_image`; the first picture of a product is its primary one.

    Returns its id. Raises Forbidden, NotFound, UnusableImage, TooMany.
    """
    with editing(principal) as organization_id:
        product = locked_product(product_id)
        present = ProductImage.objects.filter(product=product)
        if present.count() >= settings.CATALOG_MAX_IMAGES:
            raise TooMany
        file = _usable(organization_id, file_id)
        if ProductImage.objects.filter(file_id=file_id).exists():
            raise _unusable()
        fields = dict(values)
        wants_first = fields.pop("is_primary", False) or not present.exists()
        last = present.aggregate(last=Max("position"))["last"]
        fields.setdefault("position", 0 if last is None else last + 1)
        image = ProductImage.objects.create(
            product=product, file_id=file_id, width=file.width, height=file.height, **fields
        )
        if wants_first:
            _make_primary(product, image)
        payload = {"organization_id": organization_id, "image_id": image.id}
        enqueue("catalog.render_image", payload, organization_id=organization_id)
        touch(product, "images", actor_id=principal.id)
        return image.id


@retried
def update_image(*, principal: Principal, product_id: UUID, image_id: UUID, changes: Mapping[str, Any]) -> None:
    """Change the words or the place of a picture; `is_primary` makes it the primary one instead of the one before.

    Raises Forbidden, NotFound.
    """
    with editing(principal):
        product = locked_product(product_id)
        image = _find(product, image_id)
        fields = {name: value for name, value in changes.items() if getattr(image, name) != value}
        # None and False are one: a picture stops being the primary one when another becomes it.
        becomes_primary = bool(fields.pop("is_primary", False))
        if becomes_primary:
            _make_primary(product, image)
        if fields:
            ProductImage.objects.filter(pk=image.pk).update(**fields)
        if fields or becomes_primary:
            touch(product, "images", actor_id=principal.id)


@retried
def delete_image(*, principal: Principal, product_id: UUID, image_id: UUID) -> None:
    """Take a picture away, with its files; the next one becomes the primary one. Raises Forbidden, NotFound."""
    with editing(principal) as organization_id:
        product = locked_product(product_id)
        image = _find(product, image_id)
        drop_files(organization_id, files_of([(image.file_id, image.renditions)]))
        _remove(product, image)
        touch(product, "images", actor_id=principal.id)


def forget_file(*, organization_id: UUID, file_id: UUID) -> None:
    """Take away the picture whose file is gone."""
    with organization_scope(organization_id):
        for image in ProductImage.objects.filter(file_id=file_id).select_related("product"):
            drop_files(organization_id, [str(each) for each in image.renditions.values()])
            _remove(image.product, image)
            touch(image.product, "images", actor_id=None)


def render(*, organization_id: UUID, image_id: UUID, now: datetime) -> None:
    """Make the smaller pictures of a picture, and note which they are. A picture that is gone by then needs none."""
    with organization_scope(organization_id, read_only=True):
        image = ProductImage.objects.filter(pk=image_id).first()
    if image is None or image.renditions:
        return
    content = files.open_file(organization_id=organization_id, file_id=image.file_id)
    if content is None:
        return
    with content.stream as stream:
        original = stream.read()
    made: dict[str, str] = {}
    longer = max(image.width or 0, image.height or 0)
    for width in WIDTHS:
        if width >= longer:
            continue
        try:
            smaller = reading.thumbnail(original, side=width)
        except ImageRefused:
            break
        file = file_services.upload(
            principal=replace(SYSTEM, organization_id=organization_id),
            purpose=policies.IMAGE.name,
            name=f"{image_id.hex}-{width}.webp",
            content=BytesIO(smaller),
            now=now,
        )
        made[str(width)] = str(file.id)
    with organization_scope(organization_id):
        if ProductImage.objects.filter(pk=image_id, renditions={}).update(renditions=made):
            touch(locked_product(image.product_id), "images", actor_id=None)
        else:  # gone, or made by another run meanwhile
            drop_files(organization_id, list(made.values()))


def drop(*, organization_id: UUID, file_ids: Iterable[UUID]) -> None:
    """Delete files that nothing shows any more; one that is gone is as good as deleted."""
    principal = replace(SYSTEM, organization_id=organization_id)
    for file_id in file_ids:
        try:
            file_services.delete(principal=principal, file_id=file_id)
        except NotFound:
            continue


def _make_primary(product: Product, image: ProductImage) -> None:
    ProductImage.objects.filter(product=product, is_primary=True).exclude(pk=image.pk).update(is_primary=None)
    ProductImage.objects.filter(pk=image.pk).update(is_primary=True)


def _remove(product: Product, image: ProductImage) -> None:
    image.delete()
    if image.is_primary:
        following = ProductImage.objects.filter(product=product).order_by("position", "id").first()
        if following is not None:
            _make_primary(product, following)


def _find(product: Product, image_id: UUID) -> ProductImage:
    image = ProductImage.objects.filter(product=product, pk=image_id).first()
    if image is None:
        raise NotFound
    return image


def _usable(organization_id: UUID, file_id: UUID) -> files.FileFacts:
    try:
        file = files.file_facts(organization_id=organization_id, file_id=file_id)
    except NotFound:
        raise _unusable() from None
    if file.purpose != policies.IMAGE.name or file.state != "ready":
        raise _unusable()
    return file


def _unusable() -> UnusableImage:
    return UnusableImage(errors=[FieldError("/file_id", UnusableImage.code, UnusableImage.message)])
