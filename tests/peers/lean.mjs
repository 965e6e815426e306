// The smallest blog-like server on Fedify, for measuring and not for tests: it keeps nothing and notes nothing.
// Its queue is Fedify's own in-process one. Started by benchmarks/beside_fedify.py; gone when its input closes.
//
//   node lean.mjs '{"host": "127.0.0.3", "name": "blog"}'
//
// When ready it prints one line: {"origin": "http://127.0.0.3:40001", "control": "http://127.0.0.1:40002"}
import "./temporal.mjs";
import { createFederation, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import { Article, Create, Endpoints, Person, PUBLIC_COLLECTION } from "@fedify/vocab";
import { asRequest, listen } from "./listen.mjs";

const { host, name } = JSON.parse(process.argv[2]);
const RSA = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
const pairs = [await crypto.subtle.generateKey(RSA, true, ["sign", "verify"])];
let taken = 0;
let federation;

const origin = await listen({ host, certificate: null, handle: (incoming, body) => federation.fetch(asRequest(origin, incoming, body), {}) });
federation = createFederation({
  kv: new MemoryKvStore(),
  queue: new InProcessMessageQueue(),
  origin,
  firstKnock: "draft-cavage-http-signatures-12",
  allowPrivateAddress: true,
});
federation
  .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
    if (identifier !== name) return null;
    const keys = await ctx.getActorKeyPairs(identifier);
    return new Person({
      id: ctx.getActorUri(identifier),
      preferredUsername: identifier,
      inbox: ctx.getInboxUri(identifier),
      endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
      publicKey: keys[0].cryptographicKey,
    });
  })
  .setKeyPairsDispatcher(() => pairs);
federation
  .setInboxListeners("/users/{identifier}/inbox", "/inbox")
  .on(Create, async (_ctx, create) => {
    const note = await create.getObject();
    if (note?.content != null) taken += 1;
  })
  .onError((_ctx, error) => console.error(error));

const control = await listen({ host: "127.0.0.1", certificate: null, handle: answerControl });
console.log(JSON.stringify({ origin, control }));
process.stdin.on("end", () => process.exit(0)).resume();

async function answerControl(incoming, body) {
  if (incoming.url === "/taken") return Response.json(taken);
  await publish(JSON.parse(body));
  return Response.json(null);
}

/** One Article to so many inboxes, as an author's server sends it: queued, and signed for each. */
async function publish({ inboxes, title, html, number }) {
  const ctx = federation.createContext(new URL(origin));
  const actor = ctx.getActorUri(name);
  const address = { to: PUBLIC_COLLECTION, cc: new URL(`${actor.href}/followers`) };
  const object = new Article({
    id: new URL(`/articles/${number}`, origin),
    attribution: actor,
    name: title,
    content: html,
    published: Temporal.Now.instant(),
    ...address,
  });
  const recipients = inboxes.map((inbox) => ({ id: new URL("/users/ada", inbox), inboxId: new URL(inbox), endpoints: null }));
  await ctx.sendActivity({ identifier: name }, recipients, new Create({ id: new URL(`#create-${number}`, object.id), actor, object, ...address }));
}
