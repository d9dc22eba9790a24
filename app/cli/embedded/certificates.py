"""Certificates by which the parts of the embedded storage know each other, and refuse everybody else.

They are made once for a home, or by `python -m app.cli.embedded.certificates DIR` for a storage in a container.
The key of the authority that signs them is kept nowhere, so that nothing else is ever signed by it.
"""

import ipaddress
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.cli.embedded.home import write_private
from app.cli.embedded.ports import HOST

AUTHORITY, CERTIFICATE, KEY = "authority.crt", "storage.crt", "storage.key"
SETTINGS = "security.toml"
PARTS = ("master", "volume", "filer")
BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


def settle(place: Path) -> None:
    """Make what is missing in the storage's folder: authority, certificate, key, and the settings that let each
    of its ports ask for that certificate, over HTTP and gRPC alike. The S3 port has signatures instead."""
    if not (place / KEY).exists():
        authority, certificate, key = _make()
        write_private(place / AUTHORITY, authority)
        write_private(place / CERTIFICATE, certificate)
        write_private(place / KEY, key)  # last: it says that the others are there
    ca = _line(place, "ca", AUTHORITY)
    pair = _line(place, "cert", CERTIFICATE) + _line(place, "key", KEY)
    settings = f"[grpc]\n{ca}"
    settings += "".join(f"[grpc.{part}]\n{pair}" for part in (*PARTS, "s3", "client"))
    settings += f"[https.client]\nenabled = true\n{ca}{pair}"
    settings += "".join(f"[https.{part}]\n{ca}{pair}" for part in PARTS)
    write_private(place / SETTINGS, settings)


def _line(place: Path, name: str, file: str) -> str:
    return f"{name} = {json.dumps(str(place / file), ensure_ascii=False)}\n"


def _make() -> tuple[bytes, bytes, bytes]:
    """Return the authority's certificate, the storage's and its key, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    signing, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer, subject = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        for name in ("Embedded storage authority", "Embedded storage")
    )

    def begin(name: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder(issuer_name=issuer, subject_name=name, public_key=public)
        made = made.serial_number(x509.random_serial_number())
        return made.not_valid_before(BEGIN).not_valid_after(END)

    authority = begin(issuer, signing.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    certificate = (
        begin(subject, key.public_key())
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]),
            critical=False,
        )
        .add_extension(
            x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
            ),
            critical=False,
        )
    )
    pem = serialization.Encoding.PEM
    form, clear = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return (
        authority.sign(signing, hashes.SHA256()).public_bytes(pem),
        certificate.sign(signing, hashes.SHA256()).public_bytes(pem),
        key.private_bytes(pem, form, clear),
    )


if __name__ == "__main__":
    settle(Path(sys.argv[1]))
