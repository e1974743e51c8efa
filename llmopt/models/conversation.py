"""Conversations with a model through the Anthropic SDK: its tool runner asks, our tools answer.

The SDK retries what failed for the moment, and finds key and address in its own variables. It takes
a second to import: only who asks a model does.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from llmopt.budget.ledger import Ledger, Purpose
from llmopt.config.model import ModelSection
from llmopt.errors import BudgetExceeded, ConfigError, StoreError
from llmopt.models.cached import AnswerStore, Cached
from llmopt.models.marked import marking
from llmopt.models.metered import Metered, has_no_key
from llmopt.models.recorder import Recorder
from llmopt.models.transcript import Transcript
from llmopt.values.cost import Price

if TYPE_CHECKING:
    from anthropic import Anthropic
    from anthropic.lib.tools import BetaFunctionTool

#: How a conversation came to its end.
End = Literal["done", "turns", "truncated", "refused", "budget", "failed"]
_STOPS: dict[str | None, End] = {
    "max_tokens": "truncated",
    "model_context_window_exceeded": "truncated",
    "refusal": "refused",
    "tool_use": "turns",
}


_NO_KEY = (
    "no model can be asked: set ANTHROPIC_API_KEY, and ANTHROPIC_BASE_URL for a server of your own"
)


class Enough(Exception):
    """Raised by a tool that needs nothing more of the model."""


@dataclass(frozen=True)
class Tool:
    """What a model can call. `schema` is the JSON schema of its input; `run` gets an input that is
    a mapping, and of nothing else is sure, and returns what the model is told.
    """

    name: str
    description: str
    schema: Mapping[str, Any]
    run: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Ended:
    """How a conversation ended. `detail` says more where it was cut off; `said` is the model's last
    remark.
    """

    how: End
    detail: str = ""
    said: str = field(default="", compare=False)


@dataclass(frozen=True)
class Asked:
    """What is asked. `system` is the same for many conversations: providers cache it, as they do
    what was said before in each.
    """

    title: str
    model: str
    system: str
    question: str
    tools: Sequence[Tool]
    turns: int


@dataclass
class Models:
    """Asks models, for one run of llmopt. Transcripts go to files in `transcripts`, answers to
    `answers`, where the settings would have them kept.
    """

    section: ModelSection
    ledger: Ledger
    prices: Mapping[str, Price]
    transcripts: Path
    run: str
    answers: AnswerStore
    _client: Anthropic | None = None
    _cached: Cached | None = None
    _begun: int = 0
    _raised: list[BaseException] = field(default_factory=list)

    def connect(self) -> None:
        """Raises ConfigError where nobody could be asked, for want of a key. Asks nobody yet."""
        import anthropic  # noqa: PLC0415 - see above

        client = self._client = anthropic.Anthropic(
            timeout=self.section.timeout, max_retries=self.section.retries
        )
        if not (client.api_key or client.auth_token or client.credentials):
            raise ConfigError(_NO_KEY)
        if self.section.cache:
            self._cached = Cached(self.answers, client)

    @property
    def kept_answers(self) -> int:
        """How many answers of this run were kept ones: nobody was asked for them."""
        return self._cached.hits if self._cached is not None else 0

    def converse(self, asked: Asked, function: str, move: str) -> Ended:
        """Talks until the model calls no tool any more, or cannot go on.

        Whatever the server does, this returns. Raises what a tool raises, and ConfigError where
        there is no key.
        """
        import anthropic  # noqa: PLC0415 - see above

        self._begun += 1
        name = f"{self._begun:03}-{asked.title.replace(' ', '-').replace('/', '-')}.md"
        transcript = Transcript(self.transcripts / name, asked.title, asked.model)
        transcript.say("system", asked.system)
        transcript.say("user", asked.question)
        purpose = Purpose(self.run, function, asked.model, move)
        try:
            recorder = Recorder(self.transcripts / "calls.jsonl", purpose, name.removesuffix(".md"))
            ended = self._talk(asked, purpose, recorder, transcript)
        except BudgetExceeded as error:
            ended = Ended("budget", str(error))
        except StoreError as error:  # without a ledger nobody is asked
            ended = Ended("failed", str(error))
        except (anthropic.APIError, ValueError, TypeError, AttributeError) as error:
            if has_no_key(error):
                raise ConfigError(_NO_KEY) from error
            # But for the SDK's own: an answer that is no JSON, or not one of the API.
            ended = Ended("failed", _plain(error))
        transcript.say("end", f"{ended.how} {ended.detail}")
        if self._raised:
            raise self._raised.pop()
        return ended

    def _talk(
        self, asked: Asked, purpose: Purpose, recorder: Recorder, transcript: Transcript
    ) -> Ended:
        price = self.prices.get(asked.model, Price())
        metered = Metered(self.ledger, purpose, price, self.section.timeout)
        if self._client is None:
            self.connect()
        assert self._client is not None
        kept = [] if self._cached is None else [self._cached]
        # Outermost first: what is kept is recorded as well, and never metered.
        client = self._client.with_options(middleware=[recorder, *kept, metered, marking])
        runner = client.beta.messages.tool_runner(
            model=asked.model,
            max_tokens=self.section.max_tokens,
            system=[{"type": "text", "text": asked.system, "cache_control": {"type": "ephemeral"}}],
            messages=[{"role": "user", "content": [{"type": "text", "text": asked.question}]}],
            tools=[self._runnable(tool, transcript) for tool in asked.tools],
            max_iterations=asked.turns,
            thread=False,  # not every server keeps what was said
        )
        stop: str | None = None
        said = ""
        with warnings.catch_warnings():
            # The model is told; nobody else has to be.
            warnings.filterwarnings("ignore", message="Tool .* not found in tool runner")
            for message in runner:
                transcript.say("model", message.content)
                stop = message.stop_reason
                said = "\n".join(b.text for b in message.content if b.type == "text") or said
                runner.generate_tool_call_response()  # kept by the runner: each tool runs once
                if self._raised:
                    break
        if self._raised and isinstance(self._raised[-1], Enough):
            self._raised.pop()
            return Ended("done", said=said)
        return Ended(_STOPS.get(stop, "done"), said=said)

    def _runnable(self, tool: Tool, transcript: Transcript) -> BetaFunctionTool[Any]:
        from anthropic import beta_tool  # noqa: PLC0415 - see above

        def call(**given: Any) -> str:
            if self._raised:
                return "not run"
            try:
                said = tool.run(given)
            except Exception as error:  # noqa: BLE001 - raised again by `converse`
                # The runner would tell it to the model, and to nobody else.
                self._raised.append(error)
                return "the search is over"
            transcript.say(f"tool {tool.name}", said)
            return said

        return beta_tool(
            call, name=tool.name, description=tool.description, input_schema=dict(tool.schema)
        )


def _plain(error: BaseException) -> str:
    """The first line of an error, of no great length."""
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:300]
