"""What an object of ours says about replies and quotes is what is enforced (domain.moderation)."""

import pytest

from fedblog.ap.render.article import article
from fedblog.ap.render.policy import Policies, interaction_policy
from fedblog.ap.vocabulary import PUBLIC
from fedblog.domain.blog import CommentPolicy
from fedblog.domain.interaction import QuotePolicy, ReplyScope
from tests.unit.ap.parts import article_parts

US, FOLLOWERS, ADA = "https://blog.test/ap/actors/1", "https://blog.test/ap/actors/1/followers", "https://pond.test/ada"
OPEN, CAUTIOUS, HOLD_ALL, CLOSED = CommentPolicy


def can_reply(comments, scope):
    policies = Policies(comments, scope, QuotePolicy.EVERYONE)
    return interaction_policy(policies, US, FOLLOWERS, [ADA, ADA])["canReply"]


@pytest.mark.parametrize(
    ("comments", "scope", "expected"),
    [
        (OPEN, ReplyScope.EVERYONE, {"automaticApproval": [PUBLIC]}),
        (CAUTIOUS, ReplyScope.EVERYONE, {"automaticApproval": [PUBLIC]}),
        (HOLD_ALL, ReplyScope.EVERYONE, {"automaticApproval": [US], "manualApproval": [PUBLIC]}),
        (OPEN, ReplyScope.FOLLOWERS, {"automaticApproval": [US, FOLLOWERS, ADA]}),
        (HOLD_ALL, ReplyScope.FOLLOWERS, {"automaticApproval": [US], "manualApproval": [FOLLOWERS, ADA]}),
        (CAUTIOUS, ReplyScope.MENTIONED, {"automaticApproval": [US, ADA]}),
        (HOLD_ALL, ReplyScope.MENTIONED, {"automaticApproval": [US], "manualApproval": [ADA]}),
        *((CLOSED, scope, {"automaticApproval": [US]}) for scope in ReplyScope),
    ],
)
def test_who_may_reply(comments, scope, expected):
    assert can_reply(comments, scope) == expected


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        (QuotePolicy.EVERYONE, {"automaticApproval": [PUBLIC]}),
        (QuotePolicy.FOLLOWERS, {"automaticApproval": [US, FOLLOWERS]}),
        (QuotePolicy.HOLD_ALL, {"automaticApproval": [US], "manualApproval": [PUBLIC]}),
        (QuotePolicy.NOBODY, {"automaticApproval": [US]}),
    ],
)
def test_who_may_quote(quotes, expected):
    policies = Policies(OPEN, ReplyScope.EVERYONE, quotes)
    assert interaction_policy(policies, US, FOLLOWERS, [])["canQuote"] == expected


def test_a_post_says_both_always_and_its_own_policy_wins():
    for policy in CommentPolicy:
        assert set(article(article_parts(comment_policy=policy))["interactionPolicy"]) == {"canReply", "canQuote"}
    quiet = article(article_parts(quote_policy=QuotePolicy.NOBODY))["interactionPolicy"]
    assert quiet["canQuote"]["automaticApproval"] != [PUBLIC]
