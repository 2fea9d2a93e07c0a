/* The demo company's repairs: each takes its path, all of them in the order of time. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "engine/plan.h"
#include "engine/roles.h"
#include "server/demo_internal.h"

#define STEPS_MAX 24
/* Nothing before this minute: customers and units are entered by then. */
#define OPENING 12500
#define ARRIVAL_SLACK 48

struct repair {
    const struct demo_path *path;
    const struct demo_step *steps[STEPS_MAX];
    int at[STEPS_MAX];
    int slots[STEPS_MAX]; /* of arrivals: the appointment */
    int n, next;
    char id[UUID_TEXT_SIZE];
    int unit, fault, technician, outlet;
    int settled; /* minute, or 0 */
    bool charged;
    json_t *facts;
};

static bool is_arrival(const struct demo_step *step)
{
    return strcmp(step->event, "arrive") == 0 || strcmp(step->event, "customer_absent") == 0;
}

static int between(struct demo *demo, int min, int max)
{
    return min + demo_random(demo, max - min + 1);
}

/* The next full quarter of an hour in which nobody starts work or comes back from lunch. */
static int quarter_after(int minute)
{
    int slot = (minute / 15 + 1) * 15;
    return slot % DEMO_DAY == 0 || slot % DEMO_DAY == 210 ? slot + 15 : slot;
}

static bool read_path(struct repair *repair, const struct demo_path *path)
{
    repair->path = path;
    for (const char *p = path->steps; *p != '\0';) {
        size_t length = strcspn(p, " ");
        const struct demo_step *step = demo_step_find(p, length);
        if (step == NULL || repair->n == STEPS_MAX) {
            log_error("demo", "a path has no step \"%.*s\"", (int)length, p);
            return false;
        }
        repair->steps[repair->n++] = step;
        p += length;
        p += strspn(p, " ");
    }
    return true;
}

/* Back from the last step to the first, then forward again with appointments at quarters of an hour. */
static void plan_times(struct demo *demo, struct repair *repair)
{
    int delays[STEPS_MAX] = { 0 }, total = 0;
    for (int i = 1; i < repair->n; i++) {
        delays[i] = between(demo, repair->steps[i]->min, repair->steps[i]->max);
        total += delays[i] + (is_arrival(repair->steps[i]) ? ARRIVAL_SLACK : 0);
    }
    int first = demo->now - between(demo, repair->path->min, repair->path->max) - total;
    repair->at[0] = first < OPENING ? OPENING + demo_random(demo, 900) : first;
    for (int i = 1; i < repair->n; i++) {
        repair->at[i] = repair->at[i - 1] + delays[i];
        if (!is_arrival(repair->steps[i]))
            continue;
        repair->slots[i] = quarter_after(repair->at[i] + 8);
        bool late = strcmp(repair->steps[i]->event, "arrive") != 0 || demo_random(demo, 8) == 0;
        repair->at[i] = repair->slots[i] + (late ? 10 : -1 - demo_random(demo, 8));
    }
}

static bool unit_fits(const struct demo *demo, const struct repair *repair, const struct demo_unit *unit)
{
    unsigned flags = repair->path->flags;
    bool at_outlet = demo->customers[unit->customer].outlet != 0;
    return at_outlet == ((flags & DEMO_AT_OUTLET) != 0) && !((flags & DEMO_CHARGED) != 0 && unit->in_warranty) &&
           !((flags & DEMO_FREE) != 0 && !unit->in_warranty) &&
           ((flags & DEMO_OWN) == 0 || unit->customer == DEMO_OWN_CUSTOMER);
}

static int choose_unit(struct demo *demo, const struct repair *repair)
{
    int start = demo_random(demo, DEMO_EQUIPMENT);
    for (int repairs = 0; repairs < DEMO_REPAIRS; repairs++)
        for (int i = 0; i < DEMO_EQUIPMENT; i++) {
            int unit = (start + i) % DEMO_EQUIPMENT;
            if (demo->units[unit].repairs == repairs && unit_fits(demo, repair, &demo->units[unit]))
                return unit;
        }
    return 0;
}

