"""`fedblog quotes`: who quotes the blog; allow and refuse."""

import argparse

from fedblog.cli.main import actions, natural

HELP = "list who quotes the blog; allow and refuse quotes"
_STATES = {"": "not_asked", "approved": "allowed", "rejected": "refused", "denied": "refused"}


def define(command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    add = actions(command, common)
    listing = add("list", "list quotes, the newest first")
    listing.add_argument("--waiting", action="store_true", help="only those that wait for your answer")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.add_argument("--limit", type=natural, metavar="N", help="at most so many")
    listing.set_defaults(run=show_list)
    for name, help_text in (
        ("allow", "allow a quote that asked"),
        ("refuse", "refuse a quote that asked, or take a permission back"),
    ):
        action = add(name, help_text)
        action.add_argument("pk", type=int, metavar="PK")
        action.set_defaults(run=decide, action=name)


async def show_list(arguments: argparse.Namespace) -> int:
    """List quotes."""
    from fedblog.cli.opening import opened
    from fedblog.cli.printing import show_json, show_rows, time_text
    from fedblog.services.workshop import the_blog
    from fedblog.store import quotes

    async with opened(arguments) as shop:
        blog = await the_blog(shop.store.reader)
        state = "asked" if arguments.waiting else "%"
        found = await quotes.listed(shop.store.reader, blog.pk, state=state, limit=arguments.limit)
    rows = [
        {
            "pk": q.pk,
            "post_pk": q.post_pk,
            "state": state_word(q.state),
            "audience": q.audience.value,
            "actor": q.actor_id,
            "handle": f"@{q.actor_handle}",
            "text": q.text,
            "remote_id": q.object_id,
            "quotes": q.target_id,
            "authorization": q.approval_id,
            "received_at": time_text(q.received_at),
        }
        for q in found
    ]
    if arguments.json:
        show_json(rows)
    else:
        show_rows(rows, ("pk", "post_pk", "state", "handle", "text"), empty="Nobody quotes the blog.")
    return 0


def state_word(state: str) -> str:
    """Where a quote stands, in the words of the commands and of the admin: who refused makes no difference."""
    return _STATES.get(state, state)


async def decide(arguments: argparse.Namespace) -> int:
    """Allow or refuse one quote."""
    from fedblog.cli.opening import opened
    from fedblog.services import quoting

    act = {"allow": quoting.allow, "refuse": quoting.refuse}[arguments.action]
    async with opened(arguments) as shop:
        await act(shop, arguments.pk, by="command line")
    print(f"Quote {arguments.pk} is {'allowed' if arguments.action == 'allow' else 'refused'}.")
    return 0
