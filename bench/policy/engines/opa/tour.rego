# The tour's policy. tour.wasm beside it is what OPA 1.22.3 makes of it, for machines that have no Go:
#   go run github.com/open-policy-agent/opa@v1.22.3 build -t wasm -e tour/allow tour.rego
#   tar xzf bundle.tar.gz /policy.wasm && mv policy.wasm tour.wasm
package tour

default allow := false

allow if {
	input.action == "mail.send"
	count(strangers) == 0
	input.count <= 500
}

approved := {"acme.com", "acme-support.com"}

strangers contains domain if {
	some domain in input.domains
	not domain in approved
}
