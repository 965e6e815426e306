"""A small blog on SQLite, its rows put in by hand, behind the whole site."""

import asyncio
import shutil
from dataclasses import replace

import pytest

from fedblog import app
from fedblog.config import load
from fedblog.domain.actor import Actor, ActorKind
from fedblog.domain.comment import Audience, Comment, CommentState, Reaction, ReactionKind
from fedblog.domain.post import Media, Post, PostState, Tag
from fedblog.services import founding
from fedblog.services.workshop import the_blog
from fedblog.store import actors, comments, media, posts, reactions
from fedblog.store.media import PostImage
from fedblog.web.site import Site
from tests.fediverse.box import Box
from tests.fediverse.clock import START
from tests.unit.web.asgi import HOST, ask

SETTINGS = {"FEDBLOG_SITE__BASE_URL": f"https://{HOST}", "FEDBLOG_SITE__TITLE": "Tidewater Notes"}


class Blog:
    """The blog under test: `site` to ask, the rest to put things in."""

    def __init__(self, site, shop, row, box):
        self.site, self.shop, self.row, self.box = site, shop, row, box

    async def get(self, path, **options):
        return await ask(self.site, path, **options)

    async def write(self, work, *topics):
        async def unit(db):
            result = await work(db)
            if topics:
                db.touch(*topics)
            return result

        return await self.shop.store.write(unit)

    async def post(self, slug="first", *, tags=(), images=(), at=START, path=None, **given):
        now = at
        row = Post(
            pk=0, blog_pk=self.row.pk, ulid=f"{slug}-ulid", state=PostState.PUBLISHED,
            object_id=f"https://{HOST}/ap/articles/{slug}", path=path or f"/2026/11/{slug}", title=slug.title(), slug=slug,
            markdown="", html="<p>Some words.</p>", summary="", summary_off_at=None, excerpt="Some words.", language="en",
            content_warning="", comment_policy=None, last_comment_number=0, created_at=now, published_at=now,
            edited_at=None, updated_at=None, update_due_at=None, update_sent_at=None, unpublished_at=None, deleted_at=None,
        )  # fmt: skip
        row = replace(row, **given)

        async def work(db):
            pk = await posts.create(db, row)
            if row.path:
                await posts.add_path(db, row.blog_pk, row.path, pk, now)
            await posts.set_tags(db, row.blog_pk, pk, [Tag(tag, tag) for tag in tags])
            uses = [await self._image(db, name, alt) for name, alt in images]
            await media.set_images(db, row.blog_pk, pk, uses)
            return pk

        return replace(row, pk=await self.write(work, "frame"))

    async def _image(self, db, name, alt):
        row = Media(0, self.row.pk, name, "image/png", 640, 480, 1000, alt, START)
        return PostImage(await media.add(db, row), name, "image/png", 640, 480, name, alt)

    async def save(self, post, **changes):
        changed = replace(post, **changes)
        await self.write(lambda db: posts.save(db, changed), "frame", f"post:{post.pk}")
        return changed

    async def person(self, name="ada", host="social.example", **given):
        actor_id = f"https://{host}/users/{name}"
        row = Actor(
            pk=0, kind=ActorKind.REMOTE, actor_id=actor_id, type="Person", host=host, name=name.title(), username=name,
            handle=f"{name}@{host}", summary="", url=f"https://{host}/@{name}", inbox=f"{actor_id}/inbox",
            shared_inbox=None, outbox="", followers="", avatar_url=None, avatar_name=None, also_known_as=(),
            moved_to=None, hides_public_at=None, hides_unlisted_at=None, suspended_at=None, gone_at=None,
            fetched_at=START, created_at=START,
        )  # fmt: skip
        return await self.write(lambda db: actors.save(db, replace(row, **given)))

    async def comment(self, post, html="<p>Well said.</p>", *, by=None, parent=None, number=None, **given):
        actor_pk = by if by is not None else await self.person()

        async def work(db):
            taken = await posts.take_comment_number(db, post.pk) if number is None else number
            row = Comment(
                pk=0, blog_pk=self.row.pk, post_pk=post.pk, parent_pk=parent, number=taken or None,
                object_id=f"https://social.example/notes/{self.shop.world.token(6).hex()}", actor_pk=actor_pk,
                state=CommentState.SHOWN, audience=Audience.PUBLIC, rule="", html=html, text="", markdown="",
                summary="", language="", url="", attachments=(), published_at=START, updated_at=None, edited_at=None,
                received_at=START, shown_at=START, removed_at=None, read_at=None,
            )  # fmt: skip
            return await comments.create(db, replace(row, **given))

        return await self.write(work, f"post:{post.pk}")

    async def react(self, post, kind=ReactionKind.LIKE, content="", by=None, **given):
        actor_pk = by if by is not None else await self.person(self.shop.world.token(4).hex())
        row = Reaction(0, self.row.pk, post.pk, None, actor_pk, kind, content, post.object_id, None, START)
        await self.write(lambda db: reactions.add(db, replace(row, **given)), f"post:{post.pk}")


def config_for(directory):
    return load(None, SETTINGS | {"FEDBLOG_STORAGE__DATA_DIRECTORY": str(directory)})


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    """The data directory of a blog that was just founded; making its keys takes longer than a test."""
    directory = tmp_path_factory.mktemp("founded")

    async def found():
        config = config_for(directory)
        async with app.open_workshop(config, world=Box().world(), migrate=True) as shop:
            await founding.found(shop.store, shop.world, config)

    asyncio.run(found())
    return directory


@pytest.fixture
async def blog(founded, tmp_path):
    directory = tmp_path / "data"
    shutil.copytree(founded, directory)
    box = Box()
    async with app.open_workshop(config_for(directory), world=box.world()) as shop:
        yield Blog(Site(shop), shop, await the_blog(shop.store.reader), box)
