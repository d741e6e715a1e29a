#!/bin/sh
# Run fuzz targets for FUZZ_SECONDS each, over their corpus in tests/fuzz/corpus.
# What they find new goes to .build, so that a run changes nothing in the tree. A
# target may have libFuzzer options of its own in tests/fuzz/NAME.options; the
# corpus is run through without them first, so that -max_len cuts none of it. With
# FUZZ_SEED the inputs are the same each time, as far as the time goes.
set -u
failed=0
# Freed memory is kept back from use, but not so much that each run meets new pages.
export ASAN_OPTIONS="quarantine_size_mb=8:${ASAN_OPTIONS:-}"
for target; do
	name=$(basename "$target" _fuzz)
	new=.build/fuzz/new/$name
	mkdir -p "$new" ".build/fuzz/found"
	corpus=
	[ -d "tests/fuzz/corpus/$name" ] && corpus=tests/fuzz/corpus/$name
	options=
	[ -f "tests/fuzz/$name.options" ] && options=$(cat "tests/fuzz/$name.options")
	echo "run $name"
	if { [ -z "$options$corpus" ] || "$target" -runs=0 -artifact_prefix=".build/fuzz/found/$name-" \
		$corpus >".build/fuzz/$name.log" 2>&1; } &&
		"$target" -max_total_time="${FUZZ_SECONDS:-600}" -timeout=120 ${FUZZ_SEED:+-seed=$FUZZ_SEED} -rss_limit_mb=2048 \
		-artifact_prefix=".build/fuzz/found/$name-" -print_final_stats=1 $options \
		"$new" $corpus >".build/fuzz/$name.log" 2>&1; then
		echo "ok $name"
		grep -E 'stat::number_of_executed_units' ".build/fuzz/$name.log"
	else
		echo "not ok $name: see .build/fuzz/$name.log"
		tail -n 30 ".build/fuzz/$name.log"
		failed=1
	fi
done
exit $failed
