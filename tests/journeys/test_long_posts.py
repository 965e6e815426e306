"""A post may be longer than what other servers take in one piece."""

import json


async def test_a_post_too_long_to_send_is_cut_between_blocks_and_ends_with_a_link(blog, ada, pond):
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    paragraph = 'Wörter und noch "mehr" Wörter. ' * 40
    post = await blog.publish("A very long walk", "\n\n".join([paragraph] * (450_000 // len(paragraph.encode()))))
    [create] = pond.got("Create")
    article = create["object"]
    assert len(json.dumps(create, ensure_ascii=False).encode()) < 900_000
    assert len(article["content"]) > 100_000
    assert article["content"].endswith(f'</p><p><a href="{article["url"]}">{article["url"]}</a></p>')
    assert article["contentMap"] == {"en": article["content"]}
    assert len(await blog.page(post)) > len(article["content"])
