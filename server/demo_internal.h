/* What the parts of the demo company share. Layer: server, internal. */
#ifndef AFTERCARE_DEMO_INTERNAL_H
#define AFTERCARE_DEMO_INTERNAL_H

#include <jansson.h>
#include <stdint.h>

#include "server/demo.h"

#define DEMO_PERSONS 32
#define DEMO_OUTLETS 12
#define DEMO_CUSTOMERS 200
#define DEMO_EQUIPMENT 260
#define DEMO_REPAIRS 420
/* The customer that signs in. */
#define DEMO_OWN_CUSTOMER 3
#define DEMO_DAY 450 /* working minutes: 8:30-12:00 and 13:30-17:30 */

struct demo_person {
    const char *login, *name, *roles, *department;
    const char *skills; /* NULL: not qualified for anything */
    int outlet;         /* from 1; 0: none */
    bool is_customer;
};
extern const struct demo_person demo_persons[DEMO_PERSONS];

struct demo_customer {
    char id[UUID_TEXT_SIZE];
    char name[120], contact[40], phone[20], address[160];
    int outlet;
};

struct demo_unit {
    char id[UUID_TEXT_SIZE];
    char serial[40];
    const char *skill, *model;
    int customer, repairs;
    bool in_warranty;
};

/* A company's time runs in working minutes since the Monday on which its books begin. */
struct demo {
    const struct engine *engine;
    PGconn *connection;
    int64_t now_us, first_day; /* first_day: days since 1970 of that Monday */
    int now;                   /* in working minutes */
    uint32_t random;
    struct principal principals[DEMO_PERSONS];
    char passwords[DEMO_PERSONS][17];
    char outlets[DEMO_OUTLETS][UUID_TEXT_SIZE];
    struct demo_customer customers[DEMO_CUSTOMERS];
    struct demo_unit units[DEMO_EQUIPMENT];
};

/* demo.c */
/* Takes over `body`. False and logged when the engine refuses. `id_out` may be NULL. */
bool demo_fire(struct demo *demo, const char *machine, const char *event, const char *id, json_t *body,
               const struct principal *who, int64_t at_us, char id_out[UUID_TEXT_SIZE]);
/* From 0 up to but without `n`; the same numbers at every loading. */
int demo_random(struct demo *demo, int n);
int64_t demo_time(const struct demo *demo, int minute);
json_t *demo_time_json(int64_t at_us);
/* The day `days` after the loading, as a JSON string. */
json_t *demo_date_json(const struct demo *demo, int days);
/* The first person with that role: every role is held by somebody. */
const struct principal *demo_holder(const struct demo *demo, const char *role);

/* demo_people.c, demo_customers.c, demo_repairs.c, demo_spares.c */
bool demo_load_people(struct demo *demo);
bool demo_outlet_is_partner(int outlet);
const struct principal *demo_person(const struct demo *demo, const char *login);
/* Once there are customers: the one that signs in. */
bool demo_load_customer_person(struct demo *demo);
bool demo_load_customers(struct demo *demo);
bool demo_load_repairs(struct demo *demo);
/* demo_field.c */
bool demo_load_deliveries(struct demo *demo);

/* demo_outlets.c: what is agreed with the outlets, before their jobs, and what follows from those. */
bool demo_load_terms(struct demo *demo);
bool demo_load_outlets(struct demo *demo);
/* Whoever of outlet 0 ... has that role. */
const struct principal *demo_of_outlet(const struct demo *demo, int outlet, const char *role);

/* demo_competence.c */
bool demo_load_competence(struct demo *demo);
bool demo_load_spares(struct demo *demo);
/* demo_assurance.c: last, it pays for what the others have asked for. */
bool demo_load_assurance(struct demo *demo);
bool demo_load_nonconformities(struct demo *demo);
/* demo_complaints.c */
bool demo_load_complaints(struct demo *demo);
/* demo_improvements.c */
bool demo_load_improvements(struct demo *demo);
/* demo_compensations.c */
bool demo_load_compensations(struct demo *demo);
/* demo_recalls.c */
bool demo_load_recalls(struct demo *demo);
/* demo_documents.c */
bool demo_load_documents(struct demo *demo);
/* demo_emergencies.c */
bool demo_load_emergencies(struct demo *demo);
/* demo_factors.c */
bool demo_load_factors(struct demo *demo);

/* demo_words.c */
struct demo_fault {
    const char *skill, *problem, *diagnosis, *solution, *part;
};
extern const struct demo_fault demo_faults[];
int demo_fault_count(void);
const char *demo_model(struct demo *demo, const char *skill);
void demo_name_customer(struct demo *demo, int index, struct demo_customer *customer, const char **ret_kind,
                        const char **ret_region, const char **ret_industry);

/* demo_steps.c */
enum demo_actor {
    DEMO_HOTLINE,
    DEMO_DISPATCHER,
    DEMO_TECHNICIAN, /* who has the job */
    DEMO_OFFICE,     /* the outlet's manager for its jobs, else the dispatcher */
    DEMO_FOLLOWUP,
    DEMO_DEPUTY,
    DEMO_FINANCE,
    DEMO_ARCHIVIST,
    DEMO_EMPLOYEE,
    DEMO_CUSTOMER
};
struct demo_step {
    const char *name, *event;
    enum demo_actor actor;
    int min, max;     /* working minutes since the step before */
    const char *body; /* JSON with ' for "; "@name" stands for a fact of the job, left out when it has none */
};
enum demo_path_flags {
    DEMO_AT_OUTLET = 1 << 0, /* a customer of an outlet */
    DEMO_CHARGED = 1 << 1,   /* a unit out of warranty */
    DEMO_FREE = 1 << 2,      /* a unit in warranty */
    DEMO_REPEAT = 1 << 3,    /* the fault of a settled repair again */
    DEMO_DUPLICATE = 1 << 4, /* a repair that runs already */
    DEMO_OWN = 1 << 5        /* by the customer that signs in */
};
struct demo_path {
    const char *steps; /* names, space-separated */
    int count;
    int min, max; /* working minutes from the last step to the loading */
    unsigned flags;
};
extern const struct demo_path demo_paths[];
int demo_path_count(void);
/* NULL: no step of that name. */
const struct demo_step *demo_step_find(const char *name, size_t length);

#endif
