use alloy_primitives::{Address, aliases::I512};
use std::fmt;

/// A prefix operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::invariant) enum UnaryOperator {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// An infix operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::invariant) enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `&&`
    And,
    /// `||`
    Or,
}

impl BinaryOperator {
    /// How tightly it binds, as in Solidity.
    pub(in crate::invariant) fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal | Self::NotEqual => 3,
            Self::Less | Self::AtMost | Self::Greater | Self::AtLeast => 4,
            Self::Add | Self::Subtract => 5,
            Self::Multiply | Self::Divide | Self::Remainder => 6,
        }
    }

    /// As it is written.
    pub(in crate::invariant) fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::And => "&&",
            Self::Or => "||",
        }
    }
}

/// What a fold makes of the values of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::invariant) enum FoldKind {
    /// Their sum.
    Sum,
    /// Whether all hold.
    All,
    /// Whether one holds.
    Any,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// How many hold.
    Count,
}

impl FoldKind {
    /// The fold called `name`.
    pub(in crate::invariant) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "sum" => Self::Sum,
            "all" => Self::All,
            "any" => Self::Any,
            "min" => Self::Min,
            "max" => Self::Max,
            "count" => Self::Count,
            _ => return None,
        })
    }

    /// Its name.
    pub(in crate::invariant) fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::All => "all",
            Self::Any => "any",
            Self::Min => "min",
            Self::Max => "max",
            Self::Count => "count",
        }
    }
}

/// A node of the syntax tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::invariant) struct Expression {
    /// What it is.
    pub kind: Kind,
    /// Byte offset of its first character.
    pub offset: usize,
    /// Height of the tree below it.
    pub depth: usize,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::invariant) enum Kind {
    /// A number.
    Integer(I512),
    /// A ratio, in parts of a whole.
    Ratio(I512),
    /// `true` or `false`.
    Boolean(bool),
    /// 20 bytes in hex.
    Address(Address),
    /// What stands between quotation marks.
    Text(String),
    /// An identifier.
    Name(String),
    /// `base.name` without a call.
    Member { base: Box<Expression>, name: String },
    /// `name(arguments)` or `base.name(arguments)`.
    Call { base: Option<Box<Expression>>, name: String, arguments: Vec<Expression> },
    /// `base.1`
    Index { base: Box<Expression>, index: usize },
    /// A prefix operator.
    Unary { operator: UnaryOperator, operand: Box<Expression> },
    /// An infix operator.
    Binary { operator: BinaryOperator, left: Box<Expression>, right: Box<Expression> },
    /// `condition ? yes : no`
    Conditional { condition: Box<Expression>, yes: Box<Expression>, no: Box<Expression> },
    /// `sum(x in holders, body)`
    Fold { fold: FoldKind, variable: String, set: Box<Expression>, body: Box<Expression> },
}

/// Prints an expression with other words for some of its names: role variables become the contracts that they stand for.
pub(in crate::invariant) struct Render<'a> {
    /// What to print.
    pub expression: &'a Expression,
    /// Name to word.
    pub names: &'a dyn Fn(&str) -> Option<String>,
}

impl Render<'_> {
    fn of<'b>(&'b self, expression: &'b Expression) -> Render<'b> {
        Render { expression, names: self.names }
    }

    /// Prints an operand, in parentheses when it binds less tightly than `least`.
    fn operand(&self, formatter: &mut fmt::Formatter<'_>, operand: &Expression, least: u8) -> fmt::Result {
        let precedence = match &operand.kind {
            Kind::Conditional { .. } => 0,
            Kind::Binary { operator, .. } => operator.precedence(),
            Kind::Unary { .. } => 7,
            _ => 8,
        };
        if precedence < least {
            write!(formatter, "({})", self.of(operand))
        } else {
            write!(formatter, "{}", self.of(operand))
        }
    }

    fn list(&self, formatter: &mut fmt::Formatter<'_>, arguments: &[Expression]) -> fmt::Result {
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                formatter.write_str(", ")?;
            }
            write!(formatter, "{}", self.of(argument))?;
        }
        Ok(())
    }
}

impl fmt::Display for Render<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.expression.kind {
            Kind::Integer(value) => write!(formatter, "{value}"),
            Kind::Ratio(parts) => formatter.write_str(&super::number::show_ratio(*parts)),
            Kind::Boolean(value) => write!(formatter, "{value}"),
            Kind::Address(address) => write!(formatter, "{address}"),
            Kind::Text(text) => write!(formatter, "\"{text}\""),
            Kind::Name(name) => match (self.names)(name) {
                Some(word) => formatter.write_str(&word),
                None => formatter.write_str(name),
            },
            Kind::Member { base, name } => {
                self.operand(formatter, base, 8)?;
                write!(formatter, ".{name}")
            }
            Kind::Call { base, name, arguments } => {
                if let Some(base) = base {
                    self.operand(formatter, base, 8)?;
                    formatter.write_str(".")?;
                }
                write!(formatter, "{name}(")?;
                self.list(formatter, arguments)?;
                formatter.write_str(")")
            }
            Kind::Index { base, index } => {
                self.operand(formatter, base, 8)?;
                write!(formatter, ".{index}")
            }
            Kind::Unary { operator, operand } => {
                formatter.write_str(if *operator == UnaryOperator::Not { "!" } else { "-" })?;
                self.operand(formatter, operand, 7)
            }
            Kind::Binary { operator, left, right } => {
                self.operand(formatter, left, operator.precedence())?;
                write!(formatter, " {} ", operator.symbol())?;
                self.operand(formatter, right, operator.precedence() + 1)
            }
            Kind::Conditional { condition, yes, no } => {
                self.operand(formatter, condition, 1)?;
                write!(formatter, " ? {} : {}", self.of(yes), self.of(no))
            }
            Kind::Fold { fold, variable, set, body, .. } => {
                write!(formatter, "{}({variable} in {}, {})", fold.name(), self.of(set), self.of(body))
            }
        }
    }
}
