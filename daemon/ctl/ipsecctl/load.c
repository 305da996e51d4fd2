// SPDX-License-Identifier: GPL-2.0-or-later
/* load.c - a file of commands, read and turned into a batch of requests. */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "ctl.h"
#include "request.h"
#include "words.h"

static int read_all(FILE *f, struct load *l)
{
	size_t room = 0, got;

	do {
		if (room - l->len < 4096) {
			size_t more = room ? room * 2 : 65536;
			char *text = malloc(more);

			if (!text)
				return -ENOMEM;
			if (l->len)
				memcpy(text, l->text, l->len);
			if (l->text)
				secret_wipe(l->text, l->len);
			free(l->text);
			l->text = text;
			room = more;
		}
		got = fread(l->text + l->len, 1, room - l->len, f);
		l->len += got;
	} while (got);
	return ferror(f) ? -EIO : 0;
}

int load_read(struct load *l, const char *name)
{
	bool std = !strcmp(name, "-");
	FILE *f = std ? stdin : fopen(name, "re");
	int err;

	l->name = std ? "standard input" : name;
	l->from_stdin = std;
	if (!f)
		return -errno;
	/* no copy of keys stays in a buffer of stdio */
	setvbuf(f, NULL, _IONBF, 0);
	err = read_all(f, l);
	if (!std)
		fclose(f);
	return err;
}

void load_fini(struct load *l)
{
	if (l->text)
		secret_wipe(l->text, l->len);
	free(l->text);
	free(l->places);
	nlp_batch_free(&l->batch);
	memset(l, 0, sizeof(*l));
}

static int keep_place(struct load *l, const struct lexer *lex)
{
	struct load_place *places = l->places;

	if (l->n == l->room) {
		l->room = l->room ? l->room * 2 : 256;
		places = realloc(places, l->room * sizeof(*places));
		if (!places)
			return -ENOMEM;
		l->places = places;
	}
	places[l->n].offset = lex->pos;
	places[l->n].line = lex->line;
	places[l->n++].column = lex->column;
	return 0;
}

static int add(struct load *l, const struct cmd *cmd, struct words *w)
{
	struct request r;
	struct nlp_fail fail;
	int err = request_parse(&r, cmd, w);

	if (!err) {
		r.req.in_txn = true;
		err = nlp_batch_add(&l->batch, &r.req, &fail);
		if (err)
			words_fail(w, 0, "%s", fail.text);
	}
	request_fini(&r);
	return err;
}

static int take(struct load *l, struct words *w)
{
	const struct cmd *cmd;

	w->stdin_taken = l->from_stdin;
	cmd = ctl_find(w);
	if (!cmd)
		return -EINVAL;
	if (cmd->run != cmd_change)
		return words_fail(w, 0, "'%s%s%s' cannot be part of a transaction", cmd->group,
				  cmd->verb ? " " : "", cmd->verb ? cmd->verb : "");
	if (cmd->nl == NFI_CMD_SA_SET)
		return words_fail(w, 0, "'sa set' cannot be part of a transaction: "
				  "it changes a live SA at once");
	return add(l, cmd, w);
}

int load_parse(struct load *l, struct words *w)
{
	struct lexer lex;
	int err;

	lexer_init(&lex, l->name, l->text, l->len);
	for (;;) {
		lexer_skip(&lex);
		err = keep_place(l, &lex);
		if (err)
			break;
		err = lexer_next(&lex, w);
		if (err <= 0)
			break;
		err = take(l, w);
		if (err)
			break;
	}
	lexer_fini(&lex);
	if (err == -ENOMEM)
		snprintf(w->error, sizeof(w->error), "%s: no memory", l->name);
	w->n = 0;
	return err;
}
