"""A server that speaks the Messages API over real HTTP, for tests; it can misbehave.

    python -m tests.messages_server --by-hand DIR [--port 8765]

With --by-hand a person, or another program, is the model: each request is written to DIR/NNN.json,
and the answer is awaited in DIR/NNN.answer.json: a list of content blocks, or a whole message. A
file is taken once it is there under its name: write it elsewhere and move it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What goes back over the wire. `cut` sends only so many bytes of the body and hangs up."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: int | None = None


Script = Callable[[int, Json], Reply]


def message(content: list[Json], *, stop: str = "", usage: Mapping[str, int] | None = None) -> Json:
    """A message of the API."""
    calls = any(block["type"] == "tool_use" for block in content)
    return {
        "id": "msg_test",
        "type": "message",
        "role": "assistant",
        "model": "test",
        "content": content,
        "stop_reason": stop or ("tool_use" if calls else "end_turn"),
        "stop_sequence": None,
        "usage": {"input_tokens": 100, "output_tokens": 20, **(usage or {})},
    }


def ok(content: list[Json], *, stop: str = "", usage: Mapping[str, int] | None = None) -> Reply:
    """A good answer."""
    return Reply(body=json.dumps(message(content, stop=stop, usage=usage)).encode())


def says(text: str) -> Json:
    """A block of text."""
    return {"type": "text", "text": text}


_numbers = itertools.count(1)


def calls(tool: str, given: Any) -> Json:
    """A block that calls a tool."""
    return {"type": "tool_use", "id": f"toolu_{next(_numbers)}", "name": tool, "input": given}


def error(status: int, kind: str, headers: Mapping[str, str] | None = None) -> Reply:
    """An error of the API."""
    body = {"type": "error", "error": {"type": kind, "message": f"this is a {kind}"}}
    return Reply(status, json.dumps(body).encode(), headers or {})


class Server:
    """The server on a free port of loopback. `requests` are the bodies that came, in order."""

    def __init__(self, script: Script, port: int = 0) -> None:
        self.requests: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self._script = script
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def serve(self) -> None:
        """Serves until `stop`."""
        self._http.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Ends `serve`."""
        self._http.shutdown()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with server._lock:
                    number = len(server.requests)
                    server.requests.append(body)
                    server.headers.append({k.lower(): v for k, v in self.headers.items()})
                reply = server._script(number, body)
                time.sleep(reply.delay)
                try:
                    self._send(reply)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # nobody waits for it any more

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body[: reply.cut])
                self.close_connection |= reply.cut is not None

            def log_message(self, *_args: Any) -> None:
                """Quiet."""

        return Handler


@contextmanager
def serving(script: Script | list[Reply]) -> Iterator[Server]:
    """A running server. Of a list, the last reply is given for ever."""
    if isinstance(script, list):
        replies = script
        server = Server(lambda number, _: replies[min(number, len(replies) - 1)])
    else:
        server = Server(script)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


def by_hand(directory: Path, wait: float = 0.2) -> Script:
    """Asks whoever writes files."""
    directory.mkdir(parents=True, exist_ok=True)

    def answer(number: int, request: Json) -> Reply:
        name = f"{number:03}"
        written = directory / f"{name}.json.part"
        written.write_text(json.dumps(request, indent=1))
        written.rename(directory / f"{name}.json")
        path = directory / f"{name}.answer.json"
        print(f"{name}: waiting for {path}", flush=True)
        while not path.exists():
            time.sleep(wait)
        given = json.loads(path.read_text())
        whole = message(given) if isinstance(given, list) else given
        return Reply(body=json.dumps(whole).encode())

    return answer


def main() -> None:
    """Serves by hand."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--by-hand", type=Path, required=True, metavar="DIR")
    parser.add_argument("--port", type=int, default=8765)
    options = parser.parse_args()
    server = Server(by_hand(options.by_hand), options.port)
    print(f"ANTHROPIC_BASE_URL={server.url} ANTHROPIC_API_KEY=by-hand", flush=True)
    server.serve()


if __name__ == "__main__":
    main()
