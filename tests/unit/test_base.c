#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json_in.h"
#include "base/uuid7.h"

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

static void arena_gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    for (size_t size = 0; size < 9000; size += 37) {
        unsigned char *memory = arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)memory % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        if (size > 0)
            memset(memory, 0xa5, size);
    }
    arena_done(&arena);
    assert_null(arena.blocks);
}

static void arena_keeps_small_pieces_beside_large_ones(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    char *first = arena_strdup(&arena, "first");
    char *large = arena_alloc(&arena, 100000);
    char *second = arena_strdup(&arena, "second");
    memset(large, 'x', 100000);
    assert_string_equal(first, "first");
    assert_string_equal(second, "second");
    assert_true(second - first == 16);
    arena_done(&arena);
}

static void arena_copies_text(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    assert_null(arena_strdup(&arena, NULL));
    assert_string_equal(arena_strdup(&arena, ""), "");
    assert_string_equal(arena_strndup(&arena, "abcdef", 3), "abc");
    assert_string_equal(arena_printf(&arena, "%s-%06d", "RP", 123), "RP-000123");
    char *wide = arena_printf(&arena, "%20000d", 7);
    assert_int_equal(strlen(wide), 20000);
    arena_done(&arena);
    arena_done(&arena);
    assert_string_equal(arena_strdup(&arena, "again"), "again");
    arena_done(&arena);
}

static void buf_grows_and_stays_terminated(void **state)
{
    (void)state;
    struct buf buf = { 0 };
    for (int i = 0; i < 5000; i++) {
        buf_printf(&buf, "%d,", i % 10);
        assert_int_equal(buf.data[buf.length], '\0');
    }
    assert_int_equal(buf.length, 10000);
    buf_add(&buf, "a\0b", 3);
    assert_memory_equal(buf.data + 10000, "a\0b", 4);
    buf_done(&buf);
    assert_null(buf.data);
}

static void buf_steal_gives_the_content_up(void **state)
{
    (void)state;
    struct buf buf = { 0 };
    char *empty = buf_steal(&buf);
    assert_string_equal(empty, "");
    free(empty);
    buf_puts(&buf, "text");
    char *text = buf_steal(&buf);
    assert_string_equal(text, "text");
    assert_int_equal(buf.length, 0);
    free(text);
}

static void json_strings_survive_a_parser(void **state)
{
    (void)state;
    struct buf buf = { 0 };
    char text[128];
    for (int i = 1; i < 128; i++)
        text[i - 1] = (char)i;
    text[127] = '\0';
    buf_json_string(&buf, text);
    json_t *value = json_loads(buf.data, JSON_DECODE_ANY, NULL);
    assert_non_null(value);
    assert_string_equal(json_string_value(value), text);
    json_decref(value);
    buf_done(&buf);
}

static void json_strings_are_escaped_as_expected(void **state)
{
    (void)state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        { "", "\"\"" },
        { NULL, "null" },
        { "a\"b\\c", "\"a\\\"b\\\\c\"" },
        { "\n\r\t\x01\x1f\x7f", "\"\\n\\r\\t\\u0001\\u001f\\u007f\"" },
        { "报修/单", "\"报修/单\"" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf buf = { 0 };
        buf_json_string(&buf, cases[i].text);
        assert_string_equal(buf.data, cases[i].json);
        buf_done(&buf);
    }
    struct buf buf = { 0 };
    buf_json_bytes(&buf, "a\0b", 3);
    assert_string_equal(buf.data, "\"a\\u0000b\"");
    buf_done(&buf);
}

static void json_commas_come_by_themselves(void **state)
{
    (void)state;
    struct buf buf = { 0 };
    buf_putc(&buf, '{');
    buf_json_member(&buf, "a", "x{");
    buf_json_member(&buf, "b", NULL);
    buf_json_int(&buf, "c", INT64_MIN);
    buf_json_bool(&buf, "d", true);
    buf_json_bool(&buf, "e", false);
    buf_json_key(&buf, "f");
    buf_putc(&buf, '[');
    for (int i = 0; i < 3; i++) {
        buf_json_comma(&buf);
        buf_json_string(&buf, "[");
    }
    buf_puts(&buf, "]}");
    assert_string_equal(buf.data, "{\"a\":\"x{\",\"b\":null,\"c\":-9223372036854775808,\"d\":true,\"e\":false,"
                                  "\"f\":[\"[\",\"[\",\"[\"]}");
    buf_done(&buf);
}

static void html_is_escaped(void **state)
{
    (void)state;
    struct buf buf = { 0 };
    buf_html(&buf, NULL);
    assert_int_equal(buf.length, 0);
    buf_html(&buf, "<a href=\"x\" id='y'>&报</a>");
    assert_string_equal(buf.data, "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;报&lt;/a&gt;");
    buf_done(&buf);
}

