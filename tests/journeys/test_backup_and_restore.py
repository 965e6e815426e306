"""A blog is backed up while it works, and comes back elsewhere, on either engine, without a word to anybody."""

import asyncio
import dataclasses
import hashlib
import io
import json
import stat
import tarfile

import pytest

from fedblog.config import StorageConfig
from fedblog.errors import Conflict, Refused
from fedblog.services import archiving, media, publishing, rotating, signing_in
from fedblog.services.writing import Draft
from fedblog.store import media as media_rows
from tests.engines import ENGINES, ON_SQLITE, PostgresDatabases, SqliteFiles
from tests.fediverse.blog import blog_in, config_for
from tests.unit.cli.conftest import png

ANSWERED = "SELECT COUNT(*) FROM delivery WHERE ended_at IS NULL"


@pytest.fixture(params=ENGINES)
async def elsewhere(request, tmp_path):
    """An empty place on each engine in turn: its storage, with a data directory of its own."""
    folder = tmp_path / "elsewhere"
    if request.param == "sqlite":
        yield await SqliteFiles(folder).empty()
        return
    made = PostgresDatabases(request.getfixturevalue("postgres_cluster"), folder)
    yield await made.empty()
    await made.drop()


@pytest.fixture
async def busy_blog(blog, ada, pond):
    """A blog with a follower, a post with a picture, a session, and a post that is still on its way."""
    await ada.post(blog.inbox, ada.activity("Follow", await blog.actor_id()))
    await blog.work()
    row = await media.take_in(blog.shop, 1, png(), alt="A dot")
    image = media_rows.PostImage(row.pk, row.name, row.media_type, row.width, row.height, "dot.png", "A dot")
    await blog.publish("First", "![A dot](dot.png)", images=(image,))
    await signing_in.create_account(blog.shop, "ada", "correct horse")
    assert await signing_in.log_in(blog.shop, "ada", "correct horse", "192.0.2.1")
    blog.box.down.add(pond.host)
    await blog.publish("Second", "Still on its way.")
    return blog


async def unfinished(blog):
    return await blog.shop.store.reader.value(ANSWERED)


async def test_a_blog_comes_back_whole_on_either_engine_and_sends_nothing(busy_blog, pond, elsewhere, tmp_path):
    blog, archive = busy_blog, tmp_path / "blog.tar"
    assert await unfinished(blog) == 1
    backup = await archiving.back_up(blog.shop, archive)
    assert (backup.files, backup.missing) == (1, ())
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    before = [(await blog.get(path)).body for path in ("/", "/feed.atom")]
    identity = await blog.actor_id()

    restored = await archiving.restore(config_for(elsewhere), blog.box.world(), archive)
    assert restored.contents.posts == 2
    assert restored.contents.followers == 1
    assert restored.cancelled == 1

    async with blog_in(blog.box, elsewhere) as again:
        asked = len(blog.box.log)
        await again.work()
        assert blog.box.log[asked:] == []
        assert await unfinished(again) == 0
        assert await again.actor_id() == identity
        assert [(await again.get(path)).body for path in ("/", "/feed.atom")] == before
        (picture,) = (path for path in (elsewhere.data_directory / "media").iterdir())
        assert (await again.get(f"/media/{picture.name}")).body == picture.read_bytes()
        assert await again.shop.store.reader.value("SELECT COUNT(*) FROM session") == 0
        assert await signing_in.log_in(again.shop, "ada", "correct horse", "192.0.2.1")
        blog.box.down.clear()
        await again.publish("Third", "A life afterwards.")
        assert pond.got("Create")[-1]["object"]["name"] == "Third"


async def test_a_gathered_update_does_not_leave_a_restored_blog(busy_blog, elsewhere, tmp_path):
    blog = busy_blog
    post = await blog.publish("Third", "One.")
    for text in ("Two.", "Three."):
        await publishing.edit(blog.shop, post.pk, Draft("Third", text))
    await archiving.back_up(blog.shop, tmp_path / "blog.tar")
    await archiving.restore(config_for(elsewhere), blog.box.world(), tmp_path / "blog.tar")
    async with blog_in(blog.box, elsewhere) as again:
        again.box.clock.at += 10 * 60_000
        asked = len(blog.box.log)
        await again.work()
        assert blog.box.log[asked:] == []


