"""A kind of shop as data: families, products, stock and work centres to start with."""

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from app.catalog.inheritance import Layer, Owner
from app.catalog.properties.part import Key, Part, Rate
from app.core.errors import NotFound
from app.core.translations import _

NAMES = ("print", "threed", "jewellery")


class WorkCentre(Part):
    """A place where work is done, with what its operator must know."""

    key: Key
    name: str
    instructions: str = ""


class Family(Part):
    """A family and the raw properties that are inherited from it (see `app.catalog.inheritance`). `parent` is
    the slug of the family above it, which the file names before it."""

    slug: str
    name: str
    parent: str = ""
    properties: dict[str, Any] = {}


class PresetProduct(Part):
    """A product and the raw properties that are its own."""

    slug: str
    sku: str
    name: str
    family: str
    summary: str = ""
    properties: dict[str, Any] = {}


class Location(Part):
    """A place where stock is, was or goes. Only what lies in an internal one is on hand."""

    key: Key
    name: str
    kind: Literal["internal", "supplier", "production", "customer", "adjustment"]


class Item(Part):
    """A stock item, its unit, where it lies and how much is there when the shop opens."""

    sku: str
    name: str
    unit: str
    location: Key
    opening: Rate = Decimal(0)


class StockSection(Part):
    """The preset's part that belongs to stock."""

    locations: list[Location] = []
    items: list[Item] = []


class Sample(Part):
    """An order that can be placed as it is: for the demo shop and the walk. `quantities` says how many of
    each variant, where its product has them; `quantity` is then their sum."""

    product: str
    quantity: int
    options: dict[str, str] = {}
    quantities: dict[str, int] = {}
    personalisation: dict[str, str] = {}


class Preset(Part):
    """A whole preset file."""

    key: Key
    name: str
    summary: str
    sample: Sample
    families: list[Family] = Field(min_length=1)
    products: list[PresetProduct] = Field(min_length=1)
    work_centres: list[WorkCentre] = []
    stock: StockSection = StockSection()


def read(name: str, currency: str = "") -> Preset:
    """Return the preset called `name`, checked and typed, its prices as so many of `currency` where one is given.
    Raises NotFound that lists the names."""
    import tomllib
    from importlib.resources import files

    if name not in NAMES:
        raise NotFound(
            _("There is no preset “%(name)s”.", name=name),
            next_step=_("There are: %(names)s.", names=", ".join(NAMES)),
        )
    text = (files(__name__) / f"{name}.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text, parse_float=Decimal)
    for owner in (*found["families"], *found["products"]) if currency else ():
        if "currency" in (price := owner.get("properties", {}).get("price", {})):
            price["currency"] = currency
    return Preset.model_validate(found)


def layers_of(preset: Preset, product: PresetProduct) -> list[Layer]:
    """Return the layers of a preset's product, from the top of its tree down."""
    families = {family.slug: family for family in preset.families}
    layers = [Layer(Owner("product", None, product.name), product.properties)]
    slug = product.family
    while slug:
        family = families[slug]
        layers.insert(0, Layer(Owner("family", None, family.name), family.properties))
        slug = family.parent
    return layers
