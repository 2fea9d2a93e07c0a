/* P18: a plan for an emergency (p18_plan.c) is drilled (p18_drill.c) before it is in force; an incident (p18_incident.c, fields and
 * guards in headers of their own) is worked by the plan of its scenario; supplies are counted (p18_supply.c). Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_P18_H
#define AFTERCARE_PROCEDURES_P18_H

#include "procedures/common.h"

#define COMMANDER "emergency_commander"
/* Plans that people work by; one that is being revised holds until its successor is in force. */
#define P18_IN_FORCE "('in_force', 'revising')"
#define MONTHS_ON(day, rule) "(" day " + make_interval(months => time_rule_number(" rule ")))::date"
#define STOP_IF(clock, condition) { .kind = EFFECT_STOP, .target = clock, .when = condition }
#define FIRE_IF(column, fired, inputs, condition) \
    { .kind = EFFECT_FIRE, .target = column, .event = fired, .sql = inputs, .mode = LINK_MUST, .when = condition }

#define WORDS(n, en_, zh_, max_) { n, FIELD_TEXT, { en_, zh_ }, 0, 1, max_ }
#define WHEN(n, en_, zh_) { n, FIELD_TIME, { en_, zh_ }, FIELD_COMPUTED | FIELD_FILTER }
#define DATED(n, en_, zh_) { n, FIELD_DATE, { en_, zh_ }, FIELD_FILTER }
#define DAY_SET(n, en_, zh_) { n, FIELD_DATE, { en_, zh_ }, FIELD_COMPUTED | FIELD_FILTER }
#define COUNT(n, en_, zh_) { n, FIELD_INTEGER, { en_, zh_ }, FIELD_FILTER, 0, 1000000 }
#define PERSON(n, en_, zh_) REF(n, en_, zh_, FIELD_COMPUTED, "person")

extern const struct choice p18_scenarios[];
extern const struct machine p18_emergency_plan, p18_drill, p18_incident, p18_emergency_supply;

#endif
