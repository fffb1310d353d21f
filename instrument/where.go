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
