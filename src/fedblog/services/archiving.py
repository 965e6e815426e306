"""Backing up while the server runs, and restoring into an empty place without sending anything."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from fedblog import __version__
from fedblog.config import Config, StorageConfig
from fedblog.errors import Conflict, Refused
from fedblog.services import archive_files, data_directory, founding, media
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import accounts, restoring
from fedblog.store.backup import backup_to, restore_from
from fedblog.store.door import Writer
from fedblog.store.opening import open_store
from fedblog.store.restoring import Contents
from fedblog.world import World

_NOT_OURS = frozenset({"lost+found"})


@dataclass(frozen=True, slots=True)
class Backup:
    """What an archive holds: how many files beside the database, and the names of those that were not there."""

    files: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and how many deliveries were set aside."""

    contents: Contents
    cancelled: int


async def back_up(shop: Workshop, archive: Path) -> Backup:
    """Write database, media and keys, as of one moment, into one checked archive. The server may run.

    An older backup at that place is replaced once the new one is complete. Raises `Refused` when something else
    is there, and when the database is damaged.
    """
    archive = _target(archive)
    with _workplace(archive.parent) as folder:
        copy = folder / archive_files.DATABASE
        await backup_to(shop.store, copy)
        # Listed after the copy was made: a file is there before the row that names it.
        files = sorted(path for path in media.directory(shop).glob("*") if media.is_media_name(path.name))
        names = [(archive_files.DATABASE, copy), *((f"{archive_files.MEDIA}{path.name}", path) for path in files)]
        await asyncio.to_thread(archive_files.write, archive, names, await _facts(shop))
    named = await restoring.file_names(shop.store.reader)
    return Backup(len(files), tuple(sorted(named - {path.name for path in files})))


def _target(archive: Path) -> Path:
    if archive.exists() and not (archive.is_file() and archive_files.is_archive(archive)):
        raise Conflict(f"{archive} is there already, and is no backup.", "Choose another name.")
    return archive.absolute()


async def _facts(shop: Workshop) -> dict[str, object]:
    """What the manifest tells people; `restore` believes only the files."""
    blog = await the_blog(shop.store.reader)
    return {
        "made_by": f"fedblog {__version__}",
        "made_at": f"{datetime.fromtimestamp(shop.now() // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "engine": shop.store.engine.kind,
        "base_url": blog.base_url,
        "handle": blog.address,
        "contents": asdict(await restoring.contents(shop.store.reader)),
    }


async def restore(config: Config, world: World, archive: Path) -> Restored:
    """Bring a backup, of either engine, into an empty data directory and an empty database. Sends nothing.

    Everything that was on its way out when it was made is set aside. Raises `Refused`, with the place as it was:
    something is there already, the archive is unsound, or it is of another blog than the configuration names.
    """
    place = config.storage.data_directory
    data_directory.make_ready(place)
    _refuse_used(config, archive)
    with _workplace(place) as folder:
        await asyncio.to_thread(archive_files.unpack, archive, folder)
        quiet = folder / "quiet.sqlite"
        restored = await _quietened(folder / archive_files.DATABASE, quiet, config, world)
        await _fill(config, world, quiet, folder / archive_files.MEDIA)
    return restored


def _refuse_used(config: Config, archive: Path) -> None:
    """The place must be empty, but for the configuration and the archive themselves."""
    place, database = config.storage.data_directory, config.storage.database
    allowed = {path.resolve() for path in (config.path, archive) if path}
    found = sorted(path.name for path in place.glob("*") if path not in allowed and path.name not in _NOT_OURS)
    if found:
        raise Conflict(f"The data directory {place} is not empty: it holds {found[0]}.", "Restore into an empty one.")
    if isinstance(database, Path) and database.exists():
        raise Conflict(f"There is a database at {database} already.", "Restore into an empty place.")


async def _quietened(copy: Path, quiet: Path, config: Config, world: World) -> Restored:
    """The copied database brought to rest before it becomes anybody's database: no moment in which it could send."""
    store = await open_store(StorageConfig(copy, copy.parent), world, migrate=True)
    try:
        blog = await the_blog(store.reader)
        founding.refuse_other_identity(blog, config)

        async def work(db: Writer) -> int:
            await accounts.note(db, blog.pk, "command line", "restored from a backup", "", world.now())
            return await restoring.come_to_rest(db, world.now())

        cancelled = await store.write(work)
        await backup_to(store, quiet)
        return Restored(await restoring.contents(store.reader), cancelled)
    finally:
        await store.close()


async def _fill(config: Config, world: World, quiet: Path, files: Path) -> None:
    """Put media and database into their places; when the database refuses, both are taken away again."""
    with _moved(files, config.storage.data_directory / "media"):
        try:
            store = await open_store(config.storage, world, migrate=True, serving=True)
            try:
                await restore_from(store, quiet)
            finally:
                await store.close()
        except BaseException:
            _remove_database(config.storage.database)
            raise


@contextmanager
def _moved(files: Path, target: Path) -> Iterator[None]:
    """Move a folder, and back again if what follows fails."""
    files.rename(target)
    try:
        yield
    except BaseException:
        target.rename(files)
        raise


def _remove_database(database: str | Path) -> None:
    """What we made a moment ago, with its log and its locks; a PostgreSQL database stays, without rows."""
    if isinstance(database, Path):
        for path in database.parent.glob(f"{database.name}*"):
            path.unlink()


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A folder inside of `folder`, on the same disk, for our eyes only, gone at the end."""
    try:
        made = Path(tempfile.mkdtemp(prefix=".fedblog-", dir=folder))
    except OSError as error:
        raise Refused(f"{folder} cannot be written to: {error.strerror}.", "Choose another place.") from error
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
