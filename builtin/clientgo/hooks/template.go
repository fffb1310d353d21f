package hooks

import "strings"

// template returns what a path of the API was made from, or "" if that is not known. Source: how
// k8s.io/apiserver reads one, in RequestInfoFactory.NewRequestInfo of v0.34.
//
//	/api/v1/namespaces/{namespace}/pods/{name}/log
//	/apis/apps/v1/deployments
//	/apis/rbac.authorization.k8s.io/v1/clusterroles/{name}
//	/api/v1/nodes/{name}/proxy/{path}
//	/healthz
func template(path string) string {
	parts := strings.Split(path, "/")
	api := -1
	for i, part := range parts {
		if part == "api" || part == "apis" {
			api = i // what is before it is where the API is, which may be below a path
			break
		}
	}
	if api < 0 {
		return about(path)
	}
	resource := api + 2 // behind the version
	if parts[api] == "apis" {
		resource++ // and the group before it
	}
	if len(parts) <= resource {
		return path // which says what there is
	}
	rest := parts[resource:]
	for len(rest) > 0 && (rest[0] == "watch" || rest[0] == "proxy") { // the API's older forms
		rest = rest[1:]
	}
	named(rest)
	return strings.Join(shortened(parts, rest), "/")
}

// named puts placeholders into the parts of a path behind the version.
func named(rest []string) {
	if len(rest) > 2 && rest[0] == "namespaces" && rest[2] != "status" && rest[2] != "finalize" {
		rest[1] = "{namespace}"
		rest = rest[2:]
	}
	if len(rest) > 1 {
		rest[1] = "{name}"
	}
}

// shortened returns the parts of a path, whose last ones are rest, without what stands behind
// the subresource: with a proxy that is a path of somebody else's.
func shortened(parts, rest []string) []string {
	most := 3 // resource, name and subresource
	if len(rest) > 2 && rest[0] == "namespaces" && rest[1] == "{namespace}" {
		most += 2
	}
	if len(rest) <= most {
		return parts
	}
	return append(parts[:len(parts)-len(rest)+most], "{path}")
}

// about returns the path if it is one of those by which a server is asked about itself, of
// which there are few.
func about(path string) string {
	for _, known := range []string{"/version", "/healthz", "/livez", "/readyz", "/metrics", "/openapi/v2", "/openapi/v3"} {
		if strings.HasSuffix(path, known) {
			return path
		}
	}
	return ""
}
