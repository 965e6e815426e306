"""Taking replies in: new ones, edited ones, and those that are taken back. All inside the caller's transaction."""

from dataclasses import dataclass, replace

from fedblog.domain.actor import Actor
from fedblog.domain.blog import Blog
from fedblog.domain.comment import Audience, Comment, CommentState
from fedblog.domain.follower import FollowState
from fedblog.domain.inbox_event import Verdict
from fedblog.domain.interaction import ReplyScope
from fedblog.domain.moderation import Facts, Rule, Ruling, judge, judge_edit
from fedblog.services.outcomes import Outcome, accepted, ignored, refused, repeated
from fedblog.services.replies import Reply, as_mention, new_comment
from fedblog.services.threads import Place, people_in, place_of
from fedblog.store import (
    comments,
    followers,
    inbox_events,
    mentions,
    own_objects,
    posts,
    remote_keys,
    thread_searches,
    trusts,
)
from fedblog.store.door import Reader, Writer
from fedblog.text.sanitise import comment_html

_TEN_MINUTES_MS = 600_000
_VERDICTS = {
    CommentState.SHOWN: Verdict.ACCEPTED,
    CommentState.HELD: Verdict.HELD,
    CommentState.HIDDEN: Verdict.ACCEPTED,
    CommentState.REFUSED: Verdict.REFUSED,
    CommentState.REMOVED: Verdict.IGNORED,
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a reply. `unproven` is the new comment where its author may reply as one of few: other servers
    cannot see that by themselves, and wait for an authorization. `withheld` is one that an edit took off the page, or
    that does not get there though it is for everybody now."""

    outcome: Outcome
    unproven: Comment | None = None
    withheld: Comment | None = None


async def take(db: Writer, blog: Blog, reply: Reply, now: int, *, is_update: bool = False) -> Outcome:
    """Take in a reply that answers something here; a known one is edited."""
    return (await take_in(db, blog, reply, now, is_update=is_update)).outcome


async def take_in(db: Writer, blog: Blog, reply: Reply, now: int, *, is_update: bool = False) -> Taken:
    """The same for who tells its author."""
    traces = await comments.traces(db, blog.pk, reply.object_id, reply.actor.actor_id)
    if traces.is_buried:
        return Taken(ignored("its author had deleted it before it came"))
    if traces.comment_pk is not None and (existing := await comments.by_pk(db, traces.comment_pk)):
        return await _edited_in(db, blog, existing, reply, now, is_update=is_update)
    place = await place_of(db, blog, reply.object.in_reply_to)
    if place is None:
        return Taken(ignored("it answers nothing that is known here"))
    if not place.post.is_public:
        return Taken(ignored("the post is not public any more"))
    taken = await _take_new(db, blog, reply, place, now)
    await _sync_mention(db, blog, reply, traces.mention_pk, now)
    return taken


async def _edited_in(db: Writer, blog: Blog, before: Comment, reply: Reply, now: int, *, is_update: bool) -> Taken:
    outcome = await edit(db, blog, before, reply, now, is_update=is_update)
    if outcome.verdict not in {Verdict.ACCEPTED, Verdict.HELD}:
        return Taken(outcome)
    after = await comments.by_pk(db, before.pk)
    is_kept = after is None or after.state is CommentState.SHOWN or after.state is before.state
    return Taken(outcome, withheld=None if is_kept else after)


async def _take_new(db: Writer, blog: Blog, reply: Reply, place: Place, now: int) -> Taken:
    ruling, facts = await _judged(db, blog, reply, place, now)
    comment = new_comment(reply, place.post.pk, place.comment_pk, blog.pk, now)
    comment = await _ruled(db, comment, ruling, now)
    await comments.create(db, comment)
    db.touch(f"post:{comment.post_pk}")
    thread_searches.stir(db, comment.post_pk)
    is_unproven = facts.is_follower and comment.state is CommentState.SHOWN
    return Taken(_outcome(ruling), comment if is_unproven else None)


async def _judged(db: Reader, blog: Blog, reply: Reply, place: Place, now: int) -> tuple[Ruling, Facts]:
    scope = place.post.reply_scope or blog.reply_scope
    facts = await _facts(db, blog, reply, place, now)
    if scope is not ReplyScope.EVERYONE:
        facts = await _standing_in(db, blog, reply, place, facts)
    return judge(place.post.comment_policy or blog.comment_policy, facts, scope), facts


async def state_in_public(db: Reader, blog: Blog, reply: Reply, place: Place, now: int) -> CommentState:
    """What would become of a reply if it were addressed to everybody."""
    ruling, _ = await _judged(db, blog, replace(reply, audience=Audience.PUBLIC), place, now)
    return ruling.state


async def _standing_in(db: Reader, blog: Blog, reply: Reply, place: Place, facts: Facts) -> Facts:
    """The facts with what a scope asks: who is named by the post or by what is answered, and who follows."""
    named = await own_objects.addressees(db, place.object_id)
    if place.post.object_id and place.post.object_id != place.object_id:
        named += await own_objects.addressees(db, place.post.object_id)
    if any(person.actor_id == reply.actor.actor_id for person in named):
        return replace(facts, is_mentioned=True)
    follower = await followers.by_actor(db, blog.pk, reply.actor.pk)
    return replace(facts, is_follower=follower is not None and follower.state is FollowState.ACCEPTED)


async def _facts(db: Reader, blog: Blog, reply: Reply, place: Place, now: int) -> Facts:
    people = await people_in(db, blog, place) | {reply.actor.actor_id, reply.actor.url} if reply.named else frozenset()
    standing = await comments.standing(db, blog.pk, reply.actor, now - _TEN_MINUTES_MS)
    return Facts(
        audience=reply.audience,
        is_known=standing.is_known,
        links=len(reply.links),
        attachments=len(reply.object.attachments) + reply.clean.images,
        outsiders=sum(address not in people for address in reply.named),
        all_links=reply.all_links,
        recent=standing.recent,
        is_hidden_by_author=reply.is_hidden_by_author,
        is_renewed=standing.renewed_at is not None,
    )


async def _ruled(db: Writer, comment: Comment, ruling: Ruling, now: int) -> Comment:
    """The comment in the state that it gets; it takes its number when it is first shown."""
    if ruling.state is CommentState.SHOWN:
        return await shown(db, comment, now)
    # What is not public is unread as a private message, and counts once.
    read_at = now if ruling.rule is Rule.NOT_PUBLIC else comment.read_at
    return replace(comment, state=ruling.state, rule=ruling.rule, read_at=read_at)


async def shown(db: Writer, comment: Comment, now: int) -> Comment:
    """The comment as one that readers see, with its number."""
    number = comment.number or await posts.take_comment_number(db, comment.post_pk)
    return replace(comment, state=CommentState.SHOWN, rule="", number=number, shown_at=comment.shown_at or now)


async def _sync_mention(db: Writer, blog: Blog, reply: Reply, mention_pk: int | None, now: int) -> None:
    """What is not for the public stands among the author's private messages; what has become public, no more."""
    if not reply.audience.may_be_shown:
        await mentions.save(db, as_mention(reply, blog.pk, now))
    elif mention_pk is not None:
        await mentions.remove(db, mention_pk)


def _outcome(ruling: Ruling) -> Outcome:
    words = "shown as a comment" if ruling.rule is Rule.NONE else f"{ruling.rule.value}: {ruling.rule.words}"
    return Outcome(_VERDICTS[ruling.state], words)


async def edit(db: Writer, blog: Blog, before: Comment, reply: Reply, now: int, *, is_update: bool = False) -> Outcome:
    """Bring a known comment up to what its author says now; number and place stay.

    `is_update`: it came as an Update, which may lack a time of its own.
    """
    if before.actor_pk != reply.actor.pk:
        return refused("somebody else wrote that comment")
    if before.removed_at is not None:
        return ignored("its author had deleted it")
    if _is_older(before, reply.object.updated_at, is_update=is_update):
        return repeated("a newer edit is known")
    after = _edited(before, reply, now)
    if not _is_changed(before, after):
        return repeated("nothing visible changed")
    renewed_at = await remote_keys.renewed_at(db, reply.actor.actor_id)
    if renewed_at is not None and before.received_at < renewed_at:
        return refused(f"{Rule.RENEWED_IDENTITY.value}: {Rule.RENEWED_IDENTITY.words}")
    after, words = await _rejudged(db, blog, before, after, reply, now)
    await comments.save(db, after)
    known = await mentions.by_object_id(db, blog.pk, before.object_id)
    await _sync_mention(db, blog, reply, known.pk if known else None, now)
    db.touch(f"post:{after.post_pk}")
    return Outcome(Verdict.HELD if after.state is CommentState.HELD else Verdict.ACCEPTED, words)


def _is_older(before: Comment, updated_at: int | None, *, is_update: bool) -> bool:
    """Equal times are no older: two edits within one second are both taken, in the order in which they came."""
    if updated_at is None:
        return before.updated_at is not None and not is_update
    return updated_at < (before.updated_at or before.published_at)


def _edited(before: Comment, reply: Reply, now: int) -> Comment:
    fresh = new_comment(reply, before.post_pk, before.parent_pk, before.blog_pk, now)
    is_reworded = (fresh.html, fresh.summary, fresh.attachments) != (before.html, before.summary, before.attachments)
    return replace(
        before,
        audience=reply.audience,
        html=fresh.html,
        text=fresh.text,
        summary=fresh.summary,
        language=fresh.language,
        url=fresh.url,
        attachments=fresh.attachments,
        updated_at=fresh.updated_at or before.updated_at,
        edited_at=now if is_reworded else before.edited_at,
    )


def _is_changed(before: Comment, after: Comment) -> bool:
    return replace(before, updated_at=None) != replace(after, updated_at=None)


async def _rejudged(
    db: Writer, blog: Blog, before: Comment, after: Comment, reply: Reply, now: int
) -> tuple[Comment, str]:
    """The edited comment in its new state, and the words for the ledger.

    What the blog's author decided stays; what the rules decided is decided again.
    """
    if before.rule == Rule.BY_HAND:
        return after, f"edited; still {after.state.value}"
    if not after.audience.may_be_shown:
        rule = Rule.NOT_PUBLIC if before.rule == Rule.NOT_PUBLIC else Rule.NO_LONGER_PUBLIC
        return replace(after, state=CommentState.HIDDEN, rule=rule), f"{rule.value}: {rule.words}"
    if before.rule in {Rule.NOT_PUBLIC, Rule.NO_LONGER_PUBLIC, Rule.AUTHOR_HIDES}:
        return await _opened(db, blog, after, reply, now)
    if after.state is not CommentState.SHOWN:
        return after, f"edited; still {after.state.value}"
    is_known = await comments.has_shown_one(db, blog.pk, after.actor_pk, except_pk=after.pk)
    rule = judge_edit(
        is_known=is_known or await trusts.covers(db, blog.pk, reply.actor.actor_id, reply.actor.host),
        all_links=reply.all_links,
        adds_links=not set(reply.links) <= set(comment_html(before.html).links),
        adds_attachments=not set(after.attachments) <= set(before.attachments),
    )
    if rule:
        return replace(after, state=CommentState.HELD, rule=rule), f"{rule.value}: {rule.words}"
    return after, "edited"


async def _opened(db: Writer, blog: Blog, after: Comment, reply: Reply, now: int) -> tuple[Comment, str]:
    """A comment that its author has now addressed to the public: judged like a new one."""
    post = await posts.head(db, after.post_pk)
    parent = await comments.by_pk(db, after.parent_pk) if after.parent_pk else None
    if post is None or not post.is_public:
        return after, "edited; the post is not public any more"
    place = Place(post, parent, parent.object_id if parent else post.object_id or "")
    ruling, _ = await _judged(db, blog, reply, place, now)
    return await _ruled(db, replace(after, read_at=None), ruling, now), _outcome(ruling).reason


async def take_back(db: Writer, comment: Comment, now: int) -> None:
    """Its author took a comment back: nothing of its text stays, its place and number do."""
    await comments.save(db, emptied(comment, now))
    db.touch(f"post:{comment.post_pk}")


def emptied(comment: Comment, now: int) -> Comment:
    """What is left of a comment that was taken back."""
    return replace(
        comment,
        state=CommentState.REMOVED,
        rule="",
        html="",
        text="",
        markdown="",
        summary="",
        attachments=(),
        removed_at=now,
        read_at=comment.read_at or now,
    )


async def note_mention(db: Writer, blog: Blog, reply: Reply, now: int) -> Outcome:
    """Something that addresses the blog without answering anything here."""
    if await inbox_events.is_buried(db, reply.object_id, reply.actor.actor_id):
        return ignored("its author had deleted it before it came")
    known = await mentions.by_object_id(db, blog.pk, reply.object_id)
    if known and known.actor_pk != reply.actor.pk:
        return refused("somebody else wrote that")
    await mentions.save(db, as_mention(reply, blog.pk, now))
    return accepted("kept as a mention" if reply.audience.may_be_shown else "kept as a private message")


async def take_back_all(db: Writer, actor: Actor, now: int) -> int:
    """Everything that an actor commented becomes placeholders. Returns how many there were."""
    written = [comment for comment in await comments.by_actor(db, actor.pk) if comment.removed_at is None]
    for comment in written:
        await take_back(db, comment, now)
    return len(written)
