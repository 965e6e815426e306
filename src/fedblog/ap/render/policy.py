"""Who may reply to and quote an object of ours, as it stands in the object (FEP-044f, GoToSocial)."""

from collections.abc import Iterable
from dataclasses import dataclass

from fedblog.ap.vocabulary import PUBLIC, Document
from fedblog.domain.blog import Blog, CommentPolicy
from fedblog.domain.interaction import QuotePolicy, ReplyScope
from fedblog.domain.post import Post, PostHead


@dataclass(frozen=True, slots=True)
class Policies:
    """What holds for a post and for the author's answers below it."""

    comments: CommentPolicy
    scope: ReplyScope
    quotes: QuotePolicy

    @property
    def asks_before_replies(self) -> bool:
        """Whether other servers wait for our word before they believe in a reply."""
        return self.scope is ReplyScope.FOLLOWERS or self.comments is CommentPolicy.HOLD_ALL


def policies_of(blog: Blog, post: Post | PostHead) -> Policies:
    """The post's own policies, and the blog's where it has none."""
    return Policies(
        post.comment_policy or blog.comment_policy,
        post.reply_scope or blog.reply_scope,
        post.quote_policy or blog.quote_policy,
    )


def interaction_policy(policies: Policies, actor_id: str, followers_id: str, named: Iterable[str]) -> Document:
    """`canReply` and `canQuote`. Naming them promises to enforce them, so nothing else is named.

    Where every comment is held, replying takes an approval; where only some are held, that is our page's own matter.
    `named` are the actors that the object mentions.
    """
    return {
        "canReply": _can_reply(policies, actor_id, followers_id, tuple(dict.fromkeys(named))),
        "canQuote": _can_quote(policies.quotes, actor_id, followers_id),
    }


def policy_elsewhere(actor_id: str) -> Document:
    """The same for a Note of ours that stands below no post of ours: everybody may answer it, and nobody quote it."""
    return {"canReply": {"automaticApproval": [PUBLIC]}, "canQuote": {"automaticApproval": [actor_id]}}


def _can_reply(policies: Policies, actor_id: str, followers_id: str, named: tuple[str, ...]) -> Document:
    if policies.comments is CommentPolicy.CLOSED:
        return {"automaticApproval": [actor_id]}
    allowed = {
        ReplyScope.EVERYONE: (PUBLIC,),
        ReplyScope.FOLLOWERS: (followers_id, *named),
        ReplyScope.MENTIONED: named,
    }[policies.scope]
    if policies.comments is CommentPolicy.HOLD_ALL:
        return {"automaticApproval": [actor_id], "manualApproval": list(allowed)}
    return {"automaticApproval": list(allowed) if PUBLIC in allowed else [actor_id, *allowed]}


def _can_quote(policy: QuotePolicy, actor_id: str, followers_id: str) -> Document:
    match policy:
        case QuotePolicy.EVERYONE:
            return {"automaticApproval": [PUBLIC]}
        case QuotePolicy.FOLLOWERS:
            return {"automaticApproval": [actor_id, followers_id]}
        case QuotePolicy.HOLD_ALL:
            return {"automaticApproval": [actor_id], "manualApproval": [PUBLIC]}
        case QuotePolicy.NOBODY:
            return {"automaticApproval": [actor_id]}
