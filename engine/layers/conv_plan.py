"""Where a convolution keeps its numbers: its memory, and the overlapping views into it.

A plan belongs to one input shape. It is made once and used again in every step, which saves both
the allocation and the arithmetic of strides. Layouts are batch-last, see ``engine.layers.base``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from engine.basics.geometry import Axis
from engine.layers.base import Array


class ConvPlan:
    """Memory and views for one shape.

    Attributes:
        rows, across: the windows along height and width.
        maps: the output, ``(H_out, out, W_out, N)``; ``output`` is the same memory as
            ``(groups, H_out, out/groups, W_out·N)``.
        columns: the last input, copied K_w times, shifted along the width:
            ``(groups, H_padded, C/groups, K_w, W_out, N)``.
        ones: as long as a row of a map, for adding rows up by a product.
    """

    def __init__(
        self,
        input_shape: tuple[int, ...],
        axes: tuple[Axis, Axis],
        out_channels: int,
        groups: int,
        dtype: DTypeLike,
    ) -> None:
        N, C, _, _ = input_shape
        self.input_shape, self.dtype = input_shape, np.dtype(dtype)
        self.rows, self.across = rows, across = axes
        self.groups, self.inputs, self.outputs = groups, C // groups, out_channels // groups
        self.output_shape = (N, out_channels, rows.output, across.output)
        self.maps = np.empty((rows.output, out_channels, across.output, N), dtype)
        self.output = self.by_group(self.maps)
        self.ones = np.ones(across.output * N, dtype)
        cells = self.inputs * across.kernel
        self.flat_weight = (groups, 1, self.outputs, rows.kernel * cells)
        self.row_weight = (groups, 1, self.outputs, cells)
        self.flipped_weight = (groups, 1, cells, rows.kernel * self.outputs)
        self._padded, self._inner = self._padding(C, N)
        self._is_plain = groups == 1 and across.kernel == 1 and across.stride == 1
        self._columns_shape = (
            groups,
            rows.padded,
            self.inputs,
            across.kernel,
            across.output,
            N,
        )
        self._store = None if self._is_plain else np.empty(self._columns_shape, dtype)
        self._shifted = None if self._padded is None else self._shifts(self._padded)
        self.columns: Array = np.empty(0) if self._store is None else self._store
        self._block_view = None if self._store is None else self._overlap(self._store)
        self.multiply_adds = self.maps.size * rows.kernel * cells
        self._products: Array | None = None
        self._backward_ready = False

    @property
    def bytes(self) -> int:
        """Memory held, in bytes."""
        arrays = [self.maps, self._store, self._padded, self.ones, self._products]
        if self._backward_ready:
            arrays += [self._grad_columns, self._total]
        return sum(array.nbytes for array in arrays if array is not None)

    def by_group(self, memory: Array) -> Array:
        """``(H, C, W, N)`` seen as ``(groups, H, C/groups, W·N)``, without a copy."""
        H, C, W, N = memory.shape
        return memory.reshape(H, self.groups, C // self.groups, W * N).transpose(1, 0, 2, 3)

    # ---------------------------------------------------------------- forward

    def _padding(self, C: int, N: int) -> tuple[Array | None, Array | None]:
        """Zeros around the place of the input, if there is any padding."""
        rows, across = self.rows, self.across
        if not (rows.padding or rows.after or across.padding or across.after):
            return None, None
        padded = np.zeros((rows.padded, C, across.padded, N), self.dtype)
        inner = padded[
            rows.padding : rows.padding + rows.size,
            :,
            across.padding : across.padding + across.size,
        ]
        return padded, inner

    def gather(self, memory: Array) -> Array:
        """Im2col along the width: fill ``columns`` from an input ``(H, C, W, N)``."""
        if self._padded is not None and self._inner is not None:
            np.copyto(self._inner, memory)
            memory = self._padded
        if self._store is None:
            self.columns = memory.reshape(self._columns_shape)
            return self.columns
        np.copyto(self._store, self._shifts(memory) if self._shifted is None else self._shifted)
        return self._store

    def _shifts(self, memory: Array) -> Array:
        """All K_w shifts of contiguous ``(H, C, W, N)`` memory, as one overlapping view."""
        across = self.across
        _, C, W, N = memory.shape
        cell = N * memory.itemsize
        row = C * W * cell
        return np.ndarray(
            self._columns_shape,
            memory.dtype,
            memory,
            strides=(
                self.inputs * W * cell,
                row,
                W * cell,
                across.dilation * cell,
                across.stride * cell,
                memory.itemsize,
            ),
        )

    def _overlap(self, columns: Array) -> Array:
        """The rows of ``columns`` under each output row, as matrices that overlap in memory."""
        rows, across = self.rows, self.across
        N = columns.shape[-1]
        item = columns.itemsize
        line = across.output * N
        row = self.inputs * across.kernel * line * item
        return np.ndarray(
            (self.groups, rows.output, rows.kernel * self.inputs * across.kernel, line),
            columns.dtype,
            columns,
            strides=(rows.padded * row, rows.stride * row, line * item, item),
        )

    def blocks(self, columns: Array) -> Array:
        """The windows under each output row: ``(groups, H_out, K_h·C·K_w, W_out·N)``.

        Only for dilation 1 along the height, where these K_h rows are contiguous.
        """
        return self._overlap(columns) if self._block_view is None else self._block_view

    def kernel_row(self, columns: Array, a: int) -> Array:
        """What kernel row ``a`` sees of each output row: ``(groups, H_out, C·K_w, W_out·N)``."""
        rows = self.rows
        first = a * rows.dilation
        picked = columns[:, first : first + rows.stride * (rows.output - 1) + 1 : rows.stride]
        return picked.reshape(self.groups, rows.output, self.row_weight[-1], -1)

    # --------------------------------------------------------------- backward

    def _prepare_backward(self) -> None:
        """Memory for the input's gradient, made when it is first asked for."""
        rows, across = self.rows, self.across
        N = self.output_shape[0]
        line = across.output * N
        channels = self.groups * self.inputs
        self.has_unit_rows = rows.stride == 1 and rows.dilation == 1
        height = rows.size if self.has_unit_rows else rows.padded
        self._grad_columns = np.empty(
            (height, channels, across.kernel, across.output, N), self.dtype
        )
        self._grad_columns_by_group = self._grad_columns.reshape(
            height, self.groups, -1, line
        ).swapaxes(0, 1)
        first = 0 if self.has_unit_rows else rows.padding
        self._total = np.empty((rows.size, channels, across.padded, N), self.dtype)
        self._slabs = []
        for b in range(across.kernel):
            start = b * across.dilation
            stop = start + across.stride * (across.output - 1) + 1
            source = self._grad_columns[first : first + rows.size, :, b]
            self._slabs.append((self._total[:, :, start : stop : across.stride], source))
        self._unpadded = self._total[:, :, across.padding : across.padding + across.size]
        self._row_runs = self._find_row_runs() if self.has_unit_rows else []
        self._backward_ready = True

    def _find_row_runs(self) -> list[tuple[slice, int, int, int]]:
        """Rows of the input that receive from equally many output rows.

        Input row h (in padded rows) receives from output rows h − K_h + 1 … h, as far as there are
        any. In the middle these are K_h; the runs of one row each at the edges have fewer, so that
        no product with rows of zeros is ever formed. A run is (its rows, the first output row, how
        many, and through which kernel row the first one came).
        """
        rows = self.rows
        runs: list[tuple[slice, int, int, int]] = []
        for row in range(rows.size):
            at = row + rows.padding
            first, last = max(0, at - rows.kernel + 1), min(rows.output - 1, at)
            if first > last:
                continue
            count, kernel_row = last - first + 1, at - first
            if runs and runs[-1][2:] == (count, kernel_row):
                whole, began, *_ = runs[-1]
                runs[-1] = (slice(whole.start, row + 1), began, count, kernel_row)
            else:
                runs.append((slice(row, row + 1), first, count, kernel_row))
        return runs

    def row_products(self, weight: Array, grad: Array) -> None:
        """Gradient of the columns where the stride is 1: a product for every row of the input.

        ``weight`` is ``(groups, 1, C/groups·K_w, K_h·out/groups)`` with the kernel upside down.
        """
        if not self._backward_ready:
            self._prepare_backward()
        H_out, _, W_out, N = grad.shape
        split = np.ascontiguousarray(
            grad.reshape(H_out, self.groups, self.outputs, W_out * N).swapaxes(0, 1)
        )
        item = split.itemsize
        row = self.outputs * W_out * N * item
        flipped = self.rows.kernel - 1
        covered = 0
        for run, first, count, kernel_row in self._row_runs:
            blocks = np.ndarray(
                (self.groups, run.stop - run.start, count * self.outputs, W_out * N),
                split.dtype,
                split,
                offset=first * row,
                strides=(H_out * row, row, W_out * N * item, item),
            )
            start = (flipped - kernel_row) * self.outputs
            part = weight[..., start : start + count * self.outputs]
            np.matmul(part, blocks, out=self._grad_columns_by_group[:, run])
            covered += run.stop - run.start
        if covered < self.rows.size:  # rows that no window reaches, or only through padding
            reached = np.zeros(self.rows.size, np.bool_)
            for run, *_ in self._row_runs:
                reached[run] = True
            self._grad_columns[~reached] = 0

    @property
    def grad_columns(self) -> Array:
        """Gradient of the columns, ``(H, C, K_w, W_out, N)``."""
        if not self._backward_ready:
            self._prepare_backward()
        return self._grad_columns

    @property
    def grad_columns_by_group(self) -> Array:
        """The same memory as ``(groups, H, C/groups·K_w, W_out·N)``."""
        if not self._backward_ready:
            self._prepare_backward()
        return self._grad_columns_by_group

    def add_columns(self) -> None:
        """Add the K_w shifted slabs up to ``grad_input``."""
        self._total.fill(0)
        for slab, source in self._slabs:
            np.add(slab, source, out=slab)

    @property
    def grad_input(self) -> Array:
        """The input's gradient, ``(H, C, W, N)``, after ``add_columns``."""
        return self._unpadded

    @property
    def weight_products(self) -> Array:
        """Room for each output row's part in the weight's gradient, ``(groups, H_out, K, out)``."""
        if self._products is None:
            shape = (self.groups, self.rows.output, self.flat_weight[-1], self.outputs)
            self._products = np.empty(shape, self.dtype)
        return self._products
