/* P17: what its files share. A request for money (p17_requests.c) is checked, approved by its amount, paid and settled;
 * it may draw on a special fund (p17_funds.c) or on a line of the yearly plan (p17_plans.c). Both are accounts: other
 * machines fire them and book the movement in the same statement, and triggers refuse one without the other. */
#ifndef AFTERCARE_PROCEDURES_P17_H
#define AFTERCARE_PROCEDURES_P17_H

#include "procedures/common.h"

extern const struct machine p17_fund_request, p17_special_fund, p17_fund_movement, p17_assurance_plan, p17_plan_line;
extern const struct choice p17_categories[], p17_fund_kinds[], p17_movement_kinds[];
extern const struct field p17_line_items[];

/* Who may read what is about money. */
#define P17_READERS                                                                                                    \
    "service_manager dispatcher dept_head commerce_officer materials_officer hr_officer finance_officer "              \
    "management_rep supervising_leader deputy_gm"                                                                      \
    " general_manager emergency_commander office_archivist system"

#define FIRE_IF(column, fired, inputs, condition)                                                                      \
    {                                                                                                                  \
        .kind = EFFECT_FIRE, .target = column, .event = fired, .sql = inputs, .mode = LINK_MUST, .when = condition     \
    }

/* One row of the ledger, beside the step that moves the account. `amount` is plus or minus. */
#define BOOK(kind_, amount_, fund, line, more, condition)                                                              \
    OPEN("fund_movement", "book",                                                                                      \
         "kind = '" kind_ "'; amount = " amount_ "; fund = (" fund ")::text; line = (" line                            \
         ")::text; document = e.number" more,                                                                          \
         LINK_MUST, condition)

#endif
