"""The opened database: engine, integrity, identity, keys and the clock."""

from datetime import UTC, datetime

from fedblog.ap.signatures import CAVAGE, Message, SigningKey, claim, read_private_key, read_public_key, sign
from fedblog.domain.actor import Actor, ActorKind
from fedblog.domain.own_key import OwnKey, OwnKeyKind, Standing, in_use
from fedblog.errors import Conflict, FedblogError
from fedblog.services import founding
from fedblog.services.checking.findings import Finding, ok, problem, warning
from fedblog.services.workshop import Workshop, the_blog
from fedblog.store import accounts, activities, actors, own_keys

_AHEAD = 5 * 60_000
_RELEASED_AT = 1_760_000_000_000  # October 2025: a clock before that was never set


async def check_database(shop: Workshop) -> list[Finding]:
    """Engine, version, size and integrity."""
    facts = await shop.store.facts()
    name = {"sqlite": "SQLite", "postgres": "PostgreSQL"}[facts.engine]
    line = f"{name} {facts.version}, {facts.size / (1 << 20):.1f} MiB, schema {facts.migration}."
    return [
        ok("database", line),
        *(problem("database", text, "Restore a backup: fedblog restore") for text in facts.problems),
        *(warning("database", text, "Or run a Python with a newer SQLite.") for text in facts.warnings),
    ]


async def check_identity(shop: Workshop) -> list[Finding]:
    """Whether configuration and database mean the same blog, and whether somebody can log in."""
    blog = await the_blog(shop.store.reader)
    try:
        founding.refuse_other_identity(blog, shop.config)
    except Conflict as error:
        return [problem("identity", error.why, error.todo)]
    found = [ok("identity", f"{blog.full_handle} at {blog.base_url}")]
    if not await accounts.listed(shop.store.reader, blog.pk):
        found.append(warning("accounts", "Nobody can log in yet.", "fedblog account create NAME"))
    return found


async def check_keys(shop: Workshop) -> list[Finding]:
    """Whether both actors have a key whose two halves belong together, and the blog one to prove what it says."""
    found = [await _check_key(shop, kind) for kind in (ActorKind.BLOG, ActorKind.INSTANCE)]
    keys = await own_keys.every(shop.store.reader)
    if in_use(keys, OwnKeyKind.ED25519) is None:
        what = "The blog has no key yet to prove its activities with."
        found.append(warning("keys", what, "It is made when the server starts, or by: fedblog migrate"))
    announced = [key.takes_over_at for key in keys if key.standing is Standing.ANNOUNCED and key.takes_over_at]
    if announced:
        found.append(ok("keys", f"New keys are announced; they take over at {_text(max(announced))}."))
    return found


async def _check_key(shop: Workshop, kind: ActorKind) -> Finding:
    actor = await actors.own(shop.store.reader, kind)
    key = in_use(await own_keys.of_actor(shop.store.reader, actor.pk), OwnKeyKind.RSA) if actor else None
    if actor is None or key is None:
        return problem("keys", f"The key of the {kind} actor is missing.", "Restore a backup: fedblog restore")
    if not _is_pair(actor, key, shop.now()):
        return problem(
            "keys", f"The two halves of the {kind} actor's key do not match.", "Restore a backup: fedblog restore"
        )
    return ok("keys", f"The {kind} actor's key signs, and its public half verifies it.")


def _is_pair(actor: Actor, key: OwnKey, now: int) -> bool:
    """Sign a request with one half and verify it with the other, as servers will."""
    message = Message("GET", "https", actor.host, "/", (("Host", actor.host), ("Accept", "*/*")))
    try:
        added = sign(message, SigningKey(key.key_id, read_private_key(key.private_pem)), CAVAGE, now)
        signed = Message("GET", "https", actor.host, "/", (*message.headers, *added))
        return claim(signed, now, needs_body=False).is_made_by(read_public_key(key.public_pem))
    except (FedblogError, ValueError):
        return False


async def check_clock(shop: Workshop) -> list[Finding]:
    """Whether the clock can be right: not before this program, not before what the database holds."""
    now = shop.now()
    latest = max(await activities.latest_at(shop.store.reader), (await the_blog(shop.store.reader)).updated_at)
    if now < _RELEASED_AT:
        return [problem("clock", f"The clock says {_text(now)}, which is long past.", "Set it, best by NTP.")]
    if latest > now + _AHEAD:
        what = f"The clock says {_text(now)}, but the database holds something of {_text(latest)}."
        return [problem("clock", what, "Set the clock: signatures more than some minutes off are refused everywhere.")]
    return [ok("clock", f"{_text(now)}; signatures need it right within a minute or so.")]


def _text(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
