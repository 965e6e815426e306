// Node's http(s) server in front of a fetch-style handler: Request in, Response out.
import { createServer as createPlain } from "node:http";
import { createServer as createSecure } from "node:https";
import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";

/** Listen on `host`, on a free port, and resolve to { origin, close }. `answer` may be set later. */
export async function listen({ host, certificate, handle }) {
  const answer = async (incoming, outgoing) => {
    try {
      await send(outgoing, await handle(incoming, await buffer(incoming)));
    } catch (error) {
      console.error(error);
      await send(outgoing, Response.json({ error: String(error) }, { status: 500 }));
    }
  };
  const server = certificate
    ? createSecure({ cert: readFileSync(certificate), key: readFileSync(certificate) }, answer)
    : createPlain(answer);
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
  return `${certificate ? "https" : "http"}://${host}:${server.address().port}`;
}

/** The Fetch API's Request for what Node received. */
export function asRequest(origin, incoming, body) {
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  }
  const bare = incoming.method === "GET" || incoming.method === "HEAD";
  return new Request(new URL(incoming.url, origin), { method: incoming.method, headers, body: bare ? undefined : body });
}

async function send(outgoing, response) {
  outgoing.writeHead(response.status, [...response.headers].flat());
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}
