"""How a host fares, and when it is left alone: the breaker (protocol.md f.2, "Host state").

All pure. Times are milliseconds UTC.
"""

from dataclasses import dataclass, replace

from fedblog.domain.backoff import DAY, HOUR, MINUTE, Exchange
from fedblog.domain.delivery import Host

FAILURES_TO_OPEN = 5
FIRST_PAUSE, LONGEST_PAUSE = 30 * MINUTE, DAY
FORM_KNOWN_FOR = 30 * DAY
DORMANT_AFTER = 7 * DAY
LOST_AFTER = 90 * DAY

_REACHED_STEP = HOUR
_LONG_AGO = 40 * DAY  # a month between two posts is one silence; what failed long before is another story


@dataclass(frozen=True, slots=True)
class Hold:
    """The deliveries of a host wait until then."""

    host: str
    until: int


def unknown_host(name: str) -> Host:
    """A host that we have never met."""
    return Host(
        name=name,
        failures=0,
        failing_since=None,
        failed_at=None,
        open_until=None,
        open_for=0,
        retry_after=None,
        signature_form="",
        signature_form_at=None,
        reached_at=None,
        heard_at=None,
    )


def after(host: Host, exchange: Exchange, now: int) -> Host:
    """The host after an exchange with it; an equal one when there is nothing new to keep."""
    met = _after_failure(host, now) if exchange.is_host_failure else _after_answer(host, exchange, now)
    if exchange.retry_after is not None and not exchange.is_success:
        met = replace(met, retry_after=max(exchange.retry_after, met.retry_after or 0))
    return met


def _after_failure(host: Host, now: int) -> Host:
    is_new = host.failed_at is None or now - host.failed_at > _LONG_AGO or host.failing_since is None
    failures = 1 if is_new else host.failures + 1
    failing = replace(host, failures=failures, failing_since=now if is_new else host.failing_since, failed_at=now)
    if failures < FAILURES_TO_OPEN:
        return failing
    if host.open_until is not None and now < host.open_until:
        return failing  # it was on its way when the breaker opened
    pause = min(max(2 * host.open_for, FIRST_PAUSE), LONGEST_PAUSE)
    return replace(failing, open_until=now + pause, open_for=pause)


def _after_answer(host: Host, exchange: Exchange, now: int) -> Host:
    """It is up. Only what it takes tells us that it knows our signature."""
    healthy = replace(host, failures=0, failing_since=None, open_until=None, open_for=0)
    if host.retry_after is not None and host.retry_after <= now:
        healthy = replace(healthy, retry_after=None)
    if not exchange.is_success:
        return healthy
    if host.reached_at is None or now - host.reached_at >= _REACHED_STEP:
        healthy = replace(healthy, reached_at=now)
    if exchange.form and (exchange.form != host.signature_form or _is_stale(host, now)):
        healthy = replace(healthy, signature_form=exchange.form, signature_form_at=now)
    return healthy


def _is_stale(host: Host, now: int) -> bool:
    """The remembered form is renewed each day, so that it is kept as long as it works."""
    return host.signature_form_at is None or now - host.signature_form_at >= DAY


def known_form(host: Host, now: int) -> str:
    """The signature form that worked in the last 30 days, or ""."""
    is_known = host.signature_form_at is not None and now - host.signature_form_at < FORM_KNOWN_FOR
    return host.signature_form if is_known else ""


def hold_of(host: Host, now: int) -> Hold | None:
    """Until when the host's deliveries have to wait, or None."""
    until = max(host.open_until or 0, host.retry_after or 0)
    return Hold(host.name, until) if until > now else None


def is_lost(host: Host, now: int) -> bool:
    """It has failed for 90 days, and nothing was heard of it either: its followers are let go."""
    since = max(host.failing_since or now, host.heard_at or 0)
    return now - since >= LOST_AFTER
