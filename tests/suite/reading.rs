//! What becomes of each instance: what it was, what it will be, and where its facts come from.

use groundplan_ir::{Action, Address, Attributes, Cause, Completeness, Config, Resource, Value};
use groundplan_parser::Read;
use serde_json::{Value as Json, json};

use crate::support::read;

/// A plan with these changes, and whatever `more` holds.
fn plan_of(changes: &Json, more: &Json) -> Json {
    let mut plan = json!({
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {}},
        "resource_changes": changes,
        "configuration": {"root_module": {}},
    });
    for (key, value) in more.as_object().unwrap() {
        plan[key] = value.clone();
    }
    plan
}

/// One entry of `resource_changes` for a VPC.
fn vpc(address: &str, change: &Json) -> Json {
    json!({"address": address, "mode": "managed", "type": "aws_vpc", "change": change})
}

fn config(changes: &Json) -> Config {
    config_of(&plan_of(changes, &json!({})))
}

fn config_of(plan: &Json) -> Config {
    let Read { config, problems, .. } = read(plan.to_string().as_bytes());
    assert_eq!(problems, []);
    config.unwrap()
}

fn only(config: &Config) -> &Resource {
    let [resource] = config.resources() else { panic!("{:?}", config.resources()) };
    resource
}

fn range(attributes: Option<&Attributes>) -> Option<&str> {
    let value = attributes?.get("cidr_block")?;
    let Value::Text(text) = value else { panic!("{value:?}") };
    Some(text)
}

#[test]
fn each_action_has_a_before_and_an_after() {
    let (before, after) =
        (json!({"cidr_block": "10.0.0.0/16"}), json!({"cidr_block": "10.1.0.0/16"}));
    let null = Json::Null;
    let (old, new) = (Some("10.0.0.0/16"), Some("10.1.0.0/16"));
    for (actions, before, after, action, prior, planned) in [
        (json!(["no-op"]), &before, &before, Action::NoOp, old, old),
        (json!(["create"]), &null, &after, Action::Create, None, new),
        (json!(["read"]), &null, &after, Action::Read, None, new),
        (json!(["update"]), &before, &after, Action::Update, old, new),
        (json!(["delete"]), &before, &null, Action::Delete, old, None),
        (json!(["delete", "create"]), &before, &after, Action::DeleteThenCreate, old, new),
        (json!(["create", "delete"]), &before, &after, Action::CreateThenDelete, old, new),
        // What is forgotten stays, and Terraform does not look at it again.
        (json!(["forget"]), &before, &null, Action::Forget, old, old),
        (json!(["create", "forget"]), &before, &after, Action::Create, old, new),
    ] {
        let change =
            json!({"actions": actions, "before": before, "after": after, "after_unknown": {}});
        let config = config(&json!([vpc("aws_vpc.a", &change)]));
        let resource = only(&config);
        assert_eq!(resource.action, action);
        assert_eq!(range(resource.prior.as_ref()), prior, "{actions}");
        assert_eq!(range(resource.planned.as_ref()), planned, "{actions}");
    }
}

#[test]
fn an_imported_object_is_one_that_is_there() {
    let there = json!({"cidr_block": "10.0.0.0/16"});
    let change = json!({"actions": ["no-op"], "before": there, "after": there, "after_unknown": {},
                        "importing": {"id": "vpc-0a1"}});
    let config = config(&json!([vpc("aws_vpc.a", &change)]));
    assert_eq!(only(&config).action, Action::NoOp);
    assert_eq!(range(only(&config).planned.as_ref()), Some("10.0.0.0/16"));
}

#[test]
fn a_moved_object_is_not_there_twice() {
    let there = json!({"cidr_block": "10.0.0.0/16"});
    let mut moved =
        vpc("aws_vpc.new", &json!({"actions": ["no-op"], "before": there, "after": there}));
    moved["previous_address"] = json!("module.x[\"a.b\"].aws_vpc.old");
    // The state before still has it under its old name.
    let held = json!({"address": "module.x[\"a.b\"].aws_vpc.old", "mode": "managed", "type": "aws_vpc",
                      "values": there});
    let state = json!({"values": {"root_module": {"child_modules": [{"resources": [held]}]}}});
    let config = config_of(&plan_of(&json!([moved]), &json!({"prior_state": state})));
    let resource = only(&config);
    assert_eq!(resource.address.to_string(), "aws_vpc.new");
    let previous = resource.previous_address.as_ref().unwrap();
    assert_eq!(previous.to_string(), "module.x[\"a.b\"].aws_vpc.old");
}

