"""Which comments are shown at once, and which wait for the author (decisions.md, "Posts and comments")."""

from dataclasses import dataclass
from enum import StrEnum

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.comment import Audience, CommentState
from fedblog.domain.interaction import QuotePolicy, ReplyScope

MOST_IN_TEN_MINUTES = 30
MOST_LINKS = 1_000
MOST_QUOTES_IN_TEN_MINUTES = 30


class Rule(StrEnum):
    """Why a comment is not shown. The names stand in the ledger and in listings, and do not change."""

    NONE = ""
    CLOSED = "closed"
    FOLLOWERS_ONLY = "followers-only"
    MENTIONED_ONLY = "mentioned-only"
    HOLD_ALL = "hold-all"
    FIRST_WITH_LINK = "first-comment-with-link"
    FIRST_WITH_ATTACHMENT = "first-comment-with-attachment"
    FIRST_WITH_OUTSIDERS = "first-comment-mentions-outsiders"
    TOO_MANY = "too-many-comments"
    TOO_MANY_LINKS = "too-many-links"
    EDIT_ADDS_LINK = "edit-adds-link"
    EDIT_ADDS_ATTACHMENT = "edit-adds-attachment"
    RENEWED_IDENTITY = "renewed-identity"
    NOT_PUBLIC = "not-public"
    NO_LONGER_PUBLIC = "no-longer-public"
    AUTHOR_HIDES = "author-hides-it"
    BLOCKED = "blocked"
    BY_HAND = "by-hand"

    @property
    def words(self) -> str:
        """The rule in words, for the ledger."""
        return _WORDS[self]


_WORDS = {
    Rule.NONE: "shown",
    Rule.CLOSED: "comments on this post are closed",
    Rule.FOLLOWERS_ONLY: "only followers of the blog may comment on this post",
    Rule.MENTIONED_ONLY: "only those whom this post names may comment on it",
    Rule.HOLD_ALL: "every comment waits for the author's yes",
    Rule.FIRST_WITH_LINK: "the first comment of an unknown author holds a link",
    Rule.FIRST_WITH_ATTACHMENT: "the first comment of an unknown author holds an attachment",
    Rule.FIRST_WITH_OUTSIDERS: "the first comment of an unknown author mentions people outside of the thread",
    Rule.TOO_MANY: "more than 30 comments of this author within ten minutes",
    Rule.TOO_MANY_LINKS: "more than 1,000 links",
    Rule.EDIT_ADDS_LINK: "an unknown author added a link",
    Rule.EDIT_ADDS_ATTACHMENT: "an unknown author added an attachment",
    Rule.RENEWED_IDENTITY: "the author came back with another key after a long silence of the server",
    Rule.NOT_PUBLIC: "not addressed to the public; only the author of the blog sees it",
    Rule.NO_LONGER_PUBLIC: "its author took it back from the public",
    Rule.AUTHOR_HIDES: "its author does not want such posts on the web",
    Rule.BLOCKED: "its author or server is blocked",
    Rule.BY_HAND: "hidden by the author of the blog",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at. `links` are those that count: no mentions, hashtags or links to this blog;
    `all_links` is every one that was sent, also beyond the length at which a comment is cut.

    `is_known`: an earlier comment of this actor was shown here. `recent`: its comments of the last ten minutes.
    `is_follower` and `is_mentioned` (by the post, or by the answer of ours that is answered) are only looked up
    where the scope asks for them.
    """

    audience: Audience
    is_known: bool
    links: int
    attachments: int
    outsiders: int
    all_links: int = 0
    recent: int = 0
    is_hidden_by_author: bool = False
    is_renewed: bool = False
    is_follower: bool = False
    is_mentioned: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of a comment, and the rule that says so."""

    state: CommentState
    rule: Rule = Rule.NONE


SHOWN = Ruling(CommentState.SHOWN)


def judge(policy: CommentPolicy, facts: Facts, scope: ReplyScope = ReplyScope.EVERYONE) -> Ruling:
    """What becomes of a new comment, where those in `scope` may comment at all."""
    if not facts.audience.may_be_shown:
        return Ruling(CommentState.HIDDEN, Rule.NOT_PUBLIC)
    if policy is CommentPolicy.CLOSED:
        return Ruling(CommentState.REFUSED, Rule.CLOSED)
    outside = _rule_outside(scope, facts)
    if outside:
        return Ruling(CommentState.REFUSED, outside)
    if facts.is_hidden_by_author:
        return Ruling(CommentState.HIDDEN, Rule.AUTHOR_HIDES)
    rule = _holding_rule(policy, facts)
    return Ruling(CommentState.HELD, rule) if rule else SHOWN


def judge_edit(*, is_known: bool, all_links: int, adds_links: bool, adds_attachments: bool) -> Rule:
    """The rule that takes an edited comment off the page until the author has seen it, or `Rule.NONE`."""
    if all_links > MOST_LINKS:
        return Rule.TOO_MANY_LINKS
    if is_known:
        return Rule.NONE
    if adds_links:
        return Rule.EDIT_ADDS_LINK
    return Rule.EDIT_ADDS_ATTACHMENT if adds_attachments else Rule.NONE


def _rule_outside(scope: ReplyScope, facts: Facts) -> Rule:
    """The rule that shuts somebody out. Whom we name may always answer that (GoToSocial assumes it too)."""
    if scope is ReplyScope.EVERYONE or facts.is_mentioned:
        return Rule.NONE
    if scope is ReplyScope.MENTIONED:
        return Rule.MENTIONED_ONLY
    return Rule.NONE if facts.is_follower else Rule.FOLLOWERS_ONLY


class QuoteRuling(StrEnum):
    """What becomes of somebody's asking to quote."""

    APPROVED = "approved"
    HELD = "held"
    REFUSED = "refused"


def judge_quote(policy: QuotePolicy, *, is_follower: bool, recent: int) -> tuple[QuoteRuling, str]:
    """What becomes of it, and why. `recent`: how many of the same actor came in the last ten minutes."""
    if policy is QuotePolicy.NOBODY:
        return QuoteRuling.REFUSED, "nobody may quote this post"
    if policy is QuotePolicy.FOLLOWERS and not is_follower:
        return QuoteRuling.REFUSED, "only followers of the blog may quote this post"
    if recent >= MOST_QUOTES_IN_TEN_MINUTES:
        return QuoteRuling.HELD, "more than 30 quotes of this author within ten minutes"
    if policy is QuotePolicy.HOLD_ALL:
        return QuoteRuling.HELD, "every quote waits for the author's yes"
    return QuoteRuling.APPROVED, "may quote the post"


def _holding_rule(policy: CommentPolicy, facts: Facts) -> Rule:
    if policy is CommentPolicy.HOLD_ALL:
        return Rule.HOLD_ALL
    if facts.all_links > MOST_LINKS:
        return Rule.TOO_MANY_LINKS
    if facts.recent >= MOST_IN_TEN_MINUTES:
        return Rule.TOO_MANY
    if facts.is_renewed:
        return Rule.RENEWED_IDENTITY
    return Rule.NONE if policy is CommentPolicy.OPEN or facts.is_known else _rule_for_strangers(facts)


def _rule_for_strangers(facts: Facts) -> Rule:
    if facts.links:
        return Rule.FIRST_WITH_LINK
    if facts.attachments:
        return Rule.FIRST_WITH_ATTACHMENT
    return Rule.FIRST_WITH_OUTSIDERS if facts.outsiders else Rule.NONE
