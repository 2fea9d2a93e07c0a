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

/* What a part of a line looks like; a line, in JSON, in the draft of a slip and from a partner's table. */
extern const struct field settlement_part_items[], settlement_line_items[];
extern const struct choice settlement_service_kinds[];

#endif
