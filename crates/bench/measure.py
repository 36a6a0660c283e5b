#!/usr/bin/env python3
"""Whole-process figures of `groundplan check` on the generated inputs: wall, CPU, peak memory.

Builds the release binary if it is missing. Each figure is the median of five runs after a warm-up;
the peak is the kernel's own account of the finished process (ru_maxrss).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / "target/release/groundplan"


def once(path: Path) -> tuple[float, float, float]:
    start = time.perf_counter()
    with open(os.devnull, "wb") as sink:
        process = subprocess.Popen([BINARY, "check", path, "--fail-on", "never", "--allow-incomplete"], stdout=sink)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{path}: exit code {os.waitstatus_to_exitcode(status)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def size(path: Path) -> int:
    """Bytes of a plan, or of all files of a directory."""
    return sum(it.stat().st_size for it in path.rglob("*.tf")) if path.is_dir() else path.stat().st_size


def main() -> None:
    subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
    made = ROOT / "target/bench-inputs"
    inputs = sorted([*made.glob("plan-*.json"), *made.glob("tree-*")], key=lambda p: (p.is_dir(), size(p)))
    if not inputs:
        sys.exit("no inputs: run `just bench`, which makes them")
    print("| input | MB | wall s | CPU s | peak MB |\n|---|---|---|---|---|")
    for path in inputs:
        once(path)
        runs = [once(path) for _ in range(5)]
        wall, cpu, peak = (statistics.median(column) for column in zip(*runs))
        print(f"| {path.name} | {size(path) / 1e6:.1f} | {wall:.3f} | {cpu:.3f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
