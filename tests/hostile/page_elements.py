"""A page of the blog as its elements, checked for what no page may ever hold; and somebody who comments."""

from collections import Counter
from html.parser import HTMLParser

VOID = {"img", "br", "meta", "link", "input", "hr", "wbr"}


URL_ATTRIBUTES = {"href", "src", "action", "srcset", "poster", "cite", "formaction", "data", "background"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text inside of each."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        assert len(attributes) == len(attrs), (tag, attrs)
        self.elements.append((tag, attributes))
        self.texts.append([])
        if tag not in VOID:
            self.open.append(len(self.elements) - 1)

    def handle_endtag(self, tag):
        assert self.open, tag
        assert self.elements[self.open.pop()][0] == tag, tag

    def handle_data(self, data):
        for number in self.open:
            self.texts[number].append(data)

    def classes(self):
        return Counter(name for _, attributes in self.elements for name in attributes.get("class", "").split())

    def text_of(self, wanted):
        """The text of every element with that class."""
        return [
            "".join(parts)
            for (_, attributes), parts in zip(self.elements, self.texts, strict=True)
            if wanted in attributes.get("class", "").split()
        ]


async def page_of(blog, post):
    page = Page(await blog.page(post))
    assert page.open == []
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    for tag, attributes in page.elements:
        assert tag not in {"script", "style", "iframe", "object", "embed", "svg", "math", "base", "video", "audio"}, tag
        assert [name for name in attributes if name.startswith("on") or name in {"style", "srcdoc"}] == []
        for name in URL_ATTRIBUTES & set(attributes):
            assert attributes[name].startswith(("https://", "/", "#")), attributes
    return page


async def say(blog, person, post, content, **extra):
    note = person.note(content, in_reply_to=extra.pop("in_reply_to", post.object_id)) | extra
    answer = await person.post(blog.inbox, person.create(note))
    assert answer.status == 202
    blog.box.clock.move(minutes=1)
    await blog.work()
    return note
