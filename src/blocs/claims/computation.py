"""What a computation is: a plain function of a context and checked parameters that returns Evidence."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from blocs.claims.reading import Evidence
from blocs.errors import DataError
from blocs.world.series import Observatory

if TYPE_CHECKING:
    from blocs.scenario.schema import Scenario
    from blocs.study.ensemble.backends import InProcess, Kept
    from blocs.study.ensemble.evaluate import Also
    from blocs.study.ensemble.result import Ensemble
    from blocs.world.world import World

DRAWS = 200
WORKERS = "workers"  # their name among what a check of claims shares
HEAVY = 50  # draws from which fresh processes are worth their start of a second or two
CHUNK = 10  # draws that cross to a worker together, with the world they are solved on
T = TypeVar("T")
Item = TypeVar("Item")


class QueryError(DataError):
    """A query that cannot be answered; `key` is the place inside the query that is to blame."""

    def __init__(self, message: str, *key: str | int) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True)
class Context:
    """What computations work with. workers: processes for ensembles, None: one a core. shared: what several claims
    ask, filled by `once`; a check of claims begins with none of it and closes it."""

    draws: int = DRAWS
    workers: int | None = None
    observatory: Observatory = field(default_factory=Observatory.bundled)
    progress: Callable[[str], None] | None = None
    shared: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, name: str, compute: Callable[[], T]) -> T:
        """Return what `compute` gives, computed the first time `name` is asked for in this check of claims."""
        if name not in self.shared:
            self.shared[name] = compute()
        return self.shared[name]

    def world(self, name: str = "81x50") -> World:
        """Return a bundled world."""
        from blocs.world.load import load_world

        return load_world(name)

    def ensemble(
        self,
        *scenarios: Scenario | str,
        world: World | None = None,
        hold: Sequence[str] = (),
        also: Also | None = None,
    ) -> Ensemble:
        """Run `scenarios` under the same draws on this context's workers."""
        from blocs.study.ensemble.run import ensemble

        tell = self.progress
        return ensemble(
            world, list(scenarios), draws=self.draws, hold=hold, also=also, backend=self._backend(),
            progress=None if tell is None else (lambda step: tell(str(step))),
        )  # fmt: skip

    def each_draw(self, what: str, function: Callable[[Item], T], draws: Sequence[Item]) -> list[T]:
        """Return function(draw) of every draw in order, computed on this context's workers; progress names `what`.

        function: picklable, and without memory from one draw to the next, so that workers change no result.
        """
        parts = [draws[first : first + CHUNK] for first in range(0, len(draws), CHUNK)]
        found: dict[int, list[T]] = {}
        for number, results in self._backend().each(partial(_each, function), parts):
            found[number] = results
            self.say(f"{what}: {min(len(found) * CHUNK, len(draws))} of {len(draws)} draws")
        return [result for number in range(len(parts)) for result in found[number]]

    def close(self) -> None:
        """End the processes that computed draws, if there are any."""
        workers = self.shared.pop(WORKERS, None)
        if workers is not None:
            workers.close()

    def _backend(self) -> InProcess | Kept:
        """Return this check's processes if they are worth their start, else this one."""
        from blocs.study.ensemble.backends import InProcess, Kept

        if self.workers == 1 or self.draws < HEAVY:
            return InProcess()
        return self.once(WORKERS, lambda: Kept(self.workers))

    def say(self, text: str) -> None:
        """Report progress, if anybody listens."""
        if self.progress is not None:
            self.progress(text)


def _each(function: Callable[[Item], T], draws: Sequence[Item]) -> list[T]:
    return [function(draw) for draw in draws]


Function = Callable[..., Evidence]


@dataclass(frozen=True)
class Computation:
    """A named function of the ledger. model: it solves the model, so its results are kept between runs."""

    name: str
    module: str
    attribute: str
    words: str
    model: bool = False

    @cached_property
    def function(self) -> Function:
        """The function itself, imported when first asked for."""
        return getattr(import_module(self.module), self.attribute)

    @cached_property
    def parameters(self) -> type[BaseModel]:
        """Its parameters after the context, as a pydantic model that refuses unknown names."""
        hints = get_type_hints(self.function, include_extras=True)
        found = list(inspect.signature(self.function).parameters.values())[1:]
        fields: dict[str, Any] = {
            p.name: (hints[p.name], ... if p.default is p.empty else p.default) for p in found
        }
        return create_model(self.name, __config__=ConfigDict(extra="forbid", frozen=True), **fields)

    def run(self, context: Context, given: Mapping[str, Any]) -> Evidence:
        """Return the evidence under parameters that `parameters` accepts."""
        checked = self.parameters.model_validate(dict(given))
        names = type(checked).model_fields
        return self.function(context, **{name: getattr(checked, name) for name in names})
