"""Does the public name lead here? Asked at each of its addresses, as far as that can be seen from inside."""

import asyncio
from collections.abc import Mapping

from fedblog.ap.media_types import ACCEPT_ACTIVITY
from fedblog.errors import FedblogError
from fedblog.net.guard import is_laboratory
from fedblog.net.probing import local_addresses
from fedblog.services.checking.by_hand import curl_lines
from fedblog.services.checking.documents import id_in
from fedblog.services.checking.findings import Finding, Whose, note, ok, problem, warning
from fedblog.services.checking.replies import Reply, obstacle
from fedblog.services.checking.rounds import Round

SUBJECT = "reach"
_MOST_ADDRESSES = 8
_NO_ROUTE = "there is no route"


async def check_reach(around: Round) -> tuple[list[Finding], bool]:
    """What was found, and whether more can be asked through the name."""
    by_hand = curl_lines(around.blog, around.us.actor_id)
    try:
        addresses = await around.prober.addresses(around.origin)
    except FedblogError as error:
        return [_unresolved(around.origin.host, error, by_hand)], False
    addresses = addresses[:_MOST_ADDRESSES]
    replies = await asyncio.gather(*(around.get(around.us.actor_id, ACCEPT_ACTIVITY, at=one) for one in addresses))
    found, leads_here = judge_reach(dict(zip(addresses, replies, strict=True)), around.us.actor_id, by_hand)
    if not leads_here:
        return found, False
    laboratory = around.shop.config.federation.allow_private_networks
    outside = [one for one in addresses if not is_laboratory(one, laboratory)]
    return [*found, *judge_view(around.origin.host, local_addresses(outside), by_hand)], True


def judge_reach(replies: Mapping[str, Reply], actor_id: str, by_hand: tuple[str, ...]) -> tuple[list[Finding], bool]:
    """What the answer at each address says, and whether at least one of them is this blog's."""
    if all(reply.trouble for reply in replies.values()):
        why = next(iter(replies.values())).trouble
        return [_unseen(f"The blog's own name does not answer here: {why}.", by_hand)], False
    found = [_silent(one, reply) for one, reply in replies.items() if reply.trouble and _NO_ROUTE not in reply.trouble]
    answers = {one: reply for one, reply in replies.items() if not reply.trouble}
    wrong = [judged for one, reply in answers.items() if (judged := _wrong(one, reply, actor_id))]
    if len(wrong) < len(answers):
        found.append(ok(SUBJECT, f"The public name leads to this blog at {', '.join(answers)}."))
    return [*found, *wrong], len(wrong) < len(answers)


def judge_view(host: str, local: tuple[str, ...], by_hand: tuple[str, ...]) -> list[Finding]:
    """Whether what was seen from here is what others see."""
    if not local:
        return []
    what = (
        f"{host} leads to this machine itself ({', '.join(local)}). Everything below was seen through your proxy, "
        "but not through what stands before this machine: a firewall, a router, a CDN."
    )
    return [note(SUBJECT, what, "Run these lines elsewhere to see the rest.", Whose.YOU, by_hand)]


def _unseen(what: str, by_hand: tuple[str, ...]) -> Finding:
    return warning(
        SUBJECT,
        f"{what} Either fedblog or its proxy does not run, or your router does not let you ask your own public "
        "address from inside. That cannot be told apart from here.",
        "Start `fedblog serve` if it does not run; else run these lines elsewhere.",
        Whose.YOU,
        by_hand,
    )


def _unresolved(host: str, error: FedblogError, by_hand: tuple[str, ...]) -> Finding:
    todo = "Mend its DNS records first. Where the name is only unknown to this machine, run these lines elsewhere."
    return warning(SUBJECT, f"{host} cannot be asked from here: {error}.", todo, Whose.YOU, by_hand)


def _silent(address: str, reply: Reply) -> Finding:
    what = f"{address} does not answer ({reply.trouble}), and other addresses of the same name do."
    todo = "Make it answer, or take its record (AAAA or A) out of the DNS: some servers will try no other."
    return problem(SUBJECT, what, todo, Whose.YOU)


def _wrong(address: str, reply: Reply, actor_id: str) -> Finding | None:
    """Why an answer is not that of this blog; None when it is."""
    if reply.status == 200 and id_in(reply) == actor_id:
        return None
    found = obstacle(SUBJECT, f"The blog's actor, asked at {address},", reply)
    if found:
        return found
    if reply.is_redirect:
        what = f"{address} leads on to {reply.header('location')[:200]} where the blog's actor should be."
        return problem(SUBJECT, what, "Serve /ap/ without redirects: signed requests follow none.", Whose.YOUR_PROXY)
    what = (
        f"At {address} something else answers (status {reply.status}, {reply.media_type or 'no type'}, "
        f"server: {reply.who}), and not this blog."
    )
    return problem(SUBJECT, what, "Point the DNS record, or the proxy, at this blog.", Whose.YOU)
