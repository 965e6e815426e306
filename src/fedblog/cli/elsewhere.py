"""`fedblog elsewhere`: look at posts and people of other servers; answer, like, boost and follow."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from fedblog.cli.main import actions

if TYPE_CHECKING:
    from fedblog.services.looking import Sight
    from fedblog.store.door import Reader

HELP = "look at posts and people elsewhere; answer, like, boost, follow"
_BY = "command line"
_DONE = {"like": "Liked", "boost": "Boosted", "follow": "Asked to follow"}


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    for name, help_text, run in (
        ("look", "show the post or person at an address", look),
        ("answer", "answer a post, in Markdown from standard input", answer),
        ("like", "like a post", act),
        ("boost", "boost a post to your followers", act),
        ("follow", "ask to follow somebody (there is no timeline)", act),
    ):
        parser = add(name, help_text)
        parser.add_argument("address", metavar="ADDRESS", help="of a post or a profile, or @name@server")
        parser.set_defaults(run=run, action=name)
        if name == "look":
            parser.add_argument("--json", action="store_true", help="print JSON")
    undoing = add("undo", "take an answer, like, boost or follow back")
    undoing.add_argument("kind", choices=["answer", "like", "boost", "follow"])
    undoing.add_argument("pk", type=int, metavar="PK")
    undoing.set_defaults(run=undo)
    listing = add("list", "list what stands of what the blog did elsewhere, and whom it follows")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=show_list)


async def look(arguments: argparse.Namespace) -> int:
    """Show what stands at an address."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json
    from fedblog.services import looking

    async with opened(arguments) as shop:
        facts = _facts(await looking.look(shop, arguments.address))
    if arguments.json:
        show_json(facts)
    else:
        for name, value in facts.items():
            print(f"{name}: {_plain(value)}")
    return 0


def _facts(sight: "Sight") -> dict[str, Any]:
    from fedblog.cli.printing import time_text

    facts: dict[str, Any] = {
        "id": sight.object_id,
        "url": sight.url,
        "handle": sight.actor.full_handle,
        "name": sight.actor.display_name,
        "type": sight.post.object.type if sight.post else sight.actor.type,
    }
    if sight.post is None:
        return facts
    written = sight.post.object
    return facts | {
        "audience": sight.post.audience.value,
        "published_at": time_text(written.published_at),
        "text": sight.post.clean.text,
    }


def _plain(value: object) -> str:
    """Without control characters: strangers wrote it (security.md A11)."""
    text = "-" if value is None else str(value)
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)


async def answer(arguments: argparse.Namespace) -> int:
    """Answer a post."""
    from fedblog.cli.opening import opened
    from fedblog.domain.comment import Comment
    from fedblog.services import remarks

    source = sys.stdin.read()
    async with opened(arguments) as shop:
        said = await remarks.answer(shop, arguments.address, source, by=_BY)
    where = f"with comment {said.number} below your own post" if isinstance(said, Comment) else "elsewhere"
    print(f"Answered {where} (pk {said.pk}).")
    return 0


async def act(arguments: argparse.Namespace) -> int:
    """Like, boost or follow."""
    from fedblog.cli.opening import opened
    from fedblog.services import followees, gestures

    async with opened(arguments) as shop:
        if arguments.action == "follow":
            pk = (await followees.follow(shop, arguments.address, by=_BY)).pk
        else:
            do = {"like": gestures.like, "boost": gestures.boost}[arguments.action]
            pk = (await do(shop, arguments.address, by=_BY)).pk
    print(f"{_DONE[arguments.action]} (pk {pk}).")
    return 0


async def undo(arguments: argparse.Namespace) -> int:
    """Take one thing back."""
    from fedblog.cli.opening import opened
    from fedblog.errors import Missing
    from fedblog.services import followees, gestures, remarks

    async with opened(arguments) as shop:
        if arguments.kind == "answer":
            await remarks.take_back(shop, arguments.pk, by=_BY)
        elif arguments.kind == "follow":
            await followees.unfollow(shop, arguments.pk, by=_BY)
        else:
            found = await gestures.existing(shop.store.reader, arguments.pk)
            if found.kind.value != arguments.kind:
                raise Missing(f"There is no {arguments.kind} {arguments.pk}.", "fedblog elsewhere list shows them.")
            await gestures.take_back(shop, arguments.pk, by=_BY)
    print(f"The {arguments.kind} is taken back.")
    return 0


async def show_list(arguments: argparse.Namespace) -> int:
    """List it all."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows
    from fedblog.services.workshop import the_blog

    async with opened(arguments) as shop:
        blog = await the_blog(shop.store.reader)
        rows = await _rows(shop.store.reader, blog.pk)
    if arguments.json:
        show_json(rows)
    else:
        show_rows(rows, ("kind", "pk", "handle", "state", "about", "at"), empty="Nothing stands elsewhere.")
    return 0


async def _rows(db: "Reader", blog_pk: int) -> list[dict[str, Any]]:
    from fedblog.cli.printing import time_text
    from fedblog.domain.elsewhere import GestureKind
    from fedblog.store import followees, gestures, remarks

    rows: list[dict[str, Any]] = [
        _row("answer", a.pk, a.actor_handle, a.in_reply_to, a.words, a.audience.value, time_text(a.published_at))
        for a in await remarks.listed(db, blog_pk)
    ]
    for kind in GestureKind:
        rows += [
            _row(kind.value, g.pk, g.actor_handle, g.object_id, g.words, "", time_text(g.created_at))
            for g in await gestures.listed(db, blog_pk, kind)
        ]
    return rows + [
        _row("follow", f.pk, f.handle, f.actor_id, f.name, f.state.value, time_text(f.asked_at))
        for f in await followees.listed(db, blog_pk)
    ]


def _row(kind: str, pk: int, handle: str, remote_id: str, about: str, state: str, at: str | None) -> dict[str, Any]:
    return {
        "kind": kind,
        "pk": pk,
        "handle": f"@{handle}",
        "remote_id": remote_id,
        "about": about,
        "state": state or None,
        "at": at,
    }
