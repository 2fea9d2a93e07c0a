/* From result rows to representations: values, masking, actions, verdicts. */
#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/plan.h"
#include "engine/roles.h"

#define ID "0192f0c1-7b3a-7abc-8def-0123456789ab"
#define ME "0192f0c1-7b3a-7abc-8def-000000000001"
#define OTHER "0192f0c1-7b3a-7abc-8def-000000000002"
#define OUTLET "0192f0c1-7b3a-7abc-8def-000000000003"

static struct engine *engine;
static const struct machine_plan *repair, *person;
static PGresult *result;
static json_t *shown; /* what the last rendering gave */

static int set_up(void **state)
{
    (void)state;
    engine = engine_new(procedures);
    engine_compile(engine);
    repair = engine_machine_by_name(engine, "repair");
    person = engine_machine_by_name(engine, "person");
    clock_set_zone_offset_minutes(8 * 60);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    engine_free(engine);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    PQclear(result);
    json_decref(shown);
    result = NULL;
    shown = NULL;
    return 0;
}

static void put_cell(int column, const char *value)
{
    char copy[400];
    int length = snprintf(copy, sizeof copy, "%s", value == NULL ? "" : value);
    assert_true(length < (int)sizeof copy);
    assert_true(PQsetvalue(result, 0, column, value == NULL ? NULL : copy, value == NULL ? -1 : length));
}

static void put_column(const struct machine_plan *machine, const char *name, const char *value)
{
    size_t column = plan_column(machine, name);
    assert_true(column != SIZE_MAX);
    put_cell((int)(RESULT_FIRST_COLUMN + column), value);
}

/* One row of the machine in a state, every probe true, all other columns null but those that never are. */
static void make_row(const struct machine_plan *machine, const char *state)
{
    static char name[] = "c";
    int n = (int)(RESULT_FIRST_COLUMN + machine->n_columns);
    PGresAttDesc *columns = calloc((size_t)n, sizeof *columns);
    assert_non_null(columns);
    for (int i = 0; i < n; i++)
        columns[i].name = name;
    PQclear(result);
    result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    assert_true(PQsetResultAttrs(result, n, columns));
    free(columns);
    for (int i = 0; i < n; i++)
        put_cell(i, NULL);
    put_cell(RESULT_VERDICT, "found");
    put_cell(RESULT_PROBES, "9223372036854775807");
    put_column(machine, "id", ID);
    put_column(machine, "number", "RP-2026-000123");
    put_column(machine, "state", state);
    put_column(machine, "version", "7");
    put_column(machine, "clocks", "{}");
    put_column(machine, "overdue", "f");
}

static void clear_probe(const struct machine_plan *machine, const char *code)
{
    uint64_t probes = INT64_MAX;
    for (size_t i = 0; i < machine->n_probes; i++)
        if (machine->probes[i].code != NULL && strcmp(machine->probes[i].code, code) == 0)
            probes &= ~(UINT64_C(1) << i);
    assert_true(probes != INT64_MAX);
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRIu64, probes);
    put_cell(RESULT_PROBES, text);
}

static struct principal caller(uint64_t roles)
{
    return (struct principal){ .id = ME, .roles = roles };
}

static json_t *render(const struct machine_plan *machine, const struct principal *principal,
                      struct render_options options)
{
    struct buf out = { 0 };
    options.principal = principal;
    engine_render(machine, result, 0, &options, &out);
    json_error_t error;
    json_decref(shown);
    shown = json_loads(out.data, JSON_REJECT_DUPLICATES, &error);
    if (shown == NULL)
        fail_msg("%s: %s", error.text, out.data);
    buf_done(&out);
    return shown;
}

static const char *text_of(const char *name)
{
    return json_string_value(json_object_get(shown, name));
}

static json_t *action(const char *event)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(shown, "actions"), i,
                       item) if (strcmp(json_string_value(json_object_get(item, "event")), event) == 0) return item;
    return NULL;
}

static const char *blocked_code(const char *event, size_t i)
{
    json_t *reason = json_array_get(json_object_get(action(event), "blocked_by"), i);
    return json_string_value(json_object_get(reason, "code"));
}

