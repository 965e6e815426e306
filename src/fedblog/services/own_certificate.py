"""The certificate with which fedblog serves https itself."""

import ssl
from pathlib import Path

from fedblog.errors import Refused


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """The server's side of TLS. Raises `Refused` when a file cannot be read or the two do not belong together."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except ssl.SSLError as error:
        raise Refused(
            f"The certificate {certificate} and the key {key} cannot be used together: {error.reason or error}.",
            "Both must be PEM files, the key without a password, and made for each other.",
        ) from error
    except OSError as error:
        raise Refused(f"The certificate or its key cannot be read: {error}.", "Check both files.") from error
    except ValueError as error:
        raise Refused(f"The key {key} has a password.", "Store it without one, readable by its owner only.") from error
    return context


def _no_password() -> str:
    raise ValueError("the key has a password")
