"""An answer of ours that its addressee does not want is gone everywhere at the next request."""

from fedblog.services import remarks

AP = "application/activity+json"


async def outbox(blog):
    """What it says that there is in all, and the ids of what is shown."""
    address = (await blog.document(await blog.actor_id()))["outbox"]
    page = await blog.document(f"{address}/page/1")
    total = (await blog.document(address))["totalItems"]
    return total, [item["object"]["id"] for item in page["orderedItems"]]


async def test_a_rejected_answer_is_not_counted_in_the_outbox_any_more(blog, ada, pond):
    remark = await remarks.answer(blog.shop, ada.note("<p>Elsewhere.</p>")["id"], "My answer.", by="ada")
    await blog.work()
    [create] = pond.got("Create")
    assert await outbox(blog) == (1, [remark.object_id])
    assert (await blog.get(create["id"], AP)).status == 200

    await blog.hear(ada, ada.activity("Reject", remark.object_id))

    assert await outbox(blog) == (0, [])
    assert (await blog.get(create["id"], AP)).status == 410
    assert (await blog.get(remark.object_id, AP)).status == 410
