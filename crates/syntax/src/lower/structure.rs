//! Bodies, blocks and attributes.

use hcl_edit::Span as _;
use hcl_edit::structure::Structure;
use hcl_edit::structure::{
    Attribute as AttributeTree, Block as BlockTree, BlockLabel, Body as Tree,
};

use super::Lowering;
use crate::parse::{self, Refusal};
use crate::{Attribute, Block, Body, Expr, Ident, Node, SyntaxError, words};

impl Lowering<'_> {
    /// A statement whose masked copy starts at this byte, as a body of its own.
    pub(crate) fn statement(&mut self, at: usize, masked: &str) -> Result<Body, SyntaxError> {
        self.base = at;
        let refused = match parse::body(masked.to_owned(), &mut self.budget) {
            Ok(tree) => return self.statements(&tree),
            Err(refused) => refused,
        };
        let error = |lowering: &Self, refused: Refusal| {
            let range = at + refused.at.start..at + refused.at.end;
            lowering.source.error(&range, refused.message)
        };
        if !words::is_too_much(&refused.message) {
            return Err(error(self, refused));
        }
        self.roomy(|lowering| {
            let light = lowering.lightened(masked, at);
            let tree = parse::body(light, &mut lowering.budget);
            lowering.statements(&tree.map_err(|refused| error(lowering, refused))?)
        })
    }

    fn statements(&mut self, tree: &Tree) -> Result<Body, SyntaxError> {
        let mut body = Body::default();
        for structure in tree {
            match structure {
                Structure::Attribute(attribute) => {
                    body.attributes.push(self.attribute(attribute)?);
                }
                Structure::Block(block) => body.blocks.push(self.block(block)?),
            }
        }
        Ok(body)
    }

    fn attribute(&mut self, tree: &AttributeTree) -> Result<Attribute, SyntaxError> {
        let name = self.ident(&tree.key);
        self.row = 0;
        let whole = self.source.at(&self.range(&tree.value));
        let expr = match self.expr(&tree.value) {
            // What goes beyond the limits is lost alone.
            Err(error) if words::is_too_much(&error.message) => {
                Expr { node: Node::Unread(error.message.into()), at: error.at }
            }
            read => read?,
        };
        let at = name.at.to(whole).to(expr.at);
        Ok(Attribute { name, expr, at })
    }

    fn block(&mut self, tree: &BlockTree) -> Result<Block, SyntaxError> {
        let kind = self.ident(&tree.ident);
        let labels = tree.labels.iter().map(|label| self.label(label));
        let labels = labels.collect::<Result<Vec<Ident>, SyntaxError>>()?;
        let header = labels.last().map_or(kind.at, |label| kind.at.to(label.at));
        let mut body = self.statements(&tree.body)?;
        let range = self.range(tree);
        // A nested block's place is its own; the parser gives a body without line breaks none.
        let at = if tree.span().is_some() { self.source.at(&range) } else { header };
        body.at = groundplan_ir::Location { start: header.end, ..at };
        Ok(Block { kind, labels, body, header, at })
    }

    fn label(&self, tree: &BlockLabel) -> Result<Ident, SyntaxError> {
        let range = self.range(tree);
        let at = self.source.at(&range);
        let text = self.source.slice(&range);
        match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(_) => Ok(Ident { text: self.plain_string(&range)?, at }),
            None => Ok(Ident { text: text.into(), at }),
        }
    }
}
