"""The certificate that the public name shows: believed, complete, of the right name, and for how long?"""

from datetime import UTC, datetime

from fedblog.errors import FedblogError
from fedblog.services.checking import advice
from fedblog.services.checking.findings import Finding, Whose, ok, problem, warning
from fedblog.services.checking.rounds import Round
from fedblog.world import Handshake

SUBJECT = "tls"
_SOON = 14 * 86_400_000
# Numbers of OpenSSL's X509_V_ERR_*.
_EXPIRED, _NOT_YET = 10, 9
_WRONG_NAME = frozenset({62, 64})
_CHAIN_BROKEN = frozenset({2, 20, 21})
_SELF_SIGNED = frozenset({18, 19})


async def check_tls(around: Round) -> list[Finding]:
    """Look at the certificate of an https blog. Says nothing where no connection comes about."""
    if around.origin.scheme != "https":
        return []
    try:
        return [
            judge_certificate(await around.prober.shake_hands(around.origin), around.origin.host, around.shop.now())
        ]
    except FedblogError:
        return []


def judge_certificate(shown: Handshake, host: str, now: int) -> Finding:
    """What other servers will say of it."""
    if shown.trouble:
        return _refused(shown, host)
    day = f"{datetime.fromtimestamp(shown.ends_at / 1000, UTC):%Y-%m-%d}"
    if shown.ends_at - now < _SOON:
        what = f"The certificate of {host} ends on {day}, and nothing has renewed it."
        return warning(SUBJECT, what, "Renew it; most renew themselves a month ahead.", Whose.YOU, advice.RENEW)
    return ok(SUBJECT, f"{host} shows a certificate that is believed, until {day}.")


def _refused(shown: Handshake, host: str) -> Finding:
    start = f"Other servers will not talk to {host}: "
    if shown.code == _EXPIRED:
        return problem(SUBJECT, f"{start}its certificate has expired.", "Renew it.", Whose.YOU, advice.RENEW)
    if shown.code == _NOT_YET:
        what = f"{start}its certificate is not valid yet, or the clock of this machine is behind."
        return problem(SUBJECT, what, "Look at the clock first.", Whose.YOU)
    if shown.code in _WRONG_NAME:
        what = f"{start}its certificate names others ({shown.trouble})."
        return problem(SUBJECT, what, f"Get one that names {host}.", Whose.YOU)
    if shown.code in _SELF_SIGNED:
        return problem(SUBJECT, f"{start}its certificate is signed by itself.", "Get one from an authority.", Whose.YOU)
    if shown.code in _CHAIN_BROKEN:
        what = f"{start}the chain of its certificate is not complete, which browsers hide and servers do not."
        text = advice.with_name(advice.WHOLE_CHAIN, host)
        return problem(SUBJECT, what, "Serve the whole chain.", Whose.YOUR_PROXY, text)
    return problem(SUBJECT, f"{start}{shown.trouble}.", "Get a new certificate.", Whose.YOU)
