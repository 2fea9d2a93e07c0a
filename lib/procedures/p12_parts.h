/* The machines of P12 beside the facility itself. Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_P12_PARTS_H
#define AFTERCARE_PROCEDURES_P12_PARTS_H

#include "procedures/common.h"

extern const struct machine p12_instrument_use, p12_impact_assessment, p12_retest;      /* p12_measurements.c */
extern const struct choice p12_facility_categories[];                                    /* p12_facilities_fields.h */
extern const struct machine p12_tool_loan, p12_maintenance_plan, p12_maintenance_record; /* p12_upkeep.c */

#endif
