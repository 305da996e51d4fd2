// SPDX-License-Identifier: GPL-2.0-or-later
#include "conf/conf_priv.h"
void check_all(struct conf *c)
{
	(void)c;
}
