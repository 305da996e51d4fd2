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
	    TP_STRUCT__entry(__field(unsigned int, netns)
			     __field(unsigned int, reason)
			     __string(name, name)
			     __string(text, text)
			     __field(const void *, location)
			    ),
	    TP_fast_assign(__entry->netns = netns;
			   __entry->reason = reason;
			   nfi_assign_str(name, name);
			   nfi_assign_str(text, text);
			   __entry->location = location;
			   ),
	    TP_printk("netns=%u reason=%u (%s) location=%pS text=\"%s\"", __entry->netns,
		      __entry->reason, __get_str(name), __entry->location, __get_str(text))
);

#endif /* NFI_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
