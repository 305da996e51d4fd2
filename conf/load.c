// SPDX-License-Identifier: GPL-2.0-or-later
/* load.c - files, what they may cost, and the life of a struct conf. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "conf/conf_priv.h"
#include "conf/diag.h"

#define BYTES_MAX ((size_t)256 << 20)
#define INCLUDES_MAX 10000
#define DEPTH_MAX 20
#define SECTIONS_MAX 1000000
#define MERGED_MAX 100000000

static struct conf *new_conf(const struct conf_opts *o)
{
	static const struct conf_limits standard = { BYTES_MAX, INCLUDES_MAX,
						     DEPTH_MAX, SECTIONS_MAX,
						     MERGED_MAX };
	struct conf *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	c->nobody.c = c;
	if (o)
		c->o = *o;
	c->left = c->o.limits;
	if (!c->left.bytes)
		c->left.bytes = standard.bytes;
	if (!c->left.includes)
		c->left.includes = standard.includes;
	if (!c->left.depth)
		c->left.depth = standard.depth;
	if (!c->left.sections)
		c->left.sections = standard.sections;
	if (!c->left.merged)
		c->left.merged = standard.merged;
	return c;
}

void conf_free(struct conf *c)
{
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->nfiles; i++) {
		if (c->files[i].text)
			secret_wipe(c->files[i].text, c->files[i].n);
		free(c->files[i].text);
		free(c->files[i].lines);
	}
	free(c->files);
	free(c->sections);
	free(c->conns);
	free(c->cas);
	free(c->sorted);
	free(c->diags);
	arena_wipe(&c->arena);
	free(c);
}

const char *conf_file(const struct conf *c, uint32_t file)
{
	return file && file <= c->nfiles ? c->files[file - 1].name : "";
}

static struct source *add_file(struct conf *c, const char *name)
{
	struct source *f;

	c->files = arena_grow(c->files, &c->files_room, c->nfiles,
			      sizeof(*c->files));
	f = &c->files[c->nfiles++];
	memset(f, 0, sizeof(*f));
	f->name = arena_text(&c->arena, name, strlen(name));
	return f;
}

uint32_t conf_file_add(struct conf *c, const char *name)
{
	size_t i;

	for (i = c->nfiles; i > 0; i--)
		if (!c->files[i - 1].text && !strcmp(c->files[i - 1].name, name))
			return (uint32_t)i;
	add_file(c, name)->hidden = true;
	return (uint32_t)c->nfiles;
}

/* Reading -------------------------------------------------------------------------------------- */

/*
 * Read all of fd, at most max octets. 0, -EFBIG or -errno; nothing of it stays in memory on
 * failure.
 */
static int read_all(int fd, struct source *f, size_t size, size_t max)
{
	size_t room = (size < max ? size : max) + 2;
	ssize_t got;
	int err = 0;

	f->text = malloc(room);
	while (f->text &&
	       (got = read(fd, f->text + f->n, room - 1 - f->n)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || f->n + (size_t)got > max) {
			err = got < 0 ? -errno : -EFBIG;
			f->n += got < 0 ? 0 : (size_t)got;
			break;
		}
		f->n += (size_t)got;
		if (f->n + 1 == room) { /* a pipe, or a file that grows */
			char *more = malloc(room *= 2);

			if (more)
				memcpy(more, f->text, f->n);
			secret_wipe(f->text, f->n);
			free(f->text);
			f->text = more;
		}
	}
	if (!f->text)
		abort();
	if (err) {
		secret_wipe(f->text, f->n);
		f->n = 0;
	}
	f->text[f->n] = '\0';
	return err;
}