static void values_become_json(void **state)
{
    (void)state;
    struct principal me = caller(role_bit(ROLE_dispatcher));
    make_row(repair, "registered");
    put_column(repair, "opened_at", "2026-11-23 11:29:14.123+00");
    put_column(repair, "due_at", "2026-11-23 19:29:14+08");
    put_column(repair, "problem", "a \"b\"\n开机无显示");
    put_column(repair, "in_warranty", "t");
    put_column(repair, "charge_total", "123456789012");
    put_column(repair, "warranty_until", "2027-01-31");
    put_column(repair, "visits", "[{\"no\": 1}]");
    render(repair, &me, (struct render_options){ 0 });
    assert_string_equal(text_of("machine"), "repair");
    assert_string_equal(text_of("id"), ID);
    assert_string_equal(text_of("href"), "/v1/repairs/" ID);
    assert_string_equal(text_of("opened_at"), "2026-11-23T19:29:14.123000+08:00");
    assert_string_equal(text_of("due_at"), "2026-11-23T19:29:14+08:00");
    assert_string_equal(text_of("problem"), "a \"b\"\n开机无显示");
    assert_true(json_is_true(json_object_get(shown, "in_warranty")));
    assert_true(json_is_false(json_object_get(shown, "overdue")));
    assert_true(json_integer_value(json_object_get(shown, "charge_total")) == 123456789012);
    assert_int_equal(json_integer_value(json_object_get(shown, "version")), 7);
    assert_string_equal(text_of("warranty_until"), "2027-01-31");
    assert_int_equal(json_array_size(json_object_get(shown, "visits")), 1);
    assert_string_equal(text_of("currency"), "CNY");
    assert_true(json_is_null(json_object_get(shown, "closed_at")));
    assert_null(json_object_get(shown, "serial"));
    assert_null(json_object_get(shown, "event_no"));
    assert_null(json_object_get(shown, "last_actor_id"));
}

static void arrays_become_json(void **state)
{
    (void)state;
    static const struct {
        const char *literal, *json;
    } cases[] = {
        { "{}", "[]" },
        { "{network}", "[\"network\"]" },
        { "{a,b,c}", "[\"a\",\"b\",\"c\"]" },
        { "{\"a b\",\"\",\"NULL\"}", "[\"a b\",\"\",\"NULL\"]" },
        { "{\"q\\\"q\",\"b\\\\b\",\"{,}\"}", "[\"q\\\"q\",\"b\\\\b\",\"{,}\"]" },
        { "{报修,\"报 修\"}", "[\"报修\",\"报 修\"]" },
    };
    struct principal me = caller(role_bit(ROLE_hr_officer));
    for (size_t i = 0; i < COUNT(cases); i++) {
        make_row(person, "active");
        put_column(person, "roles", cases[i].literal);
        render(person, &me, (struct render_options){ 0 });
        char *json = json_dumps(json_object_get(shown, "roles"), JSON_COMPACT);
        assert_string_equal(json, cases[i].json);
        free(json);
    }
}

static void fields_narrow_the_representation(void **state)
{
    (void)state;
    struct principal me = caller(role_bit(ROLE_dispatcher));
    make_row(repair, "registered");
    put_column(repair, "problem", "x");
    put_column(repair, "serial", "SN1");
    put_cell(RESULT_EXTRA, "[]");
    render(repair, &me, (struct render_options){ .fields = "number,serial", .without_actions = true });
    assert_int_equal(json_object_size(shown), 5);
    assert_string_equal(text_of("machine"), "repair");
    assert_string_equal(text_of("id"), ID);
    assert_string_equal(text_of("number"), "RP-2026-000123");
    assert_string_equal(text_of("serial"), "SN1");
    assert_int_equal(json_integer_value(json_object_get(shown, "version")), 7);
    render(repair, &me, (struct render_options){ .fields = "serial_x,seria", .without_actions = true });
    assert_int_equal(json_object_size(shown), 3);
}

static void extras_are_shown(void **state)
{
    (void)state;
    struct principal me = caller(role_bit(ROLE_dispatcher));
    make_row(repair, "registered");
    put_cell(RESULT_EXTRA, "[{\"code\": \"possible_duplicate\"}]");
    put_cell(RESULT_CONTENT_HASH, "00ff");
    render(repair, &me, (struct render_options){ 0 });
    assert_int_equal(json_array_size(json_object_get(shown, "warnings")), 1);
    assert_string_equal(text_of("content_sha256"), "00ff");
}

