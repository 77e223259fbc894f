"""`python -m carbonquant`: the same as the command `carbonquant`.

Ends the process with the command's exit code.

Holds no command itself (see `cli`).
"""

from __future__ import annotations

from carbonquant.cli import main

if __name__ == "__main__":
    main()
