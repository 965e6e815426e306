"""A TLS handshake alone: is the certificate one that other servers believe, and until when?"""

import asyncio
import ssl
from collections.abc import Sequence

from fedblog.errors import Unreachable
from fedblog.net.connect import reason_of
from fedblog.world import Handshake


async def shake_hands(tls: ssl.SSLContext, host: str, port: int, addresses: Sequence[str], seconds: float) -> Handshake:
    """What the first of these addresses that answers shows for `host`. Raises `Unreachable` when none does."""
    reason = "the name leads to no address"
    for address in addresses:
        try:
            async with asyncio.timeout(seconds):
                return await _shake(tls, host, port, address)
        except ssl.SSLCertVerificationError as error:
            return Handshake(error.verify_message or str(error.reason), error.verify_code)
        except OSError as error:
            reason = reason_of(error)
    raise Unreachable(reason)


async def _shake(tls: ssl.SSLContext, host: str, port: int, address: str) -> Handshake:
    _, writer = await asyncio.open_connection(address, port, ssl=tls, server_hostname=host)
    try:
        facts = writer.get_extra_info("peercert") or {}
        return Handshake(ends_at=int(ssl.cert_time_to_seconds(str(facts["notAfter"]))) * 1000)
    finally:
        writer.transport.abort()
