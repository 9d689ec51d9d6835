"""One operation on a stack, step after step through time: create, update, roll back, delete.

Each step is one resource; between its announcement and the change lies the time that AWS would
take, so that events can be followed, and somebody who looks in between finds IN_PROGRESS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.evaluate import declared, lookup_in, outputs, scope_of, wanted
from ecscli.sandbox.stacks.functions import Scope
from ecscli.sandbox.stacks.kinds import Made, Site, kind
from ecscli.sandbox.stacks.kinds.kind import gone
from ecscli.sandbox.stacks.model import DELETE, EXCEPT_ON_CREATE, RETAIN, Resource, Stack
from ecscli.sandbox.stacks.parameters import Value, resolve_dynamic

if TYPE_CHECKING:
    from ecscli.sandbox.stacks.state import Stacks

#: What a step yields: the name of the duration to wait for before it goes on.
Steps = Iterator[str]


#: How often a resource is looked at before it counts as one that never stabilizes: three hours.
LOOKS = 1080
NOT_STABLE = (
    'Resource handler returned message: "Exceeded attempts to wait" (HandlerErrorCode:'
    " NotStabilized)"
)


class Failed(Exception):
    """A resource could not be made, changed or removed."""

    def __init__(self, resource: Resource, reason: str) -> None:
        super().__init__(reason)
        self.resource, self.reason = resource, reason


class Operation:
    """Base of the three: runs its steps on the timeline until they end."""

    def __init__(self, stacks: Stacks, stack: Stack) -> None:
        self.stacks, self.stack = stacks, stack
        self.cancelled = self.abandoned = False

    def begin(self) -> None:
        self.stack.doing = self
        self._next(self.steps())

    def abandon(self) -> None:
        """Do nothing more; what was announced and not yet done is never done."""
        self.abandoned, self.stack.doing = True, None

    def _next(self, steps: Steps) -> None:
        if self.abandoned:
            return
        duration = next(steps, None)
        if duration is None:
            self.stack.doing = None
        else:
            self.stacks.timeline.paced(duration, self._next, steps)

    def steps(self) -> Steps:
        raise NotImplementedError

    # ------------------------------------------------------------------ changes to one resource

    def note(self, resource: Resource | None, status: str, reason: str | None = None) -> None:
        self.stack.note(self.stacks.timeline.now, resource, status, reason)

    def site(self, resource: Resource) -> Site:
        tags = tuple((one["Key"], one["Value"]) for one in self.stack.tags)
        return Site(
            self.stacks.client,
            self.stack.name,
            self.stack.id,
            resource.logical_id,
            self.stacks.account,
            self.stacks.region,
            tags,
        )

    def create(self, resource: Resource, verb: str = "CREATE") -> Steps:
        self.note(resource, f"{verb}_IN_PROGRESS")
        yield "resource is made"
        self.stop_if_cancelled(resource)
        create = kind(resource.type).create
        resource.made = self.attempt(
            resource, lambda: create(self.site(resource), self.final(resource.declared))
        )
        self.note(resource, f"{verb}_IN_PROGRESS", "Resource creation Initiated")
        yield from self.stabilize(resource)
        self.note(resource, f"{verb}_COMPLETE")

    def stabilize(self, resource: Resource) -> Steps:
        """Wait until a resource is what was asked for, as services are once their tasks run."""
        stable, made = kind(resource.type).stable, resource.made
        if stable is None or made is None:
            return
        for _ in range(LOOKS):
            try:
                found = stable(self.site(resource), made, self.final(resource.declared))
            except Exception as error:
                raise Failed(resource, reason_of(error)) from error
            if found is not None:
                resource.made = found
                return
            yield "resource is looked at"
            self.stop_if_cancelled(resource)
        raise Failed(resource, NOT_STABLE)

    def change(self, resource: Resource, properties: Json) -> Steps:
        self.note(resource, "UPDATE_IN_PROGRESS")
        yield "resource is made"
        self.stop_if_cancelled(resource)
        update, made = kind(resource.type).update, resource.made
        assert update is not None
        assert made is not None
        old, new = resource.declared, properties
        resource.made = self.attempt(
            resource,
            lambda: update(self.site(resource), made, self.final(old), self.final(new)),
        )
        resource.declared = properties
        yield from self.stabilize(resource)
        self.note(resource, "UPDATE_COMPLETE")

    def remove(self, resource: Resource, policy: str) -> Steps:
        """Delete a resource, unless this policy keeps it."""
        if policy in (RETAIN, EXCEPT_ON_CREATE):
            self.note(resource, "DELETE_SKIPPED")
            return
        self.note(resource, "DELETE_IN_PROGRESS")
        yield "resource is deleted"
        made = resource.made
        if made is not None:
            action, properties = kind(resource.type).delete, self.known(resource.declared)
            self.attempt(resource, lambda: delete(action, self.site(resource), made, properties))
            yield from self.leave(resource, made)
        self.note(resource, "DELETE_COMPLETE")

    def final(self, properties: Json) -> Json:
        fetch = self.stacks.dynamic
        return {name: resolve_dynamic(one, fetch) for name, one in properties.items()}

    def leave(self, resource: Resource, made: Made) -> Steps:
        """Wait until a deleted resource has gone, as services are once they have drained."""
        left = kind(resource.type).left
        for _ in range(LOOKS if left else 0):
            try:
                if left is None or left(self.site(resource), made):
                    return
            except Exception as error:
                raise Failed(resource, reason_of(error)) from error
            yield "resource is looked at"

    def known(self, properties: Json) -> Json:
        """The properties of a resource that goes: a dynamic reference that is gone stays as it
        is."""
        try:
            return self.final(properties)
        except ApiError:
            return properties

    def attempt(self, resource: Resource, action: Callable[[], Made | None]) -> Made:
        try:
            return action() or Made(resource.physical_id)
        except Exception as error:
            raise Failed(resource, reason_of(error)) from error

    def stop_if_cancelled(self, resource: Resource) -> None:
        if self.cancelled:
            raise Failed(resource, "Resource update cancelled")


def delete(
    action: Callable[[Site, Made, Json], None], site: Site, made: Made, properties: Json
) -> None:
    """What is gone already counts as deleted."""
    try:
        action(site, made, properties)
    except Exception as error:
        if not gone(error):
            raise


def reason_of(error: Exception) -> str:
    """A failure in the words of CloudFormation's resource handlers."""
    response = getattr(error, "response", None)
    if response is None:
        return (
            error.message
            if isinstance(error, ApiError)
            else f'Resource handler returned message: "{error}"'
        )
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    service = type(error).__module__ and str(getattr(error, "operation_name", ""))
    return (
        f'Resource handler returned message: "{response["Error"].get("Message", "")} (Service:'
        f' {service}, Status Code: {status}, Error Code: {response["Error"].get("Code", "")})"'
        " (HandlerErrorCode: GeneralServiceException)"
    )


