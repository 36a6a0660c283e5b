//! What every modelled thing has: its place, its fate, its provider.

use std::sync::Arc;

use groundplan_ir::{Action, Mode, Origin, Tri};

/// Who answers for the thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Management {
    /// This plan makes it, so nothing can belong to it yet that the plan does not show.
    Created,
    /// It exists and this configuration manages it.
    Managed,
    /// It is only looked at (a data source, live facts), or AWS made it along with something else that
    /// exists.
    Observed,
}

impl Management {
    /// Who is asked to change something when two are in conflict: the higher the sooner.
    pub fn rank(self) -> u8 {
        match self {
            Self::Observed => 0,
            Self::Managed | Self::Created => 1,
        }
    }
}

/// The common part of every modelled thing.
#[derive(Clone, Debug)]
pub struct Head {
    /// The instance.
    pub origin: Origin,
    /// Who answers for it.
    pub management: Management,
    /// What the plan does to it.
    pub action: Action,
    /// The key of its provider configuration; none in a state, which has no configuration.
    pub provider: Option<Box<str>>,
    /// The region it is in.
    pub region: Tri<Box<str>>,
    /// The account it is in.
    pub account: Tri<Box<str>>,
    /// Its id, when AWS has given one.
    pub id: Option<Box<str>>,
    /// Whether an output of its root module hands it on, so that other configurations can add to it.
    pub handed_on: bool,
}

/// What stands in a stack.
pub(crate) trait Placed {
    /// Its stack, where there are several.
    fn stack(&self) -> Option<&Arc<str>>;

    /// The common part; none of a route.
    fn head(&self) -> Option<&Head>;
}

/// Things that have a head.
macro_rules! placed {
    ($($name:ident),*) => {
        $(impl Placed for crate::$name {
            fn stack(&self) -> Option<&Arc<str>> {
                self.head.stack()
            }

            fn head(&self) -> Option<&Head> {
                Some(&self.head)
            }
        })*
    };
}

placed!(
    AclAssociation,
    NetworkAcl,
    SecurityGroup,
    SgVpcAssociation,
    Attachment,
    AttachmentAccepter,
    CidrAssociation,
    DxGatewayAssociation,
    DxProposal,
    VpnConnection,
    VpnConnectionRoute,
    Endpoint,
    EndpointGroupAssociation,
    EndpointSubnetAssociation,
    EndpointPrivateDns,
    EndpointPolicy,
    EndpointService,
    EndpointPrincipal,
    EndpointAccepter,
    NameVerification,
    HostedZone,
    ZoneAssociation,
    ZoneAuthorization,
    EndpointRouteTableAssociation,
    GatewayAttachment,
    InternetGateway,
    MainRouteTableAssociation,
    Peering,
    PeeringAccepter,
    PrefixList,
    PrefixListEntry,
    RoutePropagation,
    RouteTable,
    RouteTableAssociation,
    Subnet,
    TgwAssociation,
    TgwDefaultTable,
    TgwPropagation,
    TgwRoute,
    TgwRouteTable,
    TransitGateway,
    Vpc,
    VpnGateway,
    VpnGatewayAttachment
);

impl Placed for crate::SgRule {
    fn stack(&self) -> Option<&Arc<str>> {
        self.origin.address.module.stack.as_ref()
    }

    fn head(&self) -> Option<&Head> {
        None
    }
}

impl Placed for crate::AclRule {
    fn stack(&self) -> Option<&Arc<str>> {
        self.origin.address.module.stack.as_ref()
    }

    fn head(&self) -> Option<&Head> {
        None
    }
}

impl Placed for crate::Route {
    fn stack(&self) -> Option<&Arc<str>> {
        self.stack()
    }

    fn head(&self) -> Option<&Head> {
        None
    }
}

impl Head {
    /// The stack that it is in, where there are several.
    pub fn stack(&self) -> Option<&Arc<str>> {
        self.origin.address.module.stack.as_ref()
    }

    pub(crate) fn management(mode: Mode, action: Action) -> Management {
        match mode {
            Mode::Data | Mode::Live => Management::Observed,
            Mode::Managed if action.creates() => Management::Created,
            Mode::Managed => Management::Managed,
        }
    }

    /// The address as text.
    pub fn name(&self) -> String {
        self.origin.address.to_string()
    }

    /// Whether this and the other are in one region: the same provider configuration is enough,
    /// unless a resource overrides its region.
    pub fn same_region(&self, other: &Self) -> Tri<bool> {
        match (&self.region, &other.region) {
            (Tri::Known(one), Tri::Known(two)) => Tri::Known(one == two),
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => {
                if self.provider.is_some() && self.provider == other.provider {
                    return Tri::Known(true);
                }
                Tri::Unknown(cause.clone())
            }
            (Tri::Absent, _) | (_, Tri::Absent) => Tri::Absent,
        }
    }

    /// Whether this and the other are in one account; the same provider configuration is enough.
    pub fn same_account(&self, other: &Self) -> Tri<bool> {
        match (&self.account, &other.account) {
            (Tri::Known(one), Tri::Known(two)) => Tri::Known(one == two),
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => {
                if self.provider.is_some() && self.provider == other.provider {
                    return Tri::Known(true);
                }
                Tri::Unknown(cause.clone())
            }
            (Tri::Absent, _) | (_, Tri::Absent) => Tri::Absent,
        }
    }
}

impl Head {
    /// A head for something that AWS makes along with this.
    pub(crate) fn implicit(&self, attribute: &str) -> Self {
        let management = match self.management {
            Management::Created => Management::Created,
            Management::Managed | Management::Observed => Management::Observed,
        };
        Self {
            origin: self.origin.attribute(attribute, None),
            management,
            action: Action::NoOp,
            id: None,
            ..self.clone()
        }
    }
}
