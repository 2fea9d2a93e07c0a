/* Binding of bodies: every fault with its code and pointer, and the texts that go to PostgreSQL. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "engine/plan.h"

#define ID "0192f0c1-7b3a-7abc-8def-0123456789ab"
#define OTHER_ID "0192F0C1-7B3A-7ABC-8DEF-0123456789AC"
#define NOW_US INT64_C(1795433354123456)
#define GOOD                                                                                                           \
    "'channel':'phone_400','customer_id':'" ID                                                                         \
    "','contact_name':'李明','contact_phone':'13912345678','problem':'开机无显示'"

static struct engine *engine;
static struct arena arena;
static struct faults faults;
static struct bound bound;
static struct principal principal = { .id = ID, .roles = 5 };
static struct call call;
static json_t *body; /* the bound values borrow from it */

static int set_up(void **state)
{
    (void)state;
    engine = engine_new(procedures);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    json_decref(body);
    arena_done(&arena);
    engine_free(engine);
    return 0;
}

static const struct event_plan *event_of(const char *machine, const char *name)
{
    const struct event_plan *event = machine_event(engine_machine_by_name(engine, machine), name);
    assert_non_null(event);
    return event;
}

/* Single quotes stand for double ones, so that bodies can be read. */
static json_t *body_of(const char *text)
{
    char *json = arena_strdup(&arena, text);
    for (char *p = json; *p != '\0'; p++)
        if (*p == '\'')
            *p = '"';
    json_error_t error;
    json_t *value = json_loads(json, JSON_REJECT_DUPLICATES, &error);
    if (value == NULL)
        fail_msg("%s: %s", error.text, json);
    return value;
}

static bool bind_call(const struct event_plan *event, const char *text)
{
    arena_done(&arena);
    faults = (struct faults){ .arena = &arena };
    bound = (struct bound){ .n_locks = 0 };
    json_decref(body);
    body = body_of(text);
    call = (struct call){ .principal = &principal,
                          .id = ID,
                          .idempotency_key = "k-1",
                          .fingerprint = "f-1",
                          .request_id = "r-1",
                          .if_match = -1,
                          .now_us = NOW_US,
                          .body = body };
    bool good = engine_bind(event, &call, &arena, &bound, &faults);
    assert_int_equal(good, faults.count == 0);
    return good;
}

static bool bind_register(const char *text)
{
    return bind_call(event_of("repair", "register"), text);
}

static const char *value_from(const struct event_plan *event, enum source source, size_t input)
{
    for (int i = 0; i < bound.statement->n_params; i++)
        if (bound.params[i].source == source && (source != SOURCE_INPUT || bound.params[i].input == input))
            return bound.values[i];
    fail_msg("%s has no parameter from source %d", event->name, (int)source);
    return NULL;
}

static const char *input_text(const struct event_plan *event, const char *name)
{
    for (size_t i = 0; i < event->n_inputs; i++)
        if (strcmp(event->inputs[i].field->name, name) == 0)
            return value_from(event, SOURCE_INPUT, i);
    fail_msg("%s takes no %s", event->name, name);
    return NULL;
}

static bool has_fault(const char *code, const char *pointer)
{
    for (size_t i = 0; i < faults.count && i < FAULTS_MAX; i++)
        if (strcmp(faults.list[i].code, code) == 0 && strcmp(faults.list[i].pointer, pointer) == 0)
            return faults.list[i].message.en != NULL && faults.list[i].message.zh != NULL;
    return false;
}

static void expect_fault(const struct event_plan *event, const char *json, const char *code, const char *pointer)
{
    if (bind_call(event, json))
        fail_msg("%s: accepted %s", event->name, json);
    if (faults.count != 1 || !has_fault(code, pointer))
        fail_msg("%s %s: %zu faults, first %s at \"%s\"; wanted %s at \"%s\"", event->name, json, faults.count,
                 faults.list[0].code, faults.list[0].pointer, code, pointer);
}

