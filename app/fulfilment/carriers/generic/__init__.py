"""The shop's own label for its van, a local courier or a post office counter: no account, no network."""

from app.core.outbound.adapters import REPEATS_BY_KEY
from app.core.translations import _l
from app.fulfilment.carriers import Carrier, Label, LabelRequest

WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
PREFIX, COUNTRY = "MR", "XX"


def check_digit(serial: str) -> int:
    """Return the check digit of eight figures: UPU standard S10, weights 8 6 4 2 3 5 9 7, modulo 11.

    11 minus the remainder; 10 becomes 0 and 11 becomes 5. So a single wrong figure is noticed except
    where the two remainders that give 5 stand for one another.
    """
    total = sum(int(figure) * weight for figure, weight in zip(serial, WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: 0, 11: 5}.get(check, check)


def own_number(sequence: int) -> str:
    """Return the tracking number for `sequence` (below 100 million), such as ``MR100000012XX``.

    The shape is that of S10; the country XX is free for private use in ISO 3166, so no post has it.
    """
    serial = f"{sequence % 10**8:08d}"
    return f"{PREFIX}{serial}{check_digit(serial)}{COUNTRY}"


TEMPLATE = "papers/label.html"
SERVICES = {"standard": _l("Standard"), "express": _l("Express"), "insured": _l("Insured")}


def label_html(request: LabelRequest, tracking_number: str) -> str:
    """Return the label as HTML, 100 × 150 mm; needs an application context."""
    from flask import current_app

    from app.core.barcodes import code128_svg, qr_svg

    spaced = f"{tracking_number[:2]} {tracking_number[2:6]} {tracking_number[6:10]} "
    size = " × ".join(str(side) for side in request.size_mm) + " mm" if request.size_mm else ""
    return current_app.jinja_env.get_template(TEMPLATE).render(
        service=SERVICES.get(request.service, request.service.capitalize()),
        tracking_number=spaced + tracking_number[10:],
        barcode=code128_svg(tracking_number),
        qr=qr_svg(tracking_number),
        recipient=request.recipient.printed(),
        phone=request.recipient.phone,
        sender=request.sender.printed(),
        reference=request.reference,
        order_number=request.order_number,
        weight=f"{request.weight_g / 1000:.2f} kg" if request.weight_g >= 1000 else "",
        weight_g=request.weight_g,
        size=size,
    )


class Generic(Carrier):
    """The shop's own label: no account, no network."""

    key = "generic"
    name = _l("Own label")
    services = SERVICES
    abilities = frozenset({REPEATS_BY_KEY})

    def buy(self, request: LabelRequest) -> Label:
        """Return the label; its number comes from the request's sequence, so the same key repeats it."""
        from app.core.pdf import render_pdf

        number = own_number(request.sequence)
        return Label(number, render_pdf(label_html(request, number)))


ADAPTER = Generic
