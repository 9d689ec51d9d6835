"""The arrows of the house: a module imports only from lower layers, and heavy libraries stay where
they belong."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "ecscli"
ROOMS = {  # the longest matching prefix decides
    "ecscli": 8,
    "ecscli.__main__": 8,
    "ecscli.cli": 8,
    "ecscli.help": 8,
    "ecscli.commands": 7,
    "ecscli.api": 7,
    "ecscli.terminal": 7,
    "ecscli.workflows": 6,
    "ecscli.console": 6,
    "ecscli.registry": 5,
    "ecscli.ops": 5,
    "ecscli.local": 5,
    "ecscli.watch": 7,
    "ecscli.watch.documents": 5,
    "ecscli.up": 4,
    "ecscli.aws": 3,
    "ecscli.endpoint": 2,
    "ecscli.sandbox": 2,
    "ecscli.config": 2,
    "ecscli.compose": 2,
    "ecscli.cluster": 2,
    "ecscli.support": 2,
    "ecscli.documents": 2,
    "ecscli.base": 1,
}
TRANSLATIONS = ("ecscli.compose", "ecscli.cluster", "ecscli.support")  # never import each other
LOADER = "ecscli.aws.models.loader"
MODULES = sorted(PACKAGE.rglob("*.py"))
# modules of `up` that never see a client, whichever room they are in
PURE = {
    "build",
    "capacity",
    "causes",
    "condition",
    "desired",
    "diagnose",
    "diff",
    "fields",
    "flags",
    "log_groups",
    "in_call",
    "in_definition",
    "named",
    "normalize",
    "overrides",
    "percentages",
    "placed",
    "plan",
    "rights",
    "state",
    "table",
    "task_definition",
    "trouble",
    "unchangeable",
}


# what commands share: flags and their options, requests made of them, printing
SHARED_BY_COMMANDS = {
    "answering",
    "completing",
    "consoling",
    "context",
    "examples",
    "foreign",
    "habits",
    "general",
    "infra",
    "options",
    "strange_options",
    "usage",
    "watching",
    "compose.containers",
    "compose.flags",
    "compose.log_lines",
    "compose.options",
    "compose.printing",
    "compose.removing",
    "compose.services",
    "compose.switching",
    "configure.required",
    "local.options",
}
# text, a document, lines, or the cells of a row
PRINTED = {"str", "Draft", "Iterator[str]", "list[str]", "tuple[str, str]", "tuple[object, ...]"}


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer(module: str) -> int:
    found = max(
        (room for room in ROOMS if module == room or module.startswith(room + ".")), key=len
    )
    return ROOMS[found]


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file, parsed once for all checks."""
    return ast.parse(path.read_text())


