# Completes "go tool weaver" in fish, and "weaver" where that is a function or a program.
# Printed by: go tool weaver completion fish

# __weaver_reply SKIP COMMAND... asks weaver what may stand at the cursor. SKIP is the number
# of words up to weaver, COMMAND what runs it.
function __weaver_reply
    set -l words (commandline -opc)
    set -l found ($argv[2..-1] complete $words[(math $argv[1] + 1)..-1] (commandline -ct) 2>/dev/null </dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end

function __weaver_behind_go
    set -l words (commandline -opc)
    test (count $words) -ge 3
    and test "$words[1..3]" = "go tool weaver"
end

function __weaver_own
    if not functions -q weaver; and command -sq weaver
        __weaver_reply 1 weaver
    else
        __weaver_reply 1 go tool weaver
    end
end

complete -c go -n __weaver_behind_go -f -a '(__weaver_reply 3 go tool weaver)'
complete -c weaver -f -a '(__weaver_own)'
