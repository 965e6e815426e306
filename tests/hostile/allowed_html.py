"""What may stand in a comment, in a post and on the wire, and the ways to each."""

from fedblog.text import allow_lists, sanitise, tree
from fedblog.text.markdown import render

names = tree.names

COMMENT = {
    "elements": names("p br span a blockquote code pre ul ol li strong b em i del s u ruby rt rp h3 h4 h5 h6"),
    "attributes": {"href", "rel", "class", "lang", "start", "reversed", "value"},
    "classes": {"mention", "hashtag", "leading-mentions"},
    "schemes": ("http://", "https://"),
}

POST = {
    "elements": {*COMMENT["elements"], *allow_lists.POST_TAGS},
    "attributes": {
        *COMMENT["attributes"],
        *names("id title hreflang src alt width height loading open colspan rowspan scope datetime cite dir"),
    },
    "classes": names(
        "mention hashtag h-card u-url footnote-ref footnote-backref footnotes footnotes-list footnote-item"
        " footnotes-sep contains-task-list task-list-item align-left align-center align-right"
    ),
    "schemes": ("http://", "https://", "mailto:", "#"),
}

WIRE = {
    "elements": POST["elements"],
    "attributes": POST["attributes"] - {"id", "loading", "width", "height", "hreflang", "open"},
    "classes": {"mention", "hashtag"},
    "schemes": ("http://", "https://", "mailto:"),
}

PEOPLE = {"https://o.example/users/eve": "@eve@o.example"}


def render_post(source):
    return render(source, base_url="https://blog.example", mentions={}, tag_url=lambda name: f"/tags/{name}", media={})


def clean_comment(html):
    return sanitise.comment_html(html, mentions=PEOPLE, hashtag_hosts={"o.example"})
