"""The arrows of the house: a module imports only from lower layers, and heavy libraries stay where they belong."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "ecscli"
ROOMS = {  # the longest matching prefix decides
    "ecscli": 0,
    "ecscli.__main__": 6,
    "ecscli.cli": 5,
    "ecscli.commands": 4,
    "ecscli.output": 4,
    "ecscli.terminal": 4,
    "ecscli.up": 3,
    "ecscli.up.model": 3,
    "ecscli.up.normalize": 3,
    "ecscli.registry": 3,
    "ecscli.sandbox": 3,
    "ecscli.logs": 3,
    "ecscli.attributes": 3,
    "ecscli.sessions": 3,
    "ecscli.prune": 3,
    "ecscli.aws": 2,
    "ecscli.aws_errors": 2,
    "ecscli.aws_session": 2,
    "ecscli.settings": 2,
    "ecscli.compose": 1,
    "ecscli.cluster": 1,
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer(module: str) -> int:
    found = max((room for room in ROOMS if module == room or module.startswith(room + ".")), key=len)
    if found == "ecscli":
        return 0
    return ROOMS[found]


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Each imported module, and whether it is imported when the module loads (not in a function, not for types)."""
    tree = ast.parse(path.read_text())
    lazy = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) not in lazy) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: absolute imports only"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = (PACKAGE.parent / full.replace(".", "/")).with_suffix(".py").exists()
                yield (full if is_module else str(node.module)), id(node) not in lazy


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_its_own_or_lower_layers(path: Path) -> None:
    module = name_of(path)
    for imported, _ in imports(path):
        if imported.split(".")[0] == "ecscli" and imported != "ecscli" and module != "ecscli":
            assert layer(imported) <= layer(module), f"{module} (layer {layer(module)}) imports {imported}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_rooms_keep_what_they_must_not_know_outside(path: Path) -> None:
    module, names = name_of(path), [name for name, _ in imports(path)]
    roots = {name.split(".")[0] for name in names}
    if layer(module) == 1:
        other = "ecscli.cluster" if module.startswith("ecscli.compose") else "ecscli.compose"
        assert not any(name.startswith(other) for name in names), f"{module} imports {other}"
        assert not roots & {"boto3", "botocore", "click", "rich", "moto"}, module
    if module.startswith("ecscli.up"):
        assert not roots & {"click", "rich", "boto3"}, module
    if module.rsplit(".", 1)[-1] in ("plan", "diff", "normalize", "diagnose") and module.startswith("ecscli.up"):
        assert "ecscli.aws" not in names, f"{module} is pure: it never sees a client"
    if not module.startswith(("ecscli.sandbox", "ecscli.commands", "ecscli.cli")):
        assert not any(name.startswith("ecscli.sandbox") for name in names), f"{module} knows the sandbox"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_are_imported_when_they_are_needed(path: Path) -> None:
    module = name_of(path)
    at_load = {name.split(".")[0] for name, loading in imports(path) if loading}
    heavy = {"boto3", "botocore", "rich", "jsonschema", "docker"}
    if not module.startswith("ecscli.sandbox"):
        heavy.add("moto")
    assert not at_load & heavy, f"{module} imports {at_load & heavy} when it loads"


def test_only_output_prints() -> None:
    for path in MODULES:
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        assert not any(getattr(call.func, "id", "") == "print" for call in calls), path
