"""Files that nothing shows are removed after a day; those that anything shows stay."""

import os

import pytest

from fedblog.services import media
from tests.fediverse.clock import START

DAY = 24 * 3600
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


@pytest.fixture
def folder(blog):
    made = media.directory(blog.shop)
    made.mkdir(parents=True, exist_ok=True)
    return made


def leave(folder, name, *, days_ago):
    path = folder / name
    path.write_bytes(b"x")
    os.utime(path, (START / 1000 - days_ago * DAY,) * 2)
    return path


async def test_a_face_that_nobody_wears_any_more_goes_after_a_day(blog, folder):
    old = leave(folder, f"{'a' * 32}.png", days_ago=2)
    half_done = leave(folder, ".new-abc", days_ago=2)
    young = leave(folder, f"{'b' * 32}.png", days_ago=0.5)
    assert await media.sweep(blog.shop) == 2
    assert [old.exists(), half_done.exists(), young.exists()] == [False, False, True]


async def test_what_a_row_or_a_text_shows_stays(blog, folder):
    kept = await media.take_in(blog.shop, 1, PNG)
    os.utime(folder / kept.name, (START / 1000 - 2 * DAY,) * 2)
    shown = leave(folder, f"{'c' * 32}.png", days_ago=2)
    emojis = f'[[":c:","https://pond.example/c.png","{shown.name}"]]'
    await blog.shop.store.write(lambda db: db.run("UPDATE actor SET emojis = ? WHERE pk = 1", emojis))
    assert await media.sweep(blog.shop) == 0
    assert (folder / kept.name).exists()
    assert shown.exists()
