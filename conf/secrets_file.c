// SPDX-License-Identifier: GPL-2.0-or-later
/* secrets_file.c - the files of ipsec.secrets: names with wildcards, files within files, notes about them. */
#include <errno.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "conf/keyfile.h"
#include "conf/secrets_priv.h"

static void send(struct secrets *s, const struct secrets_note *note)
{
	s->errors += note->severity == SECRETS_ERROR;
	if (s->env.report)
		s->env.report(s->env.arg, note);
}

static void say(const struct reading *r, enum secrets_severity severity,
		const struct token *at, const char *hint, const char *text)
{
	struct secrets_note note = {
		severity, r->file, at ? at->line : 0, at ? at->column : 0,
		text,	  hint
	};

	send(r->s, &note);
}

bool reading_fail(const struct reading *r, const struct token *at,
		  const char *hint, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say(r, SECRETS_ERROR, at, hint, text);
	return false;
}

void reading_warn(const struct reading *r, const struct token *at,
		  const char *hint, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say(r, SECRETS_WARNING, at, hint, text);
}

const char *file_name(struct secrets *s, const char *name)
{
	if (s->nfiles && !strcmp(s->file[s->nfiles - 1], name))
		return s->file[s->nfiles - 1];
	s->file =
		mem_grow(s->file, s->nfiles, &s->files_room, sizeof(*s->file));
	s->file[s->nfiles] = mem_text(name, strlen(name));
	return s->file[s->nfiles++];
}

static size_t dir_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* A note about a file that is not taken: at the word that names it, or about the file that was asked for. */
static void refuse(struct secrets *s, const struct reading *up,
		   const struct token *at, const char *name,
		   const struct keyfile *f)
{
	struct reading r = { .s = s, .file = up ? up->file : name };
	const char *hint = f->hint[0] ? f->hint : NULL;

	if (up)
		reading_fail(&r, at, hint, "%.255s %s", name, f->why);
	else
		reading_fail(&r, NULL, hint, "%s", f->why);
}

static bool in_loop(const struct reading *up, const struct keyfile *f)
{
	for (; up; up = up->up)
		if (up->dev == f->dev && up->ino == f->ino)
			return true;
	return false;
}

static bool may_include(struct secrets *s, const struct reading *up, const struct token *at)
{
	return s->includes++ < SECRETS_FILES ||
	       reading_fail(up, at, NULL, "more than %d files are included", SECRETS_FILES);
}

static void load_one(struct secrets *s, const char *name,
		     const struct reading *up, const struct token *at)
{
	struct reading r = { .s = s,
			     .up = up,
			     .depth = up ? up->depth + 1 : 0 };
	struct keyfile f;

	if (up && !may_include(s, up, at))
		return;
	if (keyfile_read(&f, name, SECRETS_SIZE - s->octets)) {
		refuse(s, up, at, name, &f);
		return;
	}
	if (up && in_loop(up, &f)) {
		reading_fail(up, at, "remove one of these includes",
			     "%.255s is being read already: a loop", name);
	} else {
		r.file = file_name(s, name);
		r.dev = f.dev;
		r.ino = f.ino;
		s->octets += f.len;
		reading_run(&r, f.text, f.len);
	}
	secret_free(f.text);
}

void file_load(struct secrets *s, const char *pattern, const struct reading *up,
	       const struct token *at)
{
	const char *from = up ? up->file : "";
	size_t dir = pattern[0] != '/' ? dir_len(from) : 0;
	size_t room = dir + strlen(pattern) + 1;
	glob_t found = { 0 };
	char *path;
	size_t i;
	int err;

	/* looking for files that match is work, too, when there are none */
	if (up && strpbrk(pattern, "*?[") && !may_include(s, up, at))
		return;
	path = mem_new(room);
	snprintf(path, room, "%.*s%s", (int)dir, from, pattern);
	/* without a match the name itself, to be missed when it is opened; wildcards may match nothing */
	err = glob(path,
		   strpbrk(pattern, "*?[") ? 0 : GLOB_NOCHECK | GLOB_NOMAGIC,
		   NULL, &found);
	if (err && err != GLOB_NOMATCH && up)
		reading_fail(up, at, NULL,
			     "the files '%.255s' cannot be listed", path);
	for (i = 0; !err && i < found.gl_pathc; i++)
		load_one(s, found.gl_pathv[i], up, at);
	globfree(&found);
	free(path);
}

/* SEC-13: key files are beside the file that was loaded first. */
static void find_key_dir(struct secrets *s, const char *path)
{
	static const char sub[] = "ipsec.d/private";
	size_t dir = dir_len(path);

	if (s->key_dir)
		return;
	s->key_dir = mem_new(dir + sizeof(sub));
	memcpy(s->key_dir, path, dir);
	memcpy(s->key_dir + dir, sub, sizeof(sub));
}

unsigned int secrets_load(struct secrets *s, const char *path)
{
	unsigned int before = s->errors;

	find_key_dir(s, path);
	file_load(s, path, NULL, NULL);
	return s->errors - before;
}

unsigned int secrets_parse(struct secrets *s, const char *name, char *text,
			   size_t len)
{
	struct reading r = { .s = s, .file = file_name(s, name) };
	unsigned int before = s->errors;

	find_key_dir(s, name);
	reading_run(&r, text, len);
	return s->errors - before;
}