/* The repair that this one repeats or duplicates; NULL: neither. */
static const struct repair *find_earlier(const struct repair *repairs, int n, const struct repair *repair)
{
    const struct repair *found = NULL;
    bool again = (repair->path->flags & DEMO_REPEAT) != 0;
    if (!again && (repair->path->flags & DEMO_DUPLICATE) == 0)
        return NULL;
    for (int i = 0; i < n; i++) {
        const struct repair *r = &repairs[i];
        if (r == repair || r->next == 0 || r->outlet != 0 || r->path->flags != 0)
            continue;
        bool fits = again ? r->settled != 0 && r->settled < repair->at[0] - DEMO_DAY : r->next < r->n;
        if (fits && (found == NULL || (again ? r->settled > found->settled : r->at[0] > found->at[0])))
            found = r;
    }
    return found;
}

static int choose_technician(struct demo *demo, const struct repair *repair, int but)
{
    const char *skill = demo->units[repair->unit].skill;
    int start = demo_random(demo, DEMO_PERSONS);
    for (int i = 0; i < DEMO_PERSONS; i++) {
        int k = (start + i) % DEMO_PERSONS;
        if (k != but && demo_persons[k].skills != NULL && strstr(demo_persons[k].roles, "technician") != NULL &&
            demo_persons[k].outlet == repair->outlet && strstr(demo_persons[k].skills, skill) != NULL)
            return k;
    }
    return but;
}

static int choose_fault(struct demo *demo, const char *skill)
{
    int start = demo_random(demo, demo_fault_count());
    for (int i = 0; i < demo_fault_count(); i++)
        if (strcmp(demo_faults[(start + i) % demo_fault_count()].skill, skill) == 0)
            return (start + i) % demo_fault_count();
    return 0;
}

static const struct principal *office_of(const struct demo *demo, const struct repair *repair)
{
    for (int i = 0; i < DEMO_PERSONS && repair->outlet != 0; i++)
        if (demo_persons[i].outlet == repair->outlet &&
            (demo->principals[i].roles & role_bit(ROLE_outlet_manager)) != 0)
            return &demo->principals[i];
    return demo_holder(demo, "dispatcher");
}

static void set_fact(struct repair *repair, const char *name, json_t *value)
{
    (void)json_object_set_new(repair->facts, name, value);
}

/* What is charged out of warranty is also what the customer agreed to. */
static void set_price(struct demo *demo, struct repair *repair)
{
    const struct demo_fault *fault = &demo_faults[repair->fault];
    int work = 8000 + 1000 * demo_random(demo, 13), part = 12000 + 500 * demo_random(demo, 60), price = 5000 + work;
    json_t *charges = json_pack("[{s:s,s:i,s:i,s:s},{s:s,s:i,s:i}]", "name", "上门检测费", "quantity", 1, "unit_price",
                                5000, "code", "WX-001", "name", "维修费", "quantity", 1, "unit_price", work);
    if (fault->part != NULL) {
        (void)json_array_append_new(charges,
                                    json_pack("{s:s,s:i,s:i}", "name", fault->part, "quantity", 1, "unit_price", part));
        price += part;
    }
    set_fact(repair, "charges", charges);
    set_fact(repair, "price", json_integer(price));
    set_fact(repair, "consent", json_incref(json_object_get(repair->facts, "contact")));
}

static void set_facts(struct demo *demo, struct repair *repair)
{
    static const char *const opinions[] = { "服务及时,技术熟练", "态度热情,问题已解决", "满意", "维修较快,讲解清楚",
                                            "基本满意,希望再快一些" };
    const struct demo_unit *unit = &demo->units[repair->unit];
    const struct demo_customer *customer = &demo->customers[unit->customer];
    const struct demo_fault *fault = &demo_faults[repair->fault];
    char tag[40], invoice[40], more[300];
    int mark = 1000 + demo_random(demo, 9000);
    (void)snprintf(tag, sizeof tag, "SX-%05d-%04d", repair->at[0], mark);
    (void)snprintf(invoice, sizeof invoice, "2635200000%05d%04d", repair->at[0], mark);
    (void)snprintf(more, sizeof more, "%s,重启无效", fault->problem);
    int mood = demo_random(demo, 5);
    const struct {
        const char *name, *text;
    } texts[] = {
        { "customer", customer->id },
        { "customer_name", customer->name },
        { "contact", customer->contact },
        { "phone", customer->phone },
        { "address", customer->address },
        { "equipment", unit->id },
        { "serial", unit->serial },
        { "model", unit->model },
        { "skill", unit->skill },
        { "problem", fault->problem },
        { "problem_more", more },
        { "diagnosis", fault->diagnosis },
        { "solution", fault->solution },
        { "tag", tag },
        { "invoice", invoice },
        { "opinion", opinions[mood] },
        { "technician", demo->principals[repair->technician].id },
        { "receiver", office_of(demo, repair)->id },
        { "clerk", demo_holder(demo, "followup_clerk")->id },
        { "leader", demo_holder(demo, "supervising_leader")->id },
        { "outlet", repair->outlet == 0 ? NULL : demo->outlets[repair->outlet - 1] },
    };
    repair->facts = json_pack("{s:i}", "stars", mood == 4 ? 4 : 5);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].text != NULL)
            set_fact(repair, texts[i].name, json_string(texts[i].text));
    if (fault->part != NULL)
        set_fact(repair, "parts", json_pack("[{s:s,s:i}]", "name", fault->part, "quantity", 1));
    if (repair->charged)
        set_price(demo, repair);
}

