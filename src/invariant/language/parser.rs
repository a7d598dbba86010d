use super::{
    MAX_DEPTH, MAX_LENGTH, MAX_NESTING, SyntaxError,
    ast::{BinaryOperator, Expression, FoldKind, Kind, UnaryOperator},
    token::{Token, tokens},
};

/// An error and the byte offset where it is.
pub(in crate::invariant) type Located = (SyntaxError, usize);

/// Reads an expression.
///
/// # Errors
///
/// What is wrong, with the byte offset of the first character that cannot be.
pub(in crate::invariant) fn parse(text: &str) -> Result<Expression, Located> {
    if text.len() > MAX_LENGTH {
        return Err((SyntaxError::TooLong { length: text.len() }, 0));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, next: 0, nesting: 0 };
    let expression = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(expression),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

/// Precedence climbing over tokens.
struct Parser {
    tokens: Vec<(Token, usize)>,
    next: usize,
    nesting: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        // The last token is the end, and nothing steps over it.
        self.tokens.get(self.next).map_or(&Token::End, |(token, _)| token)
    }

    fn offset(&self) -> usize {
        self.tokens.get(self.next).or(self.tokens.last()).map_or(0, |(_, offset)| *offset)
    }

    fn advance(&mut self) {
        if *self.peek() != Token::End {
            self.next += 1;
        }
    }

    fn eat(&mut self, symbol: &'static str) -> bool {
        let found = *self.peek() == Token::Symbol(symbol);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, symbol: &'static str, expected: &'static str) -> Result<(), Located> {
        if self.eat(symbol) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    fn name(&mut self, expected: &'static str) -> Result<String, Located> {
        let Token::Name(name) = self.peek().clone() else { return Err(self.unexpected(expected)) };
        self.advance();
        Ok(name)
    }

    fn unexpected(&self, expected: &'static str) -> Located {
        (SyntaxError::Unexpected { expected, found: self.peek().to_string() }, self.offset())
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Located>) -> Result<T, Located> {
        if self.nesting == MAX_NESTING {
            return Err((SyntaxError::TooDeep, self.offset()));
        }
        self.nesting += 1;
        let result = read(self);
        self.nesting -= 1;
        result
    }

    fn expression(&mut self) -> Result<Expression, Located> {
        self.nested(|parser| {
            let condition = parser.binary(1)?;
            if !parser.eat("?") {
                return Ok(condition);
            }
            let yes = parser.expression()?;
            parser.expect(":", "`:`")?;
            let no = parser.expression()?;
            let offset = condition.offset;
            let depth = condition.depth.max(yes.depth).max(no.depth);
            let (condition, yes, no) = (Box::new(condition), Box::new(yes), Box::new(no));
            build(Kind::Conditional { condition, yes, no }, offset, depth)
        })
    }

    fn binary(&mut self, least: u8) -> Result<Expression, Located> {
        let mut left = self.unary()?;
        while let Some(operator) = self.operator().filter(|operator| operator.precedence() >= least) {
            self.advance();
            // All operators bind to the left; the recursion is at most one level a precedence.
            let right = self.binary(operator.precedence() + 1)?;
            let (offset, depth) = (left.offset, left.depth.max(right.depth));
            left = build(Kind::Binary { operator, left: Box::new(left), right: Box::new(right) }, offset, depth)?;
        }
        Ok(left)
    }

    fn operator(&self) -> Option<BinaryOperator> {
        let Token::Symbol(symbol) = self.peek() else { return None };
        Some(match *symbol {
            "+" => BinaryOperator::Add,
            "-" => BinaryOperator::Subtract,
            "*" => BinaryOperator::Multiply,
            "/" => BinaryOperator::Divide,
            "%" => BinaryOperator::Remainder,
            "==" => BinaryOperator::Equal,
            "!=" => BinaryOperator::NotEqual,
            "<" => BinaryOperator::Less,
            "<=" => BinaryOperator::AtMost,
            ">" => BinaryOperator::Greater,
            ">=" => BinaryOperator::AtLeast,
            "&&" => BinaryOperator::And,
            "||" => BinaryOperator::Or,
            _ => return None,
        })
    }

    fn unary(&mut self) -> Result<Expression, Located> {
        let offset = self.offset();
        let operator = match self.peek() {
            Token::Symbol("!") => UnaryOperator::Not,
            Token::Symbol("-") => UnaryOperator::Negate,
            _ => return self.postfix(),
        };
        self.advance();
        let operand = self.nested(Self::unary)?;
        let depth = operand.depth;
        build(Kind::Unary { operator, operand: Box::new(operand) }, offset, depth)
    }

    fn postfix(&mut self) -> Result<Expression, Located> {
        let mut base = self.primary()?;
        while self.eat(".") {
            let offset = base.offset;
            let at = self.offset();
            let depth = base.depth;
            match self.peek().clone() {
                Token::Integer(index) => {
                    self.advance();
                    let index = usize::try_from(index).map_err(|_| {
                        (SyntaxError::Number { reason: "the index of a return value is too large" }, at)
                    })?;
                    base = build(Kind::Index { base: Box::new(base), index }, offset, depth)?;
                }
                Token::Name(name) => {
                    self.advance();
                    if self.eat("(") {
                        let arguments = self.arguments()?;
                        let depth = arguments.iter().map(|argument| argument.depth).fold(depth, usize::max);
                        base = build(Kind::Call { base: Some(Box::new(base)), name, arguments }, offset, depth)?;
                    } else {
                        base = build(Kind::Member { base: Box::new(base), name }, offset, depth)?;
                    }
                }
                _ => return Err(self.unexpected("the name of a function or the index of a return value")),
            }
        }
        Ok(base)
    }

    fn arguments(&mut self) -> Result<Vec<Expression>, Located> {
        let mut arguments = Vec::new();
        if self.eat(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression()?);
            if self.eat(")") {
                return Ok(arguments);
            }
            self.expect(",", "`,` or `)`")?;
        }
    }

    fn primary(&mut self) -> Result<Expression, Located> {
        let offset = self.offset();
        match self.peek().clone() {
            Token::Integer(value) => {
                self.advance();
                build(Kind::Integer(value), offset, 0)
            }
            Token::Ratio(parts) => {
                self.advance();
                build(Kind::Ratio(parts), offset, 0)
            }
            Token::Address(address) => {
                self.advance();
                build(Kind::Address(address), offset, 0)
            }
            Token::Text(text) => {
                self.advance();
                build(Kind::Text(text), offset, 0)
            }
            Token::Name(name) => {
                self.advance();
                self.named(name, offset)
            }
            Token::Symbol("(") => {
                self.advance();
                let mut inner = self.expression()?;
                self.expect(")", "`)`")?;
                inner.offset = offset;
                Ok(inner)
            }
            _ => Err(self.unexpected("a value")),
        }
    }

    fn named(&mut self, name: String, offset: usize) -> Result<Expression, Located> {
        match name.as_str() {
            "true" => return build(Kind::Boolean(true), offset, 0),
            "false" => return build(Kind::Boolean(false), offset, 0),
            _ => {}
        }
        if !self.eat("(") {
            return build(Kind::Name(name), offset, 0);
        }
        if let Some(fold) = FoldKind::named(&name).filter(|fold| self.is_fold(*fold)) {
            return self.nested(|parser| parser.fold(fold, offset));
        }
        let arguments = self.arguments()?;
        let depth = arguments.iter().map(|argument| argument.depth).max().unwrap_or(0);
        build(Kind::Call { base: None, name, arguments }, offset, depth)
    }

    /// Whether what follows `min(` is a set; other folds are nothing else.
    fn is_fold(&self, fold: FoldKind) -> bool {
        let follows = |ahead: usize| self.tokens.get(self.next + ahead).map(|(token, _)| token);
        let over_set = matches!(follows(0), Some(Token::Name(_))) && follows(1) == Some(&Token::Name("in".to_owned()));
        over_set || !matches!(fold, FoldKind::Min | FoldKind::Max)
    }

    fn fold(&mut self, fold: FoldKind, offset: usize) -> Result<Expression, Located> {
        let variable = self.name("a variable, as in `sum(x in holders, ...)`")?;
        if *self.peek() != Token::Name("in".to_owned()) {
            return Err(self.unexpected("`in`, as in `sum(x in holders, ...)`"));
        }
        self.advance();
        let Token::Name(_) = self.peek() else { return Err(self.unexpected("a set, as `holders`")) };
        let set = self.primary()?;
        self.expect(",", "`,`")?;
        let body = self.expression()?;
        self.expect(")", "`)`")?;
        let depth = body.depth.max(set.depth);
        build(Kind::Fold { fold, variable, set: Box::new(set), body: Box::new(body) }, offset, depth)
    }
}

/// A node over children of height `depth`.
fn build(kind: Kind, offset: usize, depth: usize) -> Result<Expression, Located> {
    if depth >= MAX_DEPTH {
        return Err((SyntaxError::TooDeep, offset));
    }
    Ok(Expression { kind, offset, depth: depth + 1 })
}
