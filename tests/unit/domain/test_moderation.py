"""The rules that decide which comments wait."""

import itertools

import pytest

from fedblog.domain.blog import CommentPolicy
from fedblog.domain.comment import Audience, CommentState
from fedblog.domain.interaction import QuotePolicy, ReplyScope
from fedblog.domain.moderation import Facts, QuoteRuling, Rule, judge, judge_edit, judge_quote

PLAIN = {"audience": Audience.PUBLIC, "is_known": False, "links": 0, "attachments": 0, "outsiders": 0}


def ruling(policy, **facts):
    made = judge(policy, Facts(**(PLAIN | facts)))
    return made.state, made.rule


@pytest.mark.parametrize("policy", CommentPolicy)
@pytest.mark.parametrize("audience", [Audience.FOLLOWERS, Audience.DIRECT])
def test_what_is_not_public_is_never_shown(policy, audience):
    for known, links in itertools.product((True, False), (0, 1)):
        state, rule = ruling(policy, audience=audience, is_known=known, links=links)
        assert (state, rule) == (CommentState.HIDDEN, Rule.NOT_PUBLIC)


@pytest.mark.parametrize(
    ("policy", "facts", "state", "rule"),
    [
        (CommentPolicy.OPEN, {"links": 3}, CommentState.SHOWN, Rule.NONE),
        (CommentPolicy.OPEN, {"all_links": 1001}, CommentState.HELD, Rule.TOO_MANY_LINKS),
        (CommentPolicy.OPEN, {"recent": 30}, CommentState.HELD, Rule.TOO_MANY),
        (CommentPolicy.OPEN, {"recent": 29}, CommentState.SHOWN, Rule.NONE),
        (CommentPolicy.CAUTIOUS, {}, CommentState.SHOWN, Rule.NONE),
        (CommentPolicy.CAUTIOUS, {"links": 1}, CommentState.HELD, Rule.FIRST_WITH_LINK),
        (CommentPolicy.CAUTIOUS, {"attachments": 1}, CommentState.HELD, Rule.FIRST_WITH_ATTACHMENT),
        (CommentPolicy.CAUTIOUS, {"outsiders": 1}, CommentState.HELD, Rule.FIRST_WITH_OUTSIDERS),
        (CommentPolicy.CAUTIOUS, {"links": 1, "is_known": True}, CommentState.SHOWN, Rule.NONE),
        (CommentPolicy.CAUTIOUS, {"is_known": True, "is_renewed": True}, CommentState.HELD, Rule.RENEWED_IDENTITY),
        (CommentPolicy.HOLD_ALL, {"is_known": True}, CommentState.HELD, Rule.HOLD_ALL),
        (CommentPolicy.CLOSED, {"is_known": True}, CommentState.REFUSED, Rule.CLOSED),
        (CommentPolicy.OPEN, {"is_hidden_by_author": True}, CommentState.HIDDEN, Rule.AUTHOR_HIDES),
    ],
)
def test_each_policy(policy, facts, state, rule):
    assert ruling(policy, **facts) == (state, rule)


def test_edits_of_the_known_are_free():
    assert judge_edit(is_known=True, all_links=9, adds_links=True, adds_attachments=True) is Rule.NONE
    assert judge_edit(is_known=True, all_links=1001, adds_links=False, adds_attachments=False) is Rule.TOO_MANY_LINKS


def test_every_rule_has_words_without_remote_text():
    assert all(rule.words for rule in Rule)


class TestWhoMayCommentAtAll:
    @pytest.mark.parametrize("policy", [CommentPolicy.OPEN, CommentPolicy.CAUTIOUS, CommentPolicy.HOLD_ALL])
    @pytest.mark.parametrize(
        ("scope", "facts", "rule"),
        [
            (ReplyScope.FOLLOWERS, {}, Rule.FOLLOWERS_ONLY),
            (ReplyScope.FOLLOWERS, {"is_known": True}, Rule.FOLLOWERS_ONLY),
            (ReplyScope.MENTIONED, {}, Rule.MENTIONED_ONLY),
            (ReplyScope.MENTIONED, {"is_follower": True}, Rule.MENTIONED_ONLY),
        ],
    )
    def test_those_outside_are_refused_by_every_policy(self, policy, scope, facts, rule):
        made = judge(policy, Facts(**(PLAIN | facts)), scope)
        assert (made.state, made.rule) == (CommentState.REFUSED, rule)

    @pytest.mark.parametrize(
        ("scope", "facts"),
        [
            (ReplyScope.FOLLOWERS, {"is_follower": True}),
            (ReplyScope.FOLLOWERS, {"is_mentioned": True}),
            (ReplyScope.MENTIONED, {"is_mentioned": True}),
        ],
    )
    def test_those_inside_are_judged_like_everybody(self, scope, facts):
        for policy in (CommentPolicy.OPEN, CommentPolicy.CAUTIOUS, CommentPolicy.HOLD_ALL):
            for links in (0, 1):
                inside = Facts(**(PLAIN | facts | {"links": links}))
                assert judge(policy, inside, scope) == judge(policy, inside)

    def test_a_closed_post_is_closed_to_all_and_a_private_reply_reaches_the_author(self):
        facts = PLAIN | {"is_follower": True, "is_mentioned": True}
        for scope in ReplyScope:
            assert judge(CommentPolicy.CLOSED, Facts(**facts), scope).rule is Rule.CLOSED
            private = judge(CommentPolicy.OPEN, Facts(**(PLAIN | {"audience": Audience.DIRECT})), scope)
            assert private.rule is Rule.NOT_PUBLIC


@pytest.mark.parametrize(
    ("policy", "is_follower", "recent", "expected"),
    [
        (QuotePolicy.EVERYONE, False, 29, QuoteRuling.APPROVED),
        (QuotePolicy.EVERYONE, False, 30, QuoteRuling.HELD),
        (QuotePolicy.FOLLOWERS, True, 0, QuoteRuling.APPROVED),
        (QuotePolicy.FOLLOWERS, False, 0, QuoteRuling.REFUSED),
        (QuotePolicy.HOLD_ALL, True, 0, QuoteRuling.HELD),
        (QuotePolicy.NOBODY, True, 99, QuoteRuling.REFUSED),
    ],
)
def test_who_may_quote(policy, is_follower, recent, expected):
    ruling_, words = judge_quote(policy, is_follower=is_follower, recent=recent)
    assert ruling_ is expected
    assert words
