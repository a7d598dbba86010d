//! Functions of numbers, and what stands for an expression without a value.

use super::{Checked, Compiler, Problem, Type, Typed};
use crate::invariant::{
    compiled::Node,
    language::{BinaryOperator, Expression, Kind, one},
    value::{Arithmetic, Comparison, Value, compute},
};

impl Compiler<'_> {
    /// `name(arguments)` where it is one of these functions.
    pub(super) fn numeric(
        &mut self,
        expression: &Expression,
        name: &str,
        arguments: &[Expression],
    ) -> Option<Checked<Typed>> {
        let few = |expected| Problem::Arguments { name: name.to_owned(), expected };
        Some(match (name, arguments) {
            ("mulDiv", [a, ratio]) => self.share(expression, Arithmetic::Divide, a, ratio),
            ("mulDivUp", [a, ratio]) => self.share(expression, Arithmetic::DivideUp, a, ratio),
            ("mulDiv", [a, b, c]) => self.mul_div(expression, Arithmetic::Divide, [a, b, c]),
            ("mulDivUp", [a, b, c]) => self.mul_div(expression, Arithmetic::DivideUp, [a, b, c]),
            ("mulDiv" | "mulDivUp", _) => self.error(
                expression,
                few("three numbers: two factors and a divisor; or a number and a ratio, as `5 bps`"),
            ),
            ("min", [a, b]) => self.of_two(expression, Arithmetic::Min, a, b),
            ("max", [a, b]) => self.of_two(expression, Arithmetic::Max, a, b),
            ("min" | "max", _) => self.error(expression, few("two numbers, or a set as in `min(x in holders, ...)`")),
            ("abs", [a]) => self.typed(a, Type::Integer).map(|node| integer(self.absolute(node))),
            ("abs", _) => self.error(expression, few("one number")),
            ("near", [a, b, tolerance]) => self.near([a, b], tolerance),
            ("near", _) => self
                .error(expression, few("two numbers, and how far apart they may be: a number or a ratio, as `5 bps`")),
            ("try", [value, instead]) => self.try_else(value, instead),
            ("try", _) => {
                self.error(expression, few("two arguments: an expression and what stands for it without a value"))
            }
            _ => return None,
        })
    }

    fn mul_div(&mut self, expression: &Expression, divide: Arithmetic, [a, b, c]: [&Expression; 3]) -> Checked<Typed> {
        let product = self.of_two(expression, Arithmetic::Multiply, a, b)?.node;
        let divisor = self.typed(c, Type::Integer)?;
        self.arithmetic(expression, divide, (product, divisor))
    }

    /// `mulDiv(a, 5 bps)` is `a * 5 / 10_000`.
    fn share(
        &mut self,
        expression: &Expression,
        divide: Arithmetic,
        a: &Expression,
        ratio: &Expression,
    ) -> Checked<Typed> {
        let sides = (self.typed(a, Type::Integer)?, self.typed(ratio, Type::Ratio)?);
        let product = self.arithmetic(expression, Arithmetic::Multiply, sides)?.node;
        self.arithmetic(expression, divide, (product, Node::Constant(Value::Integer(one()))))
    }

    fn of_two(
        &mut self,
        expression: &Expression,
        operation: Arithmetic,
        a: &Expression,
        b: &Expression,
    ) -> Checked<Typed> {
        let sides = (self.typed(a, Type::Integer)?, self.typed(b, Type::Integer)?);
        self.arithmetic(expression, operation, sides)
    }

    /// An operation on numbers; that of constants is a constant.
    pub(super) fn arithmetic(
        &self,
        expression: &Expression,
        operation: Arithmetic,
        sides: (Node, Node),
    ) -> Checked<Typed> {
        let node = match &sides {
            (Node::Constant(Value::Integer(a)), Node::Constant(Value::Integer(b))) => {
                let value = compute(operation, *a, *b).or_else(|_| self.error(expression, Problem::Constant))?;
                Node::Constant(Value::Integer(value))
            }
            _ => Node::Arithmetic(operation, Box::new(sides)),
        };
        Ok(integer(node))
    }

    /// The larger of a number and its negative, with the number computed once.
    fn absolute(&mut self, value: Node) -> Node {
        if let Node::Constant(Value::Integer(number)) = value {
            // Constants are never the smallest number, the only one without a negative.
            return Node::Constant(Value::Integer(number.max(number.saturating_neg())));
        }
        let slot = self.slots.len();
        self.most_slots = self.most_slots.max(slot + 1);
        let negative = Node::Negate(Box::new(Node::Local(slot)));
        let body = Node::Arithmetic(Arithmetic::Max, Box::new((Node::Local(slot), negative)));
        Node::Let { slot, value: Box::new(value), body: Box::new(body) }
    }

    /// `near(a, b, tolerance)` is `abs(a - b) <= tolerance`, where a ratio means that part of the larger of `abs(a)` and `abs(b)`.
    /// The part is rounded down, which changes no verdict: the difference is whole.
    fn near(&mut self, [a, b]: [&Expression; 2], tolerance: &Expression) -> Checked<Typed> {
        let depth = a.depth.max(b.depth).max(tolerance.depth) + 1;
        let at = |kind| Expression { kind, offset: a.offset, depth };
        let call = |name: &str, arguments| at(Kind::Call { base: None, name: name.to_owned(), arguments });
        let [left, right] = [a, b].map(|side| Box::new(side.clone()));
        let difference = at(Kind::Binary { operator: BinaryOperator::Subtract, left, right });
        let distance = call("abs", vec![difference]);
        if self.type_of(tolerance)? != Type::Ratio {
            return self.compare(Comparison::AtMost, &distance, tolerance);
        }
        let sizes = [a, b].map(|side| call("abs", vec![side.clone()]));
        let larger = call("max", sizes.to_vec());
        let part = call("mulDiv", vec![larger, tolerance.clone()]);
        self.compare(Comparison::AtMost, &distance, &part)
    }

    /// The type of an expression, of which nothing else is kept.
    fn type_of(&mut self, expression: &Expression) -> Checked<Type> {
        let (old, initial, listens) = (self.old.len(), self.initial.len(), self.listens.len());
        let Typed { kind, .. } = self.expression(expression)?;
        self.old.truncate(old);
        self.initial.truncate(initial);
        self.listens.truncate(listens);
        Ok(kind)
    }

    fn try_else(&mut self, value: &Expression, instead: &Expression) -> Checked<Typed> {
        let Typed { node, kind } = self.expression(value)?;
        let instead = self.typed(instead, kind)?;
        Ok(Typed { node: Node::Try(Box::new((node, instead))), kind })
    }
}

fn integer(node: Node) -> Typed {
    Typed { node, kind: Type::Integer }
}
