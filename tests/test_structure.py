"""How the sources lie: small folders, tests that mirror them, one-way imports, all in the wheel."""

import re
import tomllib
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parent.parent
SOURCES = ("app", "engine")
MOST_MODULES = 25


def folders(below):
    """Every package below a folder, that folder included, as paths from the root."""
    return sorted(file.parent.relative_to(ROOT) for file in (ROOT / below).rglob("__init__.py"))


@pytest.mark.parametrize("source", SOURCES)
def test_no_folder_holds_more_modules_than_can_be_taken_in_at_once(source):
    counts = {
        str(folder): sum(file.name != "__init__.py" for file in (ROOT / folder).glob("*.py"))
        for folder in folders(source)
    }
    assert {name: count for name, count in counts.items() if count > MOST_MODULES} == {}


@pytest.mark.parametrize("source", SOURCES)
def test_no_module_has_a_name_that_says_nothing(source):
    names = {file.stem for file in (ROOT / source).rglob("*.py")}
    assert names & {"utils", "util", "helpers", "helper", "misc", "common", "tools"} == set()


@pytest.mark.parametrize("source", SOURCES)
def test_every_folder_with_modules_is_a_package(source):
    with_modules = {file.parent.relative_to(ROOT) for file in (ROOT / source).rglob("*.py")}
    assert with_modules - set(folders(source)) == set()


@pytest.mark.parametrize("source", SOURCES)
def test_the_folders_of_the_tests_are_those_of_the_sources(source):
    strays = [
        str(folder)
        for folder in folders(f"tests/{source}")
        if not (ROOT / folder.relative_to("tests")).is_dir()
    ]
    assert strays == []


def test_all_modules_and_all_data_are_in_the_wheel():
    """An ignored name, such as ``build``, would leave a whole folder out of it."""
    wanted = {
        file.relative_to(ROOT).as_posix()
        for top in (*SOURCES, "resources")
        for file in (ROOT / top).rglob("*")
        if file.is_file() and not {"__pycache__", "pictures"} & set(file.parts)
    }
    builder = WheelBuilder(str(ROOT))
    found = {Path(file.distribution_path).as_posix() for file in builder.recurse_included_files()}
    assert found == wanted


def test_the_import_contracts_have_no_exception():
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]
    assert {contract["type"] for contract in linter["contracts"]} >= {"layers", "acyclic_siblings"}
    assert [one["name"] for one in linter["contracts"] if "ignore_imports" in one] == []


def is_there(path: str) -> bool:
    """Whether it is a file or folder of the repository, or a module of it."""
    return (ROOT / path).exists() or (ROOT / f"{path}.py").exists()


@pytest.mark.parametrize("document", sorted(ROOT.glob("*.md")), ids=lambda path: path.name)
def test_what_a_document_names_is_there(document):
    """Modules and folders; a name in capitals stands for one that is to be made."""
    text = document.read_text(encoding="utf-8")
    tops = "app|engine|tests|benchmarks|resources"
    paths = set(re.findall(rf"\b((?:{tops})/[\w/-]+(?:\.\w+)?)", text))
    paths |= {name.replace(".", "/") for name in re.findall(r"\bbenchmarks(?:\.\w+)+", text)}
    strays = {path for path in paths if not is_there(path) and "NAME" not in path}
    assert strays == set()


def test_lists_and_tables_are_models_and_have_no_items():
    """PySide finds items by their address, soon another's: clearing a list ended the process."""
    with_items = re.compile(r"\bQ(?:List|Table|Tree)Widget(?:Item)?\b|\bQStandardItem\w*")
    found = {
        path.name: with_items.findall(path.read_text(encoding="utf-8"))
        for path in (ROOT / "app").rglob("*.py")
    }
    assert {name: names for name, names in found.items() if names} == {}


def test_no_message_quotes_a_value_without_a_limit():
    """``quoted`` shortens what a file or a user gave."""
    found = [
        f"{path.relative_to(ROOT)}: {match}"
        for folder in ("app", "engine")
        for path in (ROOT / folder).rglob("*.py")
        for match in re.findall(r"got \{(?!quoted)[^}]*!r\}", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_layouts_are_nested_in_one_place():
    """PySide's objects for items of layouts outlive the items: ``app/look/nesting.py`` says how."""
    calls = re.compile(r"\.(addLayout|insertLayout|setLayout|itemAt|replaceWidget)\(")
    found = {
        (file.relative_to(ROOT).as_posix(), match[1])
        for file in (ROOT / "app").rglob("*.py")
        for match in calls.finditer(file.read_text(encoding="utf-8"))
    }
    assert found == {("app/look/nesting.py", call) for call in ("addLayout", "itemAt")}
