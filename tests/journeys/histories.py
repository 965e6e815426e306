"""Weeks in the life of a blog, by the dice: what people do to it, and what its author does about it."""

import random
from datetime import UTC, datetime

from fedblog.domain.actor import BlockKind
from fedblog.domain.comment import CommentState
from fedblog.errors import Refused
from fedblog.services import answering, following, moderating, publishing, reprocessing, trusting
from fedblog.services.writing import Draft
from fedblog.store import comments, followers, inbox_events, trusts
from tests.fediverse import Peer

BY = "author"
LINK = '<p>Look <a href="https://a.example/{}">here</a></p>'


class Week:
    """One blog and its people. Every step moves the clock, so that each thing has a moment of its own."""

    def __init__(self, blog, box, seed):
        self.blog, self.box, self.dice = blog, box, random.Random(seed)
        self.people = [Peer(box, f"pond{n}.example").person(f"p{n}") for n in range(4)]
        self.posts, self.said, self.liked, self.log = [], [], [], []

    async def live(self, steps):
        self.us = await self.blog.actor_id()
        await self.publish()
        deeds = [self.say] * 6 + [self.link] * 2 + [self.like] * 3 + [self.edit] * 3 + [self.author] * 5
        deeds += [self.delete, self.unlike, self.unlike, self.follow, self.follow, self.unfollow, self.mention]
        deeds += [self.flag, self.publish, self.unpublish, self.profile, self.again, self.odd]
        for _ in range(steps):
            self.box.clock.move(seconds=self.dice.choice([7, 40, 3600]))
            deed = self.dice.choice(deeds)
            self.log.append(deed.__name__)
            try:
                await deed()
            except Refused as refused:
                self.log[-1] += f" ({refused})"
            await self.blog.work()
        self.box.clock.move(hours=1)

    async def hear(self, person, activity):
        assert (await person.post(self.blog.inbox, activity)).status == 202
        await self.blog.work()
        return activity

    async def publish(self):
        self.posts.append(await publishing.publish_new(self.blog.shop, Draft(f"Post {len(self.posts)}", "Words.")))

    async def unpublish(self):
        await publishing.unpublish(self.blog.shop, self.dice.choice(self.posts).pk)

    def target(self):
        return self.dice.choice([*(post.object_id for post in self.posts), *(note["id"] for _, note in self.said)])

    async def say(self, words="<p>Words {}.</p>"):
        person = self.dice.choice(self.people)
        note = person.note(words.format(len(self.said)), in_reply_to=self.target())
        await self.hear(person, person.create(note))
        self.said.append((person, note))

    async def link(self):
        await self.say(LINK)

    async def edit(self):
        if self.said:
            person, note = self.dice.choice(self.said)
            at = datetime.fromtimestamp(self.blog.shop.now() / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            words = self.dice.choice(["<p>New {}.</p>", LINK, note["content"]]).format(self.dice.random())
            await self.hear(person, person.activity("Update", note | {"content": words, "updated": at}))

    async def delete(self):
        if self.said:
            person, note = self.dice.choice(self.said)
            await self.hear(person, person.activity("Delete", note["id"]))

    async def like(self):
        person = self.dice.choice(self.people)
        kind = self.dice.choice(["Like", "Announce"])
        self.liked.append((person, await self.hear(person, person.activity(kind, self.target()))))

    async def unlike(self):
        if self.liked:
            person, like = self.dice.choice(self.liked)
            await self.hear(person, person.activity("Undo", like))

    async def follow(self):
        person = self.dice.choice(self.people)
        await self.hear(person, person.activity("Follow", self.us))

    async def unfollow(self):
        person = self.dice.choice(self.people)
        await self.hear(person, person.activity("Undo", person.activity("Follow", self.us)))

    async def mention(self):
        person = self.dice.choice(self.people)
        note = person.note("<p>Hello</p>", to=[self.us], cc=[])
        await self.hear(person, person.create(note))

    async def flag(self):
        person = self.dice.choice(self.people)
        await self.hear(person, person.activity("Flag", [self.us], content="No."))

    async def profile(self):
        person = self.dice.choice(self.people)
        await self.hear(person, person.activity("Update", person.document() | {"name": f"N {self.dice.random()}"}))

    async def odd(self):
        person = self.dice.choice(self.people)
        await self.hear(person, person.activity(self.dice.choice(["Listen", "Block", "Create"]), "https://a.example/x"))

    async def again(self):
        kept = await inbox_events.listed(self.blog.shop.store.reader, 1)
        if kept:
            await reprocessing.process_again(self.blog.shop, self.dice.choice(kept).pk, by=BY)

    async def author(self):
        shop, db = self.blog.shop, self.blog.shop.store.reader
        rows = [row for row in await comments.listed(db, 1) if not row.is_by_author]
        followed, trusted = await followers.listed(db, 1), await trusts.listed(db, 1)
        if not rows:
            return
        row = self.dice.choice(rows)
        held = [one for one in rows if one.state is CommentState.HELD] or rows
        deed = self.dice.randrange(8)
        if deed <= 1:
            await moderating.approve(shop, self.dice.choice(held).pk, by=BY)
        elif deed == 2:
            await moderating.hide(shop, row.pk, by=BY)
        elif deed == 3:
            await moderating.delete(shop, row.pk, by=BY)
        elif deed == 4:
            kind = self.dice.choice([BlockKind.ACTOR, BlockKind.HOST])
            await trusting.accept_and_trust(shop, self.dice.choice(held).pk, kind, by=BY)
        elif deed == 5 and trusted:
            await self.dice.choice([trusting.undo, trusting.lift])(shop, self.dice.choice(trusted).pk, by=BY)
        elif deed == 6 and followed:
            await following.remove(shop, self.dice.choice(followed).pk, by=BY)
        else:
            await answering.answer(shop, row.post_pk, row.pk, "Thank you.")