static void good_body_gives_its_texts(void **state)
{
    (void)state;
    const struct event_plan *event = event_of("repair", "register");
    assert_true(bind_register("{" GOOD ",'address':'建设路1号','equipment_id':'" OTHER_ID "','priority':'urgent'}"));
    assert_ptr_equal(bound.statement, &event->statement);
    assert_string_equal(bound.sort_key, ID);
    assert_int_equal(bound.n_locks, 0);
    assert_string_equal(input_text(event, "channel"), "phone_400");
    assert_string_equal(input_text(event, "customer_id"), ID);
    assert_string_equal(input_text(event, "contact_name"), "李明");
    assert_string_equal(input_text(event, "equipment_id"), OTHER_ID);
    assert_string_equal(input_text(event, "priority"), "urgent");
    assert_null(input_text(event, "serial"));
    assert_null(input_text(event, "outlet_id"));
}

static void call_gives_the_system_parameters(void **state)
{
    (void)state;
    const struct event_plan *event = event_of("repair", "register");
    clock_set_zone_offset_minutes(8 * 60);
    assert_true(bind_register("{" GOOD "}"));
    assert_string_equal(value_from(event, SOURCE_ID, 0), ID);
    assert_string_equal(value_from(event, SOURCE_NOW, 0), "2026-11-23T19:29:14.123456+08:00");
    assert_string_equal(value_from(event, SOURCE_ACTOR, 0), ID);
    assert_string_equal(value_from(event, SOURCE_ROLES, 0), "5");
    assert_string_equal(value_from(event, SOURCE_KEY, 0), "k-1");
    assert_string_equal(value_from(event, SOURCE_FINGERPRINT, 0), "f-1");
    assert_string_equal(value_from(event, SOURCE_REQUEST, 0), "r-1");
    assert_string_equal(value_from(event, SOURCE_DRY_RUN, 0), "false");
    assert_null(value_from(event, SOURCE_SCOPE_OUTLET, 0));
    assert_null(value_from(event, SOURCE_SCOPE_CUSTOMER, 0));
    assert_null(value_from(event, SOURCE_OCCURRED, 0));
    const char *salt = value_from(event, SOURCE_SALT, 0);
    assert_int_equal(strlen(salt), 34);
    assert_int_equal(strspn(salt + 2, "0123456789abcdef"), 32);
    json_t *inputs = json_loads(value_from(event, SOURCE_INPUTS, 0), 0, NULL);
    assert_string_equal(json_string_value(json_object_get(inputs, "problem")), "开机无显示");
    assert_int_equal(json_object_size(inputs), 5);
    json_decref(inputs);
}

static void entity_is_locked_and_version_bound(void **state)
{
    (void)state;
    const struct event_plan *event = event_of("repair", "dispatch");
    assert_true(bind_call(event, "{'assignee_id':'" ID "'}"));
    assert_int_equal(bound.n_locks, 1);
    assert_ptr_equal(bound.locks[0].statement, &event->machine->lock);
    assert_string_equal(bound.locks[0].id, ID);
    assert_null(value_from(event, SOURCE_IF_MATCH, 0));
    assert_true(bind_call(event_of("repair", "settle"), "{}"));
    assert_int_equal(bound.n_locks, 3);
    assert_non_null(strstr(bound.locks[1].statement->text, "from equipment t"));
    assert_non_null(strstr(bound.locks[2].statement->text, "from return_repair t"));
}

static void each_fault_has_its_pointer(void **state)
{
    (void)state;
    const struct event_plan *event = event_of("repair", "register");
    expect_fault(event, "{'channel':'visit','customer_id':'" ID "','contact_name':'A','contact_phone':'139'}",
                 "required", "/problem");
    expect_fault(event, "{" GOOD ",'colour':1}", "unknown_field", "/colour");
    expect_fault(event, "{" GOOD ",'a/b~c':1}", "unknown_field", "/a~1b~0c");
    expect_fault(event, "{" GOOD ",'id':'" ID "'}", "unknown_field", "/id");
    expect_fault(event, "{" GOOD ",'state':'settled'}", "unknown_field", "/state");
    expect_fault(event, "{" GOOD ",'warranty_until':'2030-01-01'}", "unknown_field", "/warranty_until");
    expect_fault(event, "{" GOOD ",'serial':5}", "wrong_type", "/serial");
    expect_fault(event, "{" GOOD ",'serial':['5']}", "wrong_type", "/serial");
    expect_fault(event, "{" GOOD ",'address':''}", "too_short", "/address");
    expect_fault(event, "{" GOOD ",'serial':'a\\u0007b'}", "wrong_format", "/serial");
    expect_fault(event, "{" GOOD ",'serial':'a\\u007fb'}", "wrong_format", "/serial");
    expect_fault(event, "{" GOOD ",'equipment_id':'7'}", "wrong_format", "/equipment_id");
    expect_fault(event, "{" GOOD ",'equipment_id':7}", "wrong_type", "/equipment_id");
    expect_fault(event, "{" GOOD ",'priority':'high'}", "not_in_list", "/priority");
    expect_fault(event, "{" GOOD ",'priority':true}", "wrong_type", "/priority");
    expect_fault(event, "{" GOOD ",'occurred_at':'yesterday'}", "wrong_format", "/occurred_at");
    expect_fault(event, "{" GOOD ",'occurred_at':1}", "wrong_type", "/occurred_at");
    expect_fault(event,
                 "{'channel':null,'customer_id':'" ID "','contact_name':'A','contact_phone':'139','problem':'x'}",
                 "required", "/channel");
}

