"""CPU of one signed delivery over kept TLS connections, against its signature alone and against stock httpx.

    python -m benchmarks.delivery [--rounds 5] [--deliveries 400] [--hosts 100]

A stub in a process of its own answers 202 on many loopback addresses. The sender's CPU is measured in four ways,
in turns: signing alone, over kept connections, over fresh ones, and the same with stock httpx. Shares are
comparable within one run only; absolute times are not a claim. Exit status 1 when the best round misses a goal.
"""

import argparse
import asyncio
import contextlib
import hashlib
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path

import httpx
import trustme
import uvloop

from benchmarks.harness import Goal, free_port, report, spread
from fedblog.ap.media_types import ACTIVITY_JSON
from fedblog.ap.signatures import CAVAGE, Message, SigningKey, make_key_pair, read_private_key, sign
from fedblog.config import FederationConfig
from fedblog.net.client import Net
from fedblog.net.tls import client_context
from fedblog.net.transport import SocketTransport
from fedblog.world import World, real_world

LABORATORY = FederationConfig(allow_private_networks=(ip_network("127.0.0.0/8"),))
BODY = b'{"type":"Create","object":"' + b"x" * 2300 + b'"}'
BODY_SHA256 = hashlib.sha256(BODY).digest()
AT_ONCE = 64
GOAL_SHARE, GOAL_HTTPX = 0.60, 8.0
ANSWER = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nServer: stub\r\n\r\n"


@dataclass(frozen=True)
class Bench:
    """What every way of sending is given."""

    urls: list[str]
    key: SigningKey
    world: World
    tls: ssl.SSLContext


class Stub(asyncio.Protocol):
    """Answers every request whose body has arrived; requests do not overlap."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.waiting = b""

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        _, end, body = self.waiting.partition(b"\r\n\r\n")
        if end and len(body) >= len(BODY):
            self.waiting = b""
            self.transport.write(ANSWER)  # type: ignore[attr-defined]


async def serve(folder: str, hosts: int, port: int) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/leaf.pem")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Stub, [address(n) for n in range(hosts)], port, ssl=context)
    print("ready", flush=True)
    await server.serve_forever()


def address(number: int) -> str:
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def name(number: int) -> str:
    return f"h{number}.test"


async def at_once(urls: list[str], send: Callable[[str], Awaitable[None]]) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(url: str) -> None:
        async with gate:
            await send(url)

    await asyncio.gather(*(one(url) for url in urls))


async def sign_alone(bench: Bench) -> float:
    began = time.process_time()
    for url in bench.urls:
        signed_headers(bench, authority_of(url))
    return time.process_time() - began


def authority_of(url: str) -> str:
    return url.removeprefix("https://").partition("/")[0]


def signed_headers(bench: Bench, authority: str) -> tuple[tuple[str, str], ...]:
    headers = (("Host", authority), ("User-Agent", "bench"), ("Content-Type", ACTIVITY_JSON))
    message = Message("POST", "https", authority, "/inbox", headers, BODY)
    return headers + sign(message, bench.key, CAVAGE, bench.world.now(), body_sha256=BODY_SHA256)


@contextlib.asynccontextmanager
async def our_net(bench: Bench, most_idle: int) -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    transport = SocketTransport(bench.tls, most_idle=most_idle)
    net = Net(replace(bench.world, transport=transport), LABORATORY, no_key, "bench")

    async def send(url: str) -> None:
        receipt = await net.post_signed(url, BODY, body_sha256=BODY_SHA256, key=bench.key)
        assert receipt.status == 202

    yield send
    await net.aclose()
    await transport.aclose()


async def no_key() -> SigningKey:
    raise AssertionError("deliveries bring their own key")


async def pooled(bench: Bench) -> float:
    async with our_net(bench, len(bench.urls)) as send:
        await at_once(bench.urls, send)
        began = time.process_time()
        await at_once(bench.urls, send)
        return time.process_time() - began


async def fresh(bench: Bench) -> float:
    async with our_net(bench, 1) as send:
        distinct = sorted(set(bench.urls))
        began = time.process_time()
        await at_once(distinct, send)
        return (time.process_time() - began) * len(bench.urls) / len(distinct)


async def stock_httpx(bench: Bench) -> float:
    addresses = {name(n): address(n) for n in range(len(set(bench.urls)))}
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(verify=bench.tls, limits=limits, timeout=60) as client:

        async def send(url: str) -> None:
            authority = authority_of(url)
            host, _, port = authority.partition(":")
            answer = await client.post(
                f"https://{addresses[host]}:{port}/inbox",
                content=BODY,
                headers=list(signed_headers(bench, authority)),
                extensions={"sni_hostname": host},
            )
            assert answer.status_code == 202

        await at_once(bench.urls, send)
        began = time.process_time()
        await at_once(bench.urls, send)
        return time.process_time() - began


WAYS = {"signing alone": sign_alone, "kept TLS": pooled, "fresh TLS": fresh, "stock httpx, kept TLS": stock_httpx}


async def measure(bench: Bench, rounds: int) -> dict[str, list[float]]:
    costs: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, run in WAYS.items():
            costs[way].append(await run(bench) / len(bench.urls) * 1e6)
    return costs


def goals(costs: dict[str, list[float]]) -> list[Goal]:
    for way, found in costs.items():
        shares = [limit / cost for limit, cost in zip(costs["signing alone"], found, strict=True)]
        print(f"  {way:22} {statistics.median(found):7.0f} us CPU   share of signing {spread(shares)}")
    shares = [limit / cost for limit, cost in zip(costs["signing alone"], costs["kept TLS"], strict=True)]
    ratios = [stock / ours for stock, ours in zip(costs["stock httpx, kept TLS"], costs["kept TLS"], strict=True)]
    return [
        Goal("delivery over kept TLS, CPU share of signing", shares, GOAL_SHARE),
        Goal("stock httpx, times our CPU", ratios, GOAL_HTTPX),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--deliveries", type=int, default=400)
    parser.add_argument("--hosts", type=int, default=100)
    options = parser.parse_args()
    port = free_port(address(0))
    with tempfile.TemporaryDirectory() as folder:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(f"{folder}/ca.pem")
        leaf = authority.issue_cert(*(name(n) for n in range(options.hosts)))
        leaf.private_key_and_cert_chain_pem.write_to_path(f"{folder}/leaf.pem")
        stub = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.delivery", "serve", folder, str(options.hosts), str(port)],
            stdout=subprocess.PIPE,
        )
        try:
            assert stub.stdout is not None
            stub.stdout.readline()
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                costs = runner.run(measure(make_bench(folder, port, options), options.rounds))
        finally:
            stub.terminate()
            stub.wait()
    return report(*goals(costs))


def make_bench(folder: str, port: int, options: argparse.Namespace) -> Bench:
    key = SigningKey("https://blog.example/ap/actors/1#main-key", read_private_key(make_key_pair().private_pem))
    tls = client_context(Path(folder) / "ca.pem")
    addresses = {name(n): (address(n),) for n in range(options.hosts)}

    async def resolve(host: str) -> tuple[str, ...]:
        return addresses[host]

    world = replace(real_world(SocketTransport(tls)), resolve=resolve)
    urls = [f"https://{name(n % options.hosts)}:{port}/inbox" for n in range(options.deliveries)]
    return Bench(urls, key, world, tls)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        with contextlib.suppress(KeyboardInterrupt):
            uvloop.run(serve(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    else:
        sys.exit(main())
