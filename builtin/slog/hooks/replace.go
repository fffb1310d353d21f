package hooks

// What a program hides from its logs is hidden in the export: the ReplaceAttr of log/slog's
// handlers is asked for that too. What it makes of a record's own time, level, message and
// source concerns the line that the handler writes, and is not asked for.

import (
	"log/slog"
	"slices"
)

// replaced returns attrs as h would write them behind what it was given before.
func replaced(h slog.Handler, attrs []slog.Attr) []slog.Attr {
	if groups, replace := replacerOf(h); replace != nil {
		return replaceAll(replace, groups, attrs)
	}
	return attrs
}

// replacerOf returns the open groups of h and its ReplaceAttr, nil if it has none.
func replacerOf(h slog.Handler) ([]string, replacer) {
	if inside.replacer == nil {
		return nil, nil
	}
	return inside.replacer(h)
}

// replaceAll replaces as log/slog's handlers do: never a group itself, each of its members,
// and what becomes empty is left out.
func replaceAll(replace replacer, groups []string, attrs []slog.Attr) []slog.Attr {
	groups = slices.Clip(groups)
	out := make([]slog.Attr, 0, len(attrs))
	for _, a := range attrs {
		if a.Value = a.Value.Resolve(); a.Value.Kind() != slog.KindGroup {
			a = replace(groups, a)
			a.Value = a.Value.Resolve()
		}
		if a.Value.Kind() != slog.KindGroup {
			if a.Key != "" || a.Value.Any() != nil {
				out = append(out, a)
			}
			continue
		}
		within := groups
		if a.Key != "" {
			within = append(groups, a.Key)
		}
		if members := replaceAll(replace, within, a.Value.Group()); len(members) > 0 {
			out = append(out, slog.Attr{Key: a.Key, Value: slog.GroupValue(members...)})
		}
	}
	return out
}
