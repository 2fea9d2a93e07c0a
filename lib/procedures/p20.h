/* What the tables of P20 share: a version of a document is one row (p20_document.c, fields and guards in headers of their
 * own); p20_changes.c has the requests that lead to the next version, p20_copies.c the numbered copies, what is lent and the
 * lists that are drawn up, p20_forms.c the papers. Layer: procedures. */
#ifndef AFTERCARE_PROCEDURES_P20_H
#define AFTERCARE_PROCEDURES_P20_H

#include "procedures/common.h"

/* Who approves depends on the class (manual P3 3.1 for rules and the work instructions below them); who approves more may
 * approve less where somebody else is needed for the second signature. */
#define P20_TOP "e.class in ('L1', 'L2')"
#define P20_RULES "e.class = 'L3'"
#define P20_BY_CLASS(ROW) \
    ROW(P20_TOP, "general_manager"), ROW(P20_RULES, "deputy_gm general_manager"), ROW(NULL, "service_manager deputy_gm")
#define P20_TELL_APPROVER(class_, code) \
    NOTIFY_IF("general_manager", code, class_ " in ('L1', 'L2')"), NOTIFY_IF("deputy_gm", code, class_ " = 'L3'"), \
        NOTIFY_IF("service_manager", code, class_ " = 'L4'")
/* Versions that people work by. */
#define P20_IN_FORCE "('effective', 'under_change', 'suspended')"
#define P20_ALIVE "('approved', 'issued', 'effective', 'under_change', 'suspended')"

/* After so many revisions, or when much changes, the next version is a new edition. */
#define P20_NEW_EDITION "(:large_change is true or prior.revision_no >= time_rule_number('N_P20_REVISIONS'))"

extern const struct choice p20_classes[];
extern const struct machine p20_document, p20_document_change, p20_distribution_copy, p20_document_loan, p20_document_list;

#endif
