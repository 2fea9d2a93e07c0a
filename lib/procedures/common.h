/* Choices and guards that several procedures share. Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_COMMON_H
#define AFTERCARE_PROCEDURES_COMMON_H

#include "engine/procedure.h"

extern const struct choice skill_choices[];      /* what a technician can be qualified for (P7 4.1.4.2) */
extern const struct choice role_choices[];       /* the roles of 00-common 1.2 */
extern const struct choice department_choices[]; /* the departments of 00-common 1.1 */
extern const struct choice priority_choices[];
extern const struct field signature_items[];     /* 00-common rule 3 */
extern const struct field contact_attempt_items[];

/* 00-common rule 13: three attempts on two days, one of them in writing. */
extern const struct guard tried_to_reach;

/* For the person that input `assignee_id` names. */
extern const struct guard technician_is_active, technician_is_qualified, technician_skill_fits, technician_of_outlet;

extern const struct procedure p04_repair, p07_staff, p14_customers, p06_outlets, p21_records, p09_return_exchange;

#endif
