"""Do the tests bite? Random lines of ``app`` and ``engine`` are spoilt, one at a time.

Each mutant changes one place: a comparison, a sum, a condition, a number, a call that is left out.
It is killed if a test that runs this line or its module fails, or does not end, twice, and passes
without the change in between; the nearest tests come first. Which tests run a line is learnt from
one measured run of the whole suite, kept in ``mutants.coverage``: delete it after tests have been
renamed.

    pip install pytest-cov
    python -m benchmarks.mutants [--count 40] [--seed 1] [--first 1] [--only app/train]

What survives is printed with its change: a place where a test is missing, or where the code does
more than it must. A mutant that changes nothing that can be seen (a repaint too many, a size that
rounds to the same) survives, too, and is to be judged.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
DATA = ROOT / "mutants.coverage"
FOLDERS = ("app", "engine")
SECONDS = 120
"""What one test may take: longer than any of them does on a busy machine."""

MOST_TESTS = 400
MOST_SECONDS = 360
"""How long a mutant is tried: what no test has killed by then survives."""

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip


Change = Callable[[Any], None]
"""Spoils a node in place."""


@dataclass(frozen=True)
class Mutant:
    """One spoilt line: the file, the line's number, and what stands there instead."""

    file: Path
    line: int
    before: str
    after: str
    source: str


def changes_of(node: ast.AST) -> Iterator[Change]:
    """Every way to spoil this very node, as functions that change a copy of it in place."""
    match node:
        case ast.Compare(ops=ops):
            yield from (_swap_at(at) for at, op in enumerate(ops) if type(op) in SWAPPED)
        case ast.BinOp(left=left) if _is_text(left):
            pass  # a format
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in SWAPPED:
            yield _swap
        case ast.If() | ast.IfExp() | ast.While():
            yield _negate
        case ast.Expr(value=ast.Call()) | ast.Return(value=ast.expr()):
            yield _put(ast.Constant(None))
        case ast.Constant(value=bool() as flag):
            yield _put(not flag)
        case ast.Constant(value=int() | float() as number):
            yield _put(number + 1)


def _swap(twin: Any) -> None:
    twin.op = SWAPPED[type(twin.op)]()


def _swap_at(at: int) -> Change:
    def change(twin: Any) -> None:
        twin.ops[at] = SWAPPED[type(twin.ops[at])]()

    return change


def _negate(twin: Any) -> None:
    twin.test = ast.UnaryOp(ast.Not(), twin.test)


def _put(new: object) -> Change:
    return lambda twin: setattr(twin, "value", new)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def mutants_of(file: Path) -> Iterator[Callable[[], Mutant]]:
    """Every mutant of a file, made when it is asked for."""
    source = (ROOT / file).read_text(encoding="utf-8")
    tree = ast.parse(source)
    in_types = {
        id(inner)
        for node in ast.walk(tree)
        for typed in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if typed is not None
        for inner in ast.walk(typed)
    }
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in in_types:
            continue
        for change in changes_of(node):
            yield lambda place=place, change=change: _made(file, source, tree, place, change)  # type: ignore[misc]


def _made(file: Path, source: str, tree: ast.AST, place: int, change: Change) -> Mutant:
    twin = copy.deepcopy(tree)
    node: Any = list(ast.walk(twin))[place]
    statement = _statement_around(twin, node)
    lines = source.splitlines(keepends=True)
    first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno)
    if isinstance(statement, ast.If | ast.While):
        last = statement.body[0].lineno - 1
    before = ast.unparse(statement).splitlines()[0]
    change(node)
    text = ast.unparse(ast.fix_missing_locations(statement))
    after = text.splitlines()[0]
    indent = " " * statement.col_offset
    if isinstance(statement, ast.If | ast.While):  # its body stays as it is
        is_elif = lines[first].lstrip().startswith("elif")
        text = ("el" if is_elif else "") + after
    spoilt = "".join(f"{indent}{line}\n" for line in text.splitlines())
    return Mutant(
        file, node.lineno, before, after, "".join([*lines[:first], spoilt, *lines[last:]])
    )


def _statement_around(tree: ast.AST, node: ast.AST) -> ast.stmt:
    """The smallest statement that holds the node."""
    around = (one for one in ast.walk(tree) if isinstance(one, ast.stmt))
    *_, smallest = (one for one in around if any(inner is node for inner in ast.walk(one)))
    return smallest  # walked from the outside in


def is_simple(mutant: Callable[[], Mutant]) -> Mutant | None:
    """The mutant, if it can be written down and still be read by Python."""
    made = mutant()
    try:
        compile(made.source, str(made.file), "exec")
    except SyntaxError:
        return None
    return made if made.before != made.after else None


def measure() -> None:
    """Run the whole suite once, and learn which tests run which lines."""
    print(f"Measuring which tests run which lines, into {DATA.name} …", flush=True)
    subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("--cov=app", "--cov=engine", "--cov-context=test", "--cov-report="),
        ],
        cwd=ROOT,
        env={**os.environ, "COVERAGE_FILE": str(DATA), "PYTHONPATH": str(ROOT)},
        check=False,
    )


