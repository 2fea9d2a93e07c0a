/* What the tables of P15 share. Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_P15_H
#define AFTERCARE_PROCEDURES_P15_H

#include "procedures/common.h"

/* Everybody who works for the company or an outlet. */
#define STAFF \
    "general_manager deputy_gm supervising_leader management_rep dispatcher hotline_clerk followup_clerk service_manager technician" \
    " return_repair_clerk shipping_clerk installer trainer dept_head employee commerce_officer materials_officer finance_officer hr_officer" \
    " office_archivist warehouse_keeper outlet_manager outlet_technician evaluator_lead evaluator document_controller emergency_commander" \
    " facility_keeper"
/* End of a day that is itself allowed. */
#define DAY(date) "(" date ")::timestamp at time zone company_zone()"

extern const struct choice p15_types[];
extern const struct machine p15_service_analysis, p15_improvement_year;

#endif