static void text_limits_count_characters(void **state)
{
    (void)state;
    struct buf text = { 0 };
    for (int extra = 0; extra <= 1; extra++) {
        text.length = 0;
        buf_puts(&text, "{" GOOD ",'serial':'");
        for (int i = 0; i < 80 + extra; i++)
            buf_puts(&text, "报");
        buf_puts(&text, "'}");
        assert_int_equal(bind_register(text.data), extra == 0);
        assert_int_equal(has_fault("too_long", "/serial"), extra == 1);
    }
    buf_done(&text);
}

static void numbers_have_type_and_range(void **state)
{
    (void)state;
    const struct event_plan *settle = event_of("repair", "settle"), *absent = event_of("repair", "customer_absent");
    expect_fault(settle, "{'satisfaction':0}", "out_of_range", "/satisfaction");
    expect_fault(settle, "{'satisfaction':6}", "out_of_range", "/satisfaction");
    expect_fault(settle, "{'satisfaction':-9223372036854775808}", "out_of_range", "/satisfaction");
    expect_fault(settle, "{'satisfaction':4.0}", "wrong_type", "/satisfaction");
    expect_fault(settle, "{'satisfaction':'4'}", "wrong_type", "/satisfaction");
    expect_fault(settle, "{'signature_refused':'yes'}", "wrong_type", "/signature_refused");
    expect_fault(settle, "{'signature_refused':1}", "wrong_type", "/signature_refused");
    expect_fault(absent, "{'waited_minutes':20,'called_customer':true,'empty_run_fee':-1}", "out_of_range",
                 "/empty_run_fee");
    expect_fault(absent, "{'waited_minutes':2147483648,'called_customer':true}", "out_of_range", "/waited_minutes");
    assert_true(bind_call(absent, "{'waited_minutes':20,'called_customer':false,'empty_run_fee':1000000}"));
    assert_string_equal(input_text(absent, "waited_minutes"), "20");
    assert_string_equal(input_text(absent, "called_customer"), "false");
    assert_string_equal(input_text(absent, "empty_run_fee"), "1000000");
}

static void dates_and_times_exist(void **state)
{
    (void)state;
    const struct event_plan *qualify = event_of("person", "qualify"), *schedule = event_of("repair", "schedule");
    expect_fault(qualify, "{'qualified_scope':['network'],'qualified_until':'2026-02-30'}", "wrong_format",
                 "/qualified_until");
    expect_fault(qualify, "{'qualified_scope':['network'],'qualified_until':20260228}", "wrong_type",
                 "/qualified_until");
    expect_fault(schedule, "{'charge_told':true,'appointment_at':'2026-11-23 19:00'}", "wrong_format",
                 "/appointment_at");
    expect_fault(schedule, "{'charge_told':true,'appointment_at':'2026-11-23T24:00:00+08:00'}", "wrong_format",
                 "/appointment_at");
    assert_true(bind_call(schedule, "{'charge_told':true,'appointment_at':'2026-11-23T19:00:00+08:00'}"));
    assert_string_equal(input_text(schedule, "appointment_at"), "2026-11-23T19:00:00+08:00");
}

/* PostgreSQL raises beyond 15:59, which would abort the batch of everybody else. */
static void no_time_reaches_postgres_that_it_would_refuse(void **state)
{
    (void)state;
    const struct event_plan *schedule = event_of("repair", "schedule");
    if (bind_call(schedule, "{'charge_told':true,'appointment_at':'2026-11-23T19:00:00+23:59'}"))
        assert_null(strstr(input_text(schedule, "appointment_at"), "+23:59"));
    else
        assert_true(has_fault("wrong_format", "/appointment_at"));
}

