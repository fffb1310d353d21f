package instrument

// Conditions beside the join point: Where.

// described is the target of a rule that has none, but finds its targets by what its
// predicates say.
type described struct{}

// Where returns the join point with further conditions: only where every predicate
// holds, and all that were set before. A body that was named and for which one does
// not hold is left alone.
func (b Body) Where(predicates ...Predicate) Body {
	return Body{b.r.where(predicates, here())}
}

// Where returns the calls in functions for which every predicate holds, beside all
// that were set before. They are about the function that the call is written in, not
// about the one that is called.
func (c Call[F]) Where(predicates ...Predicate) Call[F] {
	return Call[F]{c.r.where(predicates, here())}
}

// Where is as [Call.Where].
func (c NamedCall) Where(predicates ...Predicate) NamedCall {
	return NamedCall{c.r.where(predicates, here())}
}

// Where returns the uses in functions for which every predicate holds, beside all that
// were set before.
func (r Ref[F]) Where(predicates ...Predicate) Ref[F] {
	return Ref[F]{r.r.where(predicates, here())}
}

// Where is as [Ref.Where].
func (r NamedRef) Where(predicates ...Predicate) NamedRef {
	return NamedRef{r.r.where(predicates, here())}
}

// Where returns the field in structs that are made in functions for which every predicate
// holds, beside all that were set before.
func (f Field[S, T]) Where(predicates ...Predicate) Field[S, T] {
	return Field[S, T]{f.r.where(predicates, here())}
}

// Where is as [Field.Where].
func (f NamedField) Where(predicates ...Predicate) NamedField {
	return NamedField{f.r.where(predicates, here())}
}

// Where returns the structs that are made in functions for which every predicate holds,
// beside all that were set before.
func (l Literal[S]) Where(predicates ...Predicate) Literal[S] {
	return Literal[S]{l.r.where(predicates, here())}
}

// Where is as [Literal.Where].
func (l NamedLiteral) Where(predicates ...Predicate) NamedLiteral {
	return NamedLiteral{l.r.where(predicates, here())}
}

// Where returns the struct type with further conditions, beside all that were set before.
// It is declared in no function, so what is about one does not hold.
func (s Struct) Where(predicates ...Predicate) Struct {
	return Struct{s.r.where(predicates, here())}
}

// Where returns the variable or constant with further conditions, beside all that were set
// before. It is declared in no function, so what is about one does not hold; of
// "main.version" [Package] says in which command.
func (v Var) Where(predicates ...Predicate) Var { return Var{v.r.where(predicates, here())} }

// Where returns the package with further conditions, beside all that were set before, such
// as [Package] for one of those that are named main.
func (p NamedPackage) Where(predicates ...Predicate) NamedPackage {
	return NamedPackage{p.r.where(predicates, here())}
}

// where returns the rule with further conditions, which were set at p. That there are
// none is a mistake, which is kept as a predicate of its own kind.
func (r Rule) where(predicates []Predicate, p position) Rule {
	if len(predicates) == 0 {
		predicates = []Predicate{{kind: noCondition, pos: p}}
	}
	r.preds = append(append([]Predicate{}, r.preds...), predicates...)
	return r
}

// noCondition is the kind of what stands for the predicates of a Where without any.
const noCondition = "where"
