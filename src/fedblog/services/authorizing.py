"""Approving and refusing what others do to what is ours: the authorization, and the answer that tells of it.

Everything happens in the caller's transaction, and twice has the effect of once.
"""

import json
from dataclasses import replace

from fedblog.ap.render import interactions as answers_of
from fedblog.ap.render.interactions import Deed
from fedblog.ap.vocabulary import PUBLIC, Document
from fedblog.domain.actor import Actor
from fedblog.domain.delivery import Lane
from fedblog.domain.interaction import Approval, Interaction, InteractionKind, InteractionState
from fedblog.services import gate, own_ids
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import actors, approvals, interactions
from fedblog.store.door import Reader, Writer


def deed_of(interaction: Interaction, actor: Actor) -> Deed:
    """The interaction as our answers and authorizations name it."""
    request = json.loads(interaction.request) if interaction.request else None
    return Deed(interaction.kind, actor.actor_id, interaction.object_id, interaction.target_id, request)


async def hold(db: Writer, interaction: Interaction) -> None:
    """It waits for the author; until then nobody is answered."""
    waiting = replace(interaction, state=InteractionState.ASKED, approval_id=None, decided_at=None)
    await _save(db, waiting, interaction.asked_at)


async def _save(db: Writer, interaction: Interaction, now: int) -> int:
    """Store it. No authorization but its own stays on the wire, whatever it was given for; returns its key."""
    pk = await interactions.save(db, interaction)
    await approvals.end_others(db, pk, interaction.approval_id or "", now)
    return pk


async def approve(db: Writer, shop: Workshop, interaction: Interaction, *, tells_followers: bool = False) -> None:
    """Give an authorization (what has one keeps it), and tell who asked; with `tells_followers` also all servers that
    wait for our word before they believe in it."""
    blog, now = await the_blog(db), shop.now()
    approval_id = interaction.approval_id if interaction.is_approved else None
    given = approval_id or own_ids.authorization_id(blog, shop.world)
    approved = replace(interaction, state=InteractionState.APPROVED, approval_id=given, decided_at=now)
    pk = await _save(db, approved, now)
    if approval_id is None:
        await approvals.give(db, Approval(given, blog.pk, pk, now, None))
    us, actor = await the_actor(db), await _actor(db, interaction)
    activity_id = own_ids.activity_id(blog, shop.world)
    cc = (PUBLIC, us.followers) if tells_followers else ()
    document = answers_of.accept(activity_id, us.actor_id, cc, deed_of(approved, actor), given)
    recipients = Recipients(followers=tells_followers, inboxes=(_inbox(approved, actor),))
    await _send(db, shop, approved, document, recipients)


async def reject(
    db: Writer, shop: Workshop, interaction: Interaction, *, state: InteractionState = InteractionState.REJECTED
) -> None:
    """Refuse it, and tell who asked."""
    rejected = replace(interaction, state=state, approval_id=None, decided_at=shop.now())
    await _save(db, rejected, shop.now())
    await _tell_of_refusal(db, shop, rejected)


async def revoke(
    db: Writer,
    shop: Workshop,
    interaction: Interaction,
    *,
    state: InteractionState = InteractionState.DENIED,
    tells_all: bool = True,
) -> None:
    """Take an authorization back: its id answers 410, its holder and whoever may have looked at it get a Delete.

    A reply is rejected as well, since GoToSocial goes by that. Without `tells_all` only the holder is told: what
    strangers bring about by themselves must not make us speak to everybody.
    """
    now, approval_id = shop.now(), interaction.approval_id
    db.touch(f"post:{interaction.post_pk}")
    revoked = replace(interaction, state=state, approval_id=None, decided_at=now)
    await _save(db, revoked, now)
    if approval_id is None:
        return
    us, actor = await the_actor(db), await _actor(db, interaction)
    activity_id = own_ids.activity_id(await the_blog(db), shop.world)
    deed = deed_of(interaction, actor)
    document = answers_of.delete_authorization(activity_id, us.actor_id, us.followers, approval_id, deed)
    told = Recipients(inboxes=(_inbox(interaction, actor),))
    told = replace(told, followers=True, holders_of=interaction.object_id) if tells_all else told
    await _send(db, shop, interaction, document, told)
    if interaction.kind is InteractionKind.REPLY:
        await _tell_of_refusal(db, shop, revoked)


async def end(db: Writer, interaction: Interaction, now: int) -> None:
    """It is gone at its own server: its authorization goes too, and nobody needs to be told."""
    db.touch(f"post:{interaction.post_pk}")
    ended = replace(interaction, state=InteractionState.ENDED, approval_id=None, decided_at=now)
    await _save(db, ended, now)


async def _tell_of_refusal(db: Writer, shop: Workshop, interaction: Interaction) -> None:
    us, actor = await the_actor(db), await _actor(db, interaction)
    activity_id = own_ids.activity_id(await the_blog(db), shop.world)
    document = answers_of.reject(activity_id, us.actor_id, deed_of(interaction, actor))
    await _send(db, shop, interaction, document, Recipients(inboxes=(_inbox(interaction, actor),)))


def _inbox(interaction: Interaction, actor: Actor) -> str:
    """Who asked gets the answer; what came without asking is answered where posts go too, so that it comes once."""
    return actor.inbox if interaction.request else actor.delivery_inbox


async def _actor(db: Reader, interaction: Interaction) -> Actor:
    actor = await actors.by_pk(db, interaction.actor_pk)
    assert actor is not None  # a reference that the database keeps
    return actor


async def _send(
    db: Writer, shop: Workshop, interaction: Interaction, document: Document, recipients: Recipients
) -> None:
    """Put the answer on its way, but never to somebody whom the blog has blocked."""
    open_gate = await gate.read(db, interaction.blog_pk)
    actor = await _actor(db, interaction)
    if not open_gate.may_act(actor.actor_id):
        recipients = replace(recipients, inboxes=(), holders_of=None)
    if not (recipients.followers or recipients.inboxes):
        return
    us = await the_actor(db)
    is_for_all = recipients.followers
    lane = Lane.POST if is_for_all else Lane.ACCEPT
    outgoing = Outgoing(document, interaction.object_id, us.pk, lane=lane, is_public=is_for_all)
    await send(db, interaction.blog_pk, outgoing, recipients, shop.now())
