"""The shop's own label for its van, a local courier or a post office counter: no account, no network."""

from app.core.outbound.adapters import REPEATS_BY_KEY
from app.core.translations import _l
from app.fulfilment.carriers import Carrier, Label, LabelRequest
from app.fulfilment.tracking import own_number

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
