package weaver

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/goweaver/weaver/internal/rule"
)

// predicate returns p as it is written in a registration file, without package
// instrument's name before it, and with types as spell has them. A type that was given
// as text is shown as one that was not.
func predicate(p rule.Pred, spell func(rule.Type) string) string {
	switch p.Kind {
	case rule.PredParam:
		return fmt.Sprintf("ParamIs[%s](%d)", spell(p.Type), p.Index)
	case rule.PredResult:
		return fmt.Sprintf("ResultIs[%s](%d)", spell(p.Type), p.Index)
	case rule.PredRecv:
		return fmt.Sprintf("ReceiverIs[%s]()", spell(p.Type))
	case rule.PredImplements:
		return fmt.Sprintf("Implements[%s](%s)", spell(p.Type), itemText(p.Item.String()))
	}
	var args []string
	if p.Text != "" {
		args = append(args, strconv.Quote(p.Text))
	}
	for _, k := range p.Keys {
		args = append(args, strconv.Quote(k))
	}
	for _, q := range p.Of {
		args = append(args, predicate(q, spell))
	}
	return predicateName(p.Kind) + "(" + strings.Join(args, ", ") + ")"
}

// predicateName returns the function of package instrument that makes a predicate of
// that kind.
func predicateName(kind string) string {
	switch kind {
	case rule.PredReceiver:
		return "Receiver"
	case rule.PredName:
		return "Name"
	case rule.PredPackage:
		return "Package"
	case rule.PredExported:
		return "Exported"
	case rule.PredDirective:
		return "HasDirective"
	case rule.PredWithout:
		return "Without"
	case rule.PredWords:
		return "HasWords"
	case rule.PredGenerated:
		return "Generated"
	case rule.PredInTests:
		return "InTests"
	case rule.PredTestMain:
		return "TestMain"
	case rule.PredNot:
		return "Not"
	case rule.PredAny:
		return "Any"
	}
	return "All"
}
