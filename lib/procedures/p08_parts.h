/* The machine of P8 beside the delivery itself. Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_P08_PARTS_H
#define AFTERCARE_PROCEDURES_P08_PARTS_H

#include "procedures/common.h"

extern const struct machine p08_carrier_claim; /* p08_carrier_claim.c */

#endif