static void texts_become_array_literals(void **state)
{
    (void)state;
    const struct event_plan *qualify = event_of("person", "qualify"), *remind = event_of("repair", "remind_collection");
    assert_true(bind_call(qualify, "{'qualified_scope':['network','audio_video'],'qualified_until':'2028-02-29'}"));
    assert_string_equal(input_text(qualify, "qualified_scope"), "{\"network\",\"audio_video\"}");
    assert_string_equal(input_text(qualify, "qualified_until"), "2028-02-29");
    assert_true(bind_call(qualify, "{'qualified_scope':[],'qualified_until':'2028-02-29'}"));
    assert_string_equal(input_text(qualify, "qualified_scope"), "{}");
    expect_fault(qualify, "{'qualified_scope':'network','qualified_until':'2028-02-29'}", "wrong_type",
                 "/qualified_scope");
    expect_fault(qualify, "{'qualified_scope':['network','x'],'qualified_until':'2028-02-29'}", "not_in_list",
                 "/qualified_scope/1");
    expect_fault(qualify, "{'qualified_scope':[1,'network'],'qualified_until':'2028-02-29'}", "wrong_type",
                 "/qualified_scope/0");
    expect_fault(remind, "{'notice_channels':[]}", "wrong_item_count", "/notice_channels");
    expect_fault(remind, "{'notice_channels':['phone','phone','phone','phone','phone']}", "wrong_item_count",
                 "/notice_channels");
}

/* No table has a free list of texts yet: a small one, to see the quoting. */
static void array_literals_are_quoted(void **state)
{
    (void)state;
    static const struct field fields[] = { { "tags", FIELD_TEXTS, { "Tags", "标签" } }, { NULL } };
    static const struct state states[] = { { "open", { "Open", "开" } }, { NULL } };
    static const struct transition rows[] = {
        { .event = "create", .label = { "Create", "建立" }, .clause = "1", .to = "open", .by = "*", .takes = "tags" },
        { NULL },
    };
    static const struct machine machine = { .name = "note",
                                            .path = "notes",
                                            .prefix = "NO",
                                            .fields = fields,
                                            .states = states,
                                            .transitions = rows,
                                            .without = "revert void reassign pause resume" };
    static const struct machine *const machines[] = { &machine, NULL };
    static const struct procedure procedure = { .number = 1, .code = "P1", .machines = machines };
    static const struct procedure *const list[] = { &procedure, NULL };
    struct engine *small = engine_new(list);
    assert_string_equal(engine_errors(small), "");
    const struct event_plan *event = machine_event(engine_machine_at(small, 0), "create");
    assert_true(bind_call(event, "{'tags':['a\\u0022b','c\\\\d','{,}','','NULL','报 修']}"));
    assert_string_equal(input_text(event, "tags"), "{\"a\\\"b\",\"c\\\\d\",\"{,}\",\"\",\"NULL\",\"报 修\"}");
    expect_fault(event, "{'tags':['ok','a\\u0001']}", "wrong_format", "/tags/1");
    engine_free(small);
}

static void lists_point_into_their_items(void **state)
{
    (void)state;
    const struct event_plan *event = event_of("repair", "take_back");
#define TAKE(devices) "{'diagnosis':'x','copy_with_customer':true,'devices':" devices "}"
    expect_fault(event, TAKE("[]"), "wrong_item_count", "/devices");
    expect_fault(event, TAKE("{}"), "wrong_type", "/devices");
    expect_fault(event, TAKE("[3]"), "wrong_type", "/devices/0");
    expect_fault(event, TAKE("[{'item':'PC','condition':'good'},{'item':'PC'}]"), "required", "/devices/1/condition");
    expect_fault(event, TAKE("[{'item':'PC','condition':'good','x':1}]"), "unknown_field", "/devices/0/x");
    expect_fault(event, TAKE("[{'item':'PC','condition':'good','model':7}]"), "wrong_type", "/devices/0/model");
    expect_fault(event, TAKE("[{'item':'','condition':'good'}]"), "too_short", "/devices/0/item");
    expect_fault(event, TAKE("[{'item':null,'condition':'good'}]"), "wrong_type", "/devices/0/item");
    expect_fault(event, TAKE("[{'item':'PC','condition':'good','model?':'a'}]"), "unknown_field", "/devices/0/model?");
    assert_true(bind_call(event, TAKE("[{'item':'PC','condition':'good','model':null}]")));
    assert_string_equal(input_text(event, "devices"), "[{\"item\":\"PC\",\"condition\":\"good\",\"model\":null}]");
    const struct event_plan *loss = event_of("repair", "report_loss");
    expect_fault(loss, "{'loss':{'what':'a','holder':'b','value':-1,'evidence':'c'}}", "out_of_range", "/loss/value");
    expect_fault(loss, "{'loss':[]}", "wrong_type", "/loss");
    expect_fault(loss, "{'loss':{'what':'a','holder':'b','value':1e3,'evidence':'c'}}", "wrong_type", "/loss/value");
}

