/* SPDX-License-Identifier: GPL-2.0-or-later */
/* id_priv.h - what id.c and id_text.c share. */
#ifndef IKE_ID_PRIV_H
#define IKE_ID_PRIV_H

#include "ike/id.h"

const struct id_dn *id_dn(void); /* NULL: none was given */

#endif /* IKE_ID_PRIV_H */
