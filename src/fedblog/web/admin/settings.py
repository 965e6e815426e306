"""The blog's settings: what it is called, who may comment, its profile, its pictures and the author's own feed."""

from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import urlencode

from starlette.responses import Response

from fedblog.domain.blog import Blog, CommentPolicy, ProfileField
from fedblog.domain.interaction import QuotePolicy, ReplyScope
from fedblog.domain.post import Media
from fedblog.errors import Refused
from fedblog.services import describing, media
from fedblog.services.describing import Settings
from fedblog.services.media import AVATAR, HEADER, Shape
from fedblog.services.workshop import the_blog
from fedblog.services.writing_here import offering
from fedblog.store import media as media_rows
from fedblog.store.door import Reader
from fedblog.web.admin import around, going
from fedblog.web.admin.around import Around
from fedblog.web.admin.compose import POLICIES, QUOTES, SCOPES
from fedblog.web.admin.gate import on
from fedblog.web.admin.submission import Submission
from fedblog.web.admin.visit import Visit
from fedblog.web.middleware.failures import status_and_words

HERE = "/admin/settings"
FEED = "/admin/feed.atom"
_EMPTY_FIELDS, _MOST_FIELDS = 2, 8


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The forms, with what was typed. `fields` ends in empty ones to fill; `feed_url` is a secret."""

    template: ClassVar[str] = "admin/settings.html"
    around: Around
    settings: Settings
    fields: tuple[ProfileField, ...]
    home_url: str
    avatar: Media | None
    header: Media | None
    feed_url: str
    is_writing_offered: bool
    policies: tuple[tuple[CommentPolicy, str], ...] = POLICIES
    scopes: tuple[tuple[ReplyScope, str], ...] = SCOPES
    quotes: tuple[tuple[QuotePolicy, str], ...] = QUOTES
    problem: str = ""
    picture_problem: str = ""


async def show(visit: Visit) -> Response:
    """The forms."""
    blog = await the_blog(visit.shop.store.reader)
    return await _form(visit, describing.settings_of(blog))


async def save(visit: Visit, form: Submission) -> Response:
    """Save what is set by words."""
    blog = await the_blog(visit.shop.store.reader)
    typed = _typed(describing.settings_of(blog), form)
    try:
        await describing.change(visit.shop, typed, by=visit.account.name)
    except Refused as error:
        status, words = status_and_words(error)
        return await _form(visit, typed, status, problem=words)
    await visit.note("change settings", typed.title)
    return going.to(HERE, "settings")


def _typed(now: Settings, form: Submission) -> Settings:
    policy, scope, quotes = form.line("comment_policy"), form.line("reply_scope"), form.line("quote_policy")
    pairs = zip(form.lines("field_name"), form.lines("field_value"), strict=False)
    return replace(
        now,
        title=form.line("title"),
        description=form.text("description"),
        language=form.line("language"),
        time_zone=form.line("time_zone"),
        comment_policy=CommentPolicy(policy) if policy in set(CommentPolicy) else now.comment_policy,
        reply_scope=ReplyScope(scope) if scope in set(ReplyScope) else now.reply_scope,
        quote_policy=QuotePolicy(quotes) if quotes in set(QuotePolicy) else now.quote_policy,
        approves_followers=form.flag("approves_followers"),
        fields=tuple(ProfileField(name, value) for name, value in pairs if name or value),
    )


async def save_pictures(visit: Visit, form: Submission) -> Response:
    """Save the pictures that were uploaded, and drop those that are to go."""
    before = describing.settings_of(await the_blog(visit.shop.store.reader))
    try:
        avatar = await _picture(visit, form, "avatar", AVATAR, before.avatar_pk)
        header = await _picture(visit, form, "header", HEADER, before.header_pk)
        await describing.change(visit.shop, replace(before, avatar_pk=avatar, header_pk=header))
    except Refused as error:
        status, words = status_and_words(error)
        return await _form(visit, before, status, picture_problem=words)
    await visit.note("change pictures", before.title)
    return going.to(HERE, "settings")


async def _picture(visit: Visit, form: Submission, name: str, shape: Shape, now: int | None) -> int | None:
    upload = form.files.get(name)
    if upload is None:
        return None if form.flag(f"{name}_goes") else now
    alt = form.line(f"{name}_alt")[:1500]
    return (await media.take_in(visit.shop, visit.account.blog_pk, upload.data, alt=alt, shape=shape)).pk


async def renew_feed(visit: Visit, _: Submission) -> Response:
    """Another secret address for the author's feed."""
    await describing.renew_feed_address(visit.shop)
    await visit.note("renew feed address", "")
    return going.to(HERE, "address")


async def save_writing(visit: Visit, form: Submission) -> Response:
    """Let readers write their replies here, or not."""
    await offering.offer(visit.shop, on=form.flag("writing_here"), by=visit.account.name)
    return going.to(HERE, "saved")


async def _form(
    visit: Visit, settings: Settings, status: int = 200, *, problem: str = "", picture_problem: str = ""
) -> Response:
    async def view(db: Reader) -> SettingsPage:
        blog = await the_blog(db)
        return SettingsPage(
            around=await around.of(db, visit, HERE),
            settings=settings,
            fields=_with_empty(settings.fields),
            home_url=f"{blog.base_url}/",
            avatar=await media_rows.by_pk(db, settings.avatar_pk) if settings.avatar_pk else None,
            header=await media_rows.by_pk(db, settings.header_pk) if settings.header_pk else None,
            feed_url=feed_url(blog),
            is_writing_offered=await offering.is_offered(db),
            problem=problem,
            picture_problem=picture_problem,
        )

    return visit.web.private(await visit.shop.store.read(view), status=status)


def _with_empty(fields: tuple[ProfileField, ...]) -> tuple[ProfileField, ...]:
    more = min(_EMPTY_FIELDS, max(_MOST_FIELDS - len(fields), 0))
    return fields + (ProfileField("", ""),) * more


def feed_url(blog: Blog) -> str:
    """The secret address of the author's feed. The secret is in the query, which our access log does not write."""
    return f"{blog.base_url}{FEED}?{urlencode({'key': blog.feed_token})}"


routes = [
    on(HERE, get=show, post=save),
    on(HERE + "/pictures", post=save_pictures, takes_files=True),
    on(HERE + "/feed", post=renew_feed),
    on(HERE + "/writing", post=save_writing),
]
