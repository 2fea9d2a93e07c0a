/* What the files of P6 share. Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_P06_H
#define AFTERCARE_PROCEDURES_P06_H

#include "procedures/common.h"

extern const struct machine outlet_tender, outlet_candidate;
extern const struct machine outlet_summary, outlet_survey;
extern const struct machine outlet_contract;
extern const struct machine settlement_tariff, settlement_mapping;
extern const struct machine settlement, settlement_line;
extern const struct form settlement_forms[];

/* A slip of last month's jobs is drafted on the first day, so that the outlet only completes it: by the contract of a partner,
 * by the outlet itself when it is the company's own. */
#define LAST_MONTH(now) "months_before(month_of(" now "), 1)"
#define DRAFT_LAST_MONTH(outlet)                                                                                         \
    OPEN("settlement", "propose", "outlet_id = m." outlet "; period = " LAST_MONTH("e.step_at") "; kind = 'regular'", LINK_LATER, \
         "exists (select from jobs_to_settle(e." outlet ", " LAST_MONTH("e.step_at") "))"                                \
         " and not exists (select from settlement s where s.outlet_id = e." outlet " and s.kind = 'regular'"             \
         " and s.period = " LAST_MONTH("e.step_at") " and s.state not in ('withdrawn', 'rejected', 'voided'))")

/* What a part of a line looks like; a line, in JSON, in the draft of a slip and from a partner's table. */
extern const struct field settlement_part_items[], settlement_line_items[];
extern const struct choice settlement_service_kinds[];

#endif
