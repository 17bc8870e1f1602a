"""Do the tests bite? Random lines of ``app`` and ``engine`` are spoilt, one at a time.

Each mutant changes one place: a comparison, a sum, a condition, a number, a call that is left out.
It is killed if a test fails that runs this line; tests near the module come first. Which tests run
a line is learnt from one measured run of the whole suite, kept in ``mutants.coverage``.

    pip install pytest-cov
    python -m benchmarks.mutants [--count 40] [--seed 1] [--only app/train]

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
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
DATA = ROOT / "mutants.coverage"
FOLDERS = ("app", "engine")
SECONDS = 240
MOST_TESTS = 400

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


def tests_of(mutant: Mutant) -> list[str]:
    """The tests that run the line, those of its own folder first."""
    from coverage import CoverageData  # noqa: PLC0415 - only this command needs it

    data = CoverageData(str(DATA))
    data.read()
    contexts = data.contexts_by_lineno(str(ROOT / mutant.file)).get(mutant.line, [])
    names = sorted({name.partition("|")[0] for name in contexts} - {""})
    near = f"tests/{mutant.file.parent.as_posix()}"
    return sorted(names, key=lambda name: not name.startswith(near))[:MOST_TESTS]


def is_killed(mutant: Mutant, tests: list[str], copy_of_tree: Path) -> bool:
    """Whether a test fails, or does not end, with the spoilt line in place."""
    place = copy_of_tree / mutant.file
    whole = place.read_text(encoding="utf-8")
    place.write_text(mutant.source, encoding="utf-8")
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests],
            cwd=copy_of_tree,
            env={**os.environ, "PYTHONPATH": str(copy_of_tree)},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        place.write_text(whole, encoding="utf-8")
    return run.returncode != 0


def main() -> None:
    """Spoil lines, and print what survives."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
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
    killed = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        left_out = shutil.ignore_patterns(".git", ".ci", ".venv", "__pycache__", DATA.name)
        shutil.copytree(ROOT, tree, ignore=left_out)
        for number in range(1, options.count + 1):
            mutant = next(chosen)
            tests = tests_of(mutant)
            dies = bool(tests) and is_killed(mutant, tests, tree)
            killed += dies
            fate = "killed" if dies else "SURVIVED" if tests else "SURVIVED, run by no test"
            print(f"{number:3} {fate}: {mutant.file}:{mutant.line}, {len(tests)} tests")
            if not dies:
                print(f"      {mutant.before}\n    → {mutant.after}", flush=True)
    print(f"{killed} of {options.count} killed (seed {options.seed}).")


if __name__ == "__main__":
    main()
