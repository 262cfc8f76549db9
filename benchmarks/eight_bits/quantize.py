"""The small recogniser into eight bits. Run as a file by the Python that `nncf.txt` pins; it knows nothing of this project.

`python quantize.py NETWORK.onnx STRIPS.npz FOLDER` writes `model.xml` and `model.bin` into the folder. The ranges of all numbers in the
network are measured on the strips (post-training quantisation).
"""

import sys
from importlib import import_module
from pathlib import Path

import numpy as np

_KEPT = (
    r"Conv\.[0-3](/.*)?$",  # the first layers, which see the print itself
    r"Conv\.(6|7|20|21|28|29|36|37|47|48)(/.*)?$",  # gates that weigh whole channels, one number each
    r"Conv\.5[456](/.*)?$",  # the way into attention
    r"MatMul\.(\d|1[01])$",  # attention
)
"""Layers that stay as precise as they are: a tenth of the arithmetic, a quarter of what eight bits lose."""


def main(network: str, strips: str, folder: str) -> int:
    """Write the network; raise what the libraries raise."""
    openvino, nncf = import_module("openvino"), import_module("nncf")
    with np.load(strips) as archive:
        batches = [archive[name] for name in archive.files]
    made = nncf.quantize(
        openvino.Core().read_model(network),
        nncf.Dataset(batches),
        model_type=nncf.ModelType.TRANSFORMER,
        subset_size=len(batches),
        ignored_scope=nncf.IgnoredScope(patterns=list(_KEPT)),
        # All eight bits of a weight are used: only processors without VNNI, which never run this, would overflow.
        advanced_parameters=nncf.AdvancedQuantizationParameters(overflow_fix=nncf.OverflowFix.DISABLE),
    )
    openvino.save_model(made, str(Path(folder) / "model.xml"))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