class Creation(Operation):
    """CREATE_IN_PROGRESS to CREATE_COMPLETE, or back to nothing."""

    def __init__(self, stacks: Stacks, stack: Stack, on_failure: str = "ROLLBACK") -> None:
        super().__init__(stacks, stack)
        self.on_failure = on_failure

    def steps(self) -> Steps:
        stack = self.stack
        self.note(None, "CREATE_IN_PROGRESS", "User Initiated")
        scope = scope_of(self.stacks, stack, stack.document, stack.values, lookup_in(stack))
        try:
            for name, document in wanted(scope).items():
                resource = undeclared(name, document)
                stack.resources[name] = resource
                declare(resource, document, scope)
                yield from self.create(resource)
            stack.outputs = outputs(stack, scope)
            self.note(None, "CREATE_COMPLETE")
        except Failed as failure:
            yield from self.fail(failure)
        except ApiError as error:
            yield from self.fail(
                Failed(Resource(stack.name, "AWS::CloudFormation::Stack", {}), error.message)
            )

    def fail(self, failure: Failed) -> Steps:
        self.note(failure.resource, "CREATE_FAILED", failure.reason)
        summary = f"The following resource(s) failed to create: [{failure.resource.logical_id}]. "
        if self.on_failure == "DO_NOTHING":
            self.note(None, "CREATE_FAILED", summary)
            return
        verb = "DELETE" if self.on_failure == "DELETE" else "ROLLBACK"
        self.note(None, f"{verb}_IN_PROGRESS", f"{summary}Rollback requested by user.")
        yield from undo(self, verb, lambda resource: resource.undoing)
        if verb == "DELETE" and self.stack.status == "DELETE_COMPLETE":
            self.stacks.bury(self.stack)


