"""`fedblog post`: publish, list, show, edit, pin, share, unpublish and delete posts."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fedblog.cli.main import actions, natural
from fedblog.errors import Invalid

if TYPE_CHECKING:
    from fedblog.domain.post import Post
    from fedblog.services.workshop import Workshop
    from fedblog.services.writing import Draft
    from fedblog.store.door import Reader

HELP = "publish, list, show, edit and delete posts"
_OPTIONS_OF_TEXTS = ("title", "slug", "summary", "tags", "language", "content_warning", "comments", "replies", "quotes")


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    publish_parser = add("publish", "publish a Markdown file, or standard input (-)")
    publish_parser.add_argument("file", metavar="FILE.md|-")
    publish_parser.add_argument("--draft", action="store_true", help="save it as a draft instead")
    edit_parser = add("edit", "change a post; what is not given stays as it is")
    edit_parser.add_argument("pk", type=int, metavar="PK")
    edit_parser.add_argument("file", metavar="FILE.md|-", nargs="?")
    edit_parser.add_argument("--minor", action="store_true", help="tell nobody: no Update is sent")
    for parser in (publish_parser, edit_parser):
        _text_options(parser)
    publish_parser.set_defaults(run=publish)
    edit_parser.set_defaults(run=edit)
    for name, help_text, run in (
        ("show", "show one post", show),
        ("release", "publish a draft or an unpublished post", release),
        ("unpublish", "take a post back; followers get a Delete", unpublish),
        ("delete", "delete a post for good; followers get a Delete", delete),
    ):
        parser = add(name, help_text)
        parser.add_argument("pk", type=int, metavar="PK")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.set_defaults(run=run)
    for name, help_text in (
        ("pin", "pin a post: it stands first on the blog's profile elsewhere"),
        ("unpin", "take the pin out"),
        ("share", "bring an old post before the followers again, at most once a day"),
        ("unshare", "take that back"),
    ):
        parser = add(name, help_text)
        parser.add_argument("pk", type=int, metavar="PK")
        parser.set_defaults(run=stand, action=name)
    listing = add("list", "list posts, the latest work first")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.add_argument("--limit", type=natural, metavar="N", help="at most so many")
    listing.set_defaults(run=show_list)


def _text_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--title", metavar="TEXT", help="wins over the front matter and a first heading")
    parser.add_argument("--slug", metavar="SLUG", help="last part of the address")
    parser.add_argument("--summary", metavar="TEXT", help="one or two sentences that introduce the post")
    parser.add_argument("--tags", metavar="A,B", help="tags, separated by commas")
    parser.add_argument("--language", metavar="TAG", help="such as en or de")
    parser.add_argument("--content-warning", metavar="TEXT", help="what the text is folded behind")
    parser.add_argument(
        "--comments", choices=["open", "cautious", "hold_all", "closed"], help="who may comment on this post"
    )
    parser.add_argument(
        "--replies", choices=["everyone", "followers", "mentioned"], help="whose comments are taken at all"
    )
    parser.add_argument("--quotes", choices=["everyone", "followers", "hold_all", "nobody"], help="who may quote it")
    parser.add_argument("--json", action="store_true", help="print JSON")


async def publish(arguments: argparse.Namespace) -> int:
    """Publish a text."""
    from fedblog.cli.opening import opened
    from fedblog.services import publishing, writing

    data = _read(arguments.file)
    async with opened(arguments) as shop:
        draft = await _draft_from(shop, arguments, data, None)
        post = await (writing.create(shop, draft) if arguments.draft else publishing.publish_new(shop, draft))
        await _tell(shop.store.reader, post, arguments, "Saved the draft" if arguments.draft else "Published")
    return 0


async def edit(arguments: argparse.Namespace) -> int:
    """Change a post."""
    from fedblog.cli.opening import opened
    from fedblog.services import publishing, writing

    _refuse_to_change_nothing(arguments)
    data = _read(arguments.file) if arguments.file else None
    async with opened(arguments) as shop:
        before = await writing.existing(shop.store.reader, arguments.pk)
        draft = await _draft_from(shop, arguments, data, before)
        post = await publishing.edit(shop, arguments.pk, draft, is_minor=arguments.minor)
        await _tell(shop.store.reader, post, arguments, "Saved")
    return 0


async def release(arguments: argparse.Namespace) -> int:
    """Publish a post that is there."""
    from fedblog.cli.opening import opened
    from fedblog.services import publishing, writing

    async with opened(arguments) as shop:
        before = await writing.existing(shop.store.reader, arguments.pk)
        post = await publishing.publish(shop, arguments.pk)
        again = before.object_id is not None
        done = "Published again, under a new object id: other servers take it for a new post" if again else "Published"
        await _tell(shop.store.reader, post, arguments, done)
    return 0


async def unpublish(arguments: argparse.Namespace) -> int:
    """Take a post back."""
    from fedblog.cli.opening import opened
    from fedblog.services import publishing

    async with opened(arguments) as shop:
        post = await publishing.unpublish(shop, arguments.pk)
        await _tell(shop.store.reader, post, arguments, "Unpublished")
    return 0


async def delete(arguments: argparse.Namespace) -> int:
    """Delete a post for good."""
    from fedblog.cli.opening import opened
    from fedblog.services import publishing

    if sys.stdin.isatty() and input(f"Delete post {arguments.pk} for good? [y/N] ").strip().lower() != "y":
        raise Invalid("Nothing was deleted.")
    async with opened(arguments) as shop:
        await publishing.delete(shop, arguments.pk)
    print(f"Deleted post {arguments.pk}. Copies on other servers are asked to go; some may stay.")
    return 0


async def stand(arguments: argparse.Namespace) -> int:
    """Pin or share a post, or take either back."""
    from fedblog.cli.opening import opened
    from fedblog.services import pinning, sharing

    deed, done = {
        "pin": (pinning.pin, "pinned"),
        "unpin": (pinning.unpin, "not pinned any more"),
        "share": (sharing.share, "shared again"),
        "unshare": (sharing.unshare, "not shared any more"),
    }[arguments.action]
    async with opened(arguments) as shop:
        await deed(shop, arguments.pk, by="command line")
    print(f"Post {arguments.pk} is {done}.")
    return 0


async def show(arguments: argparse.Namespace) -> int:
    """Show one post."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json
    from fedblog.services import writing

    async with opened(arguments) as shop:
        post = await writing.existing(shop.store.reader, arguments.pk)
        facts = await _facts(shop.store.reader, post)
    if arguments.json:
        show_json(facts | {"markdown": post.markdown, "summary": post.summary, "language": post.language})
    else:
        for name, value in facts.items():
            print(f"{name:13} {', '.join(value) if isinstance(value, list) else value or '-'}")
        print(f"\n{post.markdown}")
    return 0


