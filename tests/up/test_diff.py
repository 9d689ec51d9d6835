"""Plans as people and programs read them."""

from ecscli.up.diff import changes, document, lines
from ecscli.up.model import Plan, Ref, RegisterTaskDefinition, UpdateService


def request(image: str, **environment: str) -> dict[str, object]:
    entries = [{"name": name, "value": value} for name, value in environment.items()]
    return {"family": "shop", "containerDefinitions": [{"name": "web", "image": image, "environment": entries}]}


PLAN = Plan(
    (
        RegisterTaskDefinition(request("nginx:2", A="2", B="3"), {**request("nginx:1", A="1", C="4"), "revision": 1}),
        UpdateService(
            {"cluster": "demo", "service": "shop", "taskDefinition": Ref("taskDefinition", "shop:new")},
            {"taskDefinition": "arn:aws:ecs:us-east-1:1:task-definition/shop:1"},
        ),
    )
)


def test_only_what_differs_is_shown_by_its_name() -> None:
    assert list(lines(PLAN)) == [
        "~ register task definition shop",
        "    - containerDefinitions[web].environment[A]: 1",
        "    + containerDefinitions[web].environment[A]: 2",
        "    - containerDefinitions[web].environment[C]: 4",
        "    + containerDefinitions[web].environment[B]: 3",
        "    - containerDefinitions[web].image: nginx:1",
        "    + containerDefinitions[web].image: nginx:2",
        "~ update service shop",
        "    - taskDefinition: shop:1",
        "    + taskDefinition: <shop:new>",
    ]


def test_data_holds_the_exact_requests() -> None:
    data = document(PLAN)
    assert data["changes"] == 2
    assert data["actions"][0]["request"] == request("nginx:2", A="2", B="3")
    assert data["actions"][1]["operation"] == "UpdateService"
    assert data["actions"][1]["request"]["taskDefinition"] == {"ref": "shop:new"}


def test_lists_are_compared_by_the_names_of_their_members() -> None:
    one = [{"name": "a", "cpu": 1}, {"name": "b", "cpu": 2}]
    assert list(changes(one, one[::-1])) == []
    assert list(changes({"x": [1, 2]}, {"x": [2, 1]})) == ["- x: [1, 2]", "+ x: [2, 1]"]