def undo(operation: Operation, verb: str, policy: Callable[[Resource], str]) -> Steps:
    """Remove every resource as its policy has it, the last one first; what cannot be removed makes
    the whole FAILED."""
    stack, failed = operation.stack, []
    for resource in reversed(list(stack.resources.values())):
        if resource.status == "DELETE_COMPLETE":
            continue
        try:
            yield from operation.remove(resource, policy(resource))
            resource.made = None
        except Failed as failure:
            operation.note(resource, "DELETE_FAILED", failure.reason)
            failed.append(resource.logical_id)
    if failed:
        operation.note(
            None,
            f"{verb}_FAILED",
            f"The following resource(s) failed to delete: [{', '.join(failed)}]. ",
        )
        return
    stack.outputs = []
    operation.note(None, f"{verb}_COMPLETE")


def declare(
    resource: Resource, document: Json, scope: Scope, blamed: Resource | None = None
) -> None:
    """Give a resource the properties that the template declares; Failed, with the resource that is
    to blame, where they cannot be evaluated."""
    try:
        resource.declared = declared(document, scope)
    except ApiError as error:
        raise Failed(blamed or resource, error.message) from error


def undeclared(name: str, document: Json) -> Resource:
    """A resource of the template with its policies, and without its properties as yet."""
    return Resource(
        name,
        document["Type"],
        {},
        deletion=str(document.get("DeletionPolicy", DELETE)),
        replacement=str(document.get("UpdateReplacePolicy", DELETE)),
    )


class Deletion(Operation):
    """DELETE_IN_PROGRESS to DELETE_COMPLETE; `retain` names resources to be left alone after a
    failure."""

    def __init__(self, stacks: Stacks, stack: Stack, retain: list[str]) -> None:
        super().__init__(stacks, stack)
        self.retain = retain

    def steps(self) -> Steps:
        self.note(None, "DELETE_IN_PROGRESS", "User Initiated")
        for name in self.retain:
            if name in self.stack.resources:
                self.stack.resources[name].deletion = RETAIN
        yield "resource is deleted"
        yield from undo(self, "DELETE", lambda resource: resource.deletion)
        if self.stack.status == "DELETE_COMPLETE":
            self.stacks.bury(self.stack)


REPLACED = "Requested update requires the creation of a new physical resource; hence creating one."


def changed_properties(old: Resource, new: Resource) -> list[str]:
    """The names of the properties whose declared values differ."""
    names = {**old.declared, **new.declared}
    return [key for key in names if old.declared.get(key) != new.declared.get(key)]


def is_replaced(old: Resource, new: Resource, changed: list[str]) -> bool:
    it = kind(old.type)
    return any(it.replaces(key, old.declared, new.declared) for key in changed)


