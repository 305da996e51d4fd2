// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_key_new.c - newhostkey: a key and its entry in a file of secrets. No file is ever overwritten. */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "key_new.h"
#include "keytext.h"

#define PATH_ROOM 4096
#define FILES_TRIED 100 /* hostkey-ed25519.pem, hostkey-ed25519-2.pem, ... */

static int complain(const char *path, int err)
{
	if (err == -EPERM)
		fprintf(stderr,
			"ipsecctl: %s is open to group or others, or belongs to another user; first: chmod 600 %s\n",
			path, path);
	else
		fprintf(stderr, "ipsecctl: cannot write %s: %s\n", path,
			strerror(-err));
	return CTL_FAILED;
}

/* A file that is there, to be added to; *size is its size. A descriptor, or -errno. */
static int open_old(const char *path, off_t *size)
{
	int fd = open(path,
		      O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode))
		err = -EINVAL;
	else if (st.st_mode & 077 || (st.st_uid && st.st_uid != geteuid()))
		err = -EPERM;
	if (err) {
		close(fd);
		return err;
	}
	*size = st.st_size;
	return fd;
}

/* Behind what is there, on a line of its own. */
static int append(const char *path, const char *text)
{
	char end = '\n';
	off_t size = 0;
	int fd = open_old(path, &size);
	int err = 0;

	if (fd < 0)
		return fd;
	if (size && pread(fd, &end, 1, size - 1) != 1)
		err = -EIO;
	if (!err && end != '\n')
		err = keytext_write(fd, "\n");
	if (!err)
		err = keytext_write(fd, text);
	if (!err && fsync(fd))
		err = -errno;
	close(fd);
	return err;
}

/* Before a key is made that would have no place. */
static int check_output(const char *path)
{
	off_t size;
	int fd = strcmp(path, "-") ? open_old(path, &size) : -ENOENT;

	if (fd < 0)
		return fd == -ENOENT ? CTL_OK : complain(path, fd);
	close(fd);
	return CTL_OK;
}

static int put_entry(const struct ctl *ctl, const char *path, const char *text)
{
	int err = keytext_create(path, text);

	if (err != -EEXIST)
		return err ? complain(path, err) : CTL_OK;
	err = append(path, text);
	if (err)
		return complain(path, err);
	if (!ctl_has(ctl, FLAG_QUIET))
		fprintf(stderr,
			"ipsecctl: %s was there; the key stands at its end, without an index: "
			"of two such keys of one type none is used\n",
			path);
	return CTL_OK;
}

/* Keys other than RSA ------------------------------------------------------------------------- */

/* The folder for files of keys, beside the file of secrets. */
static int make_dir(const char *secrets, char dir[PATH_ROOM])
{
	const char *slash = strrchr(secrets, '/');
	int base = slash ? (int)(slash - secrets) + 1 : 0;
	int n = snprintf(dir, PATH_ROOM, "%.*sipsec.d", base, secrets);

	if (n < 0 || n >= PATH_ROOM - 64)
		return -ENAMETOOLONG;
	if (mkdir(dir, 0755) && errno != EEXIST)
		return -errno;
	memcpy(dir + n, "/private", sizeof("/private"));
	return mkdir(dir, 0700) && errno != EEXIST ? -errno : 0;
}

static const char *type_word(enum pubkey_type type)
{
	return type == PUBKEY_ECDSA ? "ecdsa" :
	       type == PUBKEY_ED448 ? "ed448" :
				      "ed25519";
}

/* Write the key to the first free name, and that into name. */
static int put_pem(const struct pkey *key, const char *dir, char name[64])
{
	char path[PATH_ROOM + 80], number[16] = "";
	char *pem = pkey_to_pem(key, NULL);
	int err = -EEXIST, i;

	for (i = 1; i <= FILES_TRIED && err == -EEXIST; i++) {
		if (i > 1)
			snprintf(number, sizeof(number), "-%d", i);
		snprintf(name, 64, "hostkey-%s%s.pem",
			 type_word(pkey_public(key)->type), number);
		snprintf(path, sizeof(path), "%s/%s", dir, name);
		err = keytext_create(path, pem);
	}
	secret_free(pem);
	return err;
}

static int put_file(const struct ctl *ctl, const struct pkey *key,
		    const char *output)
{
	char dir[PATH_ROOM], name[64], line[128];
	int err = make_dir(output, dir);

	if (!err)
		err = put_pem(key, dir, name);
	if (err)
		return complain(dir, err);
	snprintf(line, sizeof(line), ": %s %s\n",
		 pkey_public(key)->type == PUBKEY_ECDSA ? "ECDSA" : "PKCS8",
		 name);
	if (!ctl_has(ctl, FLAG_QUIET))
		fprintf(stderr, "ipsecctl: the key is in %s/%s\n", dir, name);
	return put_entry(ctl, output, line);
}

int cmd_newhostkey(struct ctl *ctl, const struct cmd *cmd, struct words *w)
{
	const char *output = ctl_value(ctl, FLAG_OUTPUT);
	struct key_order order = { .type = PUBKEY_RSA };
	char host[KEYTEXT_HOST];
	struct pkey *key;
	char *text = NULL;
	int code, err;

	(void)cmd;
	if (!output)
		words_fail(
			w, w->n,
			"expected --output FILE, as in --output /etc/ipsec.secrets");
	if (!output || key_order_read(&order, ctl, w))
		return ctl_usage(w);
	umask(077);
	key = check_output(output) ? NULL : key_order_make(&order);
	if (!key)
		return CTL_FAILED;
	if (order.type == PUBKEY_RSA)
		text = keytext_rsa(
			key, keytext_host(ctl_value(ctl, FLAG_HOSTNAME), host),
			true);
	if (!strcmp(output, "-")) {
		text = text ? text : pkey_to_pem(key, NULL);
		err = keytext_write(STDOUT_FILENO, text);
		code = err ? complain("standard output", err) : CTL_OK;
	} else {
		code = text ? put_entry(ctl, output, text) :
			      put_file(ctl, key, output);
	}
	secret_free(text);
	pkey_free(key);
	return code;
}
