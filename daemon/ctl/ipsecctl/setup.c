// SPDX-License-Identifier: GPL-2.0-or-later
/* setup.c - the text of setup status. */
#include "setup.h"

#include <jansson.h>

/* What contradicts the first line, or NULL. */
static const char *but(const struct setup_status *s)
{
	if (s->marked && !s->loaded)
		return "the kernel module nf_ipsec is not loaded";
	if (!s->marked && (s->sas || s->policies))
		return "manual connections are in the kernel; 'ipsecctl setup stop' clears them";
	return NULL;
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

bool setup_print(const struct setup_status *s, FILE *f)
{
	const char *why = but(s);

	fprintf(f, "IPsec %s\n", s->marked ? "running" : "stopped");
	if (why)
		fprintf(f, "but...\n%s\n", why);
	if (s->loaded && (s->marked || why))
		fprintf(f, "%zu manual connection%s, %zu SA%s, %zu polic%s\n",
			s->conns, plural(s->conns), s->sas, plural(s->sas),
			s->policies, s->policies == 1 ? "y" : "ies");
	return !why;
}

bool setup_json(const struct setup_status *s, FILE *f)
{
	const char *why = but(s);
	json_t *json = json_object();

	json_object_set_new(json, "running", json_boolean(s->marked));
	json_object_set_new(json, "module", json_boolean(s->loaded));
	json_object_set_new(json, "conns", json_integer((json_int_t)s->conns));
	json_object_set_new(json, "sas", json_integer((json_int_t)s->sas));
	json_object_set_new(json, "policies",
			    json_integer((json_int_t)s->policies));
	if (why)
		json_object_set_new(json, "but", json_string(why));
	json_dumpf(json, f, JSON_INDENT(2));
	fputc('\n', f);
	json_decref(json);
	return !why;
}