static void make_personal_row(const char *state, const char *assignee)
{
    make_row(repair, state);
    put_column(repair, "assignee_id", assignee);
    put_column(repair, "outlet_id", OUTLET);
    put_column(repair, "contact_phone", "13912345678");
    put_column(repair, "address", "滨海市海港区建设路1号");
}

static void foreign_jobs_are_masked_for_technicians(void **state)
{
    (void)state;
    struct principal me = caller(role_bit(ROLE_technician) | role_bit(ROLE_employee));
    make_personal_row("scheduled", OTHER);
    render(repair, &me, (struct render_options){ 0 });
    assert_string_equal(text_of("contact_phone"), "139****5678");
    assert_string_equal(text_of("address"), "****");
    make_personal_row("scheduled", ME);
    render(repair, &me, (struct render_options){ 0 });
    assert_string_equal(text_of("contact_phone"), "13912345678");
    assert_string_equal(text_of("address"), "滨海市海港区建设路1号");
}

static void own_jobs_are_masked_once_settled(void **state)
{
    (void)state;
    static const char *const done[] = { "settled", "reported_back", "followup_pending", "followed_up" };
    struct principal me = caller(role_bit(ROLE_outlet_technician));
    for (size_t i = 0; i < COUNT(done); i++) {
        make_personal_row(done[i], ME);
        render(repair, &me, (struct render_options){ 0 });
        assert_string_equal(text_of("contact_phone"), "139****5678");
    }
    make_personal_row("archived", ME);
    put_column(repair, "closed_at", "2026-11-23 19:29:14+08");
    render(repair, &me, (struct render_options){ 0 });
    assert_string_equal(text_of("contact_phone"), "139****5678");
}

static void the_office_sees_all_and_the_outlet_its_own(void **state)
{
    (void)state;
    struct principal office = caller(role_bit(ROLE_technician) | role_bit(ROLE_dispatcher));
    make_personal_row("scheduled", OTHER);
    render(repair, &office, (struct render_options){ 0 });
    assert_string_equal(text_of("contact_phone"), "13912345678");
    struct principal manager = caller(role_bit(ROLE_outlet_manager));
    render(repair, &manager, (struct render_options){ 0 });
    assert_string_equal(text_of("contact_phone"), "139****5678");
    (void)snprintf(manager.outlet_id, sizeof manager.outlet_id, "%s", OUTLET);
    render(repair, &manager, (struct render_options){ 0 });
    assert_string_equal(text_of("contact_phone"), "13912345678");
}

static void short_numbers_and_other_texts_are_masked(void **state)
{
    (void)state;
    static const struct {
        const char *value, *masked;
    } cases[] = {
        { "139", "****" },
        { "8812345", "881****45" },
        { "+86 13912345678", "+86****5678" },
        { "ask at the door", "****" },
    };
    struct principal me = caller(role_bit(ROLE_technician));
    for (size_t i = 0; i < COUNT(cases); i++) {
        make_personal_row("scheduled", OTHER);
        put_column(repair, "contact_phone", cases[i].value);
        render(repair, &me, (struct render_options){ 0 });
        assert_string_equal(text_of("contact_phone"), cases[i].masked);
    }
}

static void actions_follow_state_and_role(void **state)
{
    (void)state;
    struct principal dispatcher = caller(role_bit(ROLE_dispatcher)),
                     archivist = caller(role_bit(ROLE_office_archivist));
    make_row(repair, "registered");
    render(repair, &dispatcher, (struct render_options){ 0 });
    assert_non_null(action("dispatch"));
    assert_non_null(action("cancel"));
    assert_non_null(action("amend"));
    assert_null(action("register"));
    assert_null(action("settle"));
    assert_null(action("return_repair_done"));
    assert_null(action("accept_job"));
    render(repair, &archivist, (struct render_options){ 0 });
    assert_null(action("dispatch"));
    make_row(repair, "followed_up");
    render(repair, &archivist, (struct render_options){ 0 });
    assert_non_null(action("archive"));
    make_row(repair, "archived");
    render(repair, &archivist, (struct render_options){ 0 });
    assert_int_equal(json_array_size(json_object_get(shown, "actions")), 0);
}

