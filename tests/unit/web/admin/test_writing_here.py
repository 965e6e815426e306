"""The switch that lets readers write their replies here."""

from fedblog.services.writing_here import offering

WRITING = "/admin/settings/writing"


async def is_on(blog):
    return await blog.shop.store.read(offering.is_offered)


async def test_the_author_switches_it_on_and_off(author, blog):
    await author.get("/admin/settings")
    form = author.form(WRITING)
    assert "writing_here" not in dict(form.fields), "it is off at first"
    await author.follow(await author.submit(form, writing_here="yes"))
    assert await is_on(blog)
    assert author.form(WRITING).value("writing_here") == "yes"
    await author.follow(await author.submit(author.form(WRITING), writing_here=None))
    assert not await is_on(blog)
    await author.get("/admin/history")
    assert "replies written here: on" in author.words


async def test_the_reply_page_tells_of_it_at_the_next_request(author, blog):
    post = await blog.post()
    assert "/here" not in (await blog.get(f"/reply/{post.pk}")).text
    await author.get("/admin/settings")
    await author.submit(author.form(WRITING), writing_here="yes")
    assert f'href="/reply/{post.pk}/here"' in (await blog.get(f"/reply/{post.pk}")).text
    await author.get("/admin/settings")
    await author.submit(author.form(WRITING), writing_here=None)
    assert (await blog.get(f"/reply/{post.pk}/here")).status == 404
