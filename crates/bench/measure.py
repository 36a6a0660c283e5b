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


def once(*paths: Path) -> tuple[float, float, float]:
    start = time.perf_counter()
    with open(os.devnull, "wb") as sink:
        process = subprocess.Popen([BINARY, "check", *paths, "--fail-on", "never", "--allow-incomplete"], stdout=sink)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{paths[0]}: exit code {os.waitstatus_to_exitcode(status)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def size(path: Path) -> int:
    """Bytes of a plan, or of all files of a directory."""
    return sum(it.stat().st_size for it in path.rglob("*.tf")) if path.is_dir() else path.stat().st_size


STACKS, VPCS = 50, 20
"""Each stack has ten resources for each of its VPCs."""


def stack(at: int) -> str:
    """A stack that peers each of its VPCs with one of the first stack, whose state it reads."""
    text = [f'terraform {{\n  backend "s3" {{\n    bucket = "state"\n    key    = "{at}"\n  }}\n}}\n']
    if at:
        text.append('data "terraform_remote_state" "hub" {\n  backend = "s3"\n'
                    '  config = {\n    bucket = "state"\n    key    = "0"\n  }\n}\n')
    for it in range(VPCS):
        vpc = f"aws_vpc.v{it}"
        text.append(f'resource "aws_vpc" "v{it}" {{\n  cidr_block = "10.{at}.{it * 8}.0/21"\n}}\n'
                    f'resource "aws_route_table" "v{it}" {{\n  vpc_id = {vpc}.id\n}}\n')
        for az in range(3):
            text.append(f'resource "aws_subnet" "v{it}_{az}" {{\n  vpc_id     = {vpc}.id\n'
                        f'  cidr_block = cidrsubnet({vpc}.cidr_block, 3, {az})\n}}\n'
                        f'resource "aws_route_table_association" "v{it}_{az}" {{\n'
                        f'  subnet_id      = aws_subnet.v{it}_{az}.id\n  route_table_id = aws_route_table.v{it}.id\n}}\n')
        if at:
            text.append(f'resource "aws_vpc_peering_connection" "v{it}" {{\n  vpc_id      = {vpc}.id\n'
                        f'  peer_vpc_id = data.terraform_remote_state.hub.outputs.vpc_ids[{it}]\n  auto_accept = true\n}}\n'
                        f'resource "aws_route" "v{it}" {{\n  route_table_id            = aws_route_table.v{it}.id\n'
                        f'  destination_cidr_block    = "10.0.{it * 8}.0/21"\n'
                        f'  vpc_peering_connection_id = aws_vpc_peering_connection.v{it}.id\n}}\n')
    ids = ", ".join(f"aws_vpc.v{it}.id" for it in range(VPCS))
    return "".join(text) + f'output "vpc_ids" {{\n  value = [{ids}]\n}}\n'


def stacks(made: Path) -> None:
    """All stacks in one run, against the sum of runs over each alone."""
    paths = [made / f"stacks/s{at:02}" for at in range(STACKS)]
    for at, path in enumerate(paths):
        path.mkdir(parents=True, exist_ok=True)
        (path / "main.tf").write_text(stack(at))
    once(*paths)
    together = [once(*paths) for _ in range(5)]
    alone = [[sum(column) for column in zip(*(once(path) for path in paths))] for _ in range(5)]
    print(f"\n| {STACKS} stacks of {VPCS * 10} resources | wall s | CPU s | peak MB |\n|---|---|---|---|")
    wall, cpu, peak = (statistics.median(column) for column in zip(*together))
    print(f"| one run | {wall:.3f} | {cpu:.3f} | {peak:.0f} |")
    each_wall, each_cpu, _ = (statistics.median(column) for column in zip(*alone))
    print(f"| each alone, summed | {each_wall:.3f} | {each_cpu:.3f} | |")
    print(f"| ratio | {wall / each_wall:.2f} | {cpu / each_cpu:.2f} | |")


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
    stacks(made)


if __name__ == "__main__":
    main()
