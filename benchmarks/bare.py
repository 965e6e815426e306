"""The limit program: a bare ASGI app on uvicorn that answers fixed bytes, `python -m benchmarks.bare PORT FOLDER`.

`/0`, `/1` … answer what the files `0`, `1` … in the folder hold (pickled status, headers and body); a POST is read
to its end first.
"""

import pickle
import sys
from pathlib import Path
from typing import Any

import uvicorn

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


def keep(folder: Path, number: int, answer: Answer) -> None:
    """Put an answer where the program finds it."""
    (folder / str(number)).write_bytes(pickle.dumps(answer))


def app_for(folder: Path) -> Any:
    messages = {f"/{file.name}": _messages(pickle.loads(file.read_bytes())) for file in folder.iterdir()}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "POST":
            while (await receive())["more_body"]:
                pass
        for message in messages[scope["path"]]:
            await send(message)

    return app


def _messages(answer: Answer) -> tuple[dict[str, Any], dict[str, Any]]:
    status, headers, body = answer
    start = {"type": "http.response.start", "status": status, "headers": headers}
    return start, {"type": "http.response.body", "body": body}


if __name__ == "__main__":
    uvicorn.run(
        app_for(Path(sys.argv[2])),
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