static void clock_reads_good_times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } good[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "1970-01-01t00:00:00z", 0 },
        { "1970-01-01T08:00:00+08:00", 0 },
        { "1969-12-31T14:30:00-09:30", 0 },
        { "1970-01-01T00:00:00-00:00", 0 },
        { "1970-01-01T00:00:01.5Z", 1500000 },
        { "1970-01-01T00:00:00.000001Z", 1 },
        { "1970-01-01T00:00:00.123456999Z", 123456 },
        { "1969-12-31T23:59:59.999999Z", -1 },
        { "2000-02-29T00:00:00Z", 11016 * DAY },
        { "2024-02-29T12:00:00+08:00", 19782 * DAY + 4 * 3600 * SECOND },
        { "2026-11-23T19:29:14.123456+08:00", INT64_C(1795433354123456) },
    };
    for (size_t i = 0; i < COUNT(good); i++) {
        int64_t us = -42;
        assert_true(clock_parse_rfc3339(good[i].text, &us));
        assert_true(us == good[i].us);
    }
}

static void clock_refuses_bad_times(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "Z",
        "2026",
        "2026-11-23",
        "2026-11-23T19:29:14",
        "2026-11-23T19:29:14+08",
        "2026-11-23T19:29:14+0800",
        "2026-11-23T19:29Z",
        "2026-11-23T19:29:14.Z",
        "2026-11-23T19:29:14,5Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T23:60:00Z",
        "2026-11-23T23:59:60Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "1899-12-31T00:00:00Z",
        "2201-01-01T00:00:00Z",
        "20261-01-01T00:00:00Z",
        "2026-1-01T00:00:00.00Z",
        "2026-11-23T19:29:14+24:00",
        "2026-11-23T19:29:14+08:60",
        "2026-11-23T19:29:14+08:0",
        "2026-11-23T19:29:14+8:00",
        "2026-11-23T19:29:14ZZ",
        " 2026-11-23T19:29:14Z",
        "2026-11-23T19:29:14Z ",
        "2026-11-23T19:29:14 +08:00",
        "2026-11-23_19:29:14Z",
        "2026-11-23T19:29:14.1234567890123Z",
        "-026-11-23T19:29:14Z",
        "2026-11-23T-1:29:14Z",
        "２026-11-23T19:29:14Z",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t us;
        if (clock_parse_rfc3339(bad[i], &us))
            fail_msg("accepted \"%s\"", bad[i]);
    }
}

/* PostgreSQL raises on anything beyond: an offset of 16 hours would abort a whole batch. */
static void clock_refuses_offsets_that_no_zone_has(void **state)
{
    (void)state;
    int64_t us;
    assert_true(clock_parse_rfc3339("2026-11-23T19:29:14+14:00", &us));
    assert_true(clock_parse_rfc3339("2026-11-23T19:29:14-12:00", &us));
    assert_false(clock_parse_rfc3339("2026-11-23T19:29:14+16:00", &us));
    assert_false(clock_parse_rfc3339("2026-11-23T19:29:14-23:59", &us));
}

static void clock_knows_the_calendar(void **state)
{
    (void)state;
    static const char *const good[] = { "1900-01-01", "2000-02-29", "2024-02-29", "2200-12-31", "2026-12-31" };
    static const char *const bad[] = {
        "",           "1900-02-29", "2023-02-29",  "2026-02-30", "2026-06-31",           "1899-12-31",
        "2201-01-01", "2026-1-1",   "2026-01-01 ", "2026/01/01", "2026-01-01T00:00:00Z", "20260101"
    };
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(clock_is_date(good[i]));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(clock_is_date(bad[i]));
}

static void check_round_trip(int64_t us)
{
    static const int zones[] = { 0, 8 * 60, -(9 * 60 + 30), 14 * 60, -12 * 60, 5 * 60 + 45 };
    char text[CLOCK_RFC3339_SIZE], again[CLOCK_RFC3339_SIZE];
    for (size_t z = 0; z < COUNT(zones); z++) {
        int64_t back = 0;
        clock_set_zone_offset_minutes(zones[z]);
        clock_format_rfc3339(us, text);
        if (!clock_parse_rfc3339(text, &back) || back != us)
            fail_msg("%lld became %s", (long long)us, text);
        assert_true(clock_from_postgres(text, again));
        assert_string_equal(again, text);
    }
}

static void clock_formatting_is_the_inverse_of_parsing(void **state)
{
    (void)state;
    uint64_t random = 88172645463325252;
    check_round_trip(0);
    check_round_trip(-1);
    /* Every day of the range once, at a pseudo-random microsecond; a day's margin for the zones. */
    for (int64_t day = -25566; day < 84370; day++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        check_round_trip(day * DAY + (int64_t)(random % (uint64_t)DAY));
    }
    clock_set_zone_offset_minutes(8 * 60);
}

