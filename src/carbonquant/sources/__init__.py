"""The files that authors write: found by id, read strictly, every value with its place; the only door for yaml.

`find` gives the file of a methodology, `read` its `Source`: every scalar is the text its author wrote. What is
wrong with a file is raised as one `MethodologyError` with all problems that could be found.

Knows YAML and nothing else: what a key or a value means is said in `declaration`.
"""

from __future__ import annotations

from carbonquant.sources.finding import examples_folder, find, library
from carbonquant.sources.nodes import Mapping, Node, Path_, Sequence, Source, Style, Text
from carbonquant.sources.reading import digest_of, read, read_text

__all__ = [
    "Mapping",
    "Node",
    "Path_",
    "Sequence",
    "Source",
    "Style",
    "Text",
    "digest_of",
    "examples_folder",
    "find",
    "library",
    "read",
    "read_text",
]
