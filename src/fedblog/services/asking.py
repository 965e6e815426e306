"""Asking before we answer where the author of something wants to be asked (GoToSocial's ReplyRequest)."""

from fedblog.ap.parse.interaction import leave_to_reply
from fedblog.ap.render import interactions as requests_of
from fedblog.domain.actor import Actor
from fedblog.domain.elsewhere import FolloweeState, Remark
from fedblog.domain.interaction import AnswerState, Leave, OwnInteraction
from fedblog.errors import Conflict
from fedblog.services import own_ids
from fedblog.services.documents import remark_note
from fedblog.services.looking import Sight
from fedblog.services.sending import Outgoing, Recipients, send
from fedblog.services.workshop import Workshop, the_actor, the_blog
from fedblog.store import followees, own_interactions
from fedblog.store.door import Reader, Writer


async def leave_for(db: Reader, sight: Sight) -> Leave:
    """Whether the blog may answer what was looked at, by the words of its author."""
    if sight.post is None:
        return Leave.FREE
    us, blog = await the_actor(db), await the_blog(db)
    followee = await followees.by_actor(db, blog.pk, sight.actor.pk) if sight.actor.pk else None
    return leave_to_reply(
        sight.reply_policy,
        us.actor_id,
        is_named=not {us.actor_id, us.url, f"{blog.base_url}/"}.isdisjoint(sight.post.named),
        author_id=sight.actor.actor_id,
        followers_id=sight.actor.followers,
        is_following=followee is not None and followee.state is FolloweeState.ACCEPTED,
    )


async def refuse_unwanted(db: Reader, sight: Sight) -> Leave:
    """The same, raising `Conflict` where no answer is wanted."""
    leave = await leave_for(db, sight)
    if leave is Leave.NONE:
        raise Conflict("Its author does not take answers from everybody, and not from this blog.")
    return leave


async def ask(db: Writer, shop: Workshop, remark: Remark, owner: Actor) -> None:
    """Send the Note to its addressee alone, as a request. It goes to everybody else once that is accepted."""
    us, now = await the_actor(db), shop.now()
    request_id = own_ids.activity_id(await the_blog(db), shop.world)
    note = await remark_note(db, remark)
    document = requests_of.reply_request(request_id, us.actor_id, owner.actor_id, remark.in_reply_to, note)
    asked = OwnInteraction(
        object_id=remark.object_id,
        blog_pk=remark.blog_pk,
        target_id=remark.in_reply_to,
        owner_id=owner.actor_id,
        request_id=request_id,
        state=AnswerState.ASKED,
        approval_id=None,
        sent_at=now,
        answered_at=None,
    )
    await own_interactions.save(db, asked)
    outgoing = Outgoing(document, remark.object_id, us.pk, is_public=False)
    await send(db, remark.blog_pk, outgoing, Recipients(inboxes=(owner.inbox,)), now)


async def refuse_while_asking(db: Reader, object_id: str) -> None:
    """Raise `Conflict` while a Note of ours waits for the yes of whom it answers."""
    own = await own_interactions.by_object_id(db, object_id)
    if own is not None and own.state is AnswerState.ASKED:
        raise Conflict("This answer waits for the yes of whom it answers.", "Change it afterwards, or delete it.")
