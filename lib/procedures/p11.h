/* P11: what its files share. A part is a catalogue entry (p11_parts.c); how much of it lies where is stock, moved only together
 * with a row of the ledger (p11_stock.c); requests (p11_requests.c), purchases and transfers (p11_supply.c) and counts
 * (p11_counts.c) fire that stock. Loan units are lent one by one (p11_loans.c). */
#ifndef AFTERCARE_PROCEDURES_P11_H
#define AFTERCARE_PROCEDURES_P11_H

#include "procedures/common.h"

extern const struct machine p11_part, p11_stock, p11_stock_movement, p11_purchase_request, p11_stock_transfer, p11_stock_count, p11_loan_unit,
    p11_loan_agreement;
extern const struct choice p11_locations[], p11_classes[], p11_charge_decisions[];

#define P11_READERS \
    "technician outlet_technician outlet_manager dispatcher warehouse_keeper materials_officer deputy_gm supervising_leader general_manager" \
    " finance_officer service_manager return_repair_clerk shipping_clerk installer followup_clerk hotline_clerk system"

#define SET_IF(column, expression, condition) { .kind = EFFECT_SET, .target = column, .sql = expression, .when = condition }
#define FIRE_IF(column, fired, inputs, condition) \
    { .kind = EFFECT_FIRE, .target = column, .event = fired, .sql = inputs, .mode = LINK_MUST, .when = condition }

/* One row of the ledger, beside the FIRE on the stock that it moves. */
#define BOOK_IF(kind_, quantity_, from, to, more, condition) \
    OPEN("stock_movement", "book", \
         "kind = '" kind_ "'; part_id = e.part_id; quantity = " quantity_ "; source = (" from ")::text; target = (" to ")::text;" \
         " document = e.number" more, LINK_MUST, condition)
#define BOOK(kind_, quantity_, from, to, more) BOOK_IF(kind_, quantity_, from, to, more, NULL)

#define PART_OF(part, column) "(select p." column " from part p where p.id = " part ")"
#define STOCK_OF(stock_, column) "(select s." column " from stock s where s.id = " stock_ ")"

#endif
