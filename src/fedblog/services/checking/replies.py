"""One answer that came through the public name, or why none came; and what stands in the way when it is not ours."""

from dataclasses import dataclass

from fedblog.ap.media_types import is_activity_type
from fedblog.services.checking import advice
from fedblog.services.checking.findings import Finding, Whose, problem
from fedblog.world import Headers

_OUR_POLICY = "default-src 'none'"
_GATEWAY = frozenset({502, 503, 504, 521, 522, 523, 524})
_CHECKS_FOR_ROBOTS = (b"captcha", b"challenge-platform", b"just a moment", b"attention required", b"enable javascript")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came. `trouble`: why there is none, in words; then the status is 0."""

    status: int = 0
    headers: Headers = ()
    body: bytes = b""
    trouble: str = ""

    def header(self, name: str) -> str:
        """The value of that (lower-case) header, repeated ones joined; "" where there is none."""
        return ", ".join(value for key, value in self.headers if key == name)

    @property
    def media_type(self) -> str:
        """The media type without its parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def is_document(self) -> bool:
        """Whether it is an ActivityPub document."""
        return is_activity_type(self.header("content-type"))

    @property
    def is_redirect(self) -> bool:
        """Whether it leads elsewhere."""
        return self.status in _REDIRECTS and bool(self.header("location"))

    @property
    def is_ours(self) -> bool:
        """Whether fedblog itself answered, as far as its policy headers tell."""
        return self.header("content-security-policy").startswith(_OUR_POLICY)

    @property
    def who(self) -> str:
        """What the answer says of its server, for people."""
        return self.header("server")[:60] or "no name given"


def obstacle(subject: str, asked: str, reply: Reply) -> Finding | None:
    """What stands between the public name and fedblog, where the answer shows it; None for an answer of fedblog's own.

    `asked` begins the sentence: "The home page".
    """
    if reply.trouble:
        return problem(subject, f"{asked} did not come: {reply.trouble}.", "Look whether proxy and fedblog run.")
    if reply.status == 421:
        what = f"{asked} was asked for another host: the proxy does not hand on the name that was asked for."
        return problem(subject, what, "Hand on the Host header.", Whose.YOUR_PROXY, advice.KEEP_HOST)
    if reply.is_ours:
        return None
    return _foreign(subject, asked, reply)


def _foreign(subject: str, asked: str, reply: Reply) -> Finding | None:
    if is_robot_check(reply):
        what = f"{asked} met a check for robots (status {reply.status}, server: {reply.who}): servers cannot pass it."
        return problem(subject, what, "Let servers pass.", Whose.YOUR_HOST, advice.NO_ROBOT_CHECK)
    if reply.status in _GATEWAY:
        what = (
            f"{asked} got status {reply.status} from {reply.who}: the proxy runs, and does not reach fedblog behind it."
        )
        return problem(subject, what, "Start fedblog, and look at the address in the proxy.", Whose.YOU)
    if reply.status == 401:
        what = f"{asked} is behind a password that is not fedblog's (server: {reply.who})."
        return problem(subject, what, "Take the password away: other servers have none.", Whose.YOUR_PROXY)
    if reply.status in {403, 405, 406, 429} or reply.status >= 500:
        what = f"{asked} was refused with status {reply.status} before it reached fedblog (server: {reply.who})."
        return problem(subject, what, "Have it let through.", Whose.YOUR_HOST, advice.NO_ROBOT_CHECK)
    return None


def is_robot_check(reply: Reply) -> bool:
    """Whether something asks for a human."""
    if reply.header("cf-mitigated"):
        return True
    page = reply.body[:20_000].lower()
    return not reply.is_ours and reply.media_type == "text/html" and any(word in page for word in _CHECKS_FOR_ROBOTS)