async def show_list(arguments: argparse.Namespace) -> int:
    """List posts."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows
    from fedblog.services.workshop import the_blog
    from fedblog.store import posts

    async with opened(arguments) as shop:
        reader = shop.store.reader
        blog = await the_blog(reader)
        found = await posts.listed(reader, blog.pk, limit=arguments.limit)
        facts = [await _facts(reader, post) for post in found]
    if arguments.json:
        show_json(facts)
    else:
        show_rows(facts, ("pk", "state", "published_at", "title", "url"), empty="There is no post yet.")
    return 0


async def _facts(db: "Reader", post: "Post") -> dict[str, Any]:
    from fedblog.cli.printing import time_text
    from fedblog.services.documents import post_url
    from fedblog.services.workshop import the_blog
    from fedblog.store import posts

    return {
        "pk": post.pk,
        "state": post.state.value,
        "title": post.title,
        "slug": post.slug,
        "url": post_url(await the_blog(db), post) if post.path else None,
        "object_id": post.object_id,
        "published_at": time_text(post.published_at),
        "updated_at": time_text(post.updated_at),
        "tags": [tag.name for tag in await posts.tags_of(db, post.pk)],
        "comments": post.comment_policy,
        "replies": post.reply_scope,
        "quotes": post.quote_policy,
    }


async def _tell(db: "Reader", post: "Post", arguments: argparse.Namespace, done: str) -> None:
    from fedblog.cli.printing import show_json

    facts = await _facts(db, post)
    if arguments.json:
        show_json(facts)
    else:
        print(f"{done}: {facts['url'] or post.title} (post {post.pk})")


def _refuse_to_change_nothing(arguments: argparse.Namespace) -> None:
    """An edit that changes nothing would mark the post as edited and send an Update all the same."""
    if arguments.file is None and all(getattr(arguments, name) is None for name in _OPTIONS_OF_TEXTS):
        raise Invalid("There is nothing to change.", "Give a FILE, or an option such as --title.")


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise Invalid(f"{name} cannot be read: {error.strerror}.") from error


async def _draft_from(
    shop: "Workshop", arguments: argparse.Namespace, data: bytes | None, before: "Post | None"
) -> "Draft":
    """The draft that the command means. What would be refused is refused before its pictures are stored."""
    from fedblog.services import importing_files, writing

    draft = await writing.draft_of(shop.store.reader, before) if before else writing.Draft(title="", markdown="")
    if data is not None:
        imported = importing_files.read(data, draft, title=arguments.title)
        draft = imported.draft
        for note in imported.notes:
            print(f"fedblog: {note}", file=sys.stderr)
    draft = _with_options(draft, arguments)
    if not draft.title.strip():
        raise Invalid("The post has no title.", "Give --title, a title in the front matter, or a first line '# Title'.")
    is_public = before.is_public if before else not arguments.draft
    await writing.refuse_early(shop, draft, before, must_resolve=is_public)
    if data is None:
        return draft
    folder = None if arguments.file == "-" else Path(arguments.file).parent
    return await importing_files.with_pictures(shop, draft, folder, old_text=before.markdown if before else "")


def _with_options(draft: "Draft", arguments: argparse.Namespace) -> "Draft":
    from fedblog.domain.blog import CommentPolicy
    from fedblog.domain.interaction import QuotePolicy, ReplyScope

    given: dict[str, Any] = {
        "title": arguments.title,
        "slug": arguments.slug,
        "summary": arguments.summary,
        "language": arguments.language,
        "content_warning": arguments.content_warning,
        "tags": tuple(arguments.tags.split(",")) if arguments.tags is not None else None,
        "comment_policy": CommentPolicy(arguments.comments) if arguments.comments else None,
        "reply_scope": ReplyScope(arguments.replies) if arguments.replies else None,
        "quote_policy": QuotePolicy(arguments.quotes) if arguments.quotes else None,
    }
    return replace(draft, **{name: value for name, value in given.items() if value is not None})
