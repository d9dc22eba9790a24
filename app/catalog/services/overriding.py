"""One property at a time: a family or product takes an inherited value as its own, or gives its own up."""

from collections.abc import Mapping
from typing import Any

from app.catalog.inheritance import KEYED_LISTS, OBJECTS, RawProperties, merge
from app.catalog.models import Product, ProductFamily
from app.catalog.services.families import change_family
from app.catalog.services.products import change_product
from app.catalog.services.reading import layers_of
from app.core.actor import Actor
from app.core.errors import BadInput
from app.core.translations import _


def override_property(product: Product, actor: Actor, path: str) -> Product:
    """Copy the inherited value at `path` (``price.setup_minor``, ``options.paper``) into the product. What
    it has itself already stays. Raises BadInput where nothing is inherited there."""
    return change_product(product, actor, properties=overridden(product, path))


def revert_property(product: Product, actor: Actor, path: str) -> Product:
    """Take the product's own value at `path` away, or what it says is taken away there, so that the
    inherited one holds. Raises BadInput where it has none."""
    return change_product(product, actor, properties=reverted(product.properties, path))


def override_family_property(family: ProductFamily, actor: Actor, path: str) -> ProductFamily:
    """Copy the inherited value at `path` into the family, as `override_property`."""
    return change_family(family, actor, properties=overridden(family, path))


def revert_family_property(
    family: ProductFamily, actor: Actor, path: str, confirm: str = ""
) -> ProductFamily:
    """Take the family's own value at `path` away, as `revert_property`; `confirm` as `change_family`."""
    own = reverted(family.properties, path)
    return change_family(family, actor, properties=own, confirm=confirm)


def overridden(row: Product | ProductFamily, path: str) -> RawProperties:
    """Return the row's own properties with the inherited value at `path` among them."""
    name, key = _parts(path)
    own = dict(row.properties)
    inherited = merge(layers_of(row)[:-1])[0].get(name)
    if key and name in OBJECTS and isinstance(inherited, Mapping) and key in inherited:
        mine: Any = own.get(name) or {}
        return {**own, name: {key: inherited[key], **mine}}
    if key and name in KEYED_LISTS and isinstance(inherited, list):
        for part in inherited:
            if isinstance(part, Mapping) and part.get("key") == key:
                if any(one.get("key") == key for one in _listed(own, name)):
                    return own
                return {**own, name: [*_listed(own, name), part]}
    if not key and inherited is not None:
        return {name: inherited, **own}
    raise BadInput(_("Nothing is inherited at “%(path)s”.", path=path), field="path")


def reverted(own: RawProperties, path: str) -> RawProperties:
    """Return own properties without the value at `path`, and without “drop” of it."""
    name, key = _parts(path)
    found = dict(own)
    dropped = found.get("drop")
    if isinstance(dropped, list) and path in dropped:
        return _with(found, "drop", [one for one in dropped if one != path])
    value = found.get(name)
    if key and isinstance(value, Mapping) and key in value:
        return _with(found, name, {k: v for k, v in value.items() if k != key})
    if key and any(part.get("key") == key for part in _listed(found, name)):
        return _with(found, name, [p for p in _listed(found, name) if p.get("key") != key])
    if not key and name in found:
        return _with(found, name, None)
    raise BadInput(_("Nothing is set at “%(path)s”.", path=path), field="path")


def _parts(path: str) -> tuple[str, str]:
    name, _dot, key = path.partition(".")
    return name, key


def _listed(own: Mapping[str, Any], name: str) -> list[Any]:
    value = own.get(name) if name in KEYED_LISTS else None
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []


def _with(own: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Return `own` with the value at `name`, or without it where nothing is left of it."""
    return {**own, name: value} if value else {k: v for k, v in own.items() if k != name}
