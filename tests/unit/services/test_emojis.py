"""Custom emoji of other servers: in comments, in names and as reactions, as pictures of our own."""

import io
import re

import pytest
from PIL import Image

from fedblog.services import media
from fedblog.store import comments, emojis, reactions
from fedblog.world import WireResponse

CAT_URL = "https://pond.example/emoji/cat.png"
SHOWN = re.compile(r'<img src="/media/([0-9a-f]{32}\.png)" alt=":cat:" title=":cat:" class="emoji">')


def picture(size=(64, 64), kind="PNG", **options):
    out = io.BytesIO()
    Image.new("RGB", size, (200, 120, 40)).save(out, kind, **options)
    return out.getvalue()


def opened(path):
    return Image.open(io.BytesIO(path.read_bytes()))


def answer(data, content_type="image/png"):
    return WireResponse(200, (("content-type", content_type),), data)


def tag(name=":cat:", url=CAT_URL):
    return {"type": "Emoji", "id": None, "name": name, "icon": {"type": "Image", "mediaType": "image/png", "url": url}}


@pytest.fixture
def cat(pond):
    pond.documents["/emoji/cat.png"] = answer(picture())


def eve_with_a_cat(pond):
    eve = pond.person("eve")
    pond.documents["/users/eve"] |= {"name": "Eve :cat:", "tag": [tag()]}
    return eve


async def comment_of(blog, person, content, tags, post=None):
    """What became of the comment's HTML."""
    post = post or await blog.publish()
    note = person.note(content, in_reply_to=post.object_id, tag=tags)
    await blog.hear(person, person.create(note))
    return (await blog.comment(note)).html


async def test_an_emoji_in_a_comment_becomes_a_small_picture_of_ours(blog, box, ada, cat):
    html = await comment_of(blog, ada, "<p>Purr :cat: <code>:cat:</code> :dog:</p>", [tag()])
    assert html == f"<p>Purr {SHOWN.search(html)[0]} <code>:cat:</code> :dog:</p>"
    path = media.path_of(blog.shop, SHOWN.search(html)[1])
    assert path.stat().st_size <= 100_000
    assert opened(path).size == (64, 64)
    [line] = await comments.thread(blog.db, 1)
    assert line.text == "Purr :cat: :cat: :dog:"


async def test_a_picture_is_fetched_once_for_all_who_use_it(blog, box, ada, bob, cat):
    post = await blog.publish()
    first = await comment_of(blog, ada, "<p>:cat:</p>", [tag()], post)
    second = await comment_of(blog, bob, "<p>So :cat:</p>", [tag()], post)
    assert SHOWN.search(first)[1] == SHOWN.search(second)[1]
    assert [r.target for r in box.requests_to("pond.example")].count("/emoji/cat.png") == 1


async def test_the_tag_of_another_object_gives_no_picture(blog, ada, bob, cat):
    post = await blog.publish()
    await comment_of(blog, ada, "<p>:cat:</p>", [tag()], post)
    assert await comment_of(blog, bob, "<p>:cat:</p>", [], post) == "<p>:cat:</p>"


@pytest.mark.parametrize(
    "served",
    [
        WireResponse(404, (), b""),
        WireResponse(500, (), b""),
        answer(b"<svg onload='alert(1)'/>"),
        answer(b"<svg/>", "image/svg+xml"),
        answer(b"\x89PNG\r\n" + b"x" * 600_000),
    ],
    ids=["missing", "failing", "no picture", "svg", "too large"],
)
async def test_what_cannot_be_had_stays_text_and_holds_nothing_up(blog, box, ada, pond, served):
    pond.documents["/emoji/cat.png"] = served
    assert await comment_of(blog, ada, "<p>:cat:</p>", [tag()]) == "<p>:cat:</p>"
    asked = len(box.log)
    assert await comment_of(blog, ada, "<p>again :cat:</p>", [tag()]) == "<p>again :cat:</p>"
    assert [e.request.target for e in box.log[asked:]].count("/emoji/cat.png") == 0


async def test_after_a_day_a_picture_is_asked_for_again(blog, box, ada, pond):
    pond.documents["/emoji/cat.png"] = WireResponse(503, (), b"")
    await comment_of(blog, ada, "<p>:cat:</p>", [tag()])
    pond.documents["/emoji/cat.png"] = answer(picture())
    box.clock.move(days=1)
    assert SHOWN.search(await comment_of(blog, ada, "<p>:cat:</p>", [tag()]))


