"""The reproducible run: one module per stage, and what the stages share."""

from pipelines.shared import _env as _env
