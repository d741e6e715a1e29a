/*
 * The built-in agents, written as a person would write them into agents.json
 * (docs/manifest.md), so that what a preset does can be read, copied and
 * inherited from. Parsed by manifest.c, which a test does for every one.
 */
#ifndef ENGINE_SESSION_BUILTIN_H
#define ENGINE_SESSION_BUILTIN_H

extern const char builtin_agents[];

#endif