class Tests:
    """Which tests run which lines, as measured; a measurement of another folder does as well."""

    def __init__(self) -> None:
        from coverage import CoverageData  # noqa: PLC0415 - only this command needs it

        self._data = CoverageData(str(DATA))
        self._data.read()

    def of(self, mutant: Mutant) -> list[str]:
        """The tests that run the line, then those that run its module; the nearest come first.

        Those of the module are needed where the line is run once for all tests (constants, what is
        cached) or in a thread of Qt, which coverage does not see.
        """
        lines: dict[int, list[str]] = {}
        for file in self._data.measured_files():
            if file.endswith(f"/{mutant.file.as_posix()}"):
                lines = self._data.contexts_by_lineno(file)
        of_line = {_test_of(context) for context in lines.get(mutant.line, ())}
        of_module = {_test_of(context) for contexts in lines.values() for context in contexts}
        there = {name for name in of_module - {""} if (ROOT / name.partition("::")[0]).exists()}

        def distance(name: str) -> tuple[bool, bool, int, str]:
            file = Path(name.partition("::")[0])
            folders = zip(file.parts[1:-1], mutant.file.parts[:-1], strict=False)
            shared = sum(1 for one, other in folders if one == other)
            is_namesake = file.stem == f"test_{mutant.file.stem}"
            return name not in of_line, not is_namesake, -shared, name

        return sorted(there, key=distance)[:MOST_TESTS]


def _test_of(context: str) -> str:
    """``a_test[a|b]`` of ``a_test[a|b]|run``; nothing of what is run at import."""
    return context.rpartition("|")[0]


_OUTCOME = re.compile(r" (PASSED|FAILED|ERROR|SKIPPED|XFAIL)\b.*")


def failing_test(tests: list[str], tree: Path) -> str | None:
    """The first of the tests that fails or does not end, ``None`` if none does in the time.

    Tests that are not there any more, or under another name, are passed over.
    """
    command = [
        *(sys.executable, "-m", "pytest", "-x", "-vv", "--tb=no", "-p", "no:cacheprovider"),
        *("-o", f"faulthandler_timeout={SECONDS}"),
        *("-o", "faulthandler_exit_on_timeout=true", *tests),
    ]
    try:
        run = subprocess.run(
            command,
            cwd=tree,
            env={**os.environ, "PYTHONPATH": str(tree)},
            capture_output=True,
            text=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    gone = tuple(
        f"tests/{name}" for name in re.findall(r"ERROR: not found: .*?/tests/(.*)", run.stderr)
    )
    there = [test for test in tests if test not in gone and test.partition("[")[0] not in gone]
    if len(there) < len(tests):
        return failing_test(there, tree) if there else None
    if run.returncode == 0:
        return None
    begun = [_OUTCOME.sub("", line).rstrip() for line in run.stdout.splitlines() if "::" in line]
    known = [test for test in begun if test in tests]
    return known[-1] if known else "what the tests import"


def killer_of(mutant: Mutant, tests: list[str], tree: Path) -> str | None:
    """The test that fails with the spoilt line, again and again, and passes with the whole one."""
    place = tree / mutant.file
    whole = place.read_text(encoding="utf-8")

    def failing(chosen: list[str], *, is_spoilt: bool) -> str | None:
        place.write_text(mutant.source if is_spoilt else whole, encoding="utf-8")
        try:
            return failing_test(chosen, tree)
        finally:
            place.write_text(whole, encoding="utf-8")

    left = list(tests)
    while left and (killer := failing(left, is_spoilt=True)) is not None:
        if killer not in left:
            return killer
        if failing([killer], is_spoilt=False) is None and failing([killer], is_spoilt=True):
            return killer
        print(f"      fails anyway, or by chance: {killer}", flush=True)
        left = left[left.index(killer) + 1 :]
    return None


def main() -> None:
    """Spoil lines, and print what survives."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=1, help="go on at this one of the seed's")
    parser.add_argument("--only", default="", help="a folder or file, such as app/train")
    options = parser.parse_args()
    if not DATA.exists():
        measure()
    files = [
        file.relative_to(ROOT)
        for folder in FOLDERS
        for file in sorted((ROOT / folder).rglob("*.py"))
        if file.relative_to(ROOT).as_posix().startswith(options.only)
    ]
    candidates = [mutant for file in files for mutant in mutants_of(file)]
    chance = random.Random(options.seed)  # noqa: S311 - no secret
    chance.shuffle(candidates)
    chosen = (made for candidate in candidates if (made := is_simple(candidate)) is not None)
    recorded, killed = Tests(), 0
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        left_out = shutil.ignore_patterns(".git", ".ci", ".venv", "__pycache__", DATA.name)
        shutil.copytree(ROOT, tree, ignore=left_out)
        numbered = enumerate(chosen, 1)
        for number, mutant in islice(numbered, options.first - 1, None):
            if number >= options.first + options.count:
                break
            tests = recorded.of(mutant)
            killer = killer_of(mutant, tests, tree)
            killed += killer is not None
            fate = f"killed by {killer}" if killer else f"SURVIVED {len(tests)} tests"
            print(f"{number:3} {mutant.file}:{mutant.line} {fate}", flush=True)
            if killer is None:
                print(f"      {mutant.before}\n    → {mutant.after}", flush=True)
    print(f"{killed} of {options.count} killed (seed {options.seed}).")


if __name__ == "__main__":
    main()
