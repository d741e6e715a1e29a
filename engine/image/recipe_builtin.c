/*
 * The recipes that vmdeck brings. They are what an operator could write, and
 * are read by the same reader.
 *
 * Vendors ship agents as native programs inside npm packages: codex as a static
 * one, claude and opencode linked to the C library. $ARCH is "x64" or "arm64",
 * $MACHINE "x86_64" or "aarch64".
 */
#include "engine/image/recipe.h"

const struct recipe_builtin recipe_builtins[] = {
	{ "claude",
	  "{ \"title\": \"Claude Code\",\n"
	  "  \"base\": \"tiny\",\n"
	  "  \"packages\": [\"libc6\", \"bash\", \"git\"],\n"
	  "  \"npm\": [{ \"package\": \"@anthropic-ai/claude-code\", \"platform\": \"linux-$ARCH\",\n"
	  "             \"files\": { \"claude\": \"/usr/local/bin/claude\" } }],\n"
	  "  \"user\": \"agent\", \"command\": [\"claude\"], \"check\": \"claude\",\n"
	  "  \"env\": [\"SHELL=/bin/bash\", \"DISABLE_AUTOUPDATER=1\", \"USE_BUILTIN_RIPGREP=1\"] }\n" },
	{ "codex",
	  "{ \"title\": \"OpenAI Codex\",\n"
	  "  \"base\": \"tiny\",\n"
	  "  \"packages\": [\"libc6\", \"bash\", \"git\"],\n"
	  "  \"npm\": [{ \"package\": \"@openai/codex\", \"platform\": \"linux-$ARCH\",\n"
	  "             \"files\": { \"vendor/$MACHINE-unknown-linux-musl/codex-resources/voice\": null,\n"
	  "                        \"vendor/$MACHINE-unknown-linux-musl\": \"/usr/local/lib/codex\" } }],\n"
	  "  \"files\": [{ \"path\": \"/usr/local/bin/codex\", \"link\": \"../lib/codex/bin/codex\" }],\n"
	  "  \"user\": \"agent\", \"command\": [\"codex\"], \"check\": \"codex\",\n"
	  "  \"env\": [\"SHELL=/bin/bash\"] }\n" },
	{ "debian",
	  "{ \"title\": \"Debian, the essential packages\",\n"
	  "  \"base\": \"debootstrap\", \"suite\": \"stable\",\n"
	  "  \"packages\": [\"ca-certificates\", \"git\", \"less\", \"procps\", \"iproute2\"],\n"
	  "  \"user\": \"agent\", \"command\": [\"/bin/bash\", \"-l\"], \"check\": \"/bin/bash\",\n"
	  "  \"room\": 1024 }\n" },
	{ "nullclaw",
	  "{ \"title\": \"nullclaw\",\n"
	  "  \"base\": \"tiny\",\n"
	  "  \"files\": [{ \"path\": \"/usr/local/bin/nullclaw\", \"mode\": \"0755\",\n"
	  "    \"url\": \"https://github.com/nullclaw/nullclaw/releases/latest/download/"
	  "nullclaw-linux-$MACHINE.bin\" }],\n"
	  "  \"command\": [\"nullclaw\", \"agent\"], \"check\": \"nullclaw\" }\n" },
	{ "opencode",
	  "{ \"title\": \"opencode\",\n"
	  "  \"base\": \"tiny\",\n"
	  "  \"packages\": [\"libc6\", \"bash\", \"git\"],\n"
	  "  \"npm\": [{ \"package\": \"opencode-ai\", \"platform\": \"linux-$ARCH-baseline\",\n"
	  "             \"files\": { \"bin/opencode\": \"/usr/local/bin/opencode\" } }],\n"
	  "  \"user\": \"agent\", \"command\": [\"opencode\"], \"check\": \"opencode\",\n"
	  "  \"env\": [\"SHELL=/bin/bash\", \"OPENCODE_DISABLE_AUTOUPDATE=1\"] }\n" },
	{ 0 },
};
