"""Many arrays as one argument: a table of addresses that the kernel gets as a pointer.

A kernel of many functions that all hand on dozens of arrays would spend its time, and the compiler's, on handing
them on. A :class:`Memory` is one pointer; ``memory.name`` in the kernel is the array of that name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import PrimitiveModel, register_default
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, typeof_impl, unbox
from numba.np.arrayobj import populate_array
from numba.np.numpy_support import from_dtype
from numpy.typing import NDArray

_COLUMNS = 4  # the address, and up to three lengths


@dataclass(frozen=True)
class Plan:
    """Which arrays a memory holds: each with the type of its entries and its number of dimensions."""

    name: str
    arrays: Mapping[str, tuple[Any, int]]


class Memory:
    """Arrays of a plan, each contiguous; ``memory["name"]`` is one of them.

    Raises
    ------
    TypeError
        If an array is not what the plan says: the kernel would read past it.
    """

    def __init__(self, plan: Plan, **arrays: NDArray[Any]):
        self.plan = plan
        self.arrays = {name: arrays[name] for name in plan.arrays}
        self._table = np.zeros((len(plan.arrays), _COLUMNS), np.int64)
        for row, (name, (kind, dimensions)) in enumerate(plan.arrays.items()):
            array = self.arrays[name]
            if array.dtype != kind or array.ndim != dimensions or not array.flags.c_contiguous:
                raise TypeError(f"{plan.name}.{name} is no contiguous array of {kind} with {dimensions} dimensions")
            self._table[row, 0] = array.ctypes.data
            self._table[row, 1 : dimensions + 1] = array.shape
        self.address = self._table.ctypes.data

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.arrays[name]


class MemoryType(types.Type):
    """A memory of a plan, as Numba sees it."""

    def __init__(self, plan: Plan):
        self.plan = plan
        super().__init__(name=f"Memory({plan.name})")


@typeof_impl.register(Memory)
def _type_of(memory: Memory, _: Any) -> MemoryType:
    return MemoryType(memory.plan)


@register_default(MemoryType)
class _MemoryModel(PrimitiveModel):
    def __init__(self, manager: Any, kind: MemoryType):
        super().__init__(manager, kind, ir.IntType(64).as_pointer())


@unbox(MemoryType)
def _unbox(kind: MemoryType, memory: Any, context: Any) -> NativeValue:
    number = context.pyapi.object_getattr_string(memory, "address")
    address = context.unbox(types.int64, number)
    context.pyapi.decref(number)
    pointer = context.builder.inttoptr(address.value, ir.IntType(64).as_pointer())
    return NativeValue(pointer, is_error=address.is_error)


def _array_type(kind: MemoryType, name: str) -> types.Array | None:
    if name not in kind.plan.arrays:
        return None
    entry, dimensions = kind.plan.arrays[name]
    return types.Array(from_dtype(np.dtype(entry)), dimensions, "C")


@infer_getattr
class _MemoryAttributes(AttributeTemplate):
    key = MemoryType

    def generic_resolve(self, kind: MemoryType, name: str) -> types.Array | None:
        return _array_type(kind, name)


@lower_getattr_generic(MemoryType)
def _array(context: Any, builder: Any, kind: MemoryType, table: Any, name: str) -> Any:
    """The array of a name. Its address never changes while the kernel runs, which the compiler is told."""
    array_type = _array_type(kind, name)
    assert array_type is not None
    row = list(kind.plan.arrays).index(name) * _COLUMNS

    def number(column: int) -> Any:
        loaded = builder.load(cgutils.gep_inbounds(builder, table, row + column))
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        return loaded

    array = context.make_array(array_type)(context, builder)
    shape = [number(1 + i) for i in range(array_type.ndim)]
    size = context.get_abi_sizeof(context.get_data_type(array_type.dtype))
    strides = [ir.Constant(ir.IntType(64), size)]
    for length in shape[:0:-1]:
        strides.insert(0, builder.mul(strides[0], length))
    populate_array(
        array, data=builder.inttoptr(number(0), array.data.type), shape=shape, strides=strides,
        itemsize=ir.Constant(ir.IntType(64), size), meminfo=None,
    )  # fmt: skip
    return array._getvalue()