@cache
def imports(path: Path) -> tuple[tuple[str, bool], ...]:
    """Each imported module, and whether it is imported when the module loads (not in a function,
    not for types)."""
    tree = tree_of(path)
    lazy = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        for child in ast.walk(node)
    }
    found: list[tuple[str, bool]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.extend((alias.name, id(node) not in lazy) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: absolute imports only"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = (PACKAGE.parent / full.replace(".", "/")).with_suffix(".py").exists()
                found.append((full if is_module else str(node.module), id(node) not in lazy))
    return tuple(found)


def test_a_module_imports_only_from_its_own_or_lower_layers() -> None:
    for path in MODULES:
        module = name_of(path)
        for imported, _ in imports(path):
            if imported.split(".")[0] == "ecscli" and imported != "ecscli" and module != "ecscli":
                assert layer(imported) <= layer(module), (
                    f"{module} (layer {layer(module)}) imports {imported}"
                )


def test_a_translation_knows_neither_aws_nor_another_translation() -> None:
    for path in MODULES:
        module, names = name_of(path), [name for name, _ in imports(path)]
        room = next((one for one in TRANSLATIONS if module.startswith(one)), None)
        if room:
            others = tuple(one for one in TRANSLATIONS if one != room)
            assert not any(name.startswith(others) for name in names), f"{module} imports {others}"
            assert not roots_of(names) & {"boto3", "botocore", "click", "rich", "moto"}, module


def test_up_is_pure_where_it_plans_and_prints_nowhere() -> None:
    for path in MODULES:
        module, names = name_of(path), [name for name, _ in imports(path)]
        if not module.startswith("ecscli.up"):
            continue
        assert not roots_of(names) & {"click", "rich", "boto3"}, module
        if module.rsplit(".", 1)[-1] in PURE:
            assert "ecscli.aws.client" not in names, f"{module} is pure: it never sees a client"


def test_workflows_neither_print_nor_ask() -> None:
    for path in MODULES:
        module, names = name_of(path), [name for name, _ in imports(path)]
        if module.startswith("ecscli.workflows"):
            assert not roots_of(names) & {"click", "rich", "boto3"}, module


def test_commands_reach_aws_through_workflows_alone() -> None:
    """What a command uses of lower rooms, such as the lines of a plan, gets no client."""
    imported = {name_of(path): imports(path) for path in MODULES}
    client = "ecscli.aws.client"
    with_client = {name for name, found in imported.items() if client in dict(found)} | {client}
    for path in MODULES:
        module = name_of(path)
        if not module.startswith("ecscli.commands") or module == "ecscli.commands.context":
            continue
        used = run_time_imports(path) & {name for name in with_client if layer(name) < 6}
        assert not used, f"{module} imports {used}: give it a workflow"


def test_commands_hold_options_and_printing_and_nothing_else() -> None:
    commands = [path for path in MODULES if name_of(path).startswith("ecscli.commands.")]
    shared = {name_of(path).removeprefix("ecscli.commands.") for path in commands}
    for path in commands:
        functions = [node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)]
        if not any(function.name == "command" for function in functions):
            continue
        shared.discard(name_of(path).removeprefix("ecscli.commands."))
        for function in functions:
            assert is_command(function) or is_printing(function), f"{path}: {function.name}"
    assert shared == SHARED_BY_COMMANDS


def is_command(function: ast.FunctionDef) -> bool:
    decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
    return any(name.startswith(("click.", "command.command")) for name in decorators)


def is_printing(function: ast.FunctionDef) -> bool:
    """Whether a function is given the console of the call, or click's context, or makes what is
    printed."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    first = ast.unparse(arguments[0].annotation) if arguments and arguments[0].annotation else ""
    returned = ast.unparse(function.returns) if function.returns else ""
    return first in {"App", "click.Context"} or returned in PRINTED


def run_time_imports(path: Path) -> set[str]:
    """What a module imports when it loads or when one of its functions runs."""
    tree = tree_of(path)
    for_types = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in for_types:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {str(node.module), *names}
    return found


def test_only_the_command_line_knows_the_sandbox() -> None:
    for path in MODULES:
        module, names = name_of(path), [name for name, _ in imports(path)]
        if not module.startswith(("ecscli.sandbox", "ecscli.commands", "ecscli.cli")):
            assert not any(name.startswith("ecscli.sandbox") for name in names), (
                f"{module} knows the sandbox"
            )


def test_the_sandbox_needs_nothing_of_the_rest_but_errors_and_how_it_is_installed() -> None:
    allowed = {"ecscli.base.errors", "ecscli.base.system.packages"}
    for path in MODULES:
        module = name_of(path)
        if module.startswith("ecscli.sandbox"):
            rest = {
                name
                for name, _ in imports(path)
                if name.startswith("ecscli.")
                and not name.startswith(("ecscli.sandbox", "ecscli.endpoint"))
            }
            assert rest <= allowed, f"{module} imports {rest - allowed}"


def test_heavy_libraries_are_imported_when_they_are_needed() -> None:
    """`LOADER` extends a class of botocore; nothing imports it at load."""
    for path in MODULES:
        module = name_of(path)
        loaded = [name for name, loading in imports(path) if loading]
        assert LOADER not in loaded
        at_load = roots_of(loaded) - ({"botocore"} if module == LOADER else set())
        heavy = {"boto3", "botocore", "rich", "jsonschema", "docker"}
        if not module.startswith("ecscli.sandbox"):
            heavy.add("moto")
        assert not at_load & heavy, f"{module} imports {at_load & heavy} when it loads"


#: What the module of a command must not load: rooms that few of its runs need.
WITHOUT = {
    "ecscli.commands.ps": ("ecscli.compose.project", "ecscli.registry"),
    "ecscli.commands.up": ("ecscli.compose.task", "ecscli.registry", "ecscli.up.preflight.named"),
    "ecscli.commands.down": ("ecscli.compose.task", "ecscli.registry"),
    "ecscli.commands.compose.ps": ("ecscli.workflows.services", "ecscli.registry"),
    "ecscli.commands.compose.stop": ("ecscli.workflows.services", "ecscli.registry"),
    "ecscli.commands.compose.scale": ("ecscli.workflows.services.rollout",),
    "ecscli.commands.compose.service.ps": ("ecscli.workflows.services", "ecscli.registry"),
    "ecscli.commands.compose.service.scale": ("ecscli.workflows.services.rollout",),
    "ecscli.commands.compose.service.up": (
        "ecscli.registry.builders",
        "ecscli.up.preflight.check",
        "ecscli.workflows.services.rollout.up",
    ),
}


def loaded_with(module: str) -> set[str]:
    """What is loaded with a module: itself, and what it and those import when they load."""
    known = {name_of(path): path for path in MODULES}
    found, waiting = set[str](), [module]
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found.add(name)
            waiting += [one for one, loading in imports(known[name]) if loading]
    return found


@pytest.mark.parametrize("command", WITHOUT)
def test_a_command_loads_no_room_that_few_of_its_runs_need(command: str) -> None:
    assert not {name for name in loaded_with(command) if name.startswith(WITHOUT[command])}


def test_only_output_prints() -> None:
    for path in MODULES:
        calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
        assert not any(getattr(call.func, "id", "") == "print" for call in calls), path


def test_files_import_each_other_in_no_circle() -> None:
    """Imports in functions and for types count."""
    known = {name_of(path) for path in MODULES}
    graph = {
        name_of(path): {
            name for name, _ in imports(path) if name in known and name != name_of(path)
        }
        for path in MODULES
    }
    assert not {name for name in graph if name in reached_from(graph, name)}


def reached_from(graph: dict[str, set[str]], start: str) -> set[str]:
    """The modules that a module imports, or that those import."""
    found: set[str] = set()
    ahead = set(graph[start])
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead |= graph[name]
    return found


def roots_of(names: Iterable[str]) -> set[str]:
    return {name.split(".")[0] for name in names}
