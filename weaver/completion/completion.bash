# Completes "go tool weaver" in bash, and "weaver" where that is a function, an alias or a
# program. Printed by: go tool weaver completion bash

# _weaver_reply SKIP COMMAND... asks weaver what may stand at the cursor. SKIP is the number
# of words up to weaver, COMMAND what runs it.
_weaver_reply() {
	local skip=$1 words=() word="" glue="" last="" strip candidate i
	shift
	for ((i = 0; i <= COMP_CWORD; i++)); do
		# bash takes GOOS=linux for three words.
		last=${COMP_WORDS[i]}
		if [[ $last == [=:]* ]] && ((i > 0)); then
			words[${#words[@]} - 1]+=$last
			glue=1
			last=""
		elif [[ $glue ]]; then
			words[${#words[@]} - 1]+=$last
			glue=""
		else
			words+=("$last")
		fi
	done
	word=${words[${#words[@]} - 1]}
	strip=$((${#word} - ${#last})) # bash puts the reply in the place of the last of them
	COMPREPLY=()
	while IFS=$'\t' read -r candidate _; do
		COMPREPLY+=("${candidate:strip}")
	done < <("$@" complete "${words[@]:skip}" 2>/dev/null </dev/null)
	compopt +o nospace 2>/dev/null
	if [[ ${COMPREPLY[0]-} == *[=/] ]]; then
		compopt -o nospace 2>/dev/null
	fi
}

_weaver() {
	if [[ $(type -t "$1") == file ]]; then
		_weaver_reply 1 "$1"
	else
		_weaver_reply 1 go tool weaver
	fi
}

_weaver_go() {
	if ((COMP_CWORD > 2)) && [[ ${COMP_WORDS[1]} == tool && ${COMP_WORDS[2]} == weaver ]]; then
		_weaver_reply 3 go tool weaver
	else
		_weaver_go_before "$@"
	fi
}

# _weaver_go_before does what completed go before this file came.
_weaver_go_before() {
	local spec=() i
	if [[ ! $_weaver_go_spec ]]; then
		# What loads completions when they are needed puts that of go in our place.
		eval "spec=($(complete -p -D 2>/dev/null))"
		for ((i = 1; i < ${#spec[@]}; i++)); do
			if [[ ${spec[i]} == -F ]]; then
				complete -r go
				"${spec[i + 1]}" "$@"
				_weaver_take_go
				break
			fi
		done
		if [[ ! $_weaver_go_spec ]]; then
			return
		fi
	fi
	eval "spec=($_weaver_go_spec)"
	for ((i = 1; i < ${#spec[@]}; i++)); do
		case ${spec[i]} in
		-F)
			"${spec[i + 1]}" "$@"
			return
			;;
		-C)
			mapfile -t COMPREPLY < <(
				export COMP_LINE COMP_POINT COMP_KEY COMP_TYPE
				eval "${spec[i + 1]}"' "$@"'
			)
			return
			;;
		esac
	done
	mapfile -t COMPREPLY < <(compgen "${spec[@]:1:${#spec[@]}-2}" -- "$2")
}

# _weaver_take_go takes note of what completes go, and takes its place, with its options.
_weaver_take_go() {
	local spec=() options=() found i
	found=$(complete -p go 2>/dev/null) || found=""
	if [[ $found && $found != *" _weaver_go "* ]]; then
		_weaver_go_spec=$found
	fi
	eval "spec=(${_weaver_go_spec:-complete -o bashdefault -o default})"
	for ((i = 1; i < ${#spec[@]}; i++)); do
		if [[ ${spec[i]} == -o ]]; then
			options+=(-o "${spec[i + 1]}")
		fi
	done
	complete "${options[@]}" -F _weaver_go go
}

_weaver_go_spec=${_weaver_go_spec-}
_weaver_take_go
complete -o bashdefault -o default -F _weaver weaver
