#include "engine/session/builtin.h"

/*
 * The patterns are texts that the agents keep on the screen as long as a state
 * lasts. They are for versions that do not tell their state themselves
 * (attention.h), which codex and claude do today.
 */
const char builtin_agents[] =
	"{ \"agents\": {\n"
	"\"shell\": {\n"
	"	\"title\": \"a shell in a machine of its own\"\n"
	"},\n"
	"\"claude\": {\n"
	"	\"title\": \"Claude Code\",\n"
	"	\"image\": \"claude\",\n"
	"	\"command\": [\"claude\"],\n"
	"	\"memory\": 2048,\n"
	"	\"cpus\": 2,\n"
	"	\"ready\": [\"^❯\"],\n"
	"	\"working\": [\"esc to interrupt\"],\n"
	"	\"asks\": [\"Esc to cancel\", \"^❯ 1. \", \"Enter to confirm\"]\n"
	"},\n"
	"\"codex\": {\n"
	"	\"title\": \"Codex CLI\",\n"
	"	\"image\": \"codex\",\n"
	"	\"command\": [\"codex\"],\n"
	"	\"memory\": 2048,\n"
	"	\"cpus\": 2,\n"
	"	\"ready\": [\"^›\"],\n"
	"	\"working\": [\"esc to interrupt\"],\n"
	"	\"asks\": [\"Press enter to confirm\", \"Press enter to continue\", \"^› 1. \"]\n"
	"}\n"
	"} }\n";
