"""A server that speaks the Messages API over real HTTP, for tests; it can misbehave.

    python -m tests.messages_server --by-hand DIR [--port 8765]
    python -m tests.messages_server --replay FILE [--port 8765]

With --by-hand a person, or another program, is the model: each request is written to DIR/NNN.json,
and the answer is awaited in DIR/NNN.answer.json: a list of content blocks, or a whole message. A
file is taken once it is there under its name: write it elsewhere and move it. --replay gives the
answers of a session that llmopt has recorded (`calls.jsonl` among its transcripts): the same in the
same turn of the same conversation on the same function.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import threading
import time
from collections import Counter
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
        return _body(_counted(request, given) if isinstance(given, list) else given)

    return answer


def _counted(request: Json, content: list[Json]) -> Json:
    """The message of some blocks. Nobody counts tokens: four bytes are taken for one."""
    asked, said = (len(json.dumps(part)) // 4 for part in (request, content))
    return message(content, usage={"input_tokens": asked, "output_tokens": said})


#: What the system prompts say of themselves, and the moves that they are for.
_MOVES = {
    "You guide": "guide",
    "You make the tests": "tests",
    "You make one C function": "rewrite source",
    "You make one function faster at the level of LLVM IR": "rewrite ir",
    "You make one function faster at the level of assembly": "rewrite asm",
}


def question(request: Json) -> str:
    """What a conversation began with; sessions of before it was sent as a block have a text."""
    content = request["messages"][0]["content"]
    return content if isinstance(content, str) else str(content[0]["text"])


def marks(request: Json) -> list[tuple[int, int]]:
    """Where a request is marked for the provider's cache: message and block; -1 is the system's."""
    said = [(-1, request["system"])]
    said += [(at, message["content"]) for at, message in enumerate(request["messages"])]
    return [
        (at, number)
        for at, blocks in said
        for number, block in enumerate(blocks)
        if isinstance(block, dict) and "cache_control" in block
    ]


def kind(request: Json) -> tuple[str, str, str]:
    """What a conversation is about: model, function, move."""
    system = request["system"][0]["text"]
    found = re.search(r"[Tt]he function `(\w+)`", question(request))
    move = next((move for words, move in _MOVES.items() if system.startswith(words)), "")
    return request["model"], found[1] if found else "", move


def replaying(recording: Path) -> Script:
    """Answers as it was answered before: in the same turn of the conversation that is the same one
    of its kind. What was never asked ends a conversation.
    """
    known: dict[tuple[str, str, str], dict[str, list[Json]]] = {}
    for line in map(json.loads, recording.read_text().splitlines()):
        same = known.setdefault((line["model"], line["function"], line["move"]), {})
        same.setdefault(line["conversation"], []).append(line["answer"])
    begun: Counter[tuple[str, str, str]] = Counter()

    def answer(_number: int, request: Json) -> Reply:
        of = kind(request)
        before = sum(message["role"] == "assistant" for message in request["messages"])
        begun[of] += not before
        conversations = list(known.get(of, {}).values())
        answers = conversations[begun[of] - 1] if begun[of] <= len(conversations) else []
        if before < len(answers):
            return _body(answers[before])
        return ok([says("Nothing more is recorded.")])

    return answer


def _body(whole: Json) -> Reply:
    return Reply(body=json.dumps(whole).encode())


def main() -> None:
    """Serves by hand, or a recording."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--by-hand", type=Path, metavar="DIR")
    what.add_argument("--replay", type=Path, metavar="FILE")
    parser.add_argument("--port", type=int, default=8765)
    options = parser.parse_args()
    script = replaying(options.replay) if options.replay else by_hand(options.by_hand)
    server = Server(script, options.port)
    print(f"ANTHROPIC_BASE_URL={server.url} ANTHROPIC_API_KEY=by-hand", flush=True)
    server.serve()


if __name__ == "__main__":
    main()
