"""onnxruntime, imported by this module alone so that it is told to keep still first.

Since 1.29 it reports its use to its maker from the moment it is imported, unless this variable is set before.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as onnx_errors

__all__ = ["onnx_errors", "onnxruntime"]