async def test_keys_come_along_but_a_change_that_was_announced_is_off(busy_blog, elsewhere, tmp_path):
    blog = busy_blog
    await rotating.rotate(blog.shop, by="test")
    await archiving.back_up(blog.shop, tmp_path / "blog.tar")
    await archiving.restore(config_for(elsewhere), blog.box.world(), tmp_path / "blog.tar")
    before = await blog.document(await blog.actor_id())
    async with blog_in(blog.box, elsewhere) as again:
        again.box.clock.move(days=3)
        asked = len(blog.box.log)
        await again.work()
        assert blog.box.log[asked:] == []
        after = await again.document(await again.actor_id())
        assert after["publicKey"] == before["publicKey"]
        assert after["assertionMethod"] == before["assertionMethod"][:1]
        await rotating.rotate(again.shop, by="test")
        ids = {one.key.key_id.partition("#")[2] for one in await rotating.listed(again.shop.store.reader)}
        assert {"main-key-2", "main-key-3"} <= ids, "no id is ever given to two keys"


async def test_a_backup_under_load_holds_no_post_without_its_activity(busy_blog, tmp_path):
    """Posts are published while backups are made; in each backup every post has its Create, and every file its row."""
    blog = busy_blog

    async def publish(number):
        await publishing.publish_new(blog.shop, Draft(f"Post {number}", "Text"))

    load = asyncio.gather(*(publish(number) for number in range(30)))
    taken = 0
    while not load.done() or not taken:
        taken += 1
        await archiving.back_up(blog.shop, tmp_path / f"{taken}.tar")
    await load
    for number in range(1, taken + 1):
        place = StorageConfig(tmp_path / f"place-{number}" / "fedblog.db", tmp_path / f"place-{number}")
        await archiving.restore(config_for(place), blog.box.world(), tmp_path / f"{number}.tar")
        async with blog_in(blog.box, place) as again:
            counted = await again.shop.store.reader.one(
                """SELECT (SELECT COUNT(*) FROM post WHERE state = 'published') AS posts,
                          (SELECT COUNT(*) FROM activity WHERE kind = 'Create') AS creates"""
            )
            assert counted["posts"] == counted["creates"]


@ON_SQLITE
async def test_the_manifest_names_every_file_with_its_hash(busy_blog, tmp_path):
    await archiving.back_up(busy_blog.shop, tmp_path / "blog.tar")
    with tarfile.open(tmp_path / "blog.tar") as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
        files = {member.name: tar.extractfile(member).read() for member in tar if member.name != "manifest.json"}
    assert {name: stored["sha256"] for name, stored in manifest["files"].items()} == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items()
    }
    assert manifest["engine"] == busy_blog.shop.store.engine.kind
    assert manifest["base_url"] == "https://blog.example"
    assert manifest["contents"]["followers"] == 1


@ON_SQLITE
async def test_an_older_backup_is_replaced_and_nothing_else_ever_is(busy_blog, tmp_path):
    archive, letter = tmp_path / "blog.tar", tmp_path / "letter.txt"
    await archiving.back_up(busy_blog.shop, archive)
    first = archive.read_bytes()
    await busy_blog.publish("Third", "Text")
    await archiving.back_up(busy_blog.shop, archive)
    assert archive.read_bytes() != first
    letter.write_text("Dear friend")
    with pytest.raises(Conflict, match="is no backup"):
        await archiving.back_up(busy_blog.shop, letter)
    with pytest.raises(Refused, match="cannot be written"):
        await archiving.back_up(busy_blog.shop, tmp_path / "no such folder" / "blog.tar")
    assert letter.read_text() == "Dear friend"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".fedblog")]


@ON_SQLITE
async def test_a_picture_that_is_not_there_is_told(busy_blog, tmp_path):
    (picture,) = media.directory(busy_blog.shop).iterdir()
    picture.unlink()
    backup = await archiving.back_up(busy_blog.shop, tmp_path / "blog.tar")
    assert backup.missing == (picture.name,)


def repacked(archive, target, change):
    """The archive with its members changed: `change` takes and gives a list of (TarInfo, bytes)."""
    with tarfile.open(archive) as tar:
        members = [(member, tar.extractfile(member).read()) for member in tar]
    with tarfile.open(target, "w") as tar:
        for member, data in change(members):
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def named(name, members, data=b"x", kind=tarfile.REGTYPE):
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = "/etc/passwd"
    return [*members, (info, data)]


def manifest_says(members, **files):
    """The members, with files promised in the manifest."""
    *others, (info, text) = members
    manifest = json.loads(text)
    manifest["files"] |= files
    return [*others, (info, json.dumps(manifest).encode())]


