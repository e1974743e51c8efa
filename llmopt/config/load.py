"""Reads `llmopt.yaml`; every mistake in it is named with its place and what would be right."""

from __future__ import annotations

import json
import math
import os
import re
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

from llmopt.config.model import GATES, SECTIONS, Config, SandboxSection
from llmopt.errors import ConfigError
from llmopt.values.contract import Contract
from llmopt.values.cost import Price
from llmopt.values.step import LEVELS

FILE = "llmopt.yaml"
#: Sections of sections: `contracts` by function, `prices` by model.
_BY_NAME: dict[str, type[Any]] = {"contracts": Contract, "prices": Price}
VERSION = 1


def find_root(start: Path) -> Path:
    """The nearest directory from `start` upwards with an llmopt.yaml. Raises ConfigError."""
    for directory in (start, *start.parents):
        if (directory / FILE).is_file():
            return directory
    raise ConfigError(f"no {FILE} in {start} or above: run `llmopt init` in your project")


def cache_directory(environ: Mapping[str, str]) -> str:
    """The user's cache: LLMOPT_CACHE_DIR, else `llmopt` in the XDG cache directory."""
    if chosen := environ.get("LLMOPT_CACHE_DIR"):
        return chosen
    base = environ.get("XDG_CACHE_HOME") or f"{environ.get('HOME', '/nonexistent')}/.cache"
    return f"{base}/llmopt"


def load(root: Path, environ: Mapping[str, str]) -> Config:
    """The configuration of the project at `root`. Raises ConfigError."""
    path = root / FILE
    return parse(_parsed(path, _text(path)), path, cache_directory(environ))


def load_again(root: Path, environ: Mapping[str, str]) -> Config:
    """As `load`, by what an earlier call kept in the project's state while the text is the same: a
    build waits for this, and loading the YAML package takes 20 ms.
    """
    path, kept = root / FILE, root / ".llmopt" / "config.json"
    text = _text(path)
    try:
        known = json.loads(kept.read_bytes())
        if known["text"] == text:
            return parse(known["data"], path, cache_directory(environ))
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not kept yet, or damaged
    data = _parsed(path, text)
    config = parse(data, path, cache_directory(environ))
    try:
        kept.parent.mkdir(exist_ok=True)
        temporary = kept.with_name(f".config.json.{os.getpid()}")
        temporary.write_text(json.dumps({"text": text, "data": data}))
        temporary.replace(kept)
    except (OSError, TypeError):
        pass  # the next call parses it again
    return config


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path}: not valid YAML: {error}") from error


def _parsed(path: Path, text: str) -> object:
    import yaml  # noqa: PLC0415 - see `load_again`

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(f"{path}: not valid YAML: {error}") from error


def parse(data: object, path: Path, cache: str) -> Config:
    """The configuration in parsed YAML `data`, which came from `path`. Raises ConfigError."""
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: expected a mapping of sections")
    data = dict(data)
    version = data.pop("version", None)
    if version != VERSION:
        raise ConfigError(f"{path}: version: expected {VERSION}, found {version!r}")
    sections: dict[str, Any] = {
        name: _by_name(data.pop(name, None), kind, f"{path}: {name}")
        for name, kind in _BY_NAME.items()
    }
    for name, content in data.items():
        if name not in SECTIONS:
            raise ConfigError(f"{path}: {_unknown(name, {**SECTIONS, **_BY_NAME})}")
        sections[name] = _section(SECTIONS[name], content, f"{path}: {name}")
    config = Config(root=str(path.parent), cache=cache, **sections)
    _check(config, path)
    return config


def _section(kind: type[Any], content: object, where: str) -> object:
    if content is None:
        content = {}
    if not isinstance(content, dict):
        raise ConfigError(f"{where}: expected a mapping, found {content!r}")
    known = {field.name: field for field in fields(kind)}
    hints = typing.get_type_hints(kind)
    values = {}
    for name, value in content.items():
        if name not in known:
            raise ConfigError(f"{where}: {_unknown(name, known)}")
        values[name] = _value(value, hints[name], f"{where}.{name}")
    return kind(**values)


def _by_name(content: object, kind: type[Any], where: str) -> dict[str, object]:
    """A section for each function or model that the user names."""
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"{where}: expected a mapping by name, found {content!r}")
    return {
        str(name): _section(kind, section, f"{where}.{name}") for name, section in content.items()
    }


def _mapping(value: object, kind: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where}: expected a mapping of parameters, found {value!r}")
    if kind is str:
        return {str(name): str(text) for name, text in value.items()}
    for name, bounds in value.items():
        if (
            not isinstance(bounds, list)
            or len(bounds) != 2
            or not all(type(bound) in (int, float) for bound in bounds)
            or not bounds[0] <= bounds[1]
        ):
            raise ConfigError(f"{where}.{name}: expected [least, greatest], found {bounds!r}")
    return {str(name): tuple(bounds) for name, bounds in value.items()}


def _value(value: object, kind: Any, where: str) -> object:
    origin = typing.get_origin(kind)
    if origin is Mapping:
        return _mapping(value, typing.get_args(kind)[1], where)
    if origin is tuple:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{where}: expected a list of texts, found {value!r}")
        return tuple(value)
    if origin is typing.Literal:
        # YAML 1.1 reads a bare `off` as false.
        value = "off" if value is False else value
        choices = typing.get_args(kind)
        if value not in choices:
            raise ConfigError(f"{where}: expected one of {', '.join(choices)}, found {value!r}")
        return value
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is str and value is None:
        return ""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ConfigError(f"{where}: expected {_name(kind)}, found {value!r}")
    return value


def _name(kind: type[Any]) -> str:
    return {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}.get(
        kind, str(kind)
    )


