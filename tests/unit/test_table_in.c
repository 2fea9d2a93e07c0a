#include "check.h"

#include <stdio.h>
#include <string.h>

#include "base/table_in.h"

static struct arena arena;

static int tear_down(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static enum table_status read_text(const char *text, size_t length, const char *encoding, char delimiter, struct table *table)
{
    return table_in_parse(text, length, encoding, delimiter, (struct table_limits){ 5, 4 }, &arena, table);
}

#define READ(text, table) read_text(text, strlen(text), "utf-8", ',', table)

static void rows_are_as_wide_as_the_widest(void **state)
{
    (void)state;
    struct table t;
    assert_int_equal(READ("\xef\xbb\xbf单号,金额,备注\r\nA-1, 12.50 \r\n\r\n,,\r\n\"B,\"\"2\"\"\",　3　,\"两\n行\"\r\n", &t), TABLE_OK);
    assert_int_equal(t.n_rows, 3);
    assert_int_equal(t.n_columns, 3);
    assert_string_equal(t.rows[0][0], "单号");
    assert_string_equal(t.rows[1][1], "12.50");
    assert_string_equal(t.rows[1][2], "");
    assert_string_equal(t.rows[2][0], "B,\"2\"");
    assert_string_equal(t.rows[2][1], "3");
    assert_string_equal(t.rows[2][2], "两\n行");
}

static void chinese_windows_tables_are_read(void **state)
{
    (void)state;
    struct table t;
    static const char gb[] = "\xb5\xa5\xba\xc5;\xbd\xf0\xb6\xee\nA;\x31\n"; /* 单号;金额 */
    assert_int_equal(read_text(gb, sizeof gb - 1, "gb18030", ';', &t), TABLE_OK);
    assert_string_equal(t.rows[0][0], "单号");
    assert_string_equal(t.rows[0][1], "金额");
    assert_int_equal(read_text(gb, sizeof gb - 1, "utf-8", ';', &t), TABLE_BAD_ENCODING);
    static const char four[] = "x\n\x81\x30\x81\x30\n"; /* U+0080 in four bytes */
    assert_int_equal(read_text(four, sizeof four - 1, "gb18030", ',', &t), TABLE_OK);
    assert_string_equal(t.rows[1][0], "\xc2\x80");
}

static void bad_tables_say_why(void **state)
{
    (void)state;
    struct table t;
    assert_int_equal(READ("", &t), TABLE_EMPTY);
    assert_int_equal(READ("单号,金额\n", &t), TABLE_EMPTY);
    assert_int_equal(READ("a\n\"b\n", &t), TABLE_BAD_QUOTES);
    assert_int_equal(READ("a\n1\n2\n3\n4\n5\n", &t), TABLE_TOO_LARGE);
    assert_int_equal(READ("a,b,c,d,e\n1\n", &t), TABLE_TOO_LARGE);
    assert_int_equal(read_text("a\n\xff\n", 5, "utf-8", ',', &t), TABLE_BAD_ENCODING);
    assert_int_equal(read_text("a\nb\0c\n", 6, "utf-8", ',', &t), TABLE_BAD_ENCODING);
    assert_int_equal(read_text("a\n\xe5\x8d", 4, "utf-8", ',', &t), TABLE_BAD_ENCODING);
}

static void amounts_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t fen;
    } good[] = { { "1,234.50", 123450 }, { "1234.5", 123450 }, { "¥100", 10000 }, { "￥ 0.05", 5 }, { "88元", 8800 },
                 { "人民币12.34元", 1234 }, { "１２．３", 1230 }, { "0", 0 } };
    int64_t fen;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(table_in_amount(good[i].text, true, &fen));
        assert_int_equal(fen, good[i].fen);
    }
    static const char *const bad[] = { "", "-1", "1.234", "1.", ".5", "abc", "1e3", "1,2x", "99999999999999", "元", "1.2.3" };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(table_in_amount(bad[i], true, &fen));
    assert_true(table_in_amount("12,345", false, &fen));
    assert_int_equal(fen, 12345);
    assert_false(table_in_amount("12.5", false, &fen));
    assert_true(table_in_integer("37", &fen));
    assert_int_equal(fen, 37);
}

static void dates_as_people_write_them(void **state)
{
    (void)state;
    char date[11];
    static const char *const good[] = { "2026/1/5", "2026-01-05", "2026.1.5", "2026年1月5日", "20260105", "２０２６／１／５", " 2026/01/5 " };
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(table_in_date(good[i], date));
        assert_string_equal(date, "2026-01-05");
    }
    static const char *const bad[] = { "", "2026/2/30", "2026/13/1", "26/1/5x", "2026-1/5", "2026年1月5", "1/5/2026", "202601051", "2026/1/", "一月五日" };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(table_in_date(bad[i], date));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_as_wide_as_the_widest),
        cmocka_unit_test(chinese_windows_tables_are_read),
        cmocka_unit_test(bad_tables_say_why),
        cmocka_unit_test(amounts_as_people_write_them),
        cmocka_unit_test(dates_as_people_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
