# Completes "go tool weaver" in zsh, and "weaver" where that is a function, an alias or a
# program. Printed by: go tool weaver completion zsh

# _weaver_reply SKIP COMMAND... asks weaver what may stand at the cursor. SKIP is the number
# of words up to weaver, COMMAND what runs it.
_weaver_reply() {
	local skip=$1 line value
	local -a before values shown open openShown
	shift
	before=("${(@)words[skip+1,CURRENT-1]}")
	((CURRENT > skip + 1)) || before=()
	for line in "${(@f)$("$@" complete "${before[@]}" "$PREFIX" 2>/dev/null </dev/null)}"; do
		[[ -n $line ]] || continue
		value=${line%%$'\t'*}
		if [[ $value == *[=/] ]]; then # more follows without a space
			open+=("$value")
			openShown+=("${line//$'\t'/  -- }")
		else
			values+=("$value")
			shown+=("${line//$'\t'/  -- }")
		fi
	done
	if ((!$#values && !$#open)); then
		_default
		return
	fi
	compadd -Q -l -d shown -a values
	compadd -Q -S '' -l -d openShown -a open
}

_weaver() {
	if ((!$+functions[weaver] && !$+aliases[weaver] && $+commands[weaver])); then
		_weaver_reply 1 weaver
	else
		_weaver_reply 1 go tool weaver
	fi
}

_weaver_go() {
	if ((CURRENT > 3)) && [[ $words[2] == tool && $words[3] == weaver ]]; then
		_weaver_reply 3 go tool weaver
	else
		eval "${_weaver_go_before:-_default}"
	fi
}

if ((!$+functions[compdef])); then
	autoload -Uz compinit && compinit
fi
# What completed go before this file came.
typeset -g _weaver_go_before=${${_comps[go]-}:#_weaver_go}${${(M)${_comps[go]-}:#_weaver_go}:+${_weaver_go_before-}}
compdef _weaver_go go
compdef _weaver weaver
