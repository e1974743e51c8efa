"""`llmopt hot`: shows the hot functions of the last profile."""

from __future__ import annotations

import argparse

from llmopt.cli.project import common, open_project, print_json
from llmopt.errors import ProfileError
from llmopt.report.text import hot_table


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Shows the last profile."""
    session = open_project(options)
    profile = session.profile()
    if profile is None:
        raise ProfileError("no profile yet: run `llmopt profile`")
    if options.json:
        print_json(profile.to_json())
    else:
        print(hot_table(profile, session.config.hot))
    return 0
