/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory.h - whether some octets are anywhere in the writable memory of this process. */
#ifndef UNIT_MEMORY_H
#define UNIT_MEMORY_H

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_MASK 0x5a /* patterns are kept under it, not to be found themselves */

static unsigned char memory_window[65536];

static inline bool memory_matches(const unsigned char *at, const uint8_t *masked, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((at[i] ^ MEMORY_MASK) != masked[i])
			return false;
	return true;
}

static inline const unsigned char *memory_first(const unsigned char *at, uint8_t masked, size_t n)
{
	return memchr(at, masked ^ MEMORY_MASK, (size_t)(memory_window + n - at));
}

static inline size_t memory_count_in(int fd, uint64_t from, uint64_t to,
				     const uint8_t *masked, size_t n)
{
	const unsigned char *at;
	size_t found = 0;

	while (from + n <= to) {
		size_t want = to - from < sizeof(memory_window) ? to - from : sizeof(memory_window);
		ssize_t got = pread(fd, memory_window, want, (off_t)from);

		if (got < (ssize_t)n)
			break;
		for (at = memory_window; (at = memory_first(at, masked[0], (size_t)got + 1 - n)); at++)
			found += memory_matches(at, masked, n);
		from += (size_t)got - n + 1;
	}
	explicit_bzero(memory_window, sizeof(memory_window));
	return found;
}

/* How often; -1 when the memory cannot be read. Shadow memory of sanitizers is left out. */
static inline int memory_count(const uint8_t *masked, size_t n)
{
	static char line[512];
	FILE *maps = fopen("/proc/self/maps", "re");
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	size_t found = 0;

	while (maps && fd >= 0 && fgets(line, sizeof(line), maps)) {
		uint64_t from, to, self = (uint64_t)(uintptr_t)memory_window;
		char mode[8];

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &from, &to, mode) != 3 || mode[1] != 'w' ||
		    to - from > (256u << 20))
			continue;
		if (from <= self && self < to) { /* not what is just being looked at */
			found += memory_count_in(fd, from, self, masked, n);
			from = self + sizeof(memory_window);
		}
		found += memory_count_in(fd, from, to, masked, n);
	}
	if (maps)
		fclose(maps);
	if (fd >= 0)
		close(fd);
	return maps && fd >= 0 ? (int)found : -1;
}

#endif /* UNIT_MEMORY_H */
