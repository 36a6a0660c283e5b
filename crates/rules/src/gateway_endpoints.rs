//! Which route tables a gateway endpoint is tied to.

use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{Endpoint, Id, Link, Proven, RouteTable, Topology};

/// The tables of one endpoint.
#[derive(Default)]
pub(crate) struct Tied {
    /// Those that are proven, with the place that names them.
    pub tables: Vec<(Proven<RouteTable>, Origin)>,
    /// Those of which only some may be meant.
    pub perhaps: Vec<Id<RouteTable>>,
    /// Why there may be more, or why it is not told which of several are meant.
    pub gap: Option<Cause>,
}

impl Tied {
    /// Whether this table is among them, as far as that is told.
    pub(crate) fn has(&self, table: Id<RouteTable>) -> Tri<bool> {
        if self.tables.iter().any(|(it, _)| *it == Proven::Here(table)) {
            return Tri::Known(true);
        }
        match &self.gap {
            Some(cause) if self.is_open() || self.perhaps.contains(&table) => {
                Tri::Unknown(cause.clone())
            }
            Some(_) | None => Tri::Known(false),
        }
    }

    /// Whether there may be others than those that are named.
    fn is_open(&self) -> bool {
        self.perhaps.is_empty()
    }
}

/// The tables that an endpoint names itself, and those that resources of their own tie to it.
pub(crate) fn tied(topology: &Topology, id: Id<Endpoint>) -> Tied {
    let endpoint = &topology.endpoints[id];
    let mut out = Tied::default();
    let own = &endpoint.counts.tables.origin;
    let mut gap = topology.tables_of_endpoint.open(id).cloned();
    match &endpoint.route_tables {
        Tri::Known(members) if members.exact => {
            out.tables.extend(members.here.iter().map(|it| (Proven::Here(*it), own.clone())));
            let elsewhere = members.elsewhere.iter().map(|it| Proven::Elsewhere(it.clone()));
            out.tables.extend(elsewhere.map(|it| (it, own.clone())));
        }
        Tri::Known(members) => {
            out.perhaps.extend(members.here.iter().copied());
            let many = || Cause::ManyInstances(own.to_string().into());
            out.gap = Some(many());
        }
        Tri::Unknown(cause) => gap = gap.or_else(|| Some(cause.clone())),
        Tri::Absent => (),
    }
    for tie in topology.tables_of_endpoint.of(id) {
        let it = &topology.endpoint_route_table_associations[*tie];
        match &it.table {
            Link::OneOf(ids, cause) => {
                out.perhaps.extend(ids.iter().copied());
                out.gap = out.gap.or_else(|| Some(cause.clone()));
            }
            Link::Unknown(cause) => gap = gap.or_else(|| Some(cause.clone())),
            Link::Here(_) | Link::Elsewhere(_) | Link::Absent => {
                let table = it.table.proven();
                out.tables.extend(table.map(|table| (table, it.head.origin.clone())));
            }
        }
    }
    if gap.is_some() {
        // Any table may be meant.
        out.perhaps.clear();
        out.gap = gap;
    }
    out
}

/// Whether an endpoint is of this type; absent where no type is asked for.
pub(crate) fn is_type(endpoint: &Endpoint, kind: &str) -> Tri<bool> {
    endpoint.endpoint_type.value.as_ref().map(|it| **it == *kind)
}
