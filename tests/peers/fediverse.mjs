// The ActivityPub side: actors, inboxes and notes of a small server on Fedify.
import { createFederation, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import { Accept, Activity, Collection, Endpoints, Follow, Note, Person, Undo } from "@fedify/vocab";

const RSA = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };

/** Everything the server knows, in memory. */
export class Memory {
  constructor(names) {
    this.names = new Map(names.map((name) => [name, `The person ${name}`]));
    this.keys = new Map();
    this.followers = new Map(names.map((name) => [name, new Map()]));
    this.following = new Map(names.map((name) => [name, new Set()]));
    this.notes = new Map();
    this.deleted = new Set();
  }

  async keysOf(name) {
    if (!this.keys.has(name)) {
      this.keys.set(name, Promise.all([RSA, "Ed25519"].map((kind) => crypto.subtle.generateKey(kind, true, ["sign", "verify"]))));
    }
    return await this.keys.get(name);
  }
}

/** A federation at `origin` that verifies all it receives and notes it in the `journal`. */
export function openFederation({ origin, firstKnock, memory, journal }) {
  const federation = createFederation({
    kv: new MemoryKvStore(),
    queue: new InProcessMessageQueue({ pollInterval: { milliseconds: 50 } }),
    origin,
    firstKnock,
    allowPrivateAddress: true,
  });
  serveActors(federation, memory);
  serveCollections(federation, memory);
  federation.setObjectDispatcher(Note, "/users/{identifier}/notes/{id}", (ctx, { identifier, id }) => {
    return withAnswers(memory, ctx.getObjectUri(Note, { identifier, id }));
  });
  listenToInboxes(federation, memory, journal);
  return federation;
}

/** A note as it is served: with the ids of what was answered to it here. */
function withAnswers(memory, id) {
  const note = memory.notes.get(id.href)?.note ?? null;
  const answers = [...memory.notes.values()].filter((other) => other.note.replyTargetId?.href === id.href);
  const items = answers.map((answer) => answer.note.id);
  return items.length ? note?.clone({ replies: new Collection({ id: new URL("#replies", id), items, totalItems: items.length }) }) : note;
}

function serveActors(federation, memory) {
  federation
    .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
      if (!memory.names.has(identifier)) return null;
      const keys = await ctx.getActorKeyPairs(identifier);
      return new Person({
        id: ctx.getActorUri(identifier),
        preferredUsername: identifier,
        name: memory.names.get(identifier),
        url: new URL(`/@${identifier}`, ctx.canonicalOrigin),
        inbox: ctx.getInboxUri(identifier),
        endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
        outbox: ctx.getOutboxUri(identifier),
        followers: ctx.getFollowersUri(identifier),
        publicKey: keys[0].cryptographicKey,
        assertionMethods: keys.map((pair) => pair.multikey),
      });
    })
    .mapHandle((_ctx, name) => (memory.names.has(name) ? name : null))
    .setKeyPairsDispatcher((_ctx, identifier) => memory.keysOf(identifier));
}

function serveCollections(federation, memory) {
  federation.setFollowersDispatcher("/users/{identifier}/followers", (_ctx, identifier) => {
    return { items: [...(memory.followers.get(identifier)?.values() ?? [])] };
  });
  federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
}

function listenToInboxes(federation, memory, journal) {
  federation
    .setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .on(Activity, async (ctx, activity) => {
      // Fedify has verified the sender by now, or this would not have been called.
      if (activity instanceof Follow) await acceptFollow(ctx, activity, memory);
      if (activity instanceof Undo) await forgetFollower(ctx, activity, memory);
      if (activity instanceof Accept) await rememberFollowing(ctx, activity, memory);
      const document = await activity.toJsonLd();
      journal.add({ kind: "activity", type: document.type, id: activity.id?.href, actor: activity.actorId?.href, activity: document });
    })
    .onError((_ctx, error) => console.error(error));
}

async function acceptFollow(ctx, follow, memory) {
  const target = ctx.parseUri(follow.objectId);
  const follower = await follow.getActor(ctx);
  if (target?.type !== "actor" || follower?.id == null || !memory.names.has(target.identifier)) return;
  memory.followers.get(target.identifier).set(follower.id.href, follower);
  const accept = new Accept({
    id: new URL(`#accepts/${crypto.randomUUID()}`, follow.objectId),
    actor: follow.objectId,
    object: follow,
    to: follower.id,
  });
  await ctx.sendActivity({ identifier: target.identifier }, follower, accept);
}

async function forgetFollower(ctx, undo, memory) {
  const undone = await undo.getObject(ctx);
  const target = undone instanceof Follow ? ctx.parseUri(undone.objectId) : null;
  if (target?.type === "actor") memory.followers.get(target.identifier)?.delete(undo.actorId?.href);
}

async function rememberFollowing(ctx, accept, memory) {
  // The Follow inside is our own, so it stands on another origin than the Accept.
  const follow = await accept.getObject({ ...ctx, crossOrigin: "trust" });
  const isAnswer = follow instanceof Follow && follow.objectId?.href === accept.actorId?.href;
  const own = isAnswer ? ctx.parseUri(follow.actorId) : null;
  if (own?.type === "actor") memory.following.get(own.identifier)?.add(accept.actorId?.href);
}
