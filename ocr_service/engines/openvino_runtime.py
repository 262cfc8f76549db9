"""OpenVINO, imported by this module alone so that it tells nobody: its converter, not used here, would load a module that reports."""

import sys

sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None is how an import is refused

import openvino  # noqa: E402  # after the refusal above
from openvino import opset13 as operations  # noqa: E402

__all__ = ["openvino", "operations"]