static bool open_repair(struct demo *demo, const struct repair *repairs, int n, struct repair *repair)
{
    const struct repair *earlier = find_earlier(repairs, n, repair);
    if (earlier == NULL && (repair->path->flags & (DEMO_REPEAT | DEMO_DUPLICATE)) != 0) {
        log_error("demo", "no earlier repair for \"%s\"", repair->path->steps);
        return false;
    }
    repair->unit = earlier == NULL ? choose_unit(demo, repair) : earlier->unit;
    struct demo_unit *unit = &demo->units[repair->unit];
    unit->repairs++;
    repair->outlet = (repair->path->flags & DEMO_AT_OUTLET) != 0 ? demo->customers[unit->customer].outlet : 0;
    repair->fault = earlier == NULL ? choose_fault(demo, unit->skill) : earlier->fault;
    repair->charged = !unit->in_warranty && (repair->path->flags & DEMO_REPEAT) == 0;
    repair->technician = choose_technician(demo, repair, -1);
    set_facts(demo, repair);
    if (earlier != NULL)
        set_fact(repair, "earlier", json_string(earlier->id));
    return true;
}

/* The appointment that the repair then keeps, or one that is still to come. */
static json_t *appointment(struct demo *demo, const struct repair *repair)
{
    int slot = 0;
    for (int i = repair->next + 1; i < repair->n && slot == 0; i++)
        slot = repair->slots[i];
    if (slot == 0)
        slot =
            quarter_after((repair->path->max < 1000 ? demo->now : repair->at[repair->next]) + between(demo, 30, 900));
    else if (repair->next + 1 < repair->n && strcmp(repair->steps[repair->next + 1]->event, "reschedule") == 0)
        slot = quarter_after(repair->at[repair->next] + 60);
    int64_t at_us = demo_time(demo, slot);
    return demo_time_json(at_us - at_us % 60000000);
}

/* The customer signs what the engine shows at that moment. */
static json_t *signature(struct demo *demo, const struct repair *repair, const struct principal *who, int64_t at_us)
{
    struct arena arena = { 0 };
    struct bound bound;
    engine_bind_get(engine_machine_by_name(demo->engine, "repair"), who, repair->id, at_us, &arena, &bound);
    PGresult *result = PQexecParams(demo->connection, bound.statement->text, bound.statement->n_params, NULL,
                                    bound.values, NULL, NULL, 0);
    const char *hash = PQntuples(result) == 1 ? PQgetvalue(result, 0, RESULT_CONTENT_HASH) : "";
    json_t *signed_by = json_pack("{s:O,s:s,s:s}", "name", json_object_get(repair->facts, "contact"), "content_sha256",
                                  hash, "relation", demo->units[repair->unit].customer % 4 == 0 ? "self" : "employee");
    PQclear(result);
    arena_done(&arena);
    return signed_by;
}

/* A copy of the template with its facts filled in; NULL: the fact is not there. */
static json_t *fill(const json_t *facts, json_t *template)
{
    const char *text = json_string_value(template), *key;
    json_t *value;
    size_t i;
    if (text != NULL)
        return text[0] == '@' ? json_deep_copy(json_object_get(facts, text + 1)) : json_string(text);
    json_t *copy = json_is_object(template)  ? json_object()
                   : json_is_array(template) ? json_array()
                                             : json_deep_copy(template);
    json_object_foreach(template, key, value)
    {
        json_t *filled = fill(facts, value);
        if (filled != NULL)
            (void)json_object_set_new(copy, key, filled);
    }
    json_array_foreach(template, i, value)(void) json_array_append_new(copy, fill(facts, value));
    return copy;
}

