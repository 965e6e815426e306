"""Switches of the configuration that weaken something, and should not be left on by mistake."""

from fedblog.config import Config
from fedblog.services.checking.findings import Finding, ok, problem, warning
from fedblog.services.weak_switches import is_plain, weaknesses


def check_switches(config: Config) -> list[Finding]:
    """One warning for each such switch."""
    found = [warning("switches", what, todo) for what, todo in weaknesses(config)]
    if is_plain(config) and not config.federation.allow_http:
        found.append(
            problem(
                "address",
                f"site.base_url is {config.site.base_url.origin}: other servers only talk to https addresses.",
                "For a blog that others can follow, found it anew with an https address.",
            )
        )
    return found or [ok("switches", "No laboratory switch is on.")]
