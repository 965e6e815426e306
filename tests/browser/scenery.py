"""A blog that people have read for a while: posts of every kind, and a thread with everything a thread can hold."""

import io
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

from fedblog.domain.actor import NameEmoji
from fedblog.domain.blog import CommentPolicy, ProfileField
from fedblog.domain.comment import Attachment, CommentState, ReactionKind
from fedblog.domain.post import Post
from fedblog.services import describing, media, publishing
from fedblog.services.workshop import the_actor, the_blog
from fedblog.services.writing import Draft
from fedblog.store import emojis
from fedblog.store.emojis import EmojiCopy
from fedblog.store.media import PostImage
from fedblog.text.sanitise import comment_html
from tests.browser.running import RunningBlog
from tests.unit.web.conftest import Blog

ESSAY = """The tide table on the kitchen wall is wrong by four minutes, and has been since my grandmother hung it there.

## What the margins say

She wrote in the margins of everything: *"see p. 40"*, **no!**, and once, in a cookery book, `salt?` with a
[reference](https://books.example/margins) to a poem.

> Whoever reads slowly reads twice.
>
> And whoever writes in the margin reads aloud.

1. Read the page.
2. Read it again, with a pencil.
   - The pencil is not for underlining.
   - It is for answering.

### A table, and some code

| Tide | Wall | Harbour |
|:-----|-----:|--------:|
| High | 06:12 | 06:16 |
| Low | 12:24 | 12:28 |

```python
def four_minutes_later(wall):
    return [(hour, minute + 4) for hour, minute in wall]  # a line that is much too long for any telephone to show whole
```

![A heron at the water's edge](heron.png)

- [x] Ask the harbour master
- [ ] Correct the table

---

It stays as it is.[^1]

[^1]: A clock that is wrong by always the same amount is a kind of memory.
"""
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsentwurf"


@dataclass
class Scenery:
    """Where things are. `post` has the thread."""

    post: Post
    closed: Post
    arabic: Post
    warned: Post
    gone: Post


async def furnish(running: RunningBlog, *, older: int = 24) -> Scenery:
    """Fill a blog: settings with pictures, some posts, one long thread, and `older` short posts."""
    shop = running.shop
    await _describe(shop)
    rows = Blog(None, shop, await the_blog(shop.store.reader), running.box)
    for number in range(older):
        running.box.clock.move(days=11)
        await publishing.publish_new(shop, Draft(f"Note {number + 1}", "A short note.", tags=("notes",)))
    closed = await publishing.publish_new(
        shop, Draft("Nobody may answer", "So it is.", comment_policy=CommentPolicy.CLOSED)
    )
    gone = await publishing.publish_new(shop, Draft("A post that was taken back", "Soon gone."))
    await publishing.unpublish(shop, gone.pk)
    arabic = await publishing.publish_new(shop, Draft("على مهل", "القراءة ببطء متعة.\n\n> اقرأ مرتين.", language="ar"))
    warned = await publishing.publish_new(
        shop, Draft("What the sea gave back", "Bones.", content_warning="A dead seal")
    )
    running.box.clock.move(days=1)
    post = await _essay(shop)
    await _thread(rows, post)
    return Scenery(post, closed, arabic, warned, gone)


async def _describe(shop) -> None:
    avatar = await media.take_in(shop, 1, picture((400, 400), "#225566"), alt="", shape=media.AVATAR)
    header = await media.take_in(shop, 1, picture((1500, 500), "#88aabb"), alt="A flat shore in fog")
    blog = await the_blog(shop.store.reader)
    settings = describing.settings_of(blog)
    fields = (ProfileField("Writes", "on Sundays"), ProfileField("Home", "https://harbour.example/@ada"))
    await describing.change(
        shop,
        replace(
            settings,
            description="Tides, *margins*, and other slow things.",
            fields=fields,
            avatar_pk=avatar.pk,
            header_pk=header.pk,
        ),
    )


