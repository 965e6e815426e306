"""`fedblog comments`: list, approve, hide, delete and answer comments; look for missing ones."""

import argparse
from typing import TYPE_CHECKING

from fedblog.cli.main import actions, natural

if TYPE_CHECKING:
    from fedblog.store.comments import CommentLine
    from fedblog.store.door import Reader

HELP = "list, approve, hide and delete comments"


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    listing = add("list", "list comments in every state, the newest first")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.add_argument("--limit", type=natural, metavar="N", help="at most so many")
    listing.set_defaults(run=show_list)
    for name, help_text in (
        ("approve", "show a held or hidden comment"),
        ("hide", "take a comment off the page"),
        ("delete", "delete a comment for good"),
    ):
        action = add(name, help_text)
        action.add_argument("pk", type=int, metavar="PK")
        action.set_defaults(run=moderate, action=name)
    trusting = add("trust", "show a comment, and let its author count as known from now on")
    trusting.add_argument("pk", type=int, metavar="PK")
    trusting.add_argument("--server", action="store_true", help="everybody on the author's server, too")
    trusting.set_defaults(run=trust)
    answering = add("answer", "answer a comment, in Markdown from standard input")
    answering.add_argument("pk", type=int, metavar="PK")
    answering.set_defaults(run=answer)
    fetching = add("fetch", "look for missing replies below a post, on the servers of its comments")
    fetching.add_argument("post_pk", type=int, metavar="POST_PK")
    fetching.add_argument("--json", action="store_true", help="print JSON when it is done")
    fetching.set_defaults(run=fetch)


async def show_list(arguments: argparse.Namespace) -> int:
    """List comments."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services.workshop import the_blog
    from fedblog.store import comments

    async with opened(arguments) as shop:
        db = shop.store.reader
        blog = await the_blog(db)
        found = await comments.listed(db, blog.pk, limit=arguments.limit)
        answers = {c.pk: await _approval(db, blog.pk, c) for c in found}
    rows = [
        {
            "pk": c.pk,
            "post_pk": c.post_pk,
            "parent_pk": c.parent_pk,
            "number": c.number,
            "state": c.state.value,
            "audience": c.audience.value,
            "rule": c.rule,
            "actor": c.actor_id,
            "handle": f"@{c.actor_handle}",
            "text": c.text,
            "remote_id": c.object_id,
            "received_at": time_text(c.received_at),
            "approval": answers[c.pk][0],
            "authorization": answers[c.pk][1],
        }
        for c in found
    ]
    if arguments.json:
        show_json(rows)
    else:
        show_rows(rows, ("pk", "post_pk", "number", "state", "handle", "text"), empty="There are no comments yet.")
    return 0


async def _approval(db: "Reader", blog_pk: int, line: "CommentLine") -> tuple[str | None, str | None]:
    """What was said between the servers about a comment (asked, approved, rejected, denied, ended), and the id of the
    authorization."""
    from fedblog.domain.interaction import InteractionKind
    from fedblog.store import interactions, own_interactions

    if line.is_by_author:
        own = await own_interactions.by_object_id(db, line.object_id)
        return (own.state.value, own.approval_id) if own else (None, None)
    known = await interactions.by_object_id(db, blog_pk, InteractionKind.REPLY, line.object_id)
    return (known.state.value, known.approval_id) if known else (None, None)


async def moderate(arguments: argparse.Namespace) -> int:
    """Approve, hide or delete one comment."""
    from fedblog.cli.opening import opened
    from fedblog.services import moderating

    act = {"approve": moderating.approve, "hide": moderating.hide, "delete": moderating.delete}[arguments.action]
    async with opened(arguments) as shop:
        await act(shop, arguments.pk, by="command line")
    done = {"approve": "shown", "hide": "hidden", "delete": "deleted"}[arguments.action]
    print(f"Comment {arguments.pk} is {done}.")
    return 0


async def trust(arguments: argparse.Namespace) -> int:
    """Accept one comment, and trust."""
    from fedblog.cli.opening import opened
    from fedblog.domain.actor import BlockKind
    from fedblog.services import trusting

    kind = BlockKind.HOST if arguments.server else BlockKind.ACTOR
    async with opened(arguments) as shop:
        given = await trusting.accept_and_trust(shop, arguments.pk, kind, by="command line")
    print(f"Comment {arguments.pk} is shown. Trusted: {given.value}")
    return 0


async def answer(arguments: argparse.Namespace) -> int:
    """Answer a comment."""
    import sys

    from fedblog.cli.opening import opened
    from fedblog.errors import Missing
    from fedblog.services import answering
    from fedblog.store import comments

    source = sys.stdin.read()
    async with opened(arguments) as shop:
        comment = await comments.by_pk(shop.store.reader, arguments.pk)
        if comment is None:
            raise Missing(f"There is no comment {arguments.pk}.", "fedblog comments list shows them.")
        answered = await answering.answer(shop, comment.post_pk, comment.pk, source)
    print(f"Answered as comment {answered.number} (pk {answered.pk}).")
    return 0


async def fetch(arguments: argparse.Namespace) -> int:
    """Look for missing replies below one post, at most 1,500 requests; interrupted, the same command goes on."""
    import sys

    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, time_text
    from fedblog.services.searching.watching import follow

    last = None
    async with opened(arguments) as shop:
        async for last in follow(shop, arguments.post_pk):
            search = last.search
            if search.is_under_way:
                print(
                    f"{search.requests} of at most {search.most_requests} requests, "
                    f"{last.done} of {last.steps} addresses, {search.found} found",
                    file=sys.stderr,
                )
    if last is None:
        return 1
    search = last.search
    facts = {
        "post_pk": search.post_pk,
        "requests": search.requests,
        "found": search.found,
        "unanswered": search.unanswered,
        "complete_at": time_text(search.complete_at),
    }
    if arguments.json:
        show_json(facts)
    else:
        whole = f"complete as of {facts['complete_at']}" if search.began_at is None else "not complete; run it again"
        print(f"{search.found} found with {search.requests} requests, {whole}.")
    return 0
