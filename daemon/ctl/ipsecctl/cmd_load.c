// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_load.c - a file of commands as one transaction. */
#include "ctl.h"

#include <string.h>

#include "load.h"

/* The words of request i again, to point into them. */
static void revisit(struct load *l, size_t i, struct lexer *lex, struct words *w)
{
	lexer_init(lex, l->name, l->text, l->len);
	lex->pos = l->places[i].offset;
	lex->line = l->places[i].line;
	lex->column = l->places[i].column;
	if (lexer_next(lex, w) != 1)
		w->n = 0;
}

static int send(struct ctl *ctl, struct load *l, struct words *w)
{
	struct lexer lex = { 0 };
	size_t index;
	int code = ctl_open(ctl);

	if (code || !l->batch.count)
		return code;
	if (!nlp_batch_commit(ctl->nlp, &l->batch))
		return CTL_OK;
	index = nlp_failure(ctl->nlp)->index;
	w->n = 0;
	if (index < l->batch.count)
		revisit(l, index, &lex, w);
	code = ctl_refused(ctl, w, false);
	lexer_fini(&lex);
	fprintf(stderr, "ipsecctl: %s: nothing was changed\n", l->name);
	return code;
}

int cmd_load(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	const char *name = words_next(w);
	struct load l = { 0 };
	struct words file = { 0 };
	int code = CTL_OK;
	int err;

	(void)cmd;
	if (!name)
		words_fail(w, w->n, "expected the name of a file, or - for standard input");
	else if (words_peek(w))
		words_fail(w, w->at, "nothing is expected here");
	if (!name || words_peek(w))
		return ctl_usage(w);
	err = load_read(&l, name);
	if (err) {
		words_fail(w, w->at - 1, "cannot read: %s", strerror(-err));
		code = ctl_usage(w);
	} else if (load_parse(&l, &file)) {
		code = ctl_usage(&file);
	} else if (!ctl_has(ctl, FLAG_CHECK)) {
		code = send(ctl, &l, &file);
	}
	load_fini(&l);
	return code;
}
