"""What can be done to the catalogue."""

import re
import uuid
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from sqlalchemy import select

from app.catalog.models import CatalogChange, Product, ProductFamily
from app.catalog.services import families, overriding, presets, products, publishing, scheduling
from app.catalog.services.locks import lock_family, lock_product
from app.catalog.states import CHANGE, PRODUCT
from app.core.db import db, find
from app.core.errors import BadInput
from app.core.inputs import Day, Text, checked_by, fields
from app.core.permissions import EVERY_ROLE, permission
from app.core.text_input import normalize, unprintable
from app.core.translations import _, _l
from app.core.verbs import Subject, new_record

VIEW = permission("catalog.view", _l("View catalogue"), *EVERY_ROLE)
EDIT = permission("catalog.edit", _l("Edit catalogue"), "prepress", "planner")


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) or len(value) > 80:
        raise BadInput(
            _("“%(value)s” can't be used in an address.", value=value[:80]),
            next_step=_("Use lower-case letters, digits and hyphens."),
        )
    return value


def _name(value: str) -> str:
    clean = normalize(value)
    if not 0 < len(clean) <= 120:
        raise BadInput(_("The name must have 1 to 120 characters."))
    if fault := unprintable(clean):
        raise BadInput(fault)
    return clean


def _family(value: Any) -> Any:
    """Return the family that a form's field or a program names: the row, its address or its id."""
    if not isinstance(value, str):
        return value
    is_id = re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value)
    column = ProductFamily.id == uuid.UUID(value) if is_id else ProductFamily.slug == value
    found = db.session.scalar(select(ProductFamily).where(column))
    if found is None:
        raise ValueError(_("There is no family “%(value)s”.", value=value[:80]))
    return found


Slug = Annotated[str, checked_by(_slug)]
Name = Annotated[str, checked_by(_name)]
Sku = Annotated[str, Text(_l("Enter the SKU."), most=40, is_printed=True)]
Summary = Annotated[str, Text(most=4000)]
Family = Annotated[
    ProductFamily, BeforeValidator(_family), WithJsonSchema({"type": "string", "maxLength": 80})
]
Properties = dict[str, Any]
"""In the shape of `app.catalog.properties`."""
Path = Annotated[str, Text(_l("Name the property."), most=120)]
Confirm = Annotated[str, Field(max_length=64)]
"""The token of the preview that was shown, where products on offer change."""

EffectiveOn = Annotated[Day, Field(title=_l("Takes effect on"))]
ChangeNote = Annotated[str, Text(most=200), Field(title=_l("Note"))]

BESIDE_FORMS = frozenset({"api"})
"""Staff do it in the form of the row."""

FAMILY: Subject[ProductFamily] = Subject(
    "product_family", find=lambda ref: find(ProductFamily, ref), lock=lock_family
)
PRODUCTS: Subject[Product] = Subject(
    "product", find=lambda ref: find(Product, ref), lock=lock_product, chart=PRODUCT
)

CHANGES: Subject[CatalogChange] = Subject(
    "catalog_change",
    find=lambda ref: find(CatalogChange, ref),
    lock=scheduling.lock_change,
    chart=CHANGE,
)