static void clock_formats_in_the_companys_offset(void **state)
{
    (void)state;
    char text[CLOCK_RFC3339_SIZE];
    clock_set_zone_offset_minutes(8 * 60);
    clock_format_rfc3339(INT64_C(1795433354123456), text);
    assert_string_equal(text, "2026-11-23T19:29:14.123456+08:00");
    clock_format_rfc3339(INT64_C(1795433354000000), text);
    assert_string_equal(text, "2026-11-23T19:29:14+08:00");
    clock_set_zone_offset_minutes(-210);
    clock_format_rfc3339(0, text);
    assert_string_equal(text, "1969-12-31T20:30:00-03:30");
    clock_set_zone_offset_minutes(8 * 60);
}

static void clock_reads_postgres(void **state)
{
    (void)state;
    static const struct {
        const char *text, *rfc3339;
    } cases[] = {
        { "2026-11-23 19:29:14.123+08", "2026-11-23T19:29:14.123000+08:00" },
        { "2026-11-23 11:29:14+00", "2026-11-23T19:29:14+08:00" },
        { "2026-11-23 16:59:14+05:30", "2026-11-23T19:29:14+08:00" },
        { "2026-11-23 02:29:14-09", "2026-11-23T19:29:14+08:00" },
        { "2026-11-23T19:29:14.5+08:00", "2026-11-23T19:29:14.500000+08:00" },
    };
    static const char *const bad[] = { "",
                                       "infinity",
                                       "-infinity",
                                       "2026-11-23",
                                       "2026-11-23 19:29:14",
                                       "0044-03-15 12:00:00+00 BC",
                                       "1900-01-01 00:00:00+08:05:43",
                                       "2026-11-23 19:29:14+08x" };
    char out[CLOCK_RFC3339_SIZE];
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_true(clock_from_postgres(cases[i].text, out));
        assert_string_equal(out, cases[i].rfc3339);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(clock_from_postgres(bad[i], out));
}

static void clock_offset_moves_now_but_not_deadlines(void **state)
{
    (void)state;
    int64_t before = clock_now_us(), monotonic = clock_monotonic_us();
    clock_set_offset_us(10 * DAY);
    assert_true(clock_offset_us() == 10 * DAY);
    assert_true(clock_now_us() - before >= 10 * DAY);
    assert_true(clock_monotonic_us() - monotonic < DAY);
    clock_set_offset_us(0);
    assert_true(clock_now_us() - before < DAY);
}

static void uuid7_has_version_variant_and_time(void **state)
{
    (void)state;
    char id[UUID_TEXT_SIZE];
    for (int i = 0; i < 1000; i++) {
        uuid7_new(INT64_C(1795433354123456) + i, id);
        assert_true(uuid_is_valid(id));
        assert_int_equal(strlen(id), 36);
        assert_int_equal(id[14], '7');
        assert_non_null(strchr("89ab", id[19]));
        char milliseconds[13];
        (void)snprintf(milliseconds, sizeof milliseconds, "%.8s%.4s", id, id + 9);
        assert_true(strtoll(milliseconds, NULL, 16) == (INT64_C(1795433354123456) + i) / 1000);
    }
}

static void uuid7_sorts_by_time_and_never_repeats(void **state)
{
    (void)state;
    char before[UUID_TEXT_SIZE], id[UUID_TEXT_SIZE], twin[UUID_TEXT_SIZE];
    uuid7_new(INT64_C(1795433354000000) - 1, before);
    for (int64_t i = 0; i < 5000; i++) {
        uuid7_new(INT64_C(1795433354000000) + i, id);
        uuid7_new(INT64_C(1795433354000000) + i, twin);
        assert_true(strncmp(before, id, 18) < 0);
        assert_string_not_equal(id, twin);
        memcpy(before, id, sizeof before);
    }
}