static void pointers_into_items_are_escaped(void **state)
{
    (void)state;
    expect_fault(event_of("repair", "take_back"), TAKE("[{'item':'PC','condition':'good','a/b~c':1}]"), "unknown_field",
                 "/devices/0/a~1b~0c");
}

static bool is_utf8(const char *text)
{
    json_t *string = json_string(text);
    json_decref(string);
    return string != NULL;
}

/* A long key of the caller's is shortened, but never inside a character. */
static void pointers_stay_utf8(void **state)
{
    (void)state;
    struct buf text = { 0 };
    for (int shift = 0; shift < 3; shift++) {
        text.length = 0;
        buf_printf(&text, "{" GOOD ",'%.*s", shift, "xx");
        for (int i = 0; i < 60; i++)
            buf_puts(&text, "报");
        buf_puts(&text, "':1}");
        assert_false(bind_register(text.data));
        assert_int_equal(faults.count, 1);
        assert_true(is_utf8(faults.list[0].pointer));
    }
    buf_done(&text);
}

static void all_faults_come_at_once(void **state)
{
    (void)state;
    assert_false(
        bind_register("{'channel':'pigeon','customer_id':'x','contact_phone':139,'address':'','serial':'a\\u0001',"
                      "'priority':[],'colour':1,'occurred_at':'x'}"));
    assert_int_equal(faults.count, 10);
    assert_true(has_fault("not_in_list", "/channel"));
    assert_true(has_fault("wrong_format", "/customer_id"));
    assert_true(has_fault("required", "/contact_name"));
    assert_true(has_fault("wrong_type", "/contact_phone"));
    assert_true(has_fault("required", "/problem"));
    assert_true(has_fault("too_short", "/address"));
    assert_true(has_fault("wrong_format", "/serial"));
    assert_true(has_fault("wrong_type", "/priority"));
    assert_true(has_fault("unknown_field", "/colour"));
    assert_true(has_fault("wrong_format", "/occurred_at"));
}

static void more_faults_than_kept_are_counted(void **state)
{
    (void)state;
    struct buf text = { 0 };
    buf_puts(&text, "{" GOOD);
    for (int i = 0; i < 150; i++)
        buf_printf(&text, ",'x%d':1", i);
    buf_puts(&text, "}");
    assert_false(bind_register(text.data));
    assert_int_equal(faults.count, 150);
    buf_done(&text);
}

static uint64_t given_bits(const struct event_plan *event)
{
    return strtoull(value_from(event, SOURCE_GIVEN, 0), NULL, 10);
}

static uint64_t bit_of(const struct event_plan *event, const char *name)
{
    for (size_t i = 0; i < event->n_inputs; i++)
        if (strcmp(event->inputs[i].field->name, name) == 0)
            return UINT64_C(1) << i;
    fail_msg("%s", name);
    return 0;
}

static void amend_knows_which_fields_are_given(void **state)
{
    (void)state;
    const struct event_plan *amend = event_of("repair", "amend");
    assert_int_equal(bit_of(amend, "reason"), 1);
    assert_true(bind_call(amend, "{'reason':'typing error'}"));
    assert_true(given_bits(amend) == 1);
    assert_true(bind_call(amend, "{'reason':'typing error','address':null,'model':'ZN-2000'}"));
    assert_true(given_bits(amend) == (1 | bit_of(amend, "address") | bit_of(amend, "model")));
    assert_null(input_text(amend, "address"));
    assert_string_equal(input_text(amend, "model"), "ZN-2000");
    expect_fault(amend, "{'model':'ZN-2000'}", "required", "/reason");
}

