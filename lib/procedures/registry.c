#include "procedures/common.h"

const struct procedure *const procedures[] = {
    &p01_service_factors,
    &p04_repair,   &p05_return_repair, &p06_outlets,       &p07_staff,      &p08_delivery,   &p09_return_exchange, &p10_recall_compensation,
    &p11_spares,   &p12_facilities,    &p13_complaints,    &p14_customers,  &p15_improvement, &p17_assurance,      &p18_emergency,
    &p20_documents, &p21_records,      &p22_nonconformity, NULL,
};
