"""What can be done to the catalogue."""

import re
from typing import Annotated, Any

from app.catalog import services
from app.catalog.models import Product, ProductFamily
from app.core.errors import BadInput
from app.core.inputs import Text, checked_by, fields
from app.core.permissions import EVERY_ROLE, permission
from app.core.text_input import normalize, unprintable
from app.core.translations import _, _l
from app.core.verbs import new_record, rows_of

VIEW = permission("catalog.view", _l("View catalogue"), *EVERY_ROLE)
EDIT = permission("catalog.edit", _l("Edit catalogue"), "prepress", "planner")


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) or len(value) > 80:
        raise BadInput(
            _("“%(value)s” can't be used in an address.", value=value),
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


Slug = Annotated[str, checked_by(_slug)]
Name = Annotated[str, checked_by(_name)]
Sku = Annotated[str, Text(_l("Enter the SKU."), most=40)]
Summary = Annotated[str, Text(most=4000)]
Properties = dict[str, Any]
"""In the shape of `app.catalog.properties`."""


create_family = new_record("new_family").verb(
    services.create_family,
    _l("Create family"),
    EDIT,
    fields(slug=Slug, name=Name, properties=(Properties, {})),
    entry=frozenset(),
)
create_product = new_record("new_product").verb(
    services.create_product,
    _l("Create product"),
    EDIT,
    fields(
        slug=Slug,
        name=Name,
        properties=(Properties, {}),
        sku=Sku,
        family=ProductFamily,
        summary=(Summary, ""),
    ),
    entry=frozenset(),
)
change_family = rows_of("product_family", ProductFamily).verb(
    services.change_family,
    _l("Edit family"),
    EDIT,
    fields(name=(Name | None, None), properties=(Properties | None, None)),
    done=_l("The family is saved."),
)
change_product = rows_of("product", Product).verb(
    services.change_product,
    _l("Edit product"),
    EDIT,
    fields(
        name=(Name | None, None),
        properties=(Properties | None, None),
        summary=(Summary | None, None),
        active=(bool | None, None),
    ),
    done=_l("The product is saved."),
)
load_preset = new_record("preset").verb(
    services.load_preset, _l("Load preset"), EDIT, fields(name=str), entry=frozenset()
)
