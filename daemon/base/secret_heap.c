// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * secret_heap.c - the memory for secrets. Blocks are powers of two, cut from pages that are locked and
 * not dumped; each size has a list of free blocks, which are all zeros but for the link. A large
 * block has pages of its own.
 */
#include <stdint.h>
#include <sys/mman.h>

#include "base/mem.h"
#include "base/secret.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

#define CHUNK ((size_t)64 << 10) /* octets that are mapped together */
#define SMALLEST 5 /* blocks of 32 octets, with their head */
#define LARGEST 14 /* above 16 KiB: pages of its own */

struct head {
	size_t n; /* octets asked for */
	struct head *next; /* while it is free */
};

_Static_assert(sizeof(struct head) % 16 == 0, "what follows a head is aligned");

static struct {
	struct head *free[LARGEST + 1];
	uint8_t *chunk; /* what is left of the newest pages */
	size_t left;
	size_t in_use;
} heap;

static void *map(size_t n)
{
	/* cppcheck-suppress invalidFunctionArg; no file */
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		mem_exhausted(n);
	/* either may be beyond the limits of this process: still better than not to have the secret */
	(void)mlock(p, n);
	(void)madvise(p, n, MADV_DONTDUMP);
	return p;
}

static unsigned int order(size_t n)
{
	unsigned int k = SMALLEST;

	while (((size_t)1 << k) < n)
		k++;
	return k;
}

static struct head *cut(unsigned int k)
{
	size_t size = (size_t)1 << k;
	struct head *h;

	if (heap.left < size) {
		heap.chunk = map(CHUNK);
		heap.left = CHUNK;
	}
	h = (struct head *)(void *)heap.chunk;
	heap.chunk += size;
	heap.left -= size;
	ASAN_POISON_MEMORY_REGION(h + 1, size - sizeof(*h));
	return h;
}

void *secret_alloc(size_t n)
{
	size_t all = n + sizeof(struct head);
	struct head *h;
	unsigned int k;

	if (all < n)
		mem_exhausted(n);
	k = order(all);
	if (k > LARGEST) {
		h = map(all);
	} else if (heap.free[k]) {
		h = heap.free[k];
		heap.free[k] = h->next;
	} else {
		h = cut(k);
	}
	h->n = n;
	h->next = NULL;
	heap.in_use += n;
	ASAN_UNPOISON_MEMORY_REGION(h + 1, n);
	return h + 1;
}

void secret_free(void *p)
{
	struct head *h;
	size_t n, all;
	unsigned int k;

	if (!p)
		return;
	h = (struct head *)p - 1;
	n = h->n;
	all = n + sizeof(*h);
	k = order(all);
	secret_wipe(p, n);
	heap.in_use -= n;
	if (k > LARGEST) {
		munmap(h, all);
		return;
	}
	ASAN_POISON_MEMORY_REGION(p, n);
	h->next = heap.free[k];
	heap.free[k] = h;
}

size_t secret_in_use(void)
{
	return heap.in_use;
}

bool secret_equal(const void *a, const void *b, size_t n)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t differ = 0;
	size_t i;

	for (i = 0; i < n; i++)
		differ |= x[i] ^ y[i];
	return !differ;
}
