#!/bin/bash
# What `make install`, `make uninstall` and `make deb` leave where, and that it works there.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $BUILD in */san) echo "skip install: of an instrumented build"; exit 0;; esac
mk() { make --no-print-directory -s B="$BUILD" "$@" >"$work/out" 2>&1 || fail "make $*: $(tail -2 "$work/out" | tr '\n' ' ')"; }
export VMDECK_HOME=$work/home

installs_and_uninstalls() {
	mk install DESTDIR="$work/root" PREFIX=/opt/deck
	(cd "$work/root/opt/deck" && find . -type f | sort) >"$work/list"
	for f in bin/vmdeck share/man/man1/vmdeck.1 share/man/man5/vmdeck-agents.5 share/man/man5/vmdeck-theme.5 \
		share/bash-completion/completions/vmdeck share/zsh/site-functions/_vmdeck \
		share/fish/vendor_completions.d/vmdeck.fish share/vmdeck/themes/nord.theme share/doc/vmdeck/README.md; do
		grep -qx "./$f" "$work/list" || fail "lacks $f"
	done
	[ -z "$(find "$work/root" -perm /022 ! -type l)" ] || fail "writable for others: $(find "$work/root" -perm /022 ! -type l | head -1)"
	# what is not ours stays
	touch "$work/root/opt/deck/share/vmdeck/themes/theirs.theme"
	mk uninstall DESTDIR="$work/root" PREFIX=/opt/deck
	[ "$(find "$work/root" -type f)" = "$work/root/opt/deck/share/vmdeck/themes/theirs.theme" ] ||
		fail "left: $(find "$work/root" -type f | head -3 | tr '\n' ' ')"
}

works_from_a_moved_tree() {
	mk install DESTDIR="$work/a" PREFIX=/usr
	mv "$work/a/usr" "$work/elsewhere"
	local b=$work/elsewhere/bin/vmdeck
	printf 'text = 252 on 67\n' >"$work/elsewhere/share/vmdeck/themes/local.theme"
	"$b" theme list | grep -q "local .*elsewhere/share/vmdeck/themes/local.theme" ||
		"$b" theme list | grep -q "local .*share/vmdeck/themes/local.theme" || fail "its themes are not found: $("$b" theme list | grep local)"
	rm -rf "$work/elsewhere/share"
	"$b" theme check >/dev/null || fail "without its themes"
	mkdir -p "$work/home/config"
	echo '{ "agents": { "sh": { "backend": "demo", "script": "shell" } } }' >"$work/home/config/agents.json"
	"$b" up sh >/dev/null 2>&1 && "$b" send sh-1 --enter 'echo moved' && "$b" wait sh-1 --for moved --timeout 120 || fail "a session"
	"$b" kill sh-1 --yes >/dev/null 2>&1
}

completes() {
	mkdir -p "$work/bin" && ln -sf "$VMDECK" "$work/bin/vmdeck"
	v completion bash >"$work/c.bash"
	try() { # words...: what is offered for the last of them
		PATH=$work/bin:$PATH bash -c 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _vmdeck; printf "%s\n" "${COMPREPLY[@]}"' "$work/c.bash" "$@"
	}
	[ "$(try vmdeck scr)" = screen ] || fail "a verb: $(try vmdeck scr)"
	try vmdeck up --na | grep -qx -- --name || fail "an option: $(try vmdeck up --na)"
	try vmdeck up sh | grep -qx shell || fail "an agent: $(try vmdeck up sh)"
	try vmdeck help the | grep -qx theme || fail "a verb's name"
	try vmdeck --theme gruv | grep -qx gruvbox-dark || fail "a theme: $(try vmdeck --theme gruv)"
	try vmdeck theme check nor | grep -qx nord || fail "a theme's name: $(try vmdeck theme check nor)"
	try vmdeck wait x --state as | grep -qx asks || fail "a state: $(try vmdeck wait x --state as)"
	try vmdeck image build ti | grep -qx tiny || fail "a recipe: $(try vmdeck image build ti)"
	for verb in $(v help | sed -n 's/^  \([a-z][a-z-]*\)\( .*\)\{0,1\}$/\1/p'); do
		try vmdeck "$verb" | grep -qx -- "$verb" || fail "bash lacks $verb"
		v completion zsh | grep -q "^ *$verb)" || fail "zsh lacks $verb"
		v completion fish | grep -q -- "-a $verb -d" || fail "fish lacks $verb"
	done
}
zsh_takes_its_script() {
	command -v zsh >/dev/null || skip zsh
	v completion zsh >"$work/_vmdeck"
	zsh -n "$work/_vmdeck" || fail "zsh -n"
	zsh -fc "fpath=($work \$fpath); autoload -Uz compinit; compinit -u -D; whence -w _vmdeck" | grep -q function || fail "compinit"
	zsh -fc "autoload -Uz compinit; compinit -u -D; eval \"\$($VMDECK completion zsh)\"; echo \$_comps[vmdeck]" |
		grep -qx _vmdeck || fail "evaluated it completes nothing"
}
fish_takes_its_script() {
	command -v fish >/dev/null || skip fish
	v completion fish >"$work/c.fish"
	fish -n "$work/c.fish" || fail "fish -n"
	fish -c "source $work/c.fish; complete -C 'vmdeck scr'" | grep -q '^screen' || fail "completes nothing"
	PATH=$work/bin:$PATH fish -c "source $work/c.fish; complete -C 'vmdeck --theme gruv'" | grep -q '^gruvbox-dark' || fail "no theme"
}

makes_a_package() {
	command -v dpkg-deb >/dev/null || skip dpkg-deb
	mk deb
	local deb
	deb=$(tail -1 "$work/out")
	dpkg-deb --info "$deb" >"$work/info" || fail "info"
	grep -q '^ Package: vmdeck' "$work/info" && grep -qE '^ Depends: .*libc6 .*libncursesw6' "$work/info" ||
		fail "$(grep Depends "$work/info")"
	dpkg-deb --contents "$deb" | grep -q './usr/share/man/man1/vmdeck.1.gz' || fail "contents"
	dpkg-deb --contents "$deb" | awk '$2 != "root/root"' | grep -q . && fail "owners"
	dpkg-deb --extract "$deb" "$work/x" || fail "extract"
	"$work/x/usr/bin/vmdeck" --version | grep -q '^vmdeck [0-9]' || fail "the binary"
	"$work/x/usr/bin/vmdeck" theme list | grep -q nord || fail "themes"
	dpkg-deb --control "$deb" "$work/ctl" || fail "control"
	(cd "$work/x" && md5sum -c --quiet "$work/ctl/md5sums") || fail "md5sums"
	# every library of the binary is in a package that it depends on
	for p in $(sed -n 's/^ Depends: //p' "$work/info" | tr ',' '\n' | awk '{ print $1 }'); do
		dpkg-query -W "$p" >/dev/null 2>&1 || fail "depends on $p, which dpkg does not know"
	done
}

for t in installs_and_uninstalls works_from_a_moved_tree completes zsh_takes_its_script fish_takes_its_script makes_a_package; do
	test_run $t
done
