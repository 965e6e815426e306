"""Pins, and old posts that are shared again."""

import pytest

from fedblog.errors import Conflict, Missing
from fedblog.services import pinning, publishing, sharing
from tests.fediverse.peer import PUBLIC

BY = "author"


@pytest.fixture
async def fan(blog, ada):
    """Somebody who follows."""
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    return ada


async def featured(blog):
    return (await blog.document(f"{await blog.actor_id()}/featured"))["orderedItems"]


class TestPins:
    async def test_the_newest_three_stand_first_until_the_author_pins(self, blog, fan, pond, box):
        posts = []
        for number in range(4):
            posts.append(await blog.publish(f"Post {number}"))
            box.clock.move(minutes=1)
        newest = [post.object_id for post in posts[:0:-1]]
        assert await featured(blog) == newest
        for place in (2, 0):
            await pinning.pin(blog.shop, posts[place].pk, by=BY)
            box.clock.move(minutes=1)
        await pinning.pin(blog.shop, posts[2].pk, by=BY)
        await blog.work()
        assert await featured(blog) == [posts[2].object_id, posts[0].object_id]
        us = await blog.document(await blog.actor_id())
        adds = pond.got("Add")
        assert [add["object"] for add in adds] == await featured(blog)
        for add in adds:
            assert (add["target"], add["to"], add["cc"]) == (us["featured"], [PUBLIC], [us["followers"]])

        await pinning.unpin(blog.shop, posts[2].pk, by=BY)
        await pinning.unpin(blog.shop, posts[0].pk, by=BY)
        await blog.work()
        assert [(gone["object"], gone["target"]) for gone in pond.got("Remove")] == [
            (posts[2].object_id, us["featured"]),
            (posts[0].object_id, us["featured"]),
        ]
        assert await featured(blog) == newest

    @pytest.mark.checklist(row=22)
    @pytest.mark.checklist(row=23)
    @pytest.mark.parametrize("end", ["unpublish", "delete"])
    async def test_a_post_that_goes_away_loses_its_pin_before_its_delete(self, blog, fan, pond, end):
        post = await blog.publish()
        await pinning.pin(blog.shop, post.pk, by=BY)
        await blog.work()
        await getattr(publishing, end)(blog.shop, post.pk)
        await blog.work()
        assert [d.activity["type"] for d in pond.delivered][-2:] == ["Remove", "Delete"]
        assert await featured(blog) == []
        if end == "unpublish":
            again = await publishing.publish(blog.shop, post.pk)
            await pinning.pin(blog.shop, again.pk, by=BY)
            assert await featured(blog) == [again.object_id]

    async def test_what_cannot_be_pinned(self, blog, fan):
        posts = [await blog.publish(f"Post {number}") for number in range(6)]
        for post in posts[:5]:
            await pinning.pin(blog.shop, post.pk, by=BY)
        with pytest.raises(Conflict, match="5 posts are pinned"):
            await pinning.pin(blog.shop, posts[5].pk, by=BY)
        await publishing.unpublish(blog.shop, posts[0].pk)
        await pinning.pin(blog.shop, posts[5].pk, by=BY)
        with pytest.raises(Conflict):
            await pinning.pin(blog.shop, posts[0].pk, by=BY)
        for deed in (pinning.pin, pinning.unpin):
            with pytest.raises(Missing):
                await deed(blog.shop, 99, by=BY)


class TestSharingAgain:
    async def test_an_old_post_comes_before_the_followers_again_and_can_be_taken_back(self, blog, fan, pond, box):
        post = await blog.publish()
        box.clock.move(days=300)
        await sharing.share(blog.shop, post.pk, by=BY)
        await blog.work()
        us = await blog.document(await blog.actor_id())
        [announce] = pond.got("Announce")
        assert (announce["actor"], announce["object"]) == (us["id"], post.object_id)
        assert (announce["to"], announce["cc"]) == ([PUBLIC], [us["followers"]])
        assert (await blog.document(announce["id"]))["object"] == post.object_id
        kinds = [i["type"] for i in (await blog.document(f"{us['outbox']}/page/1"))["orderedItems"]]
        assert kinds == ["Announce", "Create"]

        await sharing.unshare(blog.shop, post.pk, by=BY)
        await blog.work()
        [undo] = pond.got("Undo")
        assert undo["object"]["id"] == announce["id"]
        assert (await blog.get(announce["id"], "application/activity+json")).status == 410
        with pytest.raises(Missing):
            await sharing.unshare(blog.shop, post.pk, by=BY)

    async def test_at_most_once_a_day_and_then_the_first_share_makes_way(self, blog, fan, pond, box):
        post = await blog.publish()
        with pytest.raises(Conflict, match="within the last day"):
            await sharing.share(blog.shop, post.pk, by=BY)
        box.clock.move(days=2)
        await sharing.share(blog.shop, post.pk, by=BY)
        await sharing.unshare(blog.shop, post.pk, by=BY)
        box.clock.move(hours=23)
        with pytest.raises(Conflict, match="within the last day"):
            await sharing.share(blog.shop, post.pk, by=BY)
        box.clock.move(hours=2)
        await sharing.share(blog.shop, post.pk, by=BY)
        box.clock.move(days=2)
        await sharing.share(blog.shop, post.pk, by=BY)
        await blog.work()
        shared = [d.activity["type"] for d in pond.delivered if d.activity["type"] in {"Announce", "Undo"}]
        assert shared == ["Announce", "Undo", "Announce", "Undo", "Announce"]

    async def test_a_deleted_post_takes_its_share_along(self, blog, fan, pond, box):
        post = await blog.publish()
        box.clock.move(days=2)
        await sharing.share(blog.shop, post.pk, by=BY)
        await blog.work()
        [announce] = pond.got("Announce")
        await publishing.unpublish(blog.shop, post.pk)
        await blog.work()
        assert (await blog.get(announce["id"], "application/activity+json")).status == 410
        outbox = await blog.document(f"{await blog.actor_id()}/outbox/page/1")
        assert outbox["orderedItems"] == []
        for deed in (sharing.share, sharing.unshare):
            with pytest.raises((Conflict, Missing)):
                await deed(blog.shop, post.pk, by=BY)