static json_t *make_body(const json_t *facts, const char *template)
{
    char text[1200];
    (void)snprintf(text, sizeof text, "%s", template);
    for (char *p = text; *p != '\0'; p++)
        if (*p == '\'')
            *p = '"';
    json_t *tree = json_loads(text, 0, NULL);
    json_t *body = tree == NULL ? NULL : fill(facts, tree);
    json_decref(tree);
    return body;
}

static const struct principal *actor_of(struct demo *demo, const struct repair *repair, enum demo_actor actor)
{
    static const char *const roles[] = {
        [DEMO_HOTLINE] = "hotline_clerk", [DEMO_DISPATCHER] = "dispatcher",   [DEMO_FOLLOWUP] = "followup_clerk",
        [DEMO_DEPUTY] = "deputy_gm",      [DEMO_FINANCE] = "finance_officer", [DEMO_ARCHIVIST] = "office_archivist",
        [DEMO_EMPLOYEE] = "employee",     [DEMO_CUSTOMER] = "customer",
    };
    if (actor == DEMO_OFFICE)
        return office_of(demo, repair);
    return actor == DEMO_TECHNICIAN ? &demo->principals[repair->technician] : demo_holder(demo, roles[actor]);
}

/* What the step leaves behind for those after it. */
static void remember(struct repair *repair, const struct demo_step *step, int technician)
{
    if (strstr(step->body, "@other") != NULL)
        repair->technician = technician;
    if (strstr(step->body, "'devices'") != NULL)
        set_fact(repair, "held", json_true());
    if (strcmp(step->event, "solve") == 0 && repair->charged)
        set_fact(repair, "payment", json_string("paid"));
    if (strcmp(step->event, "settle") == 0)
        repair->settled = repair->at[repair->next];
}

static bool take_step(struct demo *demo, const struct repair *repairs, int n, struct repair *repair)
{
    const struct demo_step *step = repair->steps[repair->next];
    if (repair->next == 0 && !open_repair(demo, repairs, n, repair))
        return false;
    int64_t at_us = demo_time(demo, repair->at[repair->next]);
    const struct principal *who = actor_of(demo, repair, step->actor);
    int technician = repair->technician;
    set_fact(repair, "now", demo_time_json(at_us));
    set_fact(repair, "later", demo_time_json(at_us + INT64_C(86400000000)));
    if (strstr(step->body, "@other") != NULL) {
        technician = choose_technician(demo, repair, repair->technician);
        set_fact(repair, "other", json_string(demo->principals[technician].id));
    }
    if (strstr(step->body, "@appointment") != NULL)
        set_fact(repair, "appointment", appointment(demo, repair));
    if (strstr(step->body, "@signature") != NULL)
        set_fact(repair, "signature", signature(demo, repair, who, at_us));
    json_t *body = make_body(repair->facts, step->body);
    if (!demo_fire(demo, "repair", step->event, repair->next == 0 ? NULL : repair->id, body, who, at_us, repair->id))
        return false;
    remember(repair, step, technician);
    repair->next++;
    return true;
}

static struct repair *due_first(struct repair *repairs, int n)
{
    struct repair *first = NULL;
    for (struct repair *r = repairs; r < repairs + n; r++)
        if (r->next < r->n && (first == NULL || r->at[r->next] < first->at[first->next]))
            first = r;
    return first;
}

bool demo_load_repairs(struct demo *demo)
{
    static struct repair repairs[DEMO_REPAIRS];
    int n = 0;
    bool good = true;
    for (int p = 0; p < demo_path_count() && good; p++)
        for (int i = 0; i < demo_paths[p].count && good && n < DEMO_REPAIRS; i++) {
            repairs[n] = (struct repair){ 0 };
            good = read_path(&repairs[n], &demo_paths[p]);
            plan_times(demo, &repairs[n++]);
        }
    for (struct repair *repair; good && (repair = due_first(repairs, n)) != NULL;)
        good = take_step(demo, repairs, n, repair);
    for (int i = 0; i < n; i++)
        json_decref(repairs[i].facts);
    return good;
}
