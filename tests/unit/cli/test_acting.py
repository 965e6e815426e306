"""Commands that act on one thing: what is not there is refused in words."""

import pytest

ON_NOTHING = [
    ("comments", "approve", 99),
    ("comments", "hide", 99),
    ("comments", "delete", 99),
    ("comments", "trust", 99),
    ("quotes", "allow", 99),
    ("quotes", "refuse", 99),
    ("followers", "approve", 99),
    ("followers", "remove", 99),
    ("deliveries", "retry", 99),
    ("deliveries", "resend", 99),
    ("inbox", "again", 99),
    ("post", "show", 99),
]


@pytest.mark.parametrize("words", ON_NOTHING, ids=lambda words: " ".join(words[:2]))
def test_what_is_not_there_is_refused_and_the_listing_is_named(blog, words):
    done = blog(*words)
    assert (done.status, done.out) == (1, "")
    assert " 99" in done.said
    assert f"fedblog {words[0]} list" in done.said


def test_an_answer_to_no_comment_is_refused(blog):
    done = blog.process("comments", "answer", 99, told=b"Hello")
    assert done.status == 1
    assert "no comment 99" in done.said


@pytest.mark.parametrize("words", [(), (1, "--host", "a.example"), (1, "--post", 1)])
@pytest.mark.parametrize("action", ["retry", "resend"])
def test_what_is_to_be_sent_is_named_in_one_way(blog, action, words):
    done = blog("deliveries", action, *words)
    assert done.status == 1
    assert "--host NAME" in done.said


@pytest.mark.parametrize("limit", ["-1", "x", "1e3", "99999999999999999999", "²"])
def test_a_limit_is_a_number_of_things(blog, limit):
    for command in "post", "comments", "quotes", "followers", "deliveries", "inbox":
        assert blog(command, "list", "--limit", limit).status == 2


def test_replies_are_looked_for_below_a_post_that_is_there(blog, text):
    done = blog("comments", "fetch", 99)
    assert done.status == 1
    assert "There is no post 99." in done.said
    assert "fedblog post list" in done.said
    post = blog("post", "publish", text("Words."), "--title", "First", "--json").json
    done = blog("comments", "fetch", post["pk"], "--json")
    assert (done.status, done.json["found"], done.json["requests"]) == (0, 0, 0)
    assert "complete as of" in blog("comments", "fetch", post["pk"]).out
