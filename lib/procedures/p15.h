/* What the tables of P15 share. Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_P15_H
#define AFTERCARE_PROCEDURES_P15_H

#include "procedures/common.h"

extern const struct choice p15_types[];
extern const struct machine p15_service_analysis, p15_improvement_year;

#endif
