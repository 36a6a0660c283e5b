//! Expressions.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::expr::{
    BinaryOperator as Operator, Expression, ForExpr as ForTree, FuncCall, Object, ObjectKey,
    UnaryOp, UnaryOperator as Sign,
};

use super::Lowering;
use crate::{
    BinaryOperator, Expr, ForExpr, Ident, Literal, Node, ObjectItem, SyntaxError, UnaryOperator,
};

impl Lowering<'_> {
    pub(super) fn expr(&mut self, tree: &Expression) -> Result<Expr, SyntaxError> {
        let range = self.range(tree);
        if let Some(part) = self.uncovered(&range) {
            return part;
        }
        let node = self.deeper(&range, |lowering| lowering.node(tree, &range))?;
        Ok(self.spanned(node, &range))
    }

    fn node(&mut self, tree: &Expression, range: &Range<usize>) -> Result<Node, SyntaxError> {
        Ok(match tree {
            Expression::Null(_) => Node::Literal(Literal::Null),
            Expression::Bool(value) => Node::Literal(Literal::Bool(*value.value())),
            Expression::Number(_) => self.number(range),
            Expression::String(_)
            | Expression::StringTemplate(_)
            | Expression::HeredocTemplate(_) => self.template(range)?,
            Expression::Array(array) => {
                Node::Tuple(array.iter().map(|item| self.expr(item)).collect::<Result<_, _>>()?)
            }
            Expression::Object(object) => self.object(object)?,
            Expression::Parenthesis(inner) => Node::Parens(self.boxed(inner.inner())?),
            Expression::Variable(_) => Node::Variable(self.source.slice(range).into()),
            Expression::Conditional(conditional) => Node::Conditional {
                test: self.boxed(&conditional.cond_expr)?,
                then: self.boxed(&conditional.true_expr)?,
                otherwise: self.boxed(&conditional.false_expr)?,
            },
            Expression::FuncCall(call) => self.call(call)?,
            Expression::Traversal(traversal) => self.traversal(traversal)?,
            Expression::UnaryOp(operation) => self.unary(operation)?,
            Expression::BinaryOp(operation) => Node::Binary(
                operator(*operation.operator.value()),
                self.boxed(&operation.lhs_expr)?,
                self.boxed(&operation.rhs_expr)?,
            ),
            Expression::ForExpr(tree) => Node::For(Box::new(self.for_expr(tree)?)),
        })
    }

    /// A number from its digits, with the minus that the parser made a part of it.
    fn number(&self, range: &Range<usize>) -> Node {
        let text = self.source.slice(range);
        let Some(behind) = text.strip_prefix('-') else {
            return Node::Literal(Literal::Number(text.into()));
        };
        // Comments may stand between the two; the digits are what no blank follows.
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-');
        let digits = behind.trim_end_matches(is_part).len();
        let start = range.start + 1 + digits;
        let literal = Node::Literal(Literal::Number(self.source.slice(&(start..range.end)).into()));
        Node::Unary(UnaryOperator::Negate, Box::new(self.spanned(literal, &(start..range.end))))
    }

    fn object(&mut self, object: &Object) -> Result<Node, SyntaxError> {
        let mut items = Vec::with_capacity(object.len());
        for (key, value) in object {
            items.push(ObjectItem { key: self.key(key)?, value: self.expr(value.expr())? });
        }
        Ok(Node::Object(items))
    }

    /// A bare name is a string, even `true` and `null`.
    fn key(&mut self, key: &ObjectKey) -> Result<Expr, SyntaxError> {
        let range = match key {
            ObjectKey::Ident(name) => self.range(name),
            ObjectKey::Expression(Expression::Null(name)) => self.range(name),
            ObjectKey::Expression(Expression::Bool(name)) => self.range(name),
            ObjectKey::Expression(tree) => return self.expr(tree),
        };
        let text: Arc<str> = self.source.slice(&range).into();
        Ok(self.spanned(Node::Literal(Literal::String(text)), &range))
    }

    fn call(&mut self, call: &FuncCall) -> Result<Node, SyntaxError> {
        let last = self.range(&call.name.name);
        let name = match call.name.namespace.first() {
            None => self.ident(&call.name.name),
            Some(first) => {
                let mut text = String::new();
                for part in &call.name.namespace {
                    text.push_str(&self.text(part));
                    text.push_str("::");
                }
                text.push_str(self.source.slice(&last));
                let at = self.source.at(&(self.range(first).start..last.end));
                Ident { text: text.into(), at }
            }
        };
        let arguments = call.args.iter().map(|argument| self.expr(argument));
        Ok(Node::Call {
            name,
            arguments: arguments.collect::<Result<_, _>>()?,
            expand_final: call.args.expand_final(),
        })
    }

    fn unary(&mut self, operation: &UnaryOp) -> Result<Node, SyntaxError> {
        let sign = match operation.operator.value() {
            Sign::Not => UnaryOperator::Not,
            Sign::Neg => UnaryOperator::Negate,
        };
        Ok(Node::Unary(sign, self.boxed(&operation.expr)?))
    }

    fn for_expr(&mut self, tree: &ForTree) -> Result<ForExpr, SyntaxError> {
        let key = tree.key_expr.as_ref().map(|key| self.expr(key));
        let condition = tree.cond.as_ref().map(|condition| self.expr(&condition.expr));
        Ok(ForExpr {
            key_name: tree.intro.key_var.as_ref().map(|name| self.ident(name)),
            value_name: self.ident(&tree.intro.value_var),
            collection: self.expr(&tree.intro.collection_expr)?,
            key: key.transpose()?,
            value: self.expr(&tree.value_expr)?,
            condition: condition.transpose()?,
            group: tree.grouping,
        })
    }
}

fn operator(operator: Operator) -> BinaryOperator {
    match operator {
        Operator::Plus => BinaryOperator::Add,
        Operator::Minus => BinaryOperator::Subtract,
        Operator::Mul => BinaryOperator::Multiply,
        Operator::Div => BinaryOperator::Divide,
        Operator::Mod => BinaryOperator::Modulo,
        Operator::Eq => BinaryOperator::Equal,
        Operator::NotEq => BinaryOperator::NotEqual,
        Operator::Less => BinaryOperator::Less,
        Operator::LessEq => BinaryOperator::LessOrEqual,
        Operator::Greater => BinaryOperator::Greater,
        Operator::GreaterEq => BinaryOperator::GreaterOrEqual,
        Operator::And => BinaryOperator::And,
        Operator::Or => BinaryOperator::Or,
    }
}
