"""Switches of the configuration that weaken something, and should not be left on by mistake."""

from fedblog.config import Config
from fedblog.services.checking.findings import Finding, ok, problem, warning

_EVERYONE = 0


def check_switches(config: Config) -> list[Finding]:
    """One warning for each such switch."""
    found = [warning("switches", what, todo) for what, todo in _weak(config)]
    if _is_plain(config) and not config.federation.allow_http:
        found.append(
            problem(
                "address",
                f"site.base_url is {config.site.base_url.origin}: other servers only talk to https addresses.",
                "For a blog that others can follow, found it anew with an https address.",
            )
        )
    return found or [ok("switches", "No laboratory switch is on.")]


def loud_warnings(config: Config) -> list[str]:
    """What `serve` says about them each time it starts."""
    lines = [f"{what} {todo}" for what, todo in _weak(config)]
    if _is_plain(config):
        lines.append("The blog is served without TLS: passwords and sessions can be read on the way.")
    return lines


def _weak(config: Config) -> list[tuple[str, str]]:
    found, federation = [], config.federation
    if federation.allow_private_networks:
        networks = ", ".join(str(network) for network in federation.allow_private_networks)
        found.append(
            (
                f"federation.allow_private_networks opens {networks}: strangers can have machines there asked.",
                "It is meant for laboratories only.",
            )
        )
    if federation.allow_http:
        found.append(
            (
                "federation.allow_http lets servers in those networks speak without TLS: anybody on the way can forge.",
                "It is meant for laboratories only.",
            )
        )
    if any(network.prefixlen == _EVERYONE for network in config.server.trusted_proxies):
        found.append(
            (
                "server.trusted_proxies believes everybody: any client can pretend to have another address.",
                "Name the address of your proxy.",
            )
        )
    return found


def _is_plain(config: Config) -> bool:
    return config.site.base_url.scheme == "http"
