/* P7 in three files: p07_staff.c has persons, absences and delegations, p07_competence.c evaluations and certificates,
 * p07_training.c plans, courses and safety education. */
#ifndef AFTERCARE_PROCEDURES_P07_H
#define AFTERCARE_PROCEDURES_P07_H

#include "procedures/common.h"


/* Evaluations and exam results are read by these and by the person they are about. */
#define COMPETENCE_READERS \
    "hr_officer dept_head dispatcher general_manager deputy_gm supervising_leader management_rep service_manager outlet_manager"

extern const struct machine p07_evaluation_round, p07_competence_evaluation, p07_certificate;
extern const struct machine p07_training_plan, p07_training_request, p07_training_event, p07_outside_training, p07_safety_education;

extern const struct form p07_forms[];

#endif
