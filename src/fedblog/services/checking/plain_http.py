"""Does plain http lead on to https?"""

from fedblog.services.checking import advice
from fedblog.services.checking.findings import Finding, Whose, note, ok, warning
from fedblog.services.checking.replies import Reply
from fedblog.services.checking.rounds import BROWSER, Round

SUBJECT = "https"


async def check_plain_http(around: Round) -> list[Finding]:
    """Ask port 80, for a blog on https at its usual port."""
    if around.origin.scheme != "https" or around.origin.port != 443:
        return []
    reply = await around.get(f"http://{around.origin.host}/", BROWSER)
    return [judge_plain_http(reply, around.origin.host)]


def judge_plain_http(reply: Reply, host: str) -> Finding:
    """What a reader meets who types the bare name."""
    lines = advice.with_name(advice.TO_HTTPS, host)
    if reply.trouble:
        what = f"Nothing answers at http://{host}/ ({reply.trouble}): who types the bare name may find nothing."
        return note(SUBJECT, what, "Let port 80 redirect.", Whose.YOUR_PROXY, lines)
    if not reply.is_redirect:
        what = f"http://{host}/ answers without TLS (status {reply.status}) in place of leading on to https."
        return warning(SUBJECT, what, "Let it redirect.", Whose.YOUR_PROXY, lines)
    if not reply.header("location").lower().startswith(f"https://{host}/"):
        what = f"http://{host}/ leads on to {reply.header('location')[:200]}, and not to https://{host}/."
        return warning(SUBJECT, what, "Let it redirect to the same name.", Whose.YOUR_PROXY, lines)
    return ok(SUBJECT, "Plain http leads on to https.")
