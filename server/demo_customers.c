/* The demo company's customer file and what stands at the customers' places. */
#include <stdio.h>

#include "server/demo_internal.h"

static const char *const skills[] = { "computer",    "network", "display",     "security",
                                      "audio_video", "power",   "installation" };
/* What each outlet serves, of `skills`. */
static const int outlet_skills[DEMO_OUTLETS][3] = { { 0, 1, 2 }, { 0, 5, 3 }, { 0, 2, 4 }, { 1, 3, 5 }, { 0, 1, 3 }, { 2, 4, 0 },
                                                    { 0, 5, 1 }, { 3, 4, 0 }, { 0, 2, 5 }, { 1, 4, 0 }, { 0, 3, 2 }, { 5, 0, 1 } };

static bool add_customer(struct demo *demo, int i, int minute)
{
    struct demo_customer *customer = &demo->customers[i];
    const char *kind, *region, *industry;
    demo_name_customer(demo, i, customer, &kind, &region, &industry);
    customer->outlet = i % 5 == 2 ? 1 + i / 5 % DEMO_OUTLETS : 0;
    json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s*,s:s*,s:[{s:s,s:s}]}", "name", customer->name, "kind", kind,
                             "phone", customer->phone, "address", customer->address, "region", region, "industry",
                             industry, "outlet_id", customer->outlet == 0 ? NULL : demo->outlets[customer->outlet - 1],
                             "contacts", "name", customer->contact, "phone", customer->phone);
    const struct principal *commerce = demo_holder(demo, "commerce_officer");
    if (!demo_fire(demo, "customer", "create", NULL, body, commerce, demo_time(demo, minute), customer->id))
        return false;
    if (i % 4 == 0)
        return true;
    char contract[24];
    (void)snprintf(contract, sizeof contract, "HT-%04d", 1000 + i);
    if (!demo_fire(demo, "customer", "sign_contract", customer->id, json_pack("{s:s}", "contract_no", contract),
                   commerce, demo_time(demo, minute + 10), NULL))
        return false;
    return i % 20 != 1 ||
           (demo_fire(demo, "customer", "propose_promotion", customer->id,
                      json_pack("{s:s,s:I}", "reason", "年采购额较大", "yearly_revenue", (json_int_t)18000000),
                      demo_holder(demo, "service_manager"), demo_time(demo, minute + 15), NULL) &&
            demo_fire(demo, "customer", "promote", customer->id, json_object(), demo_holder(demo, "deputy_gm"),
                      demo_time(demo, minute + 20), NULL));
}

static bool add_unit(struct demo *demo, int i, int customer, int minute)
{
    struct demo_unit *unit = &demo->units[i];
    const struct demo_customer *owner = &demo->customers[customer];
    unit->customer = customer;
    unit->in_warranty = i % 2 == 0;
    unit->skill =
        skills[owner->outlet == 0 ? demo_random(demo, 7) : outlet_skills[owner->outlet - 1][demo_random(demo, 3)]];
    unit->model = demo_model(demo, unit->skill);
    (void)snprintf(unit->serial, sizeof unit->serial, "SN%c%06d", unit->in_warranty ? 'B' : 'A', 100010 + i * 137);
    int accepted = unit->in_warranty ? -120 - demo_random(demo, 300) : -900 - demo_random(demo, 600);
    json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s*,s:o,s:o}", "serial", unit->serial, "model", unit->model, "skill",
                             unit->skill, "customer_id", owner->id, "outlet_id",
                             owner->outlet == 0 ? NULL : demo->outlets[owner->outlet - 1], "accepted_on",
                             demo_date_json(demo, accepted), "warranty_until", demo_date_json(demo, accepted + 730));
    return demo_fire(demo, "equipment", "enter", NULL, body, demo_holder(demo, "commerce_officer"),
                     demo_time(demo, minute), unit->id);
}

bool demo_load_customers(struct demo *demo)
{
    int units = 0;
    for (int i = 0; i < DEMO_CUSTOMERS; i++) {
        int minute = 450 + 58 * i, wanted = (i + 1) * DEMO_EQUIPMENT / DEMO_CUSTOMERS;
        if (!add_customer(demo, i, minute))
            return false;
        for (; units < wanted; units++)
            if (!add_unit(demo, units, i, minute + 25 + units % 2))
                return false;
    }
    return demo_load_customer_person(demo);
}
