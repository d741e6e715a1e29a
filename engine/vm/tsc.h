/*
 * The frequency of this host's time stamp counter.
 *
 * A guest under TCG reads the host's counter, and a microvm has no other clock
 * to calibrate it with but the PIT, which needs the guest to run evenly for
 * some 50 ms. On a busy host it does not: the kernel then gives up on the TSC,
 * has no timer at all, and stops for ever while booting (one boot in four on a
 * loaded two-core machine). So it is told: tsc_early_khz=N.
 */
#ifndef ENGINE_VM_TSC_H
#define ENGINE_VM_TSC_H

/* In kHz, within some 10 ppm; 0 where there is no such counter. Spins for 2 ms. */
unsigned long tsc_khz(void);

#endif
