"""What the engine asks of whatever runs a network."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Batch = NDArray[np.float32]


class Network(Protocol):
    """Takes one batch, gives its first output."""

    @property
    def runtime(self) -> str:
        """Which program runs it, and in which precision."""

    def room(self, width: int) -> int:
        """To how many pixels a strip that is `width` pixels wide is padded: for each new size a runtime may have to prepare itself."""

    def __call__(self, batch: Batch) -> Batch:
        """Run the network; what it gives may be overwritten by the next run. Raise RuntimeError when it breaks."""
