#!/usr/bin/env python3
"""Write the HCL tree of the network that gen_plan.py plans for the same --vpcs, --seed, --defects.

    gen_hcl.py --vpcs 10 --seed 1 --defects 8 -o tree/                  # for_each modules + tfvars
    gen_hcl.py --resources 10000 --style flat -o tree/                  # literal blocks, one file per VPC
    gen_hcl.py --resources 10000 --style modules -o tree/               # one module call per VPC, no for_each

`foreach` is the tree behind a `gen_plan.py` plan. `flat` has as many resource blocks in the
source as the plan has instances, so it is the tree for measuring parsers.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from pathlib import Path

import gen_plan
import netmodel
from netmodel import ENVS, GATEWAY_SERVICES, HUB_SUPERNET, INTERFACE_SERVICES, ROUTE_TABLES


class Raw(str):
    """An expression to be written as it stands, not quoted."""


_IDENT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def expr(value, indent: int) -> str:
    pad = "  " * (indent + 1)
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        items = [expr(v, indent + 1) for v in value]
        if any("\n" in item for item in items):
            return "[\n" + "".join(f"{pad}{item},\n" for item in items) + "  " * indent + "]"
        return "[" + ", ".join(items) + "]"
    if isinstance(value, dict):
        if not value:
            return "{}"
        rows = aligned([(k if _IDENT.match(k) else quote(k), expr(v, indent + 1)) for k, v in value.items()], pad)
        return "{\n" + "\n".join(rows) + "\n" + "  " * indent + "}"
    return json.dumps(value)


def aligned(pairs: list[tuple[str, str]], pad: str) -> list[str]:
    """`key = value` rows as `terraform fmt` aligns them: runs of one-line values share a column."""
    out, run = [], []
    for key, text in [*pairs, ("", "\n")]:
        if "\n" not in text:
            run.append((key, text))
            continue
        wide = max((len(k) for k, _ in run), default=0)
        out.extend(f"{pad}{k:<{wide}} = {v}" for k, v in run)
        run.clear()
        if key:
            out.append(f"{pad}{key} = {text}")
    return out


def body(arguments: dict, indent: int = 1) -> str:
    """Arguments, then nested blocks (tuples of argument dicts)."""
    pad = "  " * indent
    plain = [(k, expr(v, indent)) for k, v in arguments.items() if not isinstance(v, tuple)]
    out = aligned(plain, pad)
    for key, blocks in arguments.items():
        for nested in blocks if isinstance(blocks, tuple) else ():
            out.append(("\n" if out else "") + f"{pad}{key} {{\n{body(nested, indent + 1)}\n{pad}}}")
    return "\n".join(out)


def block(kind: str, /, *labels: str, **arguments) -> str:
    head = " ".join([kind, *(f'"{label}"' for label in labels)])
    return f"{head} {{\n{body(arguments)}\n}}\n" if arguments else f"{head} {{}}\n"


def resource(type_: str, name: str, /, **arguments) -> str:
    return block("resource", type_, name, **arguments)


# ---------------------------------------------------------------- shared modules

VERSIONS = block("terraform", required_version=">= 1.5", required_providers=({"aws": {"source": "hashicorp/aws", "version": "~> 5.0"}},))


def variable(name: str, /, **arguments) -> str:
    return block("variable", name, **arguments)


def vpc_module() -> str:
    each_tags = Raw('{ Name = "${var.name}-${each.key}", Environment = var.env }')
    own_tags = Raw("{ Name = var.name, Environment = var.env }")
    vpc = Raw("aws_vpc.this.id")
    private = Raw('[for name, subnet in aws_subnet.this : subnet.id if startswith(name, "private")]')

    def route_to(name, table, cidr, **target):
        return resource("aws_route", name, route_table_id=Raw(f'aws_route_table.this["{table}"].id'), destination_cidr_block=cidr, **target)

    def interface(name, services):
        return resource("aws_vpc_endpoint", name, for_each=Raw(services), vpc_id=vpc, service_name=Raw('"com.amazonaws.${var.region}.${each.key}"'),
                        vpc_endpoint_type="Interface", private_dns_enabled=True, subnet_ids=private,
                        security_group_ids=Raw("[aws_security_group.endpoints.id]"), tags=each_tags)

    everyone = ({"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]},)
    parts = [
        *(variable(n) for n in ("name", "env", "region", "cidr", "transit_gateway_id")),
        variable("secondary_cidrs", type=Raw("list(string)")),
        variable("subnets", type=Raw("map(string)")),
        variable("attach", type=Raw("bool")),
        variable("endpoint_https", type=Raw("bool")),
        variable("endpoint_route_tables", type=Raw("list(string)")),
        variable("duplicate_endpoints", type=Raw("list(string)")),
        variable("workload", type=Raw("list(string)"), default=[]),
        block("locals", route_tables=Raw(f"toset({json.dumps(list(ROUTE_TABLES))})"), gateway_services=Raw(f"toset({json.dumps(list(GATEWAY_SERVICES))})"),
              interface_services=Raw(f"toset({json.dumps(list(INTERFACE_SERVICES))})"), app_ports={"443": 443, "8080": 8080}),
        resource("aws_vpc", "this", cidr_block=Raw("var.cidr"), enable_dns_hostnames=True, enable_dns_support=True, tags=own_tags),
        resource("aws_vpc_ipv4_cidr_block_association", "secondary", for_each=Raw("toset(var.secondary_cidrs)"), vpc_id=vpc, cidr_block=Raw("each.value")),
        resource("aws_subnet", "this", for_each=Raw("var.subnets"), vpc_id=vpc, cidr_block=Raw("each.value"),
                 availability_zone=Raw('"${var.region}${substr(each.key, -1, 1)}"'), map_public_ip_on_launch=Raw('startswith(each.key, "public")'), tags=each_tags),
        resource("aws_route_table", "this", for_each=Raw("local.route_tables"), vpc_id=vpc, tags=each_tags),
        resource("aws_route_table_association", "this", for_each=Raw("var.subnets"), subnet_id=Raw("aws_subnet.this[each.key].id"),
                 route_table_id=Raw('aws_route_table.this[split("-", each.key)[0]].id')),
        resource("aws_internet_gateway", "this", vpc_id=vpc, tags=own_tags),
        resource("aws_eip", "nat", domain="vpc", tags=own_tags),
        resource("aws_nat_gateway", "this", allocation_id=Raw("aws_eip.nat.id"), subnet_id=Raw('aws_subnet.this["public-a"].id'), tags=own_tags),
        route_to("public_internet", "public", "0.0.0.0/0", gateway_id=Raw("aws_internet_gateway.this.id")),
        route_to("private_nat", "private", "0.0.0.0/0", nat_gateway_id=Raw("aws_nat_gateway.this.id")),
        route_to("private_hub", "private", HUB_SUPERNET, transit_gateway_id=Raw("var.transit_gateway_id")),
        route_to("transit_hub", "transit", HUB_SUPERNET, transit_gateway_id=Raw("var.transit_gateway_id")),
        resource("aws_ec2_transit_gateway_vpc_attachment", "this", count=Raw("var.attach ? 1 : 0"), transit_gateway_id=Raw("var.transit_gateway_id"), vpc_id=vpc,
                 subnet_ids=private, transit_gateway_default_route_table_association=False, transit_gateway_default_route_table_propagation=False, tags=own_tags),
        resource("aws_vpc_endpoint", "gateway", for_each=Raw("local.gateway_services"), vpc_id=vpc, service_name=Raw('"com.amazonaws.${var.region}.${each.key}"'),
                 vpc_endpoint_type="Gateway", route_table_ids=Raw("[for name in var.endpoint_route_tables : aws_route_table.this[name].id]"), tags=each_tags),
        interface("interface", "local.interface_services"),
        interface("duplicate", "toset(var.duplicate_endpoints)"),
        resource("aws_security_group", "endpoints", name=Raw('"${var.name}-endpoints"'), vpc_id=vpc, egress=everyone).removesuffix("}\n")
        + '\n  dynamic "ingress" {\n    for_each = var.endpoint_https ? [443] : []\n    content {\n      description = "HTTPS from the VPC"\n'
          '      from_port   = ingress.value\n      to_port     = ingress.value\n      protocol    = "tcp"\n'
          "      cidr_blocks = concat([var.cidr], var.secondary_cidrs)\n    }\n  }\n}\n",
        resource("aws_security_group", "app", name=Raw('"${var.name}-app"'), vpc_id=vpc, egress=everyone),
        resource("aws_vpc_security_group_ingress_rule", "app", for_each=Raw("local.app_ports"), security_group_id=Raw("aws_security_group.app.id"),
                 cidr_ipv4=HUB_SUPERNET, ip_protocol="tcp", from_port=Raw("each.value"), to_port=Raw("each.value")),
        block("module", "workload", source="./workload", env=Raw("var.env"), items=Raw("toset(var.workload)"), subnet_ids=private),
        block("output", "vpc_id", value=Raw("aws_vpc.this.id")),
        block("output", "attachment_id", value=Raw("one(aws_ec2_transit_gateway_vpc_attachment.this[*].id)")),
        block("output", "private_route_table_id", value=Raw('aws_route_table.this["private"].id')),
    ]
    return "\n".join(parts)


def workload_module() -> str:
    tags = Raw("{ Name = each.key, Environment = var.env }")
    policy = Raw('jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::${each.key}/*" }] })')
    return "\n".join([
        variable("env"), variable("items", type=Raw("set(string)")), variable("subnet_ids", type=Raw("list(string)")),
        resource("aws_instance", "this", for_each=Raw("var.items"), ami="ami-0abcdef1234567890", instance_type="m6i.large", subnet_id=Raw("var.subnet_ids[0]"), tags=tags),
        resource("aws_iam_policy", "this", for_each=Raw("var.items"), name=Raw("each.key"), policy=policy, tags=tags),
        resource("aws_s3_bucket", "this", for_each=Raw("var.items"), bucket=Raw("each.key"), tags=tags),
    ])


# ---------------------------------------------------------------- root modules


def hub_blocks(net: netmodel.Network) -> list[str]:
    return [
        block("locals",
              hubs=Raw("toset([for vpc in var.vpcs : vpc.hub])"),
              hub_environments=Raw('{ for pair in setproduct(local.hubs, %s) : "${pair[0]}/${pair[1]}" => { hub = pair[0], env = pair[1] } }' % json.dumps(list(ENVS))),
              associated=Raw('{ for name, vpc in var.vpcs : name => "${vpc.hub}/${vpc.env}" if vpc.associate }'),
              propagated=Raw('merge([for name, vpc in var.vpcs : { for env in %s : "${name}/${env}" => { vpc = name, table = "${vpc.hub}/${env}" } } if vpc.propagate]...)'
                             % json.dumps(list(ENVS))),
              foreign=Raw("{ for name, vpc in var.vpcs : name => vpc.foreign_peering if vpc.foreign_peering != null }"),
              requester_routes=Raw("{ for name, peering in var.peerings : name => peering if peering.requester_route }"),
              accepter_routes=Raw("{ for name, peering in var.peerings : name => peering if peering.accepter_route }")),
        resource("aws_ec2_transit_gateway", "hub", for_each=Raw("local.hubs"), description=Raw('"transit hub ${each.key}"'), default_route_table_association="disable",
                 default_route_table_propagation="disable", tags=Raw("{ Name = each.key }")),
        resource("aws_ec2_transit_gateway_route_table", "env", for_each=Raw("local.hub_environments"),
                 transit_gateway_id=Raw("aws_ec2_transit_gateway.hub[each.value.hub].id"), tags=Raw("{ Name = each.key }")),
        resource("aws_ec2_transit_gateway_route", "drop", for_each=Raw("aws_ec2_transit_gateway_route_table.env"), destination_cidr_block="192.168.0.0/16",
                 blackhole=True, transit_gateway_route_table_id=Raw("each.value.id")),
    ]


def foreach_files(net: netmodel.Network, workload: int) -> dict[str, str]:
    root = [
        VERSIONS, block("provider", "aws", region=Raw("var.region")), variable("region", type=Raw("string"), default=netmodel.REGION),
        variable("vpcs", type=Raw("any")), variable("peerings", type=Raw("any")),
        'data "aws_caller_identity" "current" {}\n',
        *hub_blocks(net),
        block("module", "vpc", source="./modules/vpc", for_each=Raw("var.vpcs"), name=Raw("each.key"), region=Raw("var.region"),
              transit_gateway_id=Raw("aws_ec2_transit_gateway.hub[each.value.hub].id"), **{n: Raw(f"each.value.{n}") for n in gen_plan.VPC_ARGUMENTS}),
        resource("aws_ec2_transit_gateway_route_table_association", "spoke", for_each=Raw("local.associated"),
                 transit_gateway_attachment_id=Raw("module.vpc[each.key].attachment_id"),
                 transit_gateway_route_table_id=Raw("aws_ec2_transit_gateway_route_table.env[each.value].id")),
        resource("aws_ec2_transit_gateway_route_table_propagation", "spoke", for_each=Raw("local.propagated"),
                 transit_gateway_attachment_id=Raw("module.vpc[each.value.vpc].attachment_id"),
                 transit_gateway_route_table_id=Raw("aws_ec2_transit_gateway_route_table.env[each.value.table].id")),
        resource("aws_vpc_peering_connection", "this", for_each=Raw("var.peerings"), vpc_id=Raw("module.vpc[each.value.requester].vpc_id"),
                 peer_vpc_id=Raw("module.vpc[each.value.accepter].vpc_id"), auto_accept=Raw("each.value.auto_accept"), tags=Raw("{ Name = each.key }")),
        *(resource("aws_route", name, for_each=Raw(f"local.{source}_routes"), route_table_id=Raw(f"module.vpc[each.value.{source}].private_route_table_id"),
                   destination_cidr_block=Raw(f"var.vpcs[each.value.{target}].cidr"), vpc_peering_connection_id=Raw("aws_vpc_peering_connection.this[each.key].id"))
          for name, source, target in (("to_accepter", "requester", "accepter"), ("to_requester", "accepter", "requester"))),
        resource("aws_route", "foreign", for_each=Raw("local.foreign"), route_table_id=Raw("module.vpc[each.key].private_route_table_id"),
                 destination_cidr_block="172.31.0.0/16", vpc_peering_connection_id=Raw("aws_vpc_peering_connection.this[each.value].id")),
        block("output", "vpc_ids", value=Raw("{ for name, vpc in module.vpc : name => vpc.vpc_id }")),
    ]
    return {
        "main.tf": "\n".join(root),
        "terraform.tfvars.json": json.dumps(gen_plan.variables(net, workload), indent=1) + "\n",
        "modules/vpc/main.tf": vpc_module(),
        "modules/vpc/workload/main.tf": workload_module(),
    }


_LINK = {"vpc_id", "subnet_id", "subnet_ids", "route_table_id", "route_table_ids", "gateway_id", "nat_gateway_id", "transit_gateway_id", "allocation_id",
         "security_group_id", "security_group_ids", "vpc_peering_connection_id", "peer_vpc_id", "transit_gateway_attachment_id", "transit_gateway_route_table_id"}


class Flattener:
    """Turns planned instances into literal resource blocks, with ids turned back into references."""

    def __init__(self):
        self.owner: dict[str, str] = {}
        self.blocks = 0

    def label(self, r: gen_plan.Resource, scope: str) -> str:
        key = "" if r.index is None else "_" + re.sub(r"\W", "_", str(r.index))
        return re.sub(r"\W", "_", f"{scope}_{r.name}{key}".lstrip("_"))

    def learn(self, r: gen_plan.Resource, scope: str) -> None:
        own = r.unknown.get("id") or r.known.get("id")
        if own:
            self.owner[own] = f"{r.type}.{self.label(r, scope)}.id"

    def link(self, value):
        if isinstance(value, list):
            return Raw("[" + ", ".join(self.link(v) for v in value) + "]")
        return Raw(self.owner[value]) if value in self.owner else quote(value)

    def write(self, r: gen_plan.Resource, scope: str) -> str:
        self.blocks += 1
        arguments = {k: v for k, v in r.known.items() if v is not None and k != "tags_all" and v != []}
        # An instance never refers to itself: `allocation_id` is an attribute of `aws_eip`, not an argument.
        arguments |= {k: self.link(v) for k, v in r.unknown.items() if k in _LINK and v and v != r.unknown.get("id")}
        if isinstance(arguments.get("policy"), str):
            arguments["policy"] = Raw("jsonencode(" + expr(json.loads(arguments["policy"]), 1) + ")")
        if isinstance(arguments.get("container_definitions"), str):
            arguments["container_definitions"] = Raw("jsonencode(" + expr(json.loads(arguments["container_definitions"]), 1) + ")")
        arguments |= {k: tuple({a: b for a, b in item.items() if b not in ([], None)} for item in arguments.pop(k)) for k in ("ingress", "egress") if k in arguments}
        return resource(r.type, self.label(r, scope), **arguments)


def flat_files(net: netmodel.Network, workload: int) -> tuple[dict[str, str], int]:
    flat, per_vpc = Flattener(), {}
    root = [r for r, _ in gen_plan.root_resources(net)]
    for r in root:
        flat.learn(r, "")
    for v in net.vpcs:
        rng = random.Random(f"{net.seed}/{v.name}")
        per_vpc[v.name] = gen_plan.vpc_resources(v) + gen_plan.workload_resources(v, workload, rng)
        for r in per_vpc[v.name]:
            flat.learn(r, gen_plan.call_name(v))
    files = {f"{name}.tf": "\n".join(flat.write(r, name.replace("-", "_")) for r in resources) for name, resources in per_vpc.items()}
    files["hub.tf"] = "\n".join(flat.write(r, "") for r in root)
    files["main.tf"] = "\n".join([VERSIONS, block("provider", "aws", region=netmodel.REGION)])
    return files, flat.blocks


def module_files(net: netmodel.Network, workload: int) -> dict[str, str]:
    """One module call per VPC, no for_each on the calls."""
    root = [VERSIONS, block("provider", "aws", region=netmodel.REGION), variable("region", default=netmodel.REGION)]
    for hub in net.hubs:
        root.append(resource("aws_ec2_transit_gateway", hub.replace("-", "_"), description=f"transit hub {hub}", default_route_table_association="disable",
                             default_route_table_propagation="disable"))
    for v in net.vpcs:
        root.append(block("module", gen_plan.call_name(v), source="./modules/vpc", name=v.name, env=v.env, region=Raw("var.region"), cidr=v.cidr,
                          secondary_cidrs=v.secondary, subnets=v.subnets, attach=v.attach, endpoint_https=v.endpoint_https,
                          endpoint_route_tables=v.endpoint_route_tables, duplicate_endpoints=v.duplicate_endpoints,
                          transit_gateway_id=Raw(f"aws_ec2_transit_gateway.{v.hub.replace('-', '_')}.id"),
                          workload=[f"{v.name}-w{n:03d}" for n in range(workload)]))
    for p in net.peerings:
        a, b, name = p.requester.replace("-", "_"), p.accepter.replace("-", "_"), p.name.replace("-", "_")
        by_name = net.by_name()
        root.append(resource("aws_vpc_peering_connection", name, vpc_id=Raw(f"module.{a}.vpc_id"), peer_vpc_id=Raw(f"module.{b}.vpc_id"),
                             **({"auto_accept": True} if p.auto_accept else {})))
        for wanted, source, target in ((p.requester_route, a, p.accepter), (p.accepter_route, b, p.requester)):
            if wanted:
                root.append(resource("aws_route", f"{name}_from_{source}", route_table_id=Raw(f"module.{source}.private_route_table_id"),
                                     destination_cidr_block=by_name[target].cidr, vpc_peering_connection_id=Raw(f"aws_vpc_peering_connection.{name}.id")))
    return {"main.tf": "\n".join(root), "modules/vpc/main.tf": vpc_module(), "modules/vpc/workload/main.tf": workload_module()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--vpcs", type=int)
    size.add_argument("--resources", type=int, help="about this many planned instances (flat: resource blocks)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--defects", type=int, default=0)
    parser.add_argument("--filler", type=float, default=0.7)
    parser.add_argument("--style", choices=("foreach", "modules", "flat"), default="foreach")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    own = len(gen_plan.vpc_resources(netmodel.build(1, args.seed).vpcs[0])) + 6
    workload = gen_plan.filler_count(own, args.filler)
    count = args.vpcs or max(2, round(args.resources / (own + workload)))
    net = netmodel.build(count, args.seed, args.defects)
    blocks = None
    if args.style == "foreach":
        files = foreach_files(net, workload)
    elif args.style == "modules":
        files = module_files(net, workload)
    else:
        files, blocks = flat_files(net, workload)
    for name, text in files.items():
        path = args.output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    total = sum(len(t.encode()) for t in files.values())
    print(f"{len(files)} files, {total} bytes" + (f", {blocks} resource blocks" if blocks else ""), file=sys.stderr)


if __name__ == "__main__":
    main()
