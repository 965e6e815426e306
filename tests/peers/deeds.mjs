// What a person on the peer can do. Each deed sends at once and fails when the other side refuses.
import { verifyObject } from "@fedify/fedify";
import {
  Activity, Announce, Block, Create, Delete, EmojiReact, Follow, Like, Mention, Note, Person,
  PUBLIC_COLLECTION, QuoteRequest, Tombstone, Undo, Update,
} from "@fedify/vocab";

/** The deeds of the accounts in `memory`, each `async (wish) => result` with `wish.as` naming the account. */
export function deedsOf(contextOf, memory) {
  const sent = new Map();

  async function look(as, id) {
    const ctx = contextOf();
    const documentLoader = await ctx.getDocumentLoader({ identifier: as });
    const found = await ctx.lookupObject(id, { documentLoader });
    if (found == null) throw new Error(`Nothing was found at ${id}`);
    return found;
  }

  async function send(as, recipients, activity) {
    const ctx = contextOf();
    sent.set(activity.id.href, { activity, recipients });
    for (const recipient of recipients) await ctx.sendActivity({ identifier: as }, recipient, activity, { immediate: true });
    return { activity_id: activity.id.href, object_id: activity.objectId?.href };
  }

  function newId(as, kind) {
    return new URL(`#${kind}/${crypto.randomUUID()}`, contextOf().getActorUri(as));
  }

  function audienceOf(as, kind, people) {
    const ctx = contextOf();
    const named = people.map((person) => person.id);
    const followers = ctx.getFollowersUri(as);
    const audiences = {
      public: { tos: [PUBLIC_COLLECTION], ccs: [followers, ...named] },
      unlisted: { tos: [followers], ccs: [PUBLIC_COLLECTION, ...named] },
      followers: { tos: [followers], ccs: named },
      direct: { tos: named, ccs: [] },
    };
    if (!(kind in audiences)) throw new Error(`There is no audience ${kind}`);
    return audiences[kind];
  }

  function everyone(as, people) {
    const all = [...memory.followers.get(as).values(), ...people];
    return [...new Map(all.map((person) => [person.id.href, person])).values()];
  }

  function ownNote(id) {
    const own = memory.notes.get(id);
    if (own == null) throw new Error(`${id} is no note of this server`);
    return own;
  }

  async function write({ as, html, in_reply_to, mentions = [], audience = "public", summary, sensitive }) {
    const ctx = contextOf();
    const parent = in_reply_to ? await look(as, in_reply_to) : null;
    const named = await Promise.all(mentions.map((id) => look(as, id)));
    const author = parent ? await look(as, parent.attributionId.href) : null;
    const people = author ? [author, ...named.filter((person) => person.id.href !== author.id.href)] : named;
    const address = audienceOf(as, audience, people);
    const id = ctx.getObjectUri(Note, { identifier: as, id: crypto.randomUUID() });
    const note = new Note({
      id,
      url: id,
      attribution: ctx.getActorUri(as),
      content: html,
      summary,
      sensitive,
      replyTarget: parent?.id,
      published: Temporal.Now.instant(),
      tags: people.map((person) => new Mention({ href: person.id, name: `@${person.preferredUsername}@${person.id.host}` })),
      ...address,
    });
    memory.notes.set(id.href, { note, as, people, address });
    return await send(as, everyone(as, people), new Create({ id: newId(as, "creates"), actor: note.attributionId, object: note, ...address }));
  }

  async function edit({ as, id, html }) {
    const own = ownNote(id);
    own.note = own.note.clone({ content: html, updated: Temporal.Now.instant() });
    const update = new Update({ id: newId(as, "updates"), actor: own.note.attributionId, object: own.note, ...own.address });
    return await send(as, everyone(as, own.people), update);
  }

  async function remove({ as, id }) {
    const own = ownNote(id);
    memory.notes.delete(id);
    memory.deleted.add(id);
    const object = new Tombstone({ id: own.note.id, formerType: Note });
    const activity = new Delete({ id: newId(as, "deletes"), actor: own.note.attributionId, object, ...own.address });
    return await send(as, everyone(as, own.people), activity);
  }

  async function follow({ as, actor }) {
    const target = await look(as, actor);
    return await send(as, [target], new Follow({ id: newId(as, "follows"), actor: contextOf().getActorUri(as), object: target.id, to: target.id }));
  }

  async function toAuthor(as, object, make) {
    const thing = await look(as, object);
    const author = await look(as, thing.attributionId.href);
    return await send(as, [author], make(thing.id, author.id, contextOf().getActorUri(as)));
  }

  /** Asks the author of an object for leave to quote it, with the quoting note in the request (FEP-044f). */
  async function quote({ as, object, html }) {
    const ctx = contextOf();
    const quoted = await look(as, object);
    const author = await look(as, quoted.attributionId.href);
    const id = ctx.getObjectUri(Note, { identifier: as, id: crypto.randomUUID() });
    const address = audienceOf(as, "public", [author]);
    const note = new Note({
      id, url: id, attribution: ctx.getActorUri(as), content: html, quote: quoted.id, published: Temporal.Now.instant(), ...address,
    });
    memory.notes.set(id.href, { note, as, people: [author], address });
    const request = new QuoteRequest({ id: newId(as, "requests"), actor: note.attributionId, object: quoted.id, instrument: note, to: author.id });
    return { ...(await send(as, [author], request)), note_id: id.href };
  }

  const like = ({ as, object }) =>
    toAuthor(as, object, (id, author, actor) => new Like({ id: newId(as, "likes"), actor, object: id, to: author }));

  const react = ({ as, object, emoji }) =>
    toAuthor(as, object, (id, author, actor) => new EmojiReact({ id: newId(as, "reactions"), actor, object: id, content: emoji, to: author }));

  const boost = ({ as, object }) =>
    toAuthor(as, object, (id, author, actor) => {
      const address = { to: PUBLIC_COLLECTION, ccs: [contextOf().getFollowersUri(as), author] };
      return new Announce({ id: newId(as, "boosts"), actor, object: id, published: Temporal.Now.instant(), ...address });
    });

  async function undo({ as, activity_id }) {
    const { activity, recipients } = sent.get(activity_id) ?? {};
    if (activity == null) throw new Error(`${activity_id} was not sent from here`);
    return await send(as, recipients, new Undo({ id: newId(as, "undos"), actor: activity.actorId, object: activity, tos: activity.toIds }));
  }

  async function block({ as, actor }) {
    const target = await look(as, actor);
    return await send(as, [target], new Block({ id: newId(as, "blocks"), actor: contextOf().getActorUri(as), object: target.id }));
  }

  async function rename({ as, name, tell = [] }) {
    memory.names.set(as, name);
    const ctx = contextOf();
    const keys = await ctx.getActorKeyPairs(as);
    const id = ctx.getActorUri(as);
    const person = new Person({
      id, name, preferredUsername: as, inbox: ctx.getInboxUri(as), outbox: ctx.getOutboxUri(as),
      followers: ctx.getFollowersUri(as), publicKey: keys[0].cryptographicKey,
    });
    const people = await Promise.all(tell.map((actor) => look(as, actor)));
    return await send(as, everyone(as, people), new Update({ id: newId(as, "updates"), actor: id, object: person, to: PUBLIC_COLLECTION }));
  }

  /** Any activity as JSON, signed and sent as it is. */
  async function post({ as, to, activity }) {
    return await send(as, [await look(as, to)], await Activity.fromJsonLd(activity, contextOf()));
  }

  /** Whether an activity is proven by what stands in it, whoever sent it (FEP-8b32). */
  async function verify({ activity }) {
    const { documentLoader, contextLoader } = contextOf();
    return { proven: (await verifyObject(Activity, activity, { documentLoader, contextLoader })) != null };
  }

  /** What Fedify makes of the object at an address, fetched with a signed GET. */
  async function fetchObject({ as, id }) {
    return { object: await (await look(as, id)).toJsonLd() };
  }

  /** The ids of everything in a collection, by all of its pages, as Fedify walks through it. */
  async function walk({ as, id }) {
    const ctx = contextOf();
    const documentLoader = await ctx.getDocumentLoader({ identifier: as });
    const ids = [];
    for await (const item of ctx.traverseCollection(await look(as, id), { documentLoader })) ids.push(item.id.href);
    return { ids };
  }

  return { quote, follow, write, edit, delete: remove, like, react, boost, undo, block, rename, post, verify, fetch: fetchObject, walk };
}