create_family = new_record("new_family").verb(
    families.create_family,
    _l("Create family"),
    EDIT,
    fields(slug=Slug, name=Name, properties=(Properties, {}), parent=(Family | None, None)),
    entry=frozenset(),
)
create_product = new_record("new_product").verb(
    products.create_product,
    _l("Create product"),
    EDIT,
    fields(
        slug=Slug,
        name=Name,
        properties=(Properties, {}),
        sku=Sku,
        family=Family,
        summary=(Summary, ""),
    ),
    entry=frozenset(),
)
change_family = FAMILY.verb(
    families.change_family,
    _l("Edit family"),
    EDIT,
    fields(
        name=(Name | None, None),
        properties=(Properties | None, None),
        parent=(Family | None, None),
        to_top=(bool, False),
        confirm=(Confirm, ""),
    ),
    entry=BESIDE_FORMS,
    done=_l("The family is saved."),
)
delete_family = FAMILY.verb(
    families.delete_family,
    _l("Delete family"),
    EDIT,
    explain=_l("Only a family without products and families below it can be deleted."),
    danger=True,
    icon="trash",
)
change_product = PRODUCTS.verb(
    products.change_product,
    _l("Edit product"),
    EDIT,
    fields(
        name=(Name | None, None),
        properties=(Properties | None, None),
        summary=(Summary | None, None),
        family=(Family | None, None),
        sku=(Sku | None, None),
        confirm=(Confirm, ""),
    ),
    entry=BESIDE_FORMS,
    done=_l("The product is saved."),
)
publish = PRODUCTS.verb(
    publishing.publish,
    _l("Publish"),
    EDIT,
    done=_l("The product is on offer."),
)
archive = PRODUCTS.verb(
    publishing.archive,
    _l("Archive"),
    EDIT,
    explain=_l("It can't be ordered any more. Orders that name it stay as they are."),
    done=_l("The product is archived."),
)
restore = PRODUCTS.verb(
    publishing.restore,
    _l("Restore"),
    EDIT,
    done=_l("The product is on offer again."),
)
copy_product = PRODUCTS.verb(
    products.copy_product,
    _l("Copy product"),
    EDIT,
    fields(
        name=Annotated[Name, Field(title=_l("Name"))],
        sku=Annotated[Sku, Field(title="SKU")],
        slug=Annotated[Slug, Field(title=_l("Address"))],
    ),
    done=_l("The copy is a draft."),
)
delete_draft = PRODUCTS.verb(
    products.delete_draft,
    _l("Delete draft"),
    EDIT,
    explain=_l("The draft is gone for good."),
    states=frozenset({PRODUCT.initial}),
    danger=True,
)
override_family_property = FAMILY.verb(
    overriding.override_family_property,
    _l("Override"),
    EDIT,
    fields(path=Path),
    done=_l("The value is the family's own now."),
)
revert_family_property = FAMILY.verb(
    overriding.revert_family_property,
    _l("Revert to inherited"),
    EDIT,
    fields(path=Path, confirm=(Confirm, "")),
    done=_l("The value is inherited again."),
)
override_property = PRODUCTS.verb(
    overriding.override_property,
    _l("Override"),
    EDIT,
    fields(path=Path),
    done=_l("The value is the product's own now."),
)
revert_property = PRODUCTS.verb(
    overriding.revert_property,
    _l("Revert to inherited"),
    EDIT,
    fields(path=Path),
    done=_l("The value is inherited again."),
)
schedule_family_change = FAMILY.verb(
    scheduling.schedule_family_change,
    _l("Schedule change"),
    EDIT,
    fields(
        properties=Properties,
        effective_on=EffectiveOn,
        note=(ChangeNote, ""),
        confirm=(Confirm, ""),
    ),
    entry=BESIDE_FORMS,
    done=_l("The change is scheduled."),
)
schedule_product_change = PRODUCTS.verb(
    scheduling.schedule_product_change,
    _l("Schedule change"),
    EDIT,
    fields(properties=Properties, effective_on=EffectiveOn, note=(ChangeNote, "")),
    entry=BESIDE_FORMS,
    done=_l("The change is scheduled."),
)
cancel_change = CHANGES.verb(
    scheduling.cancel_change,
    _l("Cancel change"),
    EDIT,
    done=_l("The change is cancelled."),
)
apply_change = CHANGES.verb(
    scheduling.apply_change,
    _l("Apply change"),
    EDIT,
    entry=frozenset(),
)
load_preset = new_record("preset").verb(
    presets.load_preset, _l("Load preset"), EDIT, fields(name=str), entry=frozenset()
)
