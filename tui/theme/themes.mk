# themes/*.theme as C strings, for tui/theme/builtin.c.
THEMES := $(sort $(wildcard themes/*.theme))

$(B)/gen/themes.inc: $(THEMES) tui/theme/themes.mk
	@mkdir -p $(@D)
	@for f in $(THEMES); do \
		printf '{"%s",\n' "$$(basename $$f .theme)"; \
		sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' $$f; \
		printf '},\n'; \
	done > $@

$(B)/tui/theme/builtin.o .build/fuzz/tui/theme/builtin.o: $(B)/gen/themes.inc
