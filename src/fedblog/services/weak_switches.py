"""Switches of the configuration that weaken something. `serve` says so each time it starts, and `check` finds them."""

from fedblog.config import Config

_EVERYONE = 0


def loud_warnings(config: Config) -> list[str]:
    """What `serve` says about them each time it starts."""
    lines = [f"{what} {todo}" for what, todo in weaknesses(config)]
    if is_plain(config):
        lines.append("The blog is served without TLS: passwords and sessions can be read on the way.")
    return lines


def weaknesses(config: Config) -> list[tuple[str, str]]:
    """What each of them opens, and what to do about it."""
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


def is_plain(config: Config) -> bool:
    """Whether the blog's own address is served without TLS."""
    return config.site.base_url.scheme == "http"
