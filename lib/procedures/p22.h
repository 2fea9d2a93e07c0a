/* P22: the report of a nonconformity with all that follows from it is one machine (p22_nonconformity.c, fields and guards in
 * headers of their own); what becomes of a nonconforming product or part is another (p22_disposition.c). */
#ifndef AFTERCARE_PROCEDURES_P22_H
#define AFTERCARE_PROCEDURES_P22_H

#include "procedures/common.h"

/* Everybody in the company and at its outlets reports and reads; a customer complains (P13). */
#define P22_STAFF \
    "general_manager deputy_gm supervising_leader management_rep dispatcher hotline_clerk followup_clerk service_manager technician" \
    " return_repair_clerk shipping_clerk installer trainer dept_head employee commerce_officer materials_officer finance_officer hr_officer" \
    " office_archivist warehouse_keeper outlet_manager outlet_technician evaluator_lead evaluator document_controller emergency_commander" \
    " facility_keeper system"
/* Whoever the register of departments names as head has the work assigned, whatever his roles are. */
#define P22_DEPARTMENT "dept_head outlet_manager *@assignee"

extern const struct machine p22_disposition;

#endif
