"""Deterministic model of a hub-and-spoke AWS network, for gen_plan.py.

Everything is derived from (vpcs, seed, defects), so the plan and the HCL tree written
for the same three numbers describe the same network and carry the same defects.
"""

from __future__ import annotations

import ipaddress
import random
from dataclasses import dataclass, field

REGION = "eu-west-1"
ZONES = ("a", "b", "c")
ENVS = ("prod", "dev", "shared")
HUB_SIZE = 1000  # VPC attachments per transit gateway
GATEWAY_SERVICES = ("s3", "dynamodb")
INTERFACE_SERVICES = ("ssm", "ssmmessages", "ec2messages", "ecr.api")
ROUTE_TABLES = ("private", "public", "transit")
HUB_SUPERNET = "10.0.0.0/8"

DEFECT_KINDS = (
    "peering_cidr_overlap",
    "peering_missing_return_route",
    "peering_no_routes",
    "peering_not_accepted",
    "route_to_foreign_peering",
    "tgw_route_without_attachment",
    "tgw_attachment_not_associated",
    "tgw_attachment_not_propagated",
    "gateway_endpoint_without_route_table",
    "interface_endpoint_blocked_by_sg",
    "interface_endpoint_duplicate_dns",
    "subnet_outside_vpc",
)


@dataclass
class Vpc:
    index: int
    name: str
    env: str
    hub: str
    cidr: str
    secondary: list[str]
    subnets: dict[str, str]  # "public-a" -> cidr
    attach: bool = True
    associate: bool = True
    propagate: bool = True
    endpoint_route_tables: list[str] = field(default_factory=lambda: list(ROUTE_TABLES))
    endpoint_https: bool = True
    duplicate_endpoints: list[str] = field(default_factory=list)
    foreign_peering: str | None = None
    existing: bool = True


@dataclass
class Peering:
    name: str
    requester: str
    accepter: str
    auto_accept: bool = True
    requester_route: bool = True
    accepter_route: bool = True


@dataclass
class Defect:
    kind: str
    addresses: list[str]


@dataclass
class Network:
    seed: int
    vpcs: list[Vpc]
    peerings: list[Peering]
    hubs: list[str]
    defects: list[Defect]

    def by_name(self) -> dict[str, Vpc]:
        return {v.name: v for v in self.vpcs}


def _vpc_prefix_len(count: int) -> int:
    """Longest VPC that still lets `count` disjoint ones fit into 10.0.0.0/8."""
    for length in (16, 18, 20, 22):
        if count <= 1 << (length - 8):
            return length
    raise SystemExit(f"at most {1 << 14} VPCs fit into 10.0.0.0/8 as /22; asked for {count}")


def _subnets(cidr: str) -> dict[str, str]:
    blocks = list(ipaddress.ip_network(cidr).subnets(prefixlen_diff=3))
    names = [f"{tier}-{zone}" for tier in ("private", "public") for zone in ZONES]
    return {name: str(block) for name, block in zip(names, blocks)}


def build(count: int, seed: int, defects: int = 0, existing: float = 0.8) -> Network:
    rng = random.Random(seed)
    length = _vpc_prefix_len(count)
    primary = ipaddress.ip_network("10.0.0.0/8").subnets(new_prefix=length)
    spare = ipaddress.ip_network("100.64.0.0/10").subnets(new_prefix=max(24, length))
    vpcs = []
    for i in range(count):
        cidr = str(next(primary))
        vpcs.append(
            Vpc(
                index=i,
                name=f"vpc-{i:05d}",
                env=rng.choice(ENVS),
                hub=f"hub-{i // HUB_SIZE}",
                cidr=cidr,
                secondary=[str(next(spare))] if rng.random() < 0.5 else [],
                subnets=_subnets(cidr),
                existing=rng.random() < existing,
            )
        )
    peerings: dict[str, Peering] = {}
    while count > 1 and len(peerings) < count // 2:
        a, b = sorted(rng.sample(range(count), 2))
        name = f"{vpcs[a].name}--{vpcs[b].name}"
        peerings.setdefault(name, Peering(name, vpcs[a].name, vpcs[b].name))
    hubs = sorted({v.hub for v in vpcs})
    network = Network(seed, vpcs, list(peerings.values()), hubs, [])
    _plant(network, defects, rng)
    return network


