//! The route tables that AWS makes along with VPCs and transit gateways.
//!
//! Nobody writes them, yet subnets use them and routes go into them. Each gets a place in the arena
//! of its kind behind those that are written, unless a resource or data source speaks of it already.

use groundplan_ir::{Argument, Cause, ResourceIndex, Step, Tri, Value};

use crate::entity::Kind;
use crate::lowering::{Lowering, TABLES};
use crate::reader::Reader;
use crate::route_table::{Inline, RouteTable};
use crate::tgw_route_table::TgwRouteTable;
use crate::{Arena, Head, Link, Tags, TransitGateway, Vpc};

/// Finds a place for each of these tables.
pub(crate) fn place(lowering: &mut Lowering<'_>) {
    adopt(lowering);
    append(
        lowering,
        Kind::Vpc,
        Kind::RouteTable,
        &["default_route_table_id", "main_route_table_id"],
    );
    append(
        lowering,
        Kind::TransitGateway,
        Kind::TgwRouteTable,
        &["association_default_route_table_id", "propagation_default_route_table_id"],
    );
}

/// Gives each VPC the `aws_default_route_table` that manages its default table.
fn adopt(lowering: &mut Lowering<'_>) {
    let mut owners = Vec::new();
    for (place, at) in lowering.sources(Kind::RouteTable) {
        let Some(reader) = lowering.reader(at) else { continue };
        if reader.resource_type() == "aws_default_route_table" {
            owners.push((place, at, owner(&reader)));
        }
    }
    for (place, at, owner) in owners {
        if let Ok(vpc) = owner {
            lowering.implicit.insert((Kind::RouteTable, vpc), place);
            // Until it has adopted the table, it does not say the id itself.
            let id = lowering
                .reader(vpc)
                .and_then(|it| it.text("default_route_table_id").value.known().cloned());
            if let Some(id) = id.filter(|id| lowering.by_id(Kind::RouteTable, id).is_none()) {
                lowering.implicit_by_id.insert((Kind::RouteTable, id), place);
            }
        }
        let link = owner.map(|vpc| lowering.placed(vpc, Kind::Vpc).unwrap_or_default());
        lowering.adopters.insert(at, link);
    }
}

/// The VPC whose default table this resource manages.
fn owner(reader: &Reader<'_>) -> Result<ResourceIndex, Cause> {
    let name = "default_route_table_id";
    let lowering = reader.cx;
    if let Value::Text(id) = reader.value(name) {
        let found = lowering.sources(Kind::Vpc).find(|(_, at)| {
            lowering.reader(*at).is_some_and(|vpc| vpc.text(name).value.known() == Some(id))
        });
        return found.map(|(_, at)| at).ok_or_else(|| Cause::NotInInput(id.clone()));
    }
    let unknown = || Cause::KnownAfterApply(reader.origin(name).to_string().into());
    let (targets, obstacle) = match (reader.value(name), reader.argument(name)) {
        (Value::Referred(referred), _) => {
            let places = reader.source_places(referred);
            (places.ok_or_else(unknown)?, None)
        }
        (_, Some(Argument::Expression(expression))) => {
            let followed = lowering.config.follow(reader.resource, expression);
            (followed.targets, followed.obstacles.into_iter().next())
        }
        (_, Some(Argument::Blocks(_)) | None) => return Err(unknown()),
    };
    if let Some(obstacle) = obstacle {
        return Err(obstacle);
    }
    match &*targets {
        [target] => {
            let is_vpc = lowering.placed(target.resource, Kind::Vpc).is_some();
            let attribute = target.path.first().and_then(Step::attribute);
            let fits = matches!(attribute, Some("default_route_table_id" | "main_route_table_id"));
            if is_vpc && fits { Ok(target.resource) } else { Err(unknown()) }
        }
        [] => Err(unknown()),
        _ => Err(Cause::ManyInstances(reader.origin(name).to_string().into())),
    }
}

fn append(lowering: &mut Lowering<'_>, owner: Kind, table: Kind, names: &[&str]) {
    let mut next = lowering.sources(table).count();
    let owners: Vec<ResourceIndex> = lowering.sources(owner).map(|(_, at)| at).collect();
    for at in owners {
        if lowering.implicit.contains_key(&(table, at)) {
            continue;
        }
        let ids: Vec<Box<str>> = lowering.reader(at).map_or_else(Vec::new, |reader| {
            names.iter().filter_map(|name| reader.text(name).value.known().cloned()).collect()
        });
        // A data source or resource that has the id speaks of this very table.
        let known = ids.iter().find_map(|id| lowering.by_id(table, id));
        let place = known.unwrap_or(next);
        if known.is_none() {
            next += 1;
            lowering.appended.push((table, at));
            if let Some(id) = ids.first() {
                lowering.implicit_by_id.insert((table, id.clone()), place);
            }
        }
        lowering.implicit.insert((table, at), place);
    }
}

/// Puts the default tables of VPCs behind the written ones.
pub(crate) fn route_tables(lowering: &Lowering<'_>, tables: &mut Arena<RouteTable>) {
    for (place, at) in owners(lowering, Kind::RouteTable, Kind::Vpc) {
        let vpc: Link<Vpc> = lowering.pointing(Some(at), place);
        let Some(reader) = lowering.reader(at) else { continue };
        let handed_on = lowering.is_handed_on(at, |name| TABLES.contains(&name));
        let head = with_id(&reader, reader.head().implicit("main_route_table_id"));
        let head = Head { handed_on, ..head };
        tables.push(RouteTable {
            head,
            vpc,
            is_default: true,
            follows_main: false,
            inline: Inline::NotWritten,
            routes: Vec::new(),
            routes_unknown: Tri::Absent,
            propagating: Tri::Absent,
            propagating_written: Tri::Known(false),
        });
    }
}

/// Puts the default tables of transit gateways behind the written ones.
pub(crate) fn tgw_route_tables(lowering: &Lowering<'_>, tables: &mut Arena<TgwRouteTable>) {
    for (place, at) in owners(lowering, Kind::TgwRouteTable, Kind::TransitGateway) {
        let Some(reader) = lowering.reader(at) else { continue };
        let name = "association_default_route_table_id";
        let gateway: Link<TransitGateway> = lowering.pointing(Some(at), place);
        tables.push(TgwRouteTable {
            head: reader.head().implicit(name),
            gateway,
            is_default: true,
            tags: Tags::default(),
        });
    }
}

fn with_id(reader: &Reader<'_>, head: Head) -> Head {
    Head { id: reader.text("main_route_table_id").value.known().cloned(), ..head }
}

/// The places of those that got a table appended, in the order of appending.
fn owners(lowering: &Lowering<'_>, table: Kind, owner: Kind) -> Vec<(usize, ResourceIndex)> {
    let appended = lowering.appended.iter().filter(|(kind, _)| *kind == table);
    appended.filter_map(|(_, at)| Some((lowering.placed(*at, owner)?, *at))).collect()
}
