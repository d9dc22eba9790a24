"""What a proof says of the order: handed down from above, and kept with the proof."""

from pydantic import BaseModel, ConfigDict


class JobData(BaseModel):
    """The words the customer signs under; empty ones are left out of the paper.

    `options` and `personalisation` are pairs of label and value, `pieces` the word for the quantity.
    `wording` has label, text and use (``file``, ``added``, ``information``) of the texts among them.
    A sealed row keeps whatever was written into it, so an unknown field stays.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    order_number: str = ""
    customer: str = ""
    product: str = ""
    title: str = ""
    ask: str = ""
    statement: str = ""
    quantity: int | None = None
    pieces: str = ""
    material: str = ""
    options: list[tuple[str, str]] = []
    personalisation: list[tuple[str, str]] = []
    wording: list[tuple[str, str, str]] = []
    wanted_on: str = ""
    promised_on: str = ""
    shop_name: str = ""