def _plant(network: Network, count: int, rng: random.Random) -> None:
    """Plant `count` defects, each in a VPC or peering that no other defect touches."""
    vpcs = network.vpcs[:]
    peerings = network.peerings[:]
    rng.shuffle(vpcs)
    rng.shuffle(peerings)
    names = network.by_name()
    touched: set[str] = set()

    def fresh_peering() -> Peering | None:
        while peerings:
            p = peerings.pop()
            if p.requester not in touched and p.accepter not in touched:
                touched.update((p.requester, p.accepter))
                return p
        return None

    def fresh_vpc() -> Vpc | None:
        while vpcs:
            v = vpcs.pop()
            if v.name not in touched:
                touched.add(v.name)
                return v
        return None

    for n in range(count):
        kind = DEFECT_KINDS[n % len(DEFECT_KINDS)]
        if kind.startswith("peering_"):
            p = fresh_peering()
            if p is None:
                continue
            where = [f'aws_vpc_peering_connection.this["{p.name}"]']
            if kind == "peering_cidr_overlap":
                acc = names[p.accepter]
                acc.cidr = names[p.requester].cidr
                acc.subnets = _subnets(acc.cidr)
                where += [f'module.vpc["{p.requester}"].aws_vpc.this', f'module.vpc["{p.accepter}"].aws_vpc.this']
            elif kind == "peering_missing_return_route":
                p.accepter_route = False
            elif kind == "peering_no_routes":
                p.requester_route = p.accepter_route = False
            else:
                p.auto_accept = False
            network.defects.append(Defect(kind, where))
            continue
        v = fresh_vpc()
        if v is None:
            continue
        mod = f'module.vpc["{v.name}"]'
        if kind == "route_to_foreign_peering":
            other = next((p for p in network.peerings if v.name not in (p.requester, p.accepter)), None)
            if other is None:
                continue
            v.foreign_peering = other.name
            where = [f'aws_route.foreign["{v.name}"]', f'aws_vpc_peering_connection.this["{other.name}"]']
        elif kind == "tgw_route_without_attachment":
            v.attach = v.associate = v.propagate = False
            where = [f"{mod}.aws_route.transit_hub", f"{mod}.aws_route.private_hub"]
        elif kind == "tgw_attachment_not_associated":
            v.associate = False
            where = [f"{mod}.aws_ec2_transit_gateway_vpc_attachment.this[0]"]
        elif kind == "tgw_attachment_not_propagated":
            v.propagate = False
            where = [f"{mod}.aws_ec2_transit_gateway_vpc_attachment.this[0]"]
        elif kind == "gateway_endpoint_without_route_table":
            v.endpoint_route_tables = []
            where = [f'{mod}.aws_vpc_endpoint.gateway["{s}"]' for s in GATEWAY_SERVICES]
        elif kind == "interface_endpoint_blocked_by_sg":
            v.endpoint_https = False
            where = [f'{mod}.aws_vpc_endpoint.interface["{s}"]' for s in INTERFACE_SERVICES]
        elif kind == "interface_endpoint_duplicate_dns":
            v.duplicate_endpoints = ["ssm"]
            where = [f'{mod}.aws_vpc_endpoint.interface["ssm"]', f'{mod}.aws_vpc_endpoint.duplicate["ssm"]']
        else:  # subnet_outside_vpc
            v.subnets["private-a"] = f"192.168.{v.index % 256}.0/24"
            where = [f'{mod}.aws_subnet.this["private-a"]']
        network.defects.append(Defect(kind, where))
