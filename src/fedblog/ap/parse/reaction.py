"""Likes, boosts and emoji reactions in the spellings of Mastodon, Misskey, Akkoma and the rest."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from fedblog.ap.parse.activity import RemoteActivity
from fedblog.ap.parse.tags import Emoji
from fedblog.domain.comment import ReactionKind

_LONGEST_EMOJI: Final = 16
_PICTURES: Final = frozenset({"So", "Me"})
_MODIFIERS: Final = frozenset({"Sk", "Sm", "Mn", "Nd"})
_ZERO_WIDTH_JOINER: Final = "\u200d"
_TAG_CHARACTERS: Final = range(0xE0020, 0xE0080)


@dataclass(frozen=True, slots=True)
class RemoteReaction:
    """A reaction without words. `content` is the emoji (for a custom one its `:name:`), else ""."""

    kind: ReactionKind
    content: str = ""
    emoji: Emoji | None = None


def reaction_of(activity: RemoteActivity) -> RemoteReaction | None:
    """What kind of reaction an activity is; None for one that is none (protocol.md e.2).

    A custom emoji counts only when a tag of the same activity shows it as an https image; what is
    neither that nor a single emoji is a plain like, so that no words come in through a like. An
    Announce of a whole activity passes that activity on and boosts nothing.
    """
    if activity.type == "Announce":
        return None if activity.inner else RemoteReaction(ReactionKind.BOOST)
    if activity.type not in {"Like", "EmojiReact"}:
        return None
    content = activity.content or activity.misskey_reaction
    if is_emoji(content):
        return RemoteReaction(ReactionKind.EMOJI, content)
    emoji = next((emoji for emoji in activity.tags.emojis if emoji.name.strip(":") == content.strip(":")), None)
    if emoji is not None:
        return RemoteReaction(ReactionKind.EMOJI, emoji.name, emoji)
    return RemoteReaction(ReactionKind.LIKE)


def is_emoji(text: str) -> bool:
    """Whether `text` is one Unicode emoji, by the categories of its characters, and no words."""
    categories = [_category(character) for character in text]
    return (
        0 < len(text) <= _LONGEST_EMOJI
        and all(category in _PICTURES | _MODIFIERS for category in categories)
        and not _PICTURES.isdisjoint(categories)
    )


def _category(character: str) -> str:
    is_joint = character == _ZERO_WIDTH_JOINER or ord(character) in _TAG_CHARACTERS
    if is_joint or character in "#*":
        return "Mn"
    return unicodedata.category(character)