static void actions_say_where_and_how(void **state)
{
    (void)state;
    struct principal technician = caller(role_bit(ROLE_technician));
    make_row(repair, "settling");
    put_column(repair, "assignee_id", ME);
    render(repair, &technician, (struct render_options){ .language = LANGUAGE_ZH });
    json_t *settle = action("settle");
    assert_non_null(settle);
    assert_string_equal(json_string_value(json_object_get(settle, "href")), "/v1/repairs/" ID "/settle");
    assert_string_equal(json_string_value(json_object_get(settle, "label")), "善后完毕");
    assert_string_equal(json_string_value(json_object_get(settle, "method")), "POST");
    assert_true(json_is_true(json_object_get(settle, "final")));
    assert_true(json_is_true(json_object_get(settle, "needs_signature")));
    assert_null(json_object_get(settle, "allowed"));
}

static void actions_of_the_assignee_are_the_assignees(void **state)
{
    (void)state;
    struct principal technician = caller(role_bit(ROLE_technician));
    make_row(repair, "scheduled");
    render(repair, &technician, (struct render_options){ 0 });
    assert_null(action("arrive"));
    put_column(repair, "assignee_id", OTHER);
    render(repair, &technician, (struct render_options){ 0 });
    assert_null(action("arrive"));
    put_column(repair, "assignee_id", ME);
    render(repair, &technician, (struct render_options){ 0 });
    assert_non_null(action("arrive"));
    struct principal trainer = caller(role_bit(ROLE_trainer));
    render(repair, &trainer, (struct render_options){ 0 });
    assert_null(action("arrive"));
}

static void actions_of_the_opener_need_no_role(void **state)
{
    (void)state;
    const struct machine_plan *absence = engine_machine_by_name(engine, "absence");
    struct principal nobody = caller(0);
    make_row(absence, "planned");
    put_column(absence, "opened_by", OTHER);
    render(absence, &nobody, (struct render_options){ 0 });
    assert_null(action("cancel"));
    put_column(absence, "opened_by", ME);
    render(absence, &nobody, (struct render_options){ 0 });
    assert_non_null(action("cancel"));
    assert_null(action("return_early"));
}

static void actions_follow_the_probes(void **state)
{
    (void)state;
    struct principal dispatcher = caller(role_bit(ROLE_dispatcher));
    make_row(repair, "registered");
    clear_probe(repair, "outlet_has_not_accepted");
    render(repair, &dispatcher, (struct render_options){ 0 });
    assert_null(action("dispatch"));
    assert_non_null(action("cancel"));
    clear_probe(repair, "device_held");
    render(repair, &dispatcher, (struct render_options){ 0 });
    assert_non_null(action("dispatch"));
    assert_null(action("cancel"));
    clear_probe(repair, "not_paused");
    render(repair, &dispatcher, (struct render_options){ 0 });
    assert_null(action("resume"));
    assert_non_null(action("pause"));
}

static void explain_lists_what_blocks(void **state)
{
    (void)state;
    struct principal dispatcher = caller(role_bit(ROLE_dispatcher)), technician = caller(role_bit(ROLE_technician));
    make_row(repair, "registered");
    clear_probe(repair, "outlet_has_not_accepted");
    render(repair, &dispatcher, (struct render_options){ .explain_actions = true });
    assert_true(json_is_false(json_object_get(action("dispatch"), "allowed")));
    assert_string_equal(blocked_code("dispatch", 0), "outlet_has_not_accepted");
    assert_null(blocked_code("dispatch", 1));
    assert_true(json_is_true(json_object_get(action("cancel"), "allowed")));
    assert_null(json_object_get(action("cancel"), "blocked_by"));
    assert_string_equal(blocked_code("settle", 0), "wrong_state");
    assert_null(action("return_repair_done"));
    render(repair, &technician, (struct render_options){ .explain_actions = true });
    assert_string_equal(blocked_code("dispatch", 0), "forbidden_role");
    assert_string_equal(blocked_code("dispatch", 1), "outlet_has_not_accepted");
}

