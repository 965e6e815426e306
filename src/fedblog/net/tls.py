"""The one TLS context of the process. Making it costs about 20 ms, so it is made once."""

import ssl
from pathlib import Path

from fedblog.errors import Invalid


def client_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """The system's certificate authorities, and those in `ca_file` beside them; TLS 1.2 or newer, names checked.

    Raises `Invalid` when `ca_file` cannot be used.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is not None:
        _trust(context, ca_file)
    return context


def _trust(context: ssl.SSLContext, ca_file: Path) -> None:
    try:
        context.load_verify_locations(cafile=ca_file)
    except OSError as error:
        raise Invalid(f"federation.ca_file {ca_file} cannot be read as PEM certificates: {error}.") from error