async def _essay(shop) -> Post:
    heron = await media.take_in(shop, 1, picture((1200, 700), "#557755"), alt="A heron at the water's edge")
    image = PostImage(heron.pk, heron.name, heron.media_type, heron.width, heron.height, "heron.png", heron.alt)
    draft = Draft(
        "On slow reading, and on the margins where readers live",
        ESSAY,
        summary="A tide table that is wrong by four minutes, and what it remembers.",
        tags=("reading", "margins", "long winter evenings"),
        images=(image,),
    )
    return await publishing.publish_new(shop, draft)


async def _thread(rows: Blog, post: Post) -> None:
    face = await media.take_in(rows.shop, 1, picture((120, 120), "#aa5533"), shape=media.FACE)
    cat = await media.take_in(rows.shop, 1, picture((64, 64), "#ddaa22"), shape=media.EMOJI)
    icon = "https://social.example/cat.png"
    await rows.write(lambda db: emojis.save(db, EmojiCopy(icon, cat.name, 1)))
    ada = await rows.person(avatar_url="https://social.example/a.png", avatar_name=face.name)
    bob = await rows.person("bob", "pond.example", emojis=(NameEmoji(":cat:", icon, cat.name),))
    await rows.write(lambda db: db.run("UPDATE actor SET name = 'Bob :cat:' WHERE pk = ?", bob))
    eve = await rows.person("eve_with_a_name_that_is_very_long_too", "a-very-long-name-of-a-server.example.org")
    noor = await rows.person("noor", "nahr.example")
    await rows.write(lambda db: db.run("UPDATE actor SET name = 'نور' WHERE pk = ?", noor))
    us = (await the_actor(rows.shop.store.reader)).pk
    await _deep_branch(rows, post, (ada, us, bob, ada, us, bob))
    await rows.comment(post, said(LONG_WORD * 2 + " https://social.example/" + "path/" * 40), by=eve)
    await rows.comment(post, said("قرأتها مرتين، و(ثلاثًا)!"), by=noor, language="ar")
    await rows.comment(post, said("They never <b>found</b> the rest."), by=bob, summary="A dead seal, in detail")
    sea = Attachment("https://social.example/m/1.jpg", "image/jpeg", "The harbour at six in the morning, from the wall")
    await rows.comment(post, said("See for yourself."), by=ada, attachments=(sea, replace(sea, name="")))
    removed = await rows.comment(post, "", by=eve, state=CommentState.REMOVED, removed_at=1)
    await rows.comment(post, said("I disagree with what stood here."), by=bob, parent=removed)
    clean = comment_html("<p>Purr :cat:</p>", emoji={":cat:": (f"/media/{cat.name}", ":cat:")})
    await rows.comment(post, clean.html, by=bob)
    lists = (
        "<blockquote><p>reads twice</p></blockquote><ul><li>once</li><li>twice</li></ul><pre><code>a = 1</code></pre>"
    )
    await rows.comment(post, said(lists), by=ada)
    for kind, content, times in (
        (ReactionKind.LIKE, "", 12),
        (ReactionKind.BOOST, "", 3),
        (ReactionKind.EMOJI, "🎉", 2),
    ):
        for _ in range(times):
            await rows.react(post, kind, content)
    await rows.react(post, ReactionKind.EMOJI, ":cat:", icon_url=icon)


async def _deep_branch(rows: Blog, post: Post, people) -> None:
    """An answer to an answer, six deep; the first one was edited."""
    parent, edited_at = None, rows.shop.now()
    for depth, person in enumerate(people):
        words = f"Answer {depth}: that made my morning. I have read it to my neighbour, who corrects tide tables for a living."
        parent = await rows.comment(post, said(words), by=person, parent=parent, edited_at=edited_at)
        edited_at = None


def said(html: str) -> str:
    """What a stranger wrote, as it is stored."""
    return comment_html(html if html.startswith("<") else f"<p>{html}</p>").html


def picture(size: tuple[int, int], colour: str) -> bytes:
    """A picture with something to see in it."""
    image = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.ellipse((width * 0.3, height * 0.25, width * 0.7, height * 0.9), fill="#f4efe6")
    draw.line((0, height * 0.75, width, height * 0.7), fill="#1d2b33", width=max(2, height // 60))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
