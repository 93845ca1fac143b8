# ruff: noqa: T201  (a command: it prints)
"""Which rows of the specification (docs/rows.csv) which tests prove: the ids in @pytest.mark.spec("NP-32", …).

    python scripts/spec.py           table: row, tests, the row's check; then the rows without a test
    python scripts/spec.py --check   fails on a mark that names no row
"""

import ast
import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# rows of the specification that have no line in rows.csv: product law, what users of others asked for, must-haves
OTHER = re.compile(r"^(S([1-9]|1[0-7])|U([1-9]|1[0-9])|MS[0-9]+)$")


def marks(path: Path) -> Iterator[tuple[str, str]]:
    """(row id, test name) for every spec mark in one test file, on functions, classes and modules."""
    tree = ast.parse(path.read_text(), str(path))
    name = str(path.relative_to(ROOT))

    def ids(nodes: list[ast.expr]) -> Iterator[str]:
        for node in nodes:
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("mark.spec"):
                    yield from (a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str))

    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from ((row, f"{name}::{node.name}") for row in ids(node.decorator_list))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            yield from ((row, name) for row in ids([node.value]))


def main() -> int:
    with open(ROOT / "docs" / "rows.csv", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    proved: dict[str, list[str]] = defaultdict(list)
    for folder in ("src", "tests"):
        for path in sorted((ROOT / folder).rglob("test_*.py")):
            for row, test in marks(path):
                proved[row].append(test)
    unknown = {row: tests for row, tests in proved.items() if row not in rows and not OTHER.match(row)}
    for row, tests in unknown.items():
        print(f"unknown row {row}: {', '.join(tests)}")
    if "--check" in sys.argv:
        print(f"spec marks: {len(proved)} rows, {sum(map(len, proved.values()))} marks")
        return 1 if unknown else 0
    for row in sorted(proved):
        print(f"{row}\t{rows.get(row, {}).get('check', '')}")
        for test in proved[row]:
            print(f"\t{test}")
    wanted = [row for row, line in rows.items() if line["build"] in ("yes", "must-not") and row not in proved]
    print(f"\n{len(proved)} rows proved, {len(wanted)} to build or to prove without a test: {' '.join(wanted)}")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
