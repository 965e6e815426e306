"""Why requests to the inbox were turned away, in plain words. The short fixed words are those of the ledger."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "unsigned": "it was not signed",
    "signature-malformed": "its signature could not be read",
    "key-id-missing": "its signature names no key",
    "algorithm": "it was signed in a way that is not accepted, or with another kind of key than it says",
    "host": "it was meant for another server name than this blog's",
    "target-uncovered": "its signature does not cover the address that was asked",
    "host-uncovered": "its signature does not cover the name of this blog",
    "time-uncovered": "its signature does not cover the time",
    "digest-uncovered": "its signature does not cover the body",
    "component-unknown": "its signature covers something that fedblog does not know",
    "component-missing": "its signature covers something that was not sent",
    "digest-missing": "it came without a digest of its body",
    "digest-mismatch": "its body was changed on the way: the digest does not fit",
    "time-malformed": "its time could not be read",
    "stale": "it was signed more than an hour before it came; the clock over there may be wrong",
    "future": "it was signed for a time more than an hour ahead; the clock over there may be wrong",
    "expired": "its signature had expired",
    "proof-missing": "it holds no proof",
    "proof-malformed": "its proof could not be read",
    "proof-kind": "its proof is of a kind that fedblog does not know",
    "proof-context": "the words of its proof were exchanged on the way",
    "proof-unreadable": "what its proof covers has no single form",
    "signature-mismatch": "its signature does not fit the key of its sender",
    "activity-id-elsewhere": "the activity has its id on another server than its sender",
    "actor-missing-not-gone": "an account says that it is deleted, and its server only answers 404",
    "key-missing": "its server shows no such key",
    "key-gone": "the account of its sender is gone",
    "key-host-down": "the server of its key did not answer; it may come again",
    "key-host-refused": "its key is at an address that fedblog does not connect to",
    "key-unreadable": "its key could not be read",
    "key-refused": "its server does not let fedblog see the key",
    "key-owner-elsewhere": "its key belongs to somebody on another server",
    "key-not-listed": "its key is not one that its owner lists",
    "key-unknown": "it was signed by another server than its actor's, with a key that is not known here",
    "key-id-odd": "the name of its key is no address",
    "key-fetches-over-budget": "too many keys of that server had to be fetched at once; it may come again",
    "not-an-activity": "it was no activity that can be read",
    "content-type": "it was sent as something else than an activity",
    "unknown-actor": "an account that is not known here says that it was changed or deleted",
    "repeated": "it had come before",
    "chatter": "it is of a kind that a blog has no use for",
    "blocked": "its sender or server is blocked",
    "our-own-name": "it pretends to come from this blog",
    "too-many": "that server sent too much at once; it may come again",
    "busy": "the blog was too busy; it may come again",
    "backlog": "too much was waiting to be worked on; it may come again",
}


def words_of(reason: str) -> str:
    """The reason in plain words; the word itself where there are none."""
    return WORDS.get(reason, reason)
