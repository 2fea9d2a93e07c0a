/* The machine of P5 beside the return repair itself. Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_P05_PARTS_H
#define AFTERCARE_PROCEDURES_P05_PARTS_H

#include "procedures/common.h"

extern const struct machine p05_supplier_contact; /* p05_suppliers.c */

#endif
