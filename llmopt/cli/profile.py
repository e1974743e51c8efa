"""`llmopt profile [-- CMD]`: runs the workload under perf and shows the hot functions."""

from __future__ import annotations

import argparse
import shlex

from llmopt.cli.project import alone, common, open_project, print_json
from llmopt.errors import ProfileError
from llmopt.flow.reindex import reindex
from llmopt.flow.session import Session
from llmopt.report.text import hot_table


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)
    parser.add_argument("--perf-data", metavar="FILE", help="import a perf.data file instead")
    parser.add_argument(
        "command", nargs="*", metavar="CMD", help="after `--`: what to run; default: the workload"
    )


def run(options: argparse.Namespace) -> int:
    """Takes or imports a profile."""
    session = open_project(options)
    with alone(session):
        return _profile(session, options)


def _profile(session: Session, options: argparse.Namespace) -> int:
    session.original.prepare()
    session.original.place({})
    command = shlex.join(options.command) or session.config.workload.command
    if options.perf_data:
        samples = session.need_profiler().read(options.perf_data)
        profile = session.keep_profile(session.config.workload.command or "imported", samples)
        if not any(function.source for function in profile.functions):
            raise ProfileError(
                f"{options.perf_data} holds no sample in a function of this build: was it taken "
                f"with the program in {session.original.path}, or one with its symbols?"
            )
    elif command:
        profile = session.take_profile(command)
    else:
        raise ProfileError("nothing to run: give `-- CMD` or set workload.command in llmopt.yaml")
    if session.config.launcher.mode == "inline":
        reindex(session)  # builds look for recipes of what is hot
    if options.json:
        print_json(profile.to_json())
    else:
        print(hot_table(profile, session.config.hot))
    return 0
