package statement

import "strings"

// Told returns the summary of a statement, and its text as it may be told: as it is where it
// has placeholders and so, it is taken, no literals of its author's.
func Told(statement string, d Dialect) (summary, text string) {
	info := Parse(statement, d)
	if info.Parametrized {
		return info.Summary, Cut(statement)
	}
	return info.Summary, info.Text()
}

// Batch is Told for statements that are sent together, as the conventions have it: their
// common summary behind BATCH, and the text that they all have, or the texts of as many as are
// not too long. Of a single one it is that one's.
func Batch(statements []string, d Dialect) (summary, text string) {
	if len(statements) == 1 {
		return Told(statements[0], d)
	}
	same := true
	for _, s := range statements {
		same = same && s == statements[0]
	}
	if same && len(statements) > 0 {
		statements = statements[:1]
	}
	texts, length := make([]string, 0, len(statements)), 0
	for i, s := range statements {
		one, shown := Told(s, d)
		if i == 0 {
			summary = one
		} else if !strings.EqualFold(summary, one) {
			summary = ""
		}
		if length += len(s); length <= Longest {
			texts = append(texts, shown)
		}
	}
	return strings.TrimSpace("BATCH " + summary), strings.Join(texts, "; ")
}
