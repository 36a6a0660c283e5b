//! Changes a root module as a mutant says.

use std::collections::BTreeMap;

use hcl_edit::Ident;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, BlockLabel, Body};

use super::list::Mutant;

/// The files of a root module, by name.
pub(crate) type Files = BTreeMap<String, String>;

/// The files with the change.
pub(crate) fn mutated(files: &Files, mutant: &Mutant) -> Result<Files, String> {
    let mut bodies = BTreeMap::new();
    for (name, text) in files {
        let body: Body = text.parse().map_err(|error| format!("{name}: {error}"))?;
        bodies.insert(name, body);
    }
    for address in &mutant.delete {
        let called = |block: &Block| is_called(block, address);
        let removed = bodies.values_mut().map(|body| remove(body, called));
        once(removed.sum(), address)?;
    }
    for (address, arguments) in &mutant.set {
        let block = block(&mut bodies, address)?;
        for (name, text) in arguments {
            set(&mut block.body, name, text)?;
        }
    }
    for (address, names) in &mutant.unset {
        let block = block(&mut bodies, address)?;
        for name in names {
            let gone = block.body.remove_attribute(name).is_some();
            let nested = !block.body.remove_blocks(name).is_empty();
            once(usize::from(gone) + usize::from(nested), name)?;
        }
    }
    let mut out: Files =
        bodies.iter().map(|(name, it)| ((*name).clone(), it.to_string())).collect();
    if !mutant.add.is_empty() {
        out.insert("added.tf".to_owned(), mutant.add.clone());
    }
    Ok(out)
}

/// A change that hits nothing, or too much, is a mistake of the list.
fn once(count: usize, what: &str) -> Result<(), String> {
    if count == 1 { Ok(()) } else { Err(format!("`{what}` is there {count} times")) }
}

fn remove(body: &mut Body, which: impl Fn(&Block) -> bool) -> usize {
    let before = body.len();
    let kept = std::mem::take(body).into_iter().filter(|it| !it.as_block().is_some_and(&which));
    *body = kept.collect();
    before - body.len()
}

/// The block with this address.
fn block<'b>(
    bodies: &'b mut BTreeMap<&String, Body>,
    address: &str,
) -> Result<&'b mut Block, String> {
    let all = bodies.values_mut().flat_map(Body::blocks_mut);
    let mut found: Vec<&mut Block> = all.filter(|block| is_called(block, address)).collect();
    once(found.len(), address)?;
    found.pop().ok_or_else(|| format!("`{address}` is not there"))
}

fn is_called(block: &Block, address: &str) -> bool {
    let labels: Vec<&str> = block.labels.iter().map(BlockLabel::as_str).collect();
    let name = match block.ident.as_str() {
        "resource" => labels.join("."),
        "provider" => [&["provider"], &*labels, alias(block).as_slice()].concat().join("."),
        other => [&[other], &*labels].concat().join("."),
    };
    name == address
}

/// What tells a provider configuration from others of its provider.
fn alias(block: &Block) -> Option<&str> {
    block.body.get_attribute("alias").and_then(|it| it.value.as_str())
}

/// Gives an argument another expression; `ingress.from_port` is the argument of the only block of that name.
fn set(body: &mut Body, name: &str, text: &str) -> Result<(), String> {
    if let Some((nested, rest)) = name.split_once('.') {
        let mut blocks: Vec<&mut Block> = body.get_blocks_mut(nested).collect();
        once(blocks.len(), nested)?;
        return blocks.pop().map_or(Ok(()), |it| set(&mut it.body, rest, text));
    }
    let value: Expression = text.parse().map_err(|error| format!("{name} = {text}: {error}"))?;
    if let Some(mut attribute) = body.get_attribute_mut(name) {
        *attribute.value_mut() = value;
        return Ok(());
    }
    body.push(Attribute::new(Ident::new(name), value));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: &str = "resource \"aws_vpc\" \"a\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n\n\
                        resource \"aws_route\" \"r\" {\n  route_table_id = \"t\"\n}\n";

    fn after(change: &str) -> Result<Files, String> {
        let text = format!("name = \"n\"\nexpect = []\n{change}");
        let files = Files::from([("main.tf".to_owned(), MAIN.to_owned())]);
        mutated(&files, &toml::from_str(&text).map_err(|error| error.to_string())?)
    }

    #[test]
    fn a_block_goes() {
        let files = after("delete = [\"aws_route.r\"]").unwrap_or_default();
        assert!(!files["main.tf"].contains("aws_route"), "{files:?}");
        assert!(files["main.tf"].contains("aws_vpc"), "{files:?}");
    }

    #[test]
    fn an_argument_changes_and_another_comes() {
        let change = "[set.\"aws_vpc.a\"]\ncidr_block = '\"10.1.0.0/16\"'\ntags = '{}'";
        let files = after(change).unwrap_or_default();
        assert!(files["main.tf"].contains("cidr_block = \"10.1.0.0/16\""), "{files:?}");
        assert!(files["main.tf"].contains("tags"), "{files:?}");
    }

    #[test]
    fn a_change_that_hits_nothing_is_a_mistake() {
        assert!(after("delete = [\"aws_route.x\"]").is_err());
        assert!(after("[unset]\n\"aws_vpc.a\" = [\"tags\"]").is_err());
    }
}