static void reasons_come_in_the_callers_language(void **state)
{
    (void)state;
    struct principal dispatcher = caller(role_bit(ROLE_dispatcher));
    static const char *const messages[] = { "The outlet has not accepted the job yet", "网点尚未接单" };
    for (int language = LANGUAGE_EN; language <= LANGUAGE_ZH; language++) {
        make_row(repair, "registered");
        clear_probe(repair, "outlet_has_not_accepted");
        render(repair, &dispatcher,
               (struct render_options){ .explain_actions = true, .language = (enum language)language });
        json_t *reason = json_array_get(json_object_get(action("dispatch"), "blocked_by"), 0);
        assert_string_equal(json_string_value(json_object_get(reason, "message")), messages[language]);
    }
}

static void verdicts_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum verdict verdict;
    } cases[] = {
        { "found", VERDICT_FOUND },   { "moved", VERDICT_MOVED },       { "would_move", VERDICT_WOULD_MOVE },
        { "repeat", VERDICT_REPEAT }, { "mismatch", VERDICT_MISMATCH }, { "wrong_state", VERDICT_WRONG_STATE },
        { "raced", VERDICT_RACED },   { "refused", VERDICT_REFUSED },   { "nonsense", VERDICT_NOT_FOUND },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        make_row(repair, "registered");
        put_cell(RESULT_VERDICT, cases[i].name);
        assert_int_equal(engine_verdict(result), cases[i].verdict);
    }
    assert_int_equal(engine_result_version(result, 0), 7);
    assert_string_equal(engine_result_id(result, 0), ID);
    assert_string_equal(engine_result_state(result, 0), "registered");
    PQclear(result);
    result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    assert_int_equal(engine_verdict(result), VERDICT_NOT_FOUND);
}

static enum refusal refusals(const char *list, struct arena *arena, struct faults *faults)
{
    *faults = (struct faults){ .arena = arena };
    make_row(repair, "registered");
    put_cell(RESULT_REFUSED, list);
    return engine_refusals(machine_event(repair, "dispatch"), result, arena, faults);
}

static void refusals_become_faults(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct faults faults;
    assert_int_equal(refusals("outlet_has_not_accepted technician_not_active/assignee_id", &arena, &faults),
                     REFUSAL_GUARD);
    assert_int_equal(faults.count, 2);
    assert_string_equal(faults.list[0].pointer, "");
    assert_string_equal(faults.list[0].message.zh, "网点尚未接单");
    assert_string_equal(faults.list[1].code, "technician_not_active");
    assert_string_equal(faults.list[1].pointer, "/assignee_id");
    assert_int_equal(refusals("stale_version outlet_has_not_accepted", &arena, &faults), REFUSAL_STALE);
    assert_int_equal(refusals("duplicate_value/login", &arena, &faults), REFUSAL_DUPLICATE);
    assert_int_equal(refusals("stale_version forbidden_role duplicate_value/login", &arena, &faults), REFUSAL_ROLE);
    assert_int_equal(refusals("", &arena, &faults), REFUSAL_GUARD);
    assert_int_equal(faults.count, 0);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(values_become_json, forget),
        cmocka_unit_test_teardown(arrays_become_json, forget),
        cmocka_unit_test_teardown(fields_narrow_the_representation, forget),
        cmocka_unit_test_teardown(extras_are_shown, forget),
        cmocka_unit_test_teardown(foreign_jobs_are_masked_for_technicians, forget),
        cmocka_unit_test_teardown(own_jobs_are_masked_once_settled, forget),
        cmocka_unit_test_teardown(the_office_sees_all_and_the_outlet_its_own, forget),
        cmocka_unit_test_teardown(short_numbers_and_other_texts_are_masked, forget),
        cmocka_unit_test_teardown(actions_follow_state_and_role, forget),
        cmocka_unit_test_teardown(actions_say_where_and_how, forget),
        cmocka_unit_test_teardown(actions_of_the_assignee_are_the_assignees, forget),
        cmocka_unit_test_teardown(actions_of_the_opener_need_no_role, forget),
        cmocka_unit_test_teardown(actions_follow_the_probes, forget),
        cmocka_unit_test_teardown(explain_lists_what_blocks, forget),
        cmocka_unit_test_teardown(reasons_come_in_the_callers_language, forget),
        cmocka_unit_test_teardown(verdicts_are_read, forget),
        cmocka_unit_test_teardown(refusals_become_faults, forget),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
