/* What the tables of P14 share. Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_P14_CUSTOMERS_H
#define AFTERCARE_PROCEDURES_P14_CUSTOMERS_H

#include "procedures/common.h"


extern const struct machine p14_equipment, p14_visit, p14_survey, p14_survey_response;

#endif
