# Manual pages, `make install`, `make uninstall`, `make deb`. Included by the Makefile.

# The pages are linted by a test.
DEPS_CHECK += mandoc

PREFIX ?= /usr/local
DESTDIR ?=
BINDIR := $(PREFIX)/bin
SHARE := $(PREFIX)/share
# What install puts under $(PREFIX), in one list, so that uninstall takes exactly that.
MAN := vmdeck.1 vmdeck-agents.5 vmdeck-config.5 vmdeck-theme.5 $(if $(wildcard tui/verbs/doctor_man.c),vmdeck-doctor.7)
MAN_FILES := $(MAN:%=$(B)/man/%)
DOC_FILES := README.md $(wildcard docs/*.md)
COMPLETIONS := $(B)/completions/vmdeck.bash $(B)/completions/_vmdeck $(B)/completions/vmdeck.fish

man_page = @mkdir -p $(@D) && awk -f docs/man.awk -v page=$(basename $(@F)) -v section=5 \
	-v version=$(VERSION) -v brief="$(1)" $< > $@
$(B)/man/vmdeck.1: $(B)/vmdeck
	@mkdir -p $(@D)
	@$(B)/vmdeck help --man > $@
$(B)/man/vmdeck-agents.5: docs/manifest.md docs/man.awk
	$(call man_page,the agents that vmdeck can launch)
$(B)/man/vmdeck-config.5: docs/config.md docs/man.awk
	$(call man_page,the settings of vmdeck)
$(B)/man/vmdeck-theme.5: docs/themes.md docs/man.awk
	$(call man_page,what each role on the screen of vmdeck looks like)

$(B)/completions/vmdeck.bash: $(B)/vmdeck
	@mkdir -p $(@D)
	@$(B)/vmdeck completion bash > $@
$(B)/completions/_vmdeck: $(B)/vmdeck
	@mkdir -p $(@D)
	@$(B)/vmdeck completion zsh > $@
$(B)/completions/vmdeck.fish: $(B)/vmdeck
	@mkdir -p $(@D)
	@$(B)/vmdeck completion fish > $@

.PHONY: man install uninstall deb
man: $(MAN_FILES)

# file, where under PREFIX
install_list = $(B)/vmdeck:bin/vmdeck \
	$(foreach m,$(MAN),$(B)/man/$(m):share/man/man$(patsubst .%,%,$(suffix $(m)))/$(m)) \
	$(B)/completions/vmdeck.bash:share/bash-completion/completions/vmdeck \
	$(B)/completions/_vmdeck:share/zsh/site-functions/_vmdeck \
	$(B)/completions/vmdeck.fish:share/fish/vendor_completions.d/vmdeck.fish \
	$(foreach t,$(THEMES),$(t):share/vmdeck/$(t)) \
	$(foreach d,$(DOC_FILES),$(d):share/doc/vmdeck/$(notdir $(d))) \
	LICENSE:share/doc/vmdeck/copyright

# Nothing outside $(DESTDIR)$(PREFIX) is touched. The binary works from any place: guest
# init, preload and default themes are inside it, the installed themes beside it.
install: all man $(COMPLETIONS)
	@set -e; for p in $(install_list); do \
		to="$(DESTDIR)$(PREFIX)/$${p#*:}"; mode=644; case $$to in */bin/*) mode=755;; esac; \
		install -D -m $$mode "$${p%%:*}" "$$to"; \
	done
	@echo "installed under $(DESTDIR)$(PREFIX)"

uninstall:
	@set -e; for p in $(install_list); do rm -f "$(DESTDIR)$(PREFIX)/$${p#*:}"; done
	@for d in share/vmdeck/themes share/vmdeck share/doc/vmdeck; do \
		rmdir "$(DESTDIR)$(PREFIX)/$$d" 2>/dev/null || :; done
	@echo "removed from $(DESTDIR)$(PREFIX)"

# A binary package of the installed tree. What it depends on is what the binary is linked
# with, by dpkg's own records, and the programs that vmdeck starts.
DEB_ARCH = $(shell dpkg --print-architecture)
DEB = $(B)/vmdeck_$(VERSION)_$(DEB_ARCH).deb
deb:
	@rm -rf $(B)/deb
	@$(MAKE) --no-print-directory install DESTDIR=$(abspath $(B))/deb PREFIX=/usr >/dev/null
	@strip --strip-unneeded $(B)/deb/usr/bin/vmdeck
	@gzip -9n $(B)/deb/usr/share/man/man*/*
	@sh docs/deb.sh $(B)/deb $(VERSION) $(DEB_ARCH)
	@dpkg-deb --root-owner-group --build $(B)/deb $(DEB) >/dev/null
	@echo $(abspath $(DEB))
