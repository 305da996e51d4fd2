/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace.h - the tracepoint nf_ipsec:nfi_drop, one event for every packet that is dropped.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nf_ipsec

#if !defined(NFI_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define NFI_TRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(nfi_drop,
	TP_PROTO(unsigned int netns, unsigned int reason, const char *name, const char *text,
		 const void *location),
	TP_ARGS(netns, reason, name, text, location),
	TP_STRUCT__entry(
		__field(unsigned int, netns)
		__field(unsigned int, reason)
		__field(const char *, name)
		__field(const char *, text)
		__field(const void *, location)
	),
	TP_fast_assign(
		__entry->netns = netns;
		__entry->reason = reason;
		__entry->name = name;
		__entry->text = text;
		__entry->location = location;
	),
	TP_printk("netns=%u reason=%u (%s) location=%pS text=\"%s\"", __entry->netns,
		  __entry->reason, __entry->name, __entry->location, __entry->text)
);

#endif /* NFI_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