static void uuid_validity(void **state)
{
    (void)state;
    assert_true(uuid_is_valid("0192f0c1-7b3a-7abc-8def-0123456789AB"));
    static const char *const bad[] = {
        "",
        "0192f0c1",
        "0192f0c17b3a7abc8def0123456789ab",
        "0192f0c1-7b3a-7abc-8def-0123456789a",
        "0192f0c1-7b3a-7abc-8def-0123456789abc",
        "0192f0c1-7b3a-7abc-8def-0123456789ag",
        "0192f0c1_7b3a-7abc-8def-0123456789ab",
        "{192f0c1-7b3a-7abc-8def-0123456789ab}",
        "----------------------------------- ",
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(uuid_is_valid(bad[i]));
}

static enum json_in_status parse(const char *bytes, size_t length)
{
    char why[200] = "";
    json_t *value = NULL;
    enum json_in_status status = json_in_parse(bytes, length, &value, why, sizeof why);
    if (status == JSON_IN_OK) {
        assert_non_null(value);
        json_decref(value);
    } else {
        assert_null(value);
        assert_true(why[0] != '\0');
    }
    return status;
}

static enum json_in_status parse_text(const char *text)
{
    return parse(text, strlen(text));
}

static void json_depth_is_bounded(void **state)
{
    (void)state;
    char text[200] = "";
    for (size_t depth = 1; depth <= 40; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        text[2 * depth] = '\0';
        assert_int_equal(parse_text(text), depth <= 32 ? JSON_IN_OK : JSON_IN_TOO_DEEP);
    }
    struct buf buf = { 0 };
    for (int i = 0; i < 100000; i++)
        buf_puts(&buf, "{\"a\":");
    assert_int_equal(parse(buf.data, buf.length), JSON_IN_TOO_DEEP);
    buf_done(&buf);
    assert_int_equal(parse_text("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]"), JSON_IN_OK);
    assert_int_equal(parse_text("[\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\\\"]"), JSON_IN_OK);
    assert_int_equal(
        parse_text(
            "[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]"),
        JSON_IN_OK);
}

static void json_that_would_not_store_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "}",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{} {}",
        "nul",
        "'a'",
        "\"\\u0000\"",
        "{\"\\u0000\":1}",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\ud800\"",
        "\"\\ud800x\"",
        "\"\xff\"",
        "\"\xc0\xaf\"",
        "\"\xed\xa0\x80\"",
        "\"a\nb\"",
        "1e999",
        "-1e999",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999",
        "01",
        "+1",
        ".5",
        "NaN",
        "Infinity",
        "[1]x",
        "\xef\xbb\xbf{}",
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        if (parse_text(bad[i]) != JSON_IN_SYNTAX)
            fail_msg("accepted %s", bad[i]);
    assert_int_equal(parse("{}\0", 3), JSON_IN_SYNTAX);
    assert_int_equal(parse("\"a\0b\"", 5), JSON_IN_SYNTAX);
}

static void json_that_is_sound_is_taken(void **state)
{
    (void)state;
    static const char *const good[] = { "{}",
                                        " [ ] ",
                                        "null",
                                        "true",
                                        "\"\\ud83d\\ude00\"",
                                        "9223372036854775807",
                                        "-9223372036854775808",
                                        "1e308",
                                        "{\"a\":{\"a\":1}}",
                                        "\"报修\"",
                                        "-0" };
    for (size_t i = 0; i < COUNT(good); i++)
        if (parse_text(good[i]) != JSON_IN_OK)
            fail_msg("refused %s", good[i]);
}

static void json_keys_come_once(void **state)
{
    (void)state;
    assert_int_equal(parse_text("{\"a\":1,\"a\":1}"), JSON_IN_DUPLICATE_KEY);
    assert_int_equal(parse_text("[{\"b\":{\"a\":1,\"\\u0061\":2}}]"), JSON_IN_DUPLICATE_KEY);
    assert_int_equal(parse_text("[{\"a\":1},{\"a\":1}]"), JSON_IN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(arena_keeps_small_pieces_beside_large_ones),
        cmocka_unit_test(arena_copies_text),
        cmocka_unit_test(buf_grows_and_stays_terminated),
        cmocka_unit_test(buf_steal_gives_the_content_up),
        cmocka_unit_test(json_strings_survive_a_parser),
        cmocka_unit_test(json_strings_are_escaped_as_expected),
        cmocka_unit_test(json_commas_come_by_themselves),
        cmocka_unit_test(html_is_escaped),
        cmocka_unit_test(clock_reads_good_times),
        cmocka_unit_test(clock_refuses_bad_times),
        cmocka_unit_test(clock_refuses_offsets_that_no_zone_has),
        cmocka_unit_test(clock_knows_the_calendar),
        cmocka_unit_test(clock_formatting_is_the_inverse_of_parsing),
        cmocka_unit_test(clock_formats_in_the_companys_offset),
        cmocka_unit_test(clock_reads_postgres),
        cmocka_unit_test(clock_offset_moves_now_but_not_deadlines),
        cmocka_unit_test(uuid7_has_version_variant_and_time),
        cmocka_unit_test(uuid7_sorts_by_time_and_never_repeats),
        cmocka_unit_test(uuid_validity),
        cmocka_unit_test(json_depth_is_bounded),
        cmocka_unit_test(json_that_would_not_store_is_refused),
        cmocka_unit_test(json_that_is_sound_is_taken),
        cmocka_unit_test(json_keys_come_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
