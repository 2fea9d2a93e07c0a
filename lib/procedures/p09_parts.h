/* The machine of P9 beside the return or exchange itself. Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_P09_PARTS_H
#define AFTERCARE_PROCEDURES_P09_PARTS_H

#include "procedures/common.h"

extern const struct machine p09_supplier_claim; /* p09_supplier_claims.c */

#endif