/* `priority` is not null in every table, and what `register` requires may not be emptied behind its back. */
static void amend_does_not_empty_what_is_required(void **state)
{
    (void)state;
    const struct event_plan *amend = event_of("repair", "amend");
    expect_fault(amend, "{'reason':'x','priority':null}", "required", "/priority");
    expect_fault(amend, "{'reason':'x','contact_name':null}", "required", "/contact_name");
    expect_fault(amend, "{'reason':'x','customer_id':null}", "required", "/customer_id");
}

static void empty_and_absent_bodies(void **state)
{
    (void)state;
    const struct event_plan *accept = event_of("repair", "accept_job");
    assert_true(bind_call(accept, "{}"));
    arena_done(&arena);
    faults = (struct faults){ .arena = &arena };
    call.body = NULL;
    assert_true(engine_bind(accept, &call, &arena, &bound, &faults));
    assert_string_equal(value_from(accept, SOURCE_INPUTS, 0), "{}");
    assert_false(engine_bind(event_of("repair", "register"), &call, &arena, &bound, &faults));
    assert_int_equal(faults.count, 5);
}

static void ids_of_opened_entities_are_new(void **state)
{
    (void)state;
    const struct event_plan *event = event_of("repair", "follow_up");
    assert_true(bind_call(event, "{'called_at':'2026-11-23T19:00:00+08:00','reached':true}"));
    const char *first = NULL;
    for (int i = 0; i < bound.statement->n_params; i++) {
        if (bound.params[i].source != SOURCE_NEW_ID)
            continue;
        assert_true(uuid_is_valid(bound.values[i]));
        assert_string_not_equal(bound.values[i], ID);
        if (first != NULL)
            assert_string_not_equal(bound.values[i], first);
        first = bound.values[i];
    }
    assert_non_null(first);
}

static void get_binds_the_callers_scope(void **state)
{
    (void)state;
    const struct machine_plan *repair = engine_machine_by_name(engine, "repair");
    struct principal bound_caller = principal;
    (void)snprintf(bound_caller.outlet_id, sizeof bound_caller.outlet_id, "%s", OTHER_ID);
    arena_done(&arena);
    engine_bind_get(repair, &bound_caller, ID, NOW_US, &arena, &bound);
    assert_ptr_equal(bound.statement, &repair->get);
    bool id = false, outlet = false;
    for (int i = 0; i < repair->get.n_params; i++) {
        id |= repair->get_params[i].source == SOURCE_ID && strcmp(bound.values[i], ID) == 0;
        outlet |= repair->get_params[i].source == SOURCE_SCOPE_OUTLET && strcmp(bound.values[i], OTHER_ID) == 0;
        assert_true(repair->get_params[i].source != SOURCE_SCOPE_CUSTOMER || bound.values[i] == NULL);
    }
    assert_true(id && outlet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_body_gives_its_texts),
        cmocka_unit_test(call_gives_the_system_parameters),
        cmocka_unit_test(entity_is_locked_and_version_bound),
        cmocka_unit_test(each_fault_has_its_pointer),
        cmocka_unit_test(text_limits_count_characters),
        cmocka_unit_test(numbers_have_type_and_range),
        cmocka_unit_test(dates_and_times_exist),
        cmocka_unit_test(no_time_reaches_postgres_that_it_would_refuse),
        cmocka_unit_test(texts_become_array_literals),
        cmocka_unit_test(array_literals_are_quoted),
        cmocka_unit_test(lists_point_into_their_items),
        cmocka_unit_test(pointers_into_items_are_escaped),
        cmocka_unit_test(pointers_stay_utf8),
        cmocka_unit_test(all_faults_come_at_once),
        cmocka_unit_test(more_faults_than_kept_are_counted),
        cmocka_unit_test(amend_knows_which_fields_are_given),
        cmocka_unit_test(amend_does_not_empty_what_is_required),
        cmocka_unit_test(empty_and_absent_bodies),
        cmocka_unit_test(ids_of_opened_entities_are_new),
        cmocka_unit_test(get_binds_the_callers_scope),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
