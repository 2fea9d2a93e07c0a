/* What the tables of P1 share: an occasion (p01_rounds.c) leads to a round of identification and evaluation; its factors
 * (p01_factors.c) are scored, and what is significant gets measures (p01_measures.c). Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_P01_H
#define AFTERCARE_PROCEDURES_P01_H

#include "procedures/common.h"

#define P01_CENTRE "dispatcher service_manager"
/* A person of the round's evaluation team (manual P1 4.1.2, 4.3.1), whatever the role. */
#define P01_EVALUATES(round) "round_member(" round ", :actor, 'evaluation')"
/* A measure that somebody still has to do something about. */
#define P01_MEASURE_OPEN "('planned', 'reviewed', 'done')"

extern const struct choice p01_service_types[], p01_tenses[], p01_conditions[], p01_methods[], p01_considerations[], p01_influences[], p01_levels[];
extern const struct machine p01_round_occasion, p01_identification_round, p01_service_factor, p01_reduction_measure;

#endif
