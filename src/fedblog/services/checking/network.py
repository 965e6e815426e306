"""The own name and the own certificate, as far as this machine can tell without asking anybody else."""

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

from fedblog.config import Config
from fedblog.errors import Refused
from fedblog.net.guard import is_allowed, is_laboratory
from fedblog.net.probing import local_addresses
from fedblog.services import founding
from fedblog.services.checking.findings import Finding, Whose, ok, problem, warning
from fedblog.services.own_certificate import tls_context
from fedblog.urls import is_ip_literal
from fedblog.world import World

_SOON = 14 * 86_400_000
_SECONDS = 5.0


async def check_names(config: Config, world: World) -> list[Finding]:
    """Whether the blog's names lead anywhere, and whether others can get there."""
    site = config.site
    found = [await _check_name(config, world, site.base_url.host)]
    if site.handle_domain and site.handle_domain != site.base_url.authority:
        found.append(await _check_name(config, world, site.handle_domain.partition(":")[0]))
        found.append(ok("handle", " ".join(founding.redirect_lines(site.handle_domain, site.base_url.origin))))
    return found


async def _check_name(config: Config, world: World, name: str) -> Finding:
    addresses = await _addresses(world, name)
    if not addresses:
        return problem("name", f"{name} leads to no address.", "Set an A or AAAA record at your DNS provider.")
    leads = f"{name} leads to {', '.join(addresses)}"
    laboratory = config.federation.allow_private_networks
    if not any(is_allowed(address) for address in addresses):
        if all(is_laboratory(address, laboratory) for address in addresses):
            return ok("name", f"{leads}, inside of the laboratory.")
        if local_addresses(addresses):
            what = f"{leads} here, which is this machine; what others are told is not seen."
            return warning("name", what, "Look into /etc/hosts, and ask elsewhere.", Whose.YOU, _asking(name))
        return warning("name", f"{leads}: nobody outside can reach that.", "Check the record at your DNS provider.")
    return ok("name", f"{leads}.")


async def _addresses(world: World, name: str) -> list[str]:
    if is_ip_literal(name):
        return [name]
    try:
        async with asyncio.timeout(_SECONDS):
            return list(await world.resolve(name))
    except (OSError, UnicodeError):  # a time-out is one of them
        return []


def _asking(name: str) -> tuple[str, ...]:
    return (f"dig +short {name} A {name} AAAA", "  must show the public addresses of your server, and no others")


def check_certificate(config: Config, world: World) -> list[Finding]:
    """Whether certificate and key belong together, name this blog, and are valid now."""
    certificate, key = config.server.tls_certificate, config.server.tls_key
    if not certificate or not key:
        return []
    try:
        until = _valid_until(certificate, key, config.site.base_url.host)
    except Refused as error:
        return [problem("certificate", error.why, error.todo)]
    except ssl.SSLError as error:
        why = getattr(error, "verify_message", "") or error.reason or str(error)
        return [problem("certificate", f"{certificate} would not be accepted: {why}.", "Get a new certificate.")]
    day = f"{datetime.fromtimestamp(until / 1000, UTC):%Y-%m-%d}"
    if until - world.now() < _SOON:
        return [warning("certificate", f"{certificate} ends on {day}.", "Renew it, then restart fedblog.")]
    return [ok("certificate", f"{certificate} belongs to the key, names the blog, and is valid until {day}.")]


def _valid_until(certificate: Path, key: Path, host: str) -> int:
    """The end of a certificate, after a handshake with ourselves in memory that checks it as a client would."""
    server = tls_context(certificate, key)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(certificate)
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(back, there, server_hostname=host)
    answering = server.wrap_bio(there, back, server_side=True)
    for side in (asking, answering, asking, answering):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    facts = asking.getpeercert() or {}
    return int(ssl.cert_time_to_seconds(str(facts["notAfter"]))) * 1000
