// A small real ActivityPub server for the tests. Started by tests/peers/fedify.py, told what to do over
// its control port, and gone as soon as its standard input closes.
//
//   node peer.mjs '{"host": "127.0.0.2", "names": ["alice"], "first_knock": "rfc9421", "certificate": "…pem"}'
//
// When ready it prints one line: {"origin": "https://127.0.0.2:40001", "control": "http://127.0.0.1:40002"}
import "./temporal.mjs";
import { deedsOf } from "./deeds.mjs";
import { Memory, openFederation } from "./fediverse.mjs";
import { Journal } from "./journal.mjs";
import { asRequest, listen } from "./listen.mjs";

const options = {
  names: ["alice"],
  first_knock: "rfc9421",
  understands: null, // a form of signatures: whatever is signed in the other one is answered 401, unread
  certificate: null,
  ...JSON.parse(process.argv[2]),
};
const journal = new Journal();
const memory = new Memory(options.names);
let federation;

const origin = await listen({ host: options.host, certificate: options.certificate, handle: answerFediverse });
federation = openFederation({ origin, firstKnock: options.first_knock, memory, journal });
const deeds = deedsOf(() => federation.createContext(new URL(origin)), memory);
const control = await listen({ host: "127.0.0.1", certificate: null, handle: answerControl });

console.log(JSON.stringify({ origin, control }));
process.stdin.on("end", () => process.exit(0)).resume();

async function answerFediverse(incoming, body) {
  const request = asRequest(origin, incoming, body);
  const signature = signatureOf(request.headers);
  const answer = await answerOf(request, signature);
  journal.add({
    kind: "request",
    method: request.method,
    path: new URL(request.url).pathname,
    status: answer.status,
    signature,
    headers: Object.fromEntries(request.headers),
    body: body.toString("utf8"),
  });
  return answer;
}

async function answerOf(request, signature) {
  if (options.understands && signature && signature !== options.understands) return new Response(null, { status: 401 });
  return memory.deleted.has(request.url) ? tombstone(request.url) : await federation.fetch(request, {});
}

function tombstone(id) {
  const document = { "@context": "https://www.w3.org/ns/activitystreams", id, type: "Tombstone" };
  return new Response(JSON.stringify(document), { status: 410, headers: { "content-type": "application/activity+json" } });
}

function signatureOf(headers) {
  if (headers.has("signature-input")) return "rfc9421";
  return headers.has("signature") ? "draft-cavage-http-signatures-12" : null;
}

async function answerControl(incoming, body) {
  const url = new URL(incoming.url, control);
  if (url.pathname === "/journal") return Response.json(await journalPage(url.searchParams));
  if (url.pathname === "/state") return Response.json(state());
  const deed = deeds[url.pathname.slice(1)];
  if (deed == null || incoming.method !== "POST") return Response.json({ error: "no such deed" }, { status: 404 });
  try {
    return Response.json(await deed({ as: options.names[0], ...JSON.parse(body) }));
  } catch (error) {
    return Response.json({ error: String(error) }, { status: 502 });
  }
}

async function journalPage(query) {
  const { count = "0", seconds = "0", ...wanted } = Object.fromEntries(query);
  return await journal.wait(wanted, Number(count), Number(seconds));
}

function state() {
  const accounts = options.names.map((name) => ({
    name,
    actor_id: new URL(`/users/${name}`, origin).href,
    handle: `@${name}@${new URL(origin).host}`,
    followers: [...memory.followers.get(name).keys()],
    following: [...memory.following.get(name)],
  }));
  return { origin, accounts, notes: [...memory.notes.keys()] };
}
