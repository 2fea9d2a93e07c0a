/* P10: a signal of a defect (p10_recall_signal.c) opens or joins a recall (p10_recall.c, fields and guards in headers of their
 * own); each unit that is concerned is one row (p10_recall_units.c) whose field job is a repair or an exchange. What people
 * lost by it is a claim of part C (p10_compensation.c). */
#ifndef AFTERCARE_PROCEDURES_P10_H
#define AFTERCARE_PROCEDURES_P10_H

#include "procedures/common.h"

/* Everybody who works for the company or an outlet may see a sign of danger. */
#define P10_STAFF \
    "general_manager deputy_gm supervising_leader management_rep dispatcher hotline_clerk followup_clerk service_manager technician" \
    " return_repair_clerk shipping_clerk installer trainer dept_head employee commerce_officer materials_officer finance_officer hr_officer" \
    " office_archivist warehouse_keeper outlet_manager outlet_technician evaluator_lead evaluator document_controller emergency_commander" \
    " facility_keeper"
#define P10_CENTRE "dispatcher service_manager"
/* What a law calls for at once: death, serious injury or major loss, caused or likely, or a recall abroad. */
#define P10_GRAVE \
    "(coalesce(:injury, 'none') in ('serious', 'death') or coalesce(:property_loss >= time_rule_number('N_P10_MAJOR_LOSS_YUAN')::bigint * 100, false)" \
    " or :recalled_abroad is true)"
#define P10_INJURED "coalesce(:injury, 'none') <> 'none'"
#define DAY(date) "(" date ")::timestamp at time zone company_zone()"

extern const struct choice p10_signal_sources[], p10_injuries[], p10_levels[], p10_measures[];
extern const struct machine p10_recall, p10_recall_signal, p10_recall_unit, p10_compensation;

#endif
