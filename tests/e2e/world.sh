# What the end-to-end tests in the decoy world share (tests/world/world.h). Sourced by bash
# after lib.sh: the script runs itself again inside the world, in a home of its own.
tools=${TOOLS:-$BUILD/tests}
if [ -z "${WORLD_LOG:-}" ]; then
	new_home
	export WORLD_LOG=$VMDECK_HOME/world.log WORLD_SERVE=$VMDECK_HOME/serve
	"$tools/world-run" "$WORLD_LOG" bash "$0" "$@"
	status=$?
	[ $status = 125 ] && echo "skip $(basename "$0" _test.sh): no decoy world here"
	rm -rf "$VMDECK_HOME"
	[ $status = 125 ] && exit 0
	exit $status
fi

# Lines of the world's log, and those after so many.
marks() { wc -l <"$WORLD_LOG"; }
since() { tail -n +$(($1 + 1)) "$WORLD_LOG"; }

# certificate NAME SAN: NAME.pem and NAME.key of the world's authority, ca.pem.
certificate() {
	[ -e ca.pem ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key \
		-out ca.pem -subj /CN=decoy-ca -days 2 2>/dev/null || return 1
	openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null &&
		echo "subjectAltName=$2" >san &&
		openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out "$1.pem" 2>/dev/null
}
