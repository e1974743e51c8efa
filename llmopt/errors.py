"""All errors that llmopt raises on purpose.

    LlmoptError
    ├── ConfigError        llmopt.yaml or the environment is wrong
    ├── ToolError          a program is missing or did what it should not
    │   └── ToolFailed     a program ran and failed (carries its output)
    ├── SourceError        C text that cannot be located or understood
    ├── NotApplicable      a rewrite that does not fit today's text; always with its reason
    ├── ProfileError       a profile that cannot be taken or read
    ├── StoreError         the cache, a recipe or the project's state cannot be read or written
    └── BudgetExceeded     a call of a model that may cost more than is left

A message says what was wrong, where, and what to do.
"""

from __future__ import annotations


class LlmoptError(Exception):
    """Root of the family; `cli` prints it as one line and exits with `exit_code`."""

    exit_code = 1


class ConfigError(LlmoptError):
    """The configuration is missing or wrong."""

    exit_code = 2


class ToolError(LlmoptError):
    """A program is missing, or did something it should not have done."""


class ToolFailed(ToolError):
    """A program ran and failed.

    `status` is its exit status (negative: minus the signal), `output` the end of what it printed.
    """

    def __init__(self, message: str, *, status: int, output: str) -> None:
        super().__init__(message)
        self.status = status
        self.output = output


class SourceError(LlmoptError):
    """C text that cannot be located or understood."""


class NotApplicable(LlmoptError):
    """A rewrite does not fit the text it would be applied to; the message is the reason."""


class ProfileError(LlmoptError):
    """A profile cannot be taken or read."""


class StoreError(LlmoptError):
    """The cache, a recipe or the project's state cannot be read or written."""


class LedgerError(StoreError):
    """The account book of what models cost cannot be read or written."""


class BudgetExceeded(LlmoptError):
    """A call of a model may cost more than is left; the message names the limit."""
