// SPDX-License-Identifier: GPL-2.0-or-later
/* klips_parse.c - words of FreeS/WAN's eroute and spi: SAIDs and lives. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "klips.h"
#include "nlp.h"
#include "value.h"

int klips_parse_said(const char *text, struct nfi_sa_msg *sa)
{
	const char *at = strchr(text, '@');
	char number[16];
	uint64_t spi;
	size_t skip;

	sa->proto = !strncmp(text, "esp", 3) ? IPPROTO_ESP :
		    !strncmp(text, "ah", 2)  ? IPPROTO_AH :
					       0;
	if (!sa->proto || !at)
		return -EINVAL;
	text += sa->proto == IPPROTO_ESP ? 3 : 2;
	skip = *text == '.' || *text == ':' ? 1 :
	       !strncmp(text, "0x", 2)	    ? 2 :
					      0;
	if (!skip || (size_t)(at - text) - skip > 8 ||
	    !isxdigit((unsigned char)text[skip]))
		return -EINVAL;
	snprintf(number, sizeof(number), "0x%.*s",
		 (int)((size_t)(at - text) - skip), text + skip);
	if (value_number(number, &spi) || spi < 256 ||
	    value_addr(at + 1, &sa->daddr))
		return -EINVAL;
	sa->spi = htonl((uint32_t)spi);
	return 0;
}

/* Lives --------------------------------------------------------------------------------------- */

/* Where a life such as "hard-bytes" goes; NULL: nowhere. */
static __u64 *life_of(struct nfi_sa_msg *sa, const char *name, size_t n,
			 uint16_t *attr)
{
	const struct {
		const char *name;
		__u64 *soft, *hard;
		uint16_t soft_attr, hard_attr;
	} lives[] = {
		{ "bytes", &sa->soft_bytes, &sa->hard_bytes, NFI_SA_SOFT_BYTES,
		  NFI_SA_HARD_BYTES },
		{ "packets", &sa->soft_packets, &sa->hard_packets,
		  NFI_SA_SOFT_PACKETS, NFI_SA_HARD_PACKETS },
		{ "addtime", &sa->soft_add, &sa->hard_add, NFI_SA_SOFT_ADD,
		  NFI_SA_HARD_ADD },
		{ "usetime", &sa->soft_use, &sa->hard_use, NFI_SA_SOFT_USE,
		  NFI_SA_HARD_USE },
	};
	bool soft = n > 5 && !strncmp(name, "soft-", 5);
	size_t i;

	if (!soft && (n <= 5 || strncmp(name, "hard-", 5) != 0))
		return NULL;
	for (i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
		if (strlen(lives[i].name) != n - 5 ||
		    strncmp(name + 5, lives[i].name, n - 5) != 0)
			continue;
		*attr = soft ? lives[i].soft_attr : lives[i].hard_attr;
		return soft ? lives[i].soft : lives[i].hard;
	}
	return NULL;
}

const char *klips_parse_life(const char *text, struct nfi_sa_msg *sa)
{
	char number[24];

	while (*text) {
		size_t name = strcspn(text, "=,"), n;
		uint16_t attr = 0;
		uint64_t value;
		__u64 *to = life_of(sa, text, name, &attr);

		if (!to || text[name] != '=')
			return "expected soft- or hard-, then bytes, packets, addtime or usetime, '=' and a number; allocations are not counted";
		text += name + 1;
		n = strcspn(text, ",");
		snprintf(number, sizeof(number), "%.*s",
			 (int)(n < sizeof(number) ? n : 0), text);
		if (value_number(number, &value) || !value)
			return "expected a number above 0 after '='";
		*to = value;
		nlp_mark(sa, attr);
		text += n;
		text += *text == ',';
	}
	return NULL;
}
