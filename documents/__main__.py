"""`python -m documents FILE`: print what was read from a plan as JSON."""

import json
import sys
from pathlib import Path

from documents.draft import as_json
from documents.errors import DocumentError
from documents.read import read_bytes


def main(arguments: list[str]) -> int:
    """Read the file named by the only argument; errors go to the error output, each on a line."""
    if len(arguments) != 1:
        print("usage: python -m documents FILE", file=sys.stderr)
        return 2
    path = Path(arguments[0])
    try:
        draft = read_bytes(path.read_bytes(), path.name)
    except (DocumentError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(as_json(draft), ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
