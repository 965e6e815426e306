"""Custom emoji of other servers, copied to here before anybody sees them (protocol.md e.5, decisions.md "Web")."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from fedblog.ap.parse.tags import Emoji
from fedblog.domain.actor import Actor
from fedblog.services import media
from fedblog.services.workshop import Workshop
from fedblog.store import actors, comments, emojis
from fedblog.store.door import Writer
from fedblog.store.emojis import EmojiCopy

MOST = 10
_SECONDS = 8.0
_RETRY_MS = 24 * 3600 * 1000

Copies = Mapping[str, str]
"""`:name:` to the file name of our copy."""


async def copied(shop: Workshop, text: str, offered: Iterable[Emoji]) -> Copies:
    """Our copies of those emoji that stand in `text`: the first ten, as far as they can be had in eight seconds.

    Never raises. What is left out stays text.
    """
    until = shop.world.monotonic() + _SECONDS
    files: dict[str, str] = {}
    for name, icon_url in _standing_in(text, offered).items():
        if file_name := await _file_of(shop, icon_url, until - shop.world.monotonic()):
            files[name] = file_name
    return files


def _standing_in(text: str, offered: Iterable[Emoji]) -> dict[str, str]:
    wanted = {emoji.name: emoji.icon_url for emoji in offered if emoji.name in text}
    return dict(list(wanted.items())[:MOST])


async def _file_of(shop: Workshop, icon_url: str, seconds: float) -> str | None:
    """The copy that is there, or a fresh one. What was not to be had is asked for again after a day."""
    known = await emojis.by_url(shop.store.reader, icon_url)
    if known and (known.file_name or shop.now() - known.asked_at < _RETRY_MS):
        return known.file_name
    if seconds <= 0:
        return None
    copy = EmojiCopy(icon_url, await media.keep_emoji(shop, icon_url, seconds), shop.now())
    await shop.store.write(lambda db: emojis.save(db, copy))
    return copy.file_name


def pictures(files: Copies) -> dict[str, tuple[str, str]]:
    """What `text.sanitise` puts in the place of each `:name:`: the address of our copy, and the name as its words."""
    return {name: (f"/media/{file_name}", name) for name, file_name in files.items()}


async def copy_for_name(shop: Workshop, actor: Actor) -> None:
    """Copy the emoji in somebody's name; the pages that show it change."""
    missing = [emoji for emoji in actor.emojis if emoji.file_name is None]
    files = await copied(shop, actor.name, (Emoji(emoji.name, emoji.icon_url) for emoji in missing))
    if not files:
        return
    after = tuple(replace(emoji, file_name=emoji.file_name or files.get(emoji.name)) for emoji in actor.emojis)

    async def work(db: Writer) -> None:
        await actors.keep_emojis(db, actor.pk, actor.emojis, after)
        for post_pk in await comments.posts_of_actor(db, actor.pk):
            db.touch(f"post:{post_pk}")

    await shop.store.write(work)