def _unknown(name: object, known: Mapping[str, Any]) -> str:
    import difflib  # noqa: PLC0415 - only for mistakes; builds load this module

    close = difflib.get_close_matches(str(name), known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
    return f"unknown setting {name!r}: {hint}"


def _check(config: Config, path: Path) -> None:
    """What types alone cannot say."""
    _check_gates(config, path)
    for pattern in config.workload.varying:
        try:
            re.compile(pattern.encode())
        except re.error as error:
            raise ConfigError(f"{path}: workload.varying: {pattern!r}: {error}") from error
    for level in config.search.levels:
        if level not in LEVELS:
            raise ConfigError(f"{path}: search.levels: {_unknown(level, dict.fromkeys(LEVELS))}")
    positive = {
        "build.timeout": config.build.timeout,
        "workload.timeout": config.workload.timeout,
        "search.minutes": config.search.minutes,
        "search.trials": config.search.trials,
        "gates.min_gain": config.gates.min_gain,
        "gates.max_gain": config.gates.max_gain,
        "hot.max_functions": config.hot.max_functions,
        "model.turns": config.model.turns,
        "model.guide_turns": config.model.guide_turns,
        "model.max_tokens": config.model.max_tokens,
        "model.timeout": config.model.timeout,
        "sandbox.max_file_mb": config.sandbox.max_file_mb,
    }
    for name, value in positive.items():
        if not 0 < value < math.inf:
            raise ConfigError(f"{path}: {name}: must be above 0, found {value}")
    if not 0.001 <= config.launcher.wait_seconds <= 600:
        raise ConfigError(
            f"{path}: launcher.wait_seconds: must be from 0.001 to 600, found "
            f"{config.launcher.wait_seconds}"
        )
    limits = {f"budget.{name}": value for name, value in vars(config.budget).items()}
    prices = {
        f"prices.{model}.{name}": value
        for model, price in config.prices.items()
        for name, value in vars(price).items()
    }
    for name, value in (limits | prices).items():
        if not 0 <= value < math.inf:
            raise ConfigError(f"{path}: {name}: must not be below 0, found {value}")
    for name, share in (
        ("hot.min_share", config.hot.min_share),
        ("hot.cumulative", config.hot.cumulative),
    ):
        if not 0 < share <= 1:
            raise ConfigError(f"{path}: {name}: must be above 0 and at most 1, found {share}")


def _check_gates(config: Config, path: Path) -> None:
    for name, gates in (("required", config.gates.required), ("consulted", config.gates.consulted)):
        for gate in gates:
            if gate not in GATES:
                raise ConfigError(f"{path}: gates.{name}: {_unknown(gate, dict.fromkeys(GATES))}")
    if not config.gates.required:
        raise ConfigError(f"{path}: gates.required: at least one gate is needed")
    if not 0 <= config.gates.min_score <= 1:
        raise ConfigError(
            f"{path}: gates.min_score: must be from 0 to 1, found {config.gates.min_score}"
        )
    if config.gates.pairs < 5:
        raise ConfigError(
            f"{path}: gates.pairs: an interval needs at least 5 pairs, found {config.gates.pairs}"
        )


#: The reference's end: what is no section of settings.
_REST = """
## contracts

By function: what its callers promise, so that generated tests keep to it. Else they
find out by running the original. Expressions are C, over the parameters' names.

```yaml
contracts:
  scale_rows:
    require: ["stride >= columns"]        # holds at every call
    length: {cells: rows * stride}        # elements behind a pointer
    range: {rows: [0, 500]}               # least and greatest value
    apart: [cells, out]                   # do not overlap
    nonnull: [cells]
    string: [name]                        # ends with a zero byte
    callbacks: pure                       # how often they are called does not matter
    prepare: |                            # C: puts made-up arguments right first
      if (cells) cells[0] = rows;
    generate:                             # C: each makes the arguments of some more calls
      - |
        rows = llmopt_draw(1, 40);
        stride = columns = llmopt_draw(1, 40);
```

## prices

By model: dollars for a million tokens, as your provider says. Without them only tokens
are counted.

```yaml
prices:
  the-model:
    input: 1.0
    output: 5.0
    cache_write: 1.25
    cache_read: 0.1
```

## Environment

| variable | meaning |
|---|---|
| `LLMOPT_DISABLE` | not empty and not 0: the launcher is the compiler |
| `LLMOPT_CACHE_DIR` | the cache of recipes and objects; default `llmopt` in \
`XDG_CACHE_HOME` or `~/.cache` |
"""


def reference() -> str:
    """docs/configuration.md, from the model."""
    lines = [
        "# Configuration",
        "",
        "`llmopt.yaml` stands at the project's root; `llmopt init` writes it. Every setting has a",
        "default. This page is generated from the model: `python -m llmopt.config.load`.",
        "",
        "```yaml",
        f"version: {VERSION}",
        "```",
    ]
    for name, kind in SECTIONS.items():
        lines += ["", f"## {name}", "", " ".join((kind.__doc__ or "").split()), ""]
        lines += ["| setting | default | meaning |", "|---|---|---|"]
        for setting in fields(kind):
            lines.append(
                f"| `{setting.name}` | `{_default(setting)}` | {setting.metadata['doc']} |"
            )
    return "\n".join([*lines, _REST])


def _default(setting: Field[Any]) -> str:
    value = setting.default
    if value is MISSING and setting.default_factory is not MISSING:
        value = setting.default_factory()
    if isinstance(value, tuple):
        return "[" + ", ".join(value) + "]"
    return str(value) if value != "" else '""'


if __name__ == "__main__":
    print(reference(), end="")

__all__ = ["SandboxSection", "cache_directory", "find_root", "load", "parse", "reference"]