#[test]
fn a_deposed_object_stands_beside_the_current_one() {
    let there = json!({"cidr_block": "10.0.0.0/16"});
    let current = vpc("aws_vpc.a", &json!({"actions": ["no-op"], "before": there, "after": there}));
    let mut deposed =
        vpc("aws_vpc.a", &json!({"actions": ["delete"], "before": there, "after": null}));
    deposed["deposed"] = json!("0a1b2c3d");
    let config = config(&json!([deposed, current]));
    let [one, two] = config.resources() else { panic!("{:?}", config.resources()) };
    assert_eq!((one.deposed, one.action), (false, Action::NoOp));
    assert_eq!((two.deposed, two.action), (true, Action::Delete));
    let Address { module, mode, kind, name, .. } = &*one.address;
    assert_eq!(config.instances(module, *mode, kind, name).count(), 1);
}

#[test]
fn what_the_plan_leaves_alone_comes_from_the_state() {
    let there = json!({"cidr_block": "10.0.0.0/16"});
    let change = vpc(
        "aws_vpc.a",
        &json!({"actions": ["update"], "before": there,
                                         "after": {"cidr_block": "10.1.0.0/16"}}),
    );
    let held = |address: &str, mode: &str| {
        json!({"address": address, "mode": mode, "type": "aws_vpc",
               "values": {"cidr_block": "10.9.0.0/16"}, "sensitive_values": {}})
    };
    let state = json!({"values": {"root_module": {
        "resources": [held("data.aws_vpc.b", "data"), held("aws_vpc.a", "managed")],
        "child_modules": [{"address": "module.x", "resources": [held("module.x.aws_vpc.c", "managed")],
            "child_modules": [{"resources": [held("module.x.module.y[0].data.aws_vpc.d[\"k\"]", "data")]}]}],
    }}});
    let config = config_of(&plan_of(&json!([change]), &json!({"prior_state": state})));
    let seen: Vec<String> = config
        .resources()
        .iter()
        .map(|it| format!("{} {}", it.address, range(it.planned.as_ref()).unwrap()))
        .collect();
    assert_eq!(
        seen,
        [
            "aws_vpc.a 10.1.0.0/16",
            "data.aws_vpc.b 10.9.0.0/16",
            "module.x.aws_vpc.c 10.9.0.0/16",
            "module.x.module.y[0].data.aws_vpc.d[\"k\"] 10.9.0.0/16",
        ]
    );
}

#[test]
fn a_deferred_data_source_is_unknown() {
    let change = json!({"actions": ["read"], "before": null, "after": {"tags": null},
                        "after_unknown": {"id": true, "cidr_block": true}});
    let entry = json!({"address": "data.aws_vpc.a", "mode": "data", "type": "aws_vpc", "change": change,
                       "action_reason": "read_because_config_unknown"});
    let config = config(&json!([entry]));
    let resource = only(&config);
    assert_eq!(resource.action, Action::Read);
    let cause = Cause::KnownAfterApply("cidr_block".into());
    assert_eq!(resource.planned.as_ref().unwrap()["cidr_block"], Value::Unknown(cause));
}

#[test]
fn a_resource_has_a_region_of_its_own() {
    let change =
        json!({"actions": ["create"], "after": {"region": "ap-northeast-1"}, "after_unknown": {}});
    let config = config(&json!([vpc("aws_vpc.東京", &change)]));
    let region = Value::Text("ap-northeast-1".into());
    assert_eq!(only(&config).planned.as_ref().unwrap()["region"], region);
}

