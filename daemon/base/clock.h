/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock.h - the only place that asks what time it is. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

uint64_t clock_unix_us(void); /* microseconds since 1970 */
int64_t clock_ms(void); /* milliseconds, never backwards */

#endif /* BASE_CLOCK_H */