class Update(Operation):
    """UPDATE_IN_PROGRESS to UPDATE_COMPLETE, or back to what was."""

    def __init__(
        self, stacks: Stacks, stack: Stack, document: Json, text: str, values: dict[str, Value]
    ) -> None:
        super().__init__(stacks, stack)
        self.document, self.text, self.values = document, text, values
        self.before = {
            name: Resource(
                name,
                one.type,
                one.declared,
                one.made,
                one.status,
                deletion=one.deletion,
                replacement=one.replacement,
            )
            for name, one in stack.resources.items()
        }
        self.replaced: list[Resource] = []
        self.done: list[str] = []

    def steps(self) -> Steps:
        stack = self.stack
        self.note(None, "UPDATE_IN_PROGRESS", "User Initiated")
        stack.updated_at = self.stacks.timeline.now
        scope = scope_of(self.stacks, stack, self.document, self.values, lookup_in(stack))
        try:
            resources = wanted(scope)
            for name, document in resources.items():
                yield from self.bring(name, document, scope)
            found = outputs(stack, scope)
        except Failed as failure:
            is_old = failure.resource.logical_id in self.before
            status = "UPDATE_FAILED" if is_old else "CREATE_FAILED"
            self.note(failure.resource, status, failure.reason)
            yield from self.roll_back(failure)
            return
        except ApiError as error:
            yield from self.roll_back(Failed(Resource(stack.name, "", {}), error.message))
            return
        stack.outputs, stack.document = found, self.document
        stack.text, stack.values = self.text, self.values
        yield from self.finish(list(resources))

    def finish(self, names: list[str]) -> Steps:
        """Remove what was replaced and what the new template does not name any more."""
        stack = self.stack
        self.note(None, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        removed = [one for name, one in stack.resources.items() if name not in names]
        yield from self.clean_up([(one, one.replacement) for one in self.replaced])
        yield from self.clean_up([(one, one.deletion) for one in reversed(removed)])
        stack.resources = {name: stack.resources[name] for name in names}
        self.note(None, "UPDATE_COMPLETE")

    def bring(self, name: str, document: Json, scope: Scope) -> Steps:
        """Make one resource what the template declares: new, changed in place, replaced, or left
        alone."""
        old = self.stack.resources.get(name)
        fresh = undeclared(name, document)
        declare(fresh, document, scope, old)
        if old is None or old.made is None:
            self.stack.resources[name] = fresh
            self.done.append(name)
            yield from self.create(fresh)
            return
        old.deletion, old.replacement = fresh.deletion, fresh.replacement
        changed = changed_properties(old, fresh)
        if not changed and old.type == fresh.type:
            return
        self.done.append(name)
        if old.type != fresh.type or is_replaced(old, fresh, changed):
            yield from self.replace(old, fresh)
        else:
            yield from self.change(old, fresh.declared)

    def replace(self, old: Resource, fresh: Resource) -> Steps:
        """Make a resource anew; the old one is removed in the clean-up."""
        self.note(old, "UPDATE_IN_PROGRESS", REPLACED)
        yield from self.create(fresh, "UPDATE")
        self.replaced.append(old)
        self.stack.resources[fresh.logical_id] = fresh

    def clean_up(self, leftovers: list[tuple[Resource, str]]) -> Steps:
        """Remove resources, each by the policy beside it; a failure here fails nothing else, as on
        AWS."""
        for resource, policy in leftovers:
            try:
                yield from self.remove(resource, policy)
            except Failed as failure:
                self.note(resource, "DELETE_FAILED", failure.reason)

    def roll_back(self, failure: Failed) -> Steps:
        """Go back to what was before this update."""
        self.cancelled = False
        self.note(None, "UPDATE_ROLLBACK_IN_PROGRESS", failed_to_update(failure))
        leftovers: list[Resource] = []
        try:
            yield from self.undo_changes(leftovers)
        except Failed as second:
            self.note(second.resource, "UPDATE_FAILED", second.reason)
            self.note(None, "UPDATE_ROLLBACK_FAILED", failed_to_update(second))
            return
        self.note(None, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        made = [one for one in leftovers if one.made is not None]
        yield from self.clean_up([(one, one.undoing) for one in made])
        self.note(None, "UPDATE_ROLLBACK_COMPLETE")

    def undo_changes(self, leftovers: list[Resource]) -> Steps:
        """Undo, in the opposite order, what this update did; what it made is left over."""
        resources = self.stack.resources
        for name, before in self.before.items():
            kept = resources[name]
            kept.deletion, kept.replacement = before.deletion, before.replacement
        for name in reversed(self.done):
            now, old = resources[name], self.before.get(name)
            if old is None or old.made is None:
                leftovers.append(resources.pop(name))
            elif now.made is not None and now.made.id != old.made.id:
                leftovers.append(now)
                resources[name] = old
                self.note(old, "UPDATE_COMPLETE")
            elif now.declared != old.declared:
                yield from self.change(now, old.declared)


def failed_to_update(failure: Failed) -> str:
    return f"The following resource(s) failed to update: [{failure.resource.logical_id}]. "