#[test]
fn regions_and_accounts_of_providers_count_only_when_they_are_constant() {
    let role = "arn:aws:iam::123456789012:role/deploy";
    let expressions = |region: Json, account: Json| json!({"expressions": {"region": region, "assume_role": account}});
    let text = |text: &str| json!({"constant_value": text});
    let providers = json!({
        "aws": expressions(text("eu-west-1"), json!([{"role_arn": text(role)}])),
        "aws.var": expressions(json!({"references": ["var.region"]}), json!([])),
        "aws.json": expressions(json!({"constant_value": "${var.r}", "references": ["var.r"]}), json!(null)),
        "aws.two": expressions(text("us-east-1"), json!([{"role_arn": text(role)}, {}])),
        "aws.ids": {"expressions": {"allowed_account_ids": {"constant_value": ["210987654321"]}}},
        "aws.bare": {},
    });
    let configuration = json!({"provider_config": providers, "root_module": {}});
    let config = config_of(&plan_of(&json!([]), &json!({"configuration": configuration})));
    let pinned = |key: &str| {
        let provider = &config.providers[key];
        (provider.region.known().map(|it| &**it), provider.account.known().map(|it| &**it))
    };
    assert_eq!(pinned("aws"), (Some("eu-west-1"), Some("123456789012")));
    assert_eq!(pinned("aws.var"), (None, None));
    assert_eq!(pinned("aws.json"), (None, None));
    assert_eq!(pinned("aws.two"), (Some("us-east-1"), None));
    assert_eq!(pinned("aws.ids"), (None, Some("210987654321")));
    assert_eq!(pinned("aws.bare"), (None, None));
}

#[test]
fn unknown_elements_of_a_list_stay_in_their_places() {
    let change = json!({
        "actions": ["create"],
        "after": {"route": [
            {"cidr_block": "0.0.0.0/0", "gateway_id": ""},
            {"cidr_block": "10.9.0.0/16"},
        ]},
        "after_unknown": {"id": true, "route": [{}, {"gateway_id": true}]},
        "after_sensitive": {"route": [{"cidr_block": true}, {}]},
    });
    let entry =
        json!({"address": "aws_route_table.a", "type": "aws_route_table", "change": change});
    let config = config(&json!([entry]));
    let Value::List(routes) = &only(&config).planned.as_ref().unwrap()["route"] else { panic!() };
    assert_eq!(
        *routes[0].member("cidr_block"),
        Value::Unknown(Cause::Sensitive("route.cidr_block".into()))
    );
    assert_eq!(*routes[0].member("gateway_id"), Value::Text("".into()));
    assert_eq!(*routes[1].member("cidr_block"), Value::Text("10.9.0.0/16".into()));
    let cause = Cause::KnownAfterApply("route.gateway_id".into());
    assert_eq!(*routes[1].member("gateway_id"), Value::Unknown(cause));
}

#[test]
fn an_incomplete_plan_proves_nothing_by_absence() {
    for more in [
        json!({"complete": false}),
        json!({"errored": true}),
        json!({"deferred_changes": [{}]}),
        json!({"resource_changes": [{"address": "nowhere"}]}),
        json!({"configuration": 3}),
    ] {
        let read = read(plan_of(&json!([]), &more).to_string().as_bytes());
        assert_eq!(read.config.unwrap().completeness, Completeness::Partial, "{more}");
        assert_eq!(read.problems.len(), 1, "{:?}", read.problems);
    }
    assert_eq!(config(&json!([])).completeness, Completeness::Whole);
}

#[test]
fn instances_are_counted_by_what_becomes_of_them() {
    let entry = |kind: &str| {
        json!({"address": format!("{kind}.a"), "type": kind,
               "change": {"actions": ["create"], "after": {}, "after_unknown": {}}})
    };
    let config = config(&json!([
        entry("aws_vpc"),
        entry("aws_subnet"),
        entry("aws_networkmanager_site"),
        entry("aws_s3_bucket"),
        entry("google_compute_network"),
    ]));
    let census = &config.census;
    assert_eq!((census.total(), census.other), (5, 2));
    assert_eq!(census.modelled.len(), 2);
    assert_eq!(
        census.not_modelled.keys().map(|it| &**it).collect::<Vec<_>>(),
        ["aws_networkmanager_site"]
    );
    assert_eq!(config.resources().len(), 2);
}