PROMISED = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
BAD = {
    "a changed picture": lambda m: [(i, d[:-1] + b"!" if i.name.startswith("media/") else d) for i, d in m],
    "a missing database": lambda m: [(i, d) for i, d in m if i.name != "database.sqlite"],
    "a missing manifest": lambda m: [(i, d) for i, d in m if i.name != "manifest.json"],
    "a manifest that is none": lambda m: [(i, b"[]" if i.name == "manifest.json" else d) for i, d in m],
    "a manifest of tomorrow": lambda m: [
        (i, b'{"format": 2, "files": {}}' if i.name == "manifest.json" else d) for i, d in m
    ],
    "a stranger": lambda m: named("media/stranger.png", m),
    "a file twice": lambda m: [*m, m[0]],
    "a way out": lambda m: named("media/../../out.png", manifest_says(m, **{"media/../../out.png": PROMISED})),
    "an absolute path": lambda m: named("/tmp/fedblog-out", manifest_says(m, **{"/tmp/fedblog-out": PROMISED})),
    "a link": lambda m: named(f"media/{'0' * 32}.png", m, b"", tarfile.SYMTYPE),
    "a hard link": lambda m: named(f"media/{'0' * 32}.png", m, b"", tarfile.LNKTYPE),
    "a device": lambda m: named(f"media/{'0' * 32}.png", m, b"", tarfile.CHRTYPE),
}


@pytest.fixture
async def archive(busy_blog, tmp_path):
    await archiving.back_up(busy_blog.shop, tmp_path / "blog.tar")
    return tmp_path / "blog.tar"


@ON_SQLITE
@pytest.mark.parametrize("what", BAD)
async def test_an_archive_that_was_tampered_with_is_refused_and_changes_nothing(busy_blog, archive, tmp_path, what):
    repacked(archive, tmp_path / "bad.tar", BAD[what])
    place = StorageConfig(tmp_path / "place" / "fedblog.db", tmp_path / "place")
    with pytest.raises(Refused, match=r"backup|newer"):
        await archiving.restore(config_for(place), busy_blog.box.world(), tmp_path / "bad.tar")
    assert list((tmp_path / "place").iterdir()) == []
    assert not (tmp_path / "out.png").exists()


@ON_SQLITE
@pytest.mark.parametrize("part", [0.0, 0.3, 0.9])
async def test_the_beginning_of_an_archive_is_refused(busy_blog, archive, tmp_path, part):
    data = archive.read_bytes()
    (tmp_path / "bad.tar").write_bytes(data[: int(len(data) * part)])
    place = StorageConfig(tmp_path / "place" / "fedblog.db", tmp_path / "place")
    with pytest.raises(Refused, match="backup"):
        await archiving.restore(config_for(place), busy_blog.box.world(), tmp_path / "bad.tar")
    assert list((tmp_path / "place").iterdir()) == []


async def test_a_place_in_use_is_left_as_it_is(busy_blog, archive, elsewhere, tmp_path):
    place = elsewhere.data_directory
    place.mkdir()
    (place / "diary.txt").write_text("Dear diary")
    with pytest.raises(Conflict, match=r"not empty: it holds diary\.txt"):
        await archiving.restore(config_for(elsewhere), busy_blog.box.world(), archive)
    assert [path.name for path in place.iterdir()] == ["diary.txt"]


async def test_a_database_in_use_is_left_as_it_is(busy_blog, archive, tmp_path):
    used = dataclasses.replace(busy_blog.shop.config.storage, data_directory=tmp_path / "new place")
    with pytest.raises(Conflict, match="already"):
        await archiving.restore(config_for(used), busy_blog.box.world(), archive)
    assert list((tmp_path / "new place").iterdir()) == []
    assert await busy_blog.shop.store.reader.value("SELECT COUNT(*) FROM post") == 2


@ON_SQLITE
async def test_the_configuration_and_the_archive_may_lie_in_the_data_directory(busy_blog, archive, elsewhere):
    place = elsewhere.data_directory
    place.mkdir()
    (place / "fedblog.toml").write_text("")
    archive.rename(place / "blog.tar")
    config = dataclasses.replace(config_for(elsewhere), path=place / "fedblog.toml")
    restored = await archiving.restore(config, busy_blog.box.world(), place / "blog.tar")
    assert restored.contents.posts == 2


async def test_a_backup_of_another_blog_is_refused(busy_blog, archive, elsewhere):
    with pytest.raises(Conflict, match=r"site\.base_url"):
        await archiving.restore(config_for(elsewhere, "other.example"), busy_blog.box.world(), archive)
    assert list(elsewhere.data_directory.iterdir()) == []
