"""Replies that readers write here and that their own server posts."""

from dataclasses import dataclass

from fedblog.domain.backoff import HOUR, MINUTE

TIME_TO_ALLOW = 10 * MINUTE
"""So long (ms) a reader has to allow it at their server."""
KEPT_FOR = HOUR
"""So long (ms) a text is kept for who comes back too late."""
LONGEST_REPLY = 5_000


@dataclass(frozen=True, slots=True)
class ReplyApp:
    """A server where the blog is registered as an application. All addresses are of `origin`, but `redirect_url`,
    which is ours and this server's alone."""

    origin: str
    client_id: str
    client_secret: str
    authorize_url: str
    token_url: str
    revoke_url: str
    redirect_url: str
    registered_at: int
    used_at: int


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """A reply whose writer is away at their server `origin`, to allow that it is posted.

    `state_hash` is of the secret that comes back with them, `binding_hash` of the one in their cookie. `number` is that
    of the answered comment; None: the post. `handle` is as it was typed.
    """

    state_hash: str
    binding_hash: str
    blog_pk: int
    post_pk: int
    number: int | None
    origin: str
    handle: str
    body: str
    code_verifier: str
    created_at: int

    def is_late(self, now: int) -> bool:
        """Whether the time to allow it is over."""
        return now - self.created_at > TIME_TO_ALLOW