static int open_file(const char *path, bool top)
{
	if (top && !strcmp(path, "-"))
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	/* not blocked by a FIFO; the first file may be one, as in <(command) */
	return open(path, top ? O_RDONLY | O_CLOEXEC :
				O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

static int fill(struct conf *c, struct source *f, const char *path, bool top)
{
	struct stat st;
	int fd = open_file(path, top);
	int err;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (S_ISDIR(st.st_mode))
		err = -EISDIR;
	else if (!S_ISREG(st.st_mode) && !top)
		err = -ENOTSUP;
	else
		err = read_all(fd, f, (size_t)st.st_size, c->left.bytes);
	close(fd);
	if (err)
		return err;
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->mode = S_ISREG(st.st_mode) ? st.st_mode : 0;
	f->uid = st.st_uid;
	c->left.bytes -= f->n;
	return 0;
}

static void parse_file(struct conf *c, uint32_t file, void *with)
{
	(void)with;
	parse_text(c, file);
}

/* Include -------------------------------------------------------------------------------------- */

/* Whether a file of the same inode is being read now. */
static bool in_progress(const struct conf *c, const struct source *f,
			struct conf_pos from)
{
	while (from.file) {
		const struct source *up = &c->files[from.file - 1];

		if (up->ino == f->ino && up->dev == f->dev && up->mode)
			return true;
		from = up->from;
	}
	return false;
}

static const char *reason(int err)
{
	switch (err) {
	case -ENOTSUP:
		return "not a regular file";
	case -EFBIG:
		return "all files together have more octets than may be read";
	default:
		return strerror(-err);
	}
}

static void include_one(struct conf *c, const char *path, struct conf_pos pos,
			bool optional)
{
	struct source *f;
	int err;

	if (!c->left.includes) {
		diag_add(&c->nobody, CONF_ERROR, pos,
			 "more files are included than may be");
		return;
	}
	c->left.includes--;
	f = add_file(c, path);
	err = fill(c, f, path, false);
	if (err == -ENOENT && optional)
		return;
	if (err) {
		char buf[64];

		diag_add(&c->nobody, CONF_ERROR, pos, "cannot read %s: %s",
			 diag_quote(path, buf), reason(err))
			->hint =
			err == -ENOENT && c->reader.parse == parse_file ?
				"\"include? FILE\" reads a file if it exists" :
				NULL;
		return;
	}
	if (in_progress(c, f, pos)) {
		diag_add(&c->nobody, CONF_ERROR, pos,
			 "the file includes itself")
			->other = c->files[pos.file - 1].from;
		return;
	}
	f->from = pos;
	c->left.depth--;
	c->reader.parse(c, (uint32_t)c->nfiles, c->reader.with);
	c->left.depth++;
}

/* A relative name is relative to the folder of the including file. */
static const char *resolve(struct conf *c, const char *pattern,
			   struct conf_pos pos)
{
	const struct source *from = &c->files[pos.file - 1];
	const char *slash = strrchr(from->name, '/');

	if (pattern[0] == '/')
		return pattern;
	if (from->mode || !c->o.root)
		return slash ? arena_print(&c->arena, "%.*s/%s",
					   (int)(slash - from->name),
					   from->name, pattern) :
			       pattern;
	return arena_print(&c->arena, "%s/%s", c->o.root, pattern);
}

/* Braces multiply, and each wildcard may look through a whole folder. */
static bool is_modest(const char *pattern)
{
	unsigned int braces = 0, wild = 0;

	for (; *pattern; pattern++) {
		braces += *pattern == '{';
		wild += strchr("*?[", *pattern) != NULL;
	}
	return braces <= 4 && wild <= 16;
}

void load_include(struct conf *c, const char *pattern, struct conf_pos pos,
		  bool optional)
{
	bool wild = strpbrk(pattern, "*?[{") != NULL;
	const char *path;
	glob_t g;
	size_t i;

	if (!c->files[0].mode && !c->o.root) {
		diag_add(&c->nobody, CONF_ERROR, pos,
			 "no folder is known to include files from");
		return;
	}
	if (!c->left.depth) {
		diag_add(&c->nobody, CONF_ERROR, pos,
			 "files are included more deeply than may be");
		return;
	}
	if (!is_modest(pattern)) {
		diag_add(&c->nobody, CONF_ERROR, pos,
			 "too many wildcards or braces");
		return;
	}
	path = resolve(c, pattern, pos);
	if (!wild) {
		include_one(c, path, pos, optional);
		return;
	}
	switch (glob(path, GLOB_BRACE, NULL, &g)) {
	case 0:
		for (i = 0; i < g.gl_pathc && c->left.includes; i++)
			include_one(c, g.gl_pathv[i], pos, optional);
		if (i < g.gl_pathc)
			diag_add(&c->nobody, CONF_ERROR, pos,
				 "more files are included than may be");
		globfree(&g);
		break;
	case GLOB_NOMATCH:
		/* 1.9x took the pattern for a name; a folder may well be empty */
		if (c->o.strict && !optional)
			diag_add(&c->nobody, CONF_ERROR, pos,
				 "no file matches");
		break;
	default:
		diag_add(&c->nobody, CONF_ERROR, pos,
			 "cannot look for files that match");
	}
}

/* Whole configurations ------------------------------------------------------------------------- */

static struct conf *finish(struct conf *c)
{
	dialect_builtin(c);
	merge_all(c);
	check_all(c);
	conf_diag_sort(c);
	return c;
}

struct conf *load_file(const char *path, const struct conf_opts *o,
		       struct reader reader, int *err)
{
	struct conf *c = new_conf(o);
	struct source *f =
		add_file(c, strcmp(path, "-") ? path : "standard input");

	c->reader = reader;
	*err = fill(c, f, path, true);
	if (*err) {
		if (*err != -ENOENT)
			diag_add(&c->nobody, CONF_ERROR,
				 (struct conf_pos){ 1, 0, 0 },
				 "cannot read: %s", reason(*err));
		free(f->text);
		f->text = NULL;
	} else {
		reader.parse(c, 1, reader.with);
	}
	return c;
}

struct conf *load_text(const char *text, size_t n, const char *name,
		       const struct conf_opts *o, struct reader reader)
{
	struct conf *c = new_conf(o);
	struct source *f = add_file(c, name);

	c->reader = reader;
	if (n > c->left.bytes) {
		diag_add(&c->nobody, CONF_ERROR, (struct conf_pos){ 1, 0, 0 },
			 "%s", reason(-EFBIG));
		n = 0;
	}
	f->text = malloc(n + 1);
	if (!f->text)
		abort();
	if (n)
		memcpy(f->text, text, n);
	f->text[n] = '\0';
	f->n = n;
	c->left.bytes -= n;
	reader.parse(c, 1, reader.with);
	return c;
}

struct conf *conf_load(const char *path, const struct conf_opts *o)
{
	int err;
	struct conf *c =
		load_file(path, o, (struct reader){ parse_file, NULL }, &err);

	if (err == -ENOENT)
		diag_add(&c->nobody, CONF_NOTE, (struct conf_pos){ 1, 0, 0 },
			 "there is no such file: nothing is configured");
	return finish(c);
}

struct conf *conf_parse(const char *text, size_t n, const char *name,
			const struct conf_opts *o)
{
	return finish(load_text(text, n, name, o,
				(struct reader){ parse_file, NULL }));
}
