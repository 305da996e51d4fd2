/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ike2.h - IKEv2 as the engine sees it, and the tables of its exchanges. */
#ifndef IKE2_IKE2_H
#define IKE2_IKE2_H

#include "ike/exch.h"

extern const struct ike_ver ike2_ver;

extern const struct exch_row x_init_rows[], x_auth_rows[], x_child_rows[], x_rekey_rows[], x_info_rows[];

#endif /* IKE2_IKE2_H */
