# docs/preflight.md as a C string, for engine/check/manual.c.
$(B)/gen/preflight_doc.inc: docs/preflight.md engine/check/check.mk
	@mkdir -p $(@D)
	@sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' docs/preflight.md > $@

$(B)/engine/check/manual.o .build/fuzz/engine/check/manual.o: $(B)/gen/preflight_doc.inc