async def test_a_private_address_is_not_asked(blog, box, ada):
    box.addresses["inside.example"] = ("10.0.0.1",)
    html = await comment_of(blog, ada, "<p>:cat:</p>", [tag(url="https://inside.example/cat.png")])
    assert html == "<p>:cat:</p>"
    assert box.requests_to("inside.example") == []


async def test_at_most_ten_pictures_are_copied_for_one_comment(blog, box, ada, pond):
    names = [f":cat{number}:" for number in range(12)]
    for number in range(12):
        pond.documents[f"/emoji/{number}.png"] = answer(picture((8 + number, 8)))
    tags = [tag(name, f"https://pond.example/emoji/{number}.png") for number, name in enumerate(names)]
    html = await comment_of(blog, ada, f"<p>{' '.join(names)}</p>", [tag(":unused:", CAT_URL), *tags])
    assert html.count('class="emoji"') == 10
    assert html.endswith(":cat10: :cat11:</p>")


async def test_a_slow_server_gets_eight_seconds_in_all(blog, box, ada, pond):
    async def slow(request):
        box.clock.move(seconds=3)
        return answer(picture())

    box.add("slow.example", slow)
    names = [f":cat{number}:" for number in range(6)]
    tags = [tag(name, f"https://slow.example/{number}.png") for number, name in enumerate(names)]
    await comment_of(blog, ada, f"<p>{' '.join(names)}</p>", tags)
    assert len(box.requests_to("slow.example")) == 3


async def test_an_animation_stands_still(blog, ada, pond):
    frames = [Image.new("RGB", (40, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    pond.documents["/emoji/cat.png"] = answer(out.getvalue(), "image/gif")
    html = await comment_of(blog, ada, "<p>:cat:</p>", [tag()])
    name = re.search(r"/media/([0-9a-f]+\.\w+)", html)[1]
    shown = opened(media.path_of(blog.shop, name))
    assert (shown.size, getattr(shown, "n_frames", 1)) == ((40, 20), 1)


async def test_a_name_shows_its_emoji(blog, pond, cat):
    eve = eve_with_a_cat(pond)
    post = await blog.publish()
    await comment_of(blog, eve, "<p>Hello.</p>", [], post)
    [line] = await comments.thread(blog.db, post.pk)
    [emoji] = line.actor_emojis
    assert (line.actor_name, emoji.name) == ("Eve :cat:", ":cat:")
    assert media.path_of(blog.shop, emoji.file_name)


async def test_a_new_profile_keeps_the_copies_of_a_name(blog, box, pond, cat):
    eve = eve_with_a_cat(pond)
    post = await blog.publish()
    await comment_of(blog, eve, "<p>Hello.</p>", [], post)
    profile = eve.document() | {"name": "Eve II :cat:", "tag": [tag()]}
    await blog.hear(eve, eve.activity("Update", profile))
    [line] = await comments.thread(blog.db, post.pk)
    assert line.actor_name == "Eve II :cat:"
    assert line.actor_emojis[0].file_name
    assert [r.target for r in box.requests_to("pond.example")].count("/emoji/cat.png") == 1


async def test_a_reaction_with_a_custom_emoji_shows_its_picture(blog, ada, bob, pond, cat):
    post = await blog.publish()
    await blog.hear(ada, ada.activity("EmojiReact", post.object_id, content=":cat:", tag=[tag()]))
    unknown = tag(url="https://lake.example/none.png")
    await blog.hear(bob, bob.activity("Like", post.object_id, content=":cat:", tag=[unknown]))
    [count] = await reactions.emoji_counts(blog.db, post.object_id)
    assert (count.content, count.people) == (":cat:", 2)
    assert media.path_of(blog.shop, count.file_name)


async def test_only_the_newest_copies_are_remembered(blog):
    async def work(db):
        for number in range(5):
            await emojis.save(db, emojis.EmojiCopy(f"https://pond.example/{number}", "a.png", number))
        await emojis.forget_beyond(db, 2)

    await blog.shop.store.write(work)
    kept = [await emojis.by_url(blog.db, f"https://pond.example/{number}") for number in range(5)]
    assert [copy is not None for copy in kept] == [False, False, False, True, True]
