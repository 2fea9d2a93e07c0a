/* P22: the report of a nonconformity with all that follows from it is one machine (p22_nonconformity.c, fields and guards in
 * headers of their own); what becomes of a nonconforming product or part is another (p22_disposition.c). */
#ifndef AFTERCARE_PROCEDURES_P22_H
#define AFTERCARE_PROCEDURES_P22_H

#include "procedures/common.h"

/* Everybody in the company and at its outlets reports and reads; a customer complains (P13). */
#define P22_STAFF STAFF " system"
/* Whoever the register of departments names as head has the work assigned, whatever his roles are. */
#define P22_DEPARTMENT "dept_head outlet_manager *@assignee"

extern const struct machine p22_disposition;

#endif
