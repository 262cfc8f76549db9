"""Make the thorough recogniser in eight bits and put it beside the weights: `python -m benchmarks.eight_bits`.

Two minutes, once: the tools (some hundred megabytes) come into an environment of their own. The service uses what it finds there where the
processor gains by it; without it, and on other processors, it reads with the weights as they are.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.eight_bits.strips import strips
from benchmarks.peers.environment import ensure_environment
from ocr_service.composition import build_weights
from ocr_service.engines.eight_bits import keep_eight_bits
from ocr_service.engines.own import THOROUGH
from ocr_service.settings import read_settings

_HERE = Path(__file__).parent


def main() -> int:
    """Run the command line; the exit code of the tools when they fail."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.eight_bits", description=__doc__)
    parser.add_argument("--strips", type=int, default=300, help="lines of print to measure on")
    parser.add_argument("--seed", type=int, default=770077)
    options = parser.parse_args()
    weights = build_weights(read_settings())
    python = ensure_environment("nncf", pins=_HERE / "nncf.txt")
    with tempfile.TemporaryDirectory() as folder:
        measured = Path(folder) / "strips.npz"
        np.savez(measured, *strips(weights, options.strips, options.seed))
        command = [python, _HERE / "quantize.py", weights.model(THOROUGH) / "inference.onnx", measured, folder]
        done = subprocess.run([str(part) for part in command], check=False, stdout=sys.stderr)
        if done.returncode:
            return done.returncode
        place = keep_eight_bits(weights, THOROUGH, Path(folder))
    sys.stdout.write(f"{place}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
