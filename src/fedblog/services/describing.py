"""The blog's settings and profile, and the one Update of the actor that gathers their changes."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fedblog.ap.render import activities as documents_of
from fedblog.domain.blog import Blog, CommentPolicy, ProfileField
from fedblog.domain.interaction import QuotePolicy, ReplyScope
from fedblog.errors import Invalid
from fedblog.services import following, own_ids
from fedblog.services.documents import person_of
from fedblog.services.founding import secret_token
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import actors, blogs
from fedblog.store.door import Writer
from fedblog.text.language import is_language_tag

QUIET = 120_000  # ms in which changes are gathered
_MOST_FIELDS = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """What the author may set. `fields` holds the lines beside the "Blog" line, which is always there."""

    title: str
    description: str
    language: str
    time_zone: str
    comment_policy: CommentPolicy
    approves_followers: bool
    fields: tuple[ProfileField, ...]
    avatar_pk: int | None
    header_pk: int | None
    reply_scope: ReplyScope = ReplyScope.EVERYONE
    quote_policy: QuotePolicy = QuotePolicy.EVERYONE


def settings_of(blog: Blog) -> Settings:
    """The settings as they are."""
    return Settings(
        blog.title,
        blog.description,
        blog.language,
        blog.time_zone,
        blog.comment_policy,
        blog.approves_followers_at is not None,
        tuple(field for field in blog.fields if field.name != "Blog"),
        blog.avatar_pk,
        blog.header_pk,
        blog.reply_scope,
        blog.quote_policy,
    )


async def change(shop: Workshop, settings: Settings, *, by: str = "settings") -> Blog:
    """Save the settings. What followers see of them reaches them within about two minutes, in one Update.

    Who waits for approval by hand is let in where that is switched off.
    """
    _check(settings)

    async def work(db: Writer) -> Blog:
        before, now = await the_blog(db), shop.now()
        after = _changed(before, settings, now)
        if after == before:
            return before
        actor = await the_actor(db)
        await actors.save(db, replace(actor, name=after.title, fetched_at=now))
        after = await tell_soon(db, after, now)
        if before.approves_followers_at is not None and after.approves_followers_at is None:
            await following.let_all_in(db, shop, by=by)
        return after

    return await shop.store.write(work)


async def tell_soon(db: Writer, blog: Blog, now: int) -> Blog:
    """Save the blog's row. What changed of the actor goes to the followers in the next gathered Update."""
    after = replace(blog, updated_at=now, update_due_at=blog.update_due_at or now + QUIET)
    await blogs.save_settings(db, after)
    db.touch("frame", "settings", "work:schedule")
    return after


async def tell_now(db: Writer, shop: Workshop, blog: Blog) -> None:
    """Send the Update of the actor at once, with all that was gathered."""
    now = shop.now()
    await blogs.save_settings(db, replace(blog, updated_at=now, update_due_at=None))
    db.touch("frame", "settings")
    await _send_update(db, shop, blog, now)


async def renew_feed_address(shop: Workshop) -> None:
    """Give the author's own feed another secret address; the former one shows nothing any more."""
    token = secret_token(shop.world)

    async def work(db: Writer) -> None:
        await blogs.new_feed_token(db, (await the_blog(db)).pk, token)

    await shop.store.write(work)


def _changed(blog: Blog, settings: Settings, now: int) -> Blog:
    since = (blog.approves_followers_at or now) if settings.approves_followers else None
    return replace(
        blog,
        title=" ".join(settings.title.split()),
        description=settings.description.strip(),
        language=settings.language,
        time_zone=settings.time_zone,
        comment_policy=settings.comment_policy,
        reply_scope=settings.reply_scope,
        quote_policy=settings.quote_policy,
        approves_followers_at=since,
        fields=(ProfileField("Blog", f"{blog.base_url}/"), *settings.fields),
        avatar_pk=settings.avatar_pk,
        header_pk=settings.header_pk,
    )


def _check(settings: Settings) -> None:
    if not settings.title.strip() or len(settings.title) > 100:
        raise Invalid("The blog needs a title of at most 100 characters.")
    if len(settings.description) > 2000:
        raise Invalid("The description is longer than 2000 characters.")
    if not is_language_tag(settings.language):
        raise Invalid(f"{settings.language!r} is no language tag.", "Write one such as en, de or pt-BR.")
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(f"There is no time zone {settings.time_zone!r}.", "Write one such as Europe/Berlin.") from error
    if len(settings.fields) > _MOST_FIELDS:
        raise Invalid(f"A profile has at most {_MOST_FIELDS} more lines.")
    for field in settings.fields:
        if not field.name.strip() or len(field.name) > 100 or len(field.value) > 500 or field.name == "Blog":
            raise Invalid('Each profile line needs a name (at most 100 characters, not "Blog") and a value (500).')


async def send_due_update(shop: Workshop) -> int | None:
    """Send the gathered Update of the actor, if it is due. Returns when it will be, or None."""

    async def work(db: Writer) -> None:
        blog, now = await the_blog(db), shop.now()
        if await blogs.take_due_update(db, blog.pk, now):
            await _send_update(db, shop, blog, now)

    blog = await the_blog(shop.store.reader)
    if blog.update_due_at is not None and blog.update_due_at <= shop.now():
        await shop.store.write(work)
        return None
    return blog.update_due_at


async def _send_update(db: Writer, shop: Workshop, blog: Blog, now: int) -> None:
    person, actor = await person_of(db), await the_actor(db)
    document = documents_of.update_actor(own_ids.activity_id(blog, shop.world), person, now)
    await send(db, blog.pk, Outgoing(document, actor.actor_id, actor.pk), Recipients(followers=True), now)
