#include "base/table_in.h"

#include <csv.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"

struct reading {
    struct arena *arena;
    struct table_limits limits;
    const char **cells; /* of the row at hand */
    size_t n_cells;
    const char *const **rows;
    size_t n_rows, widest;
    bool too_large, blank;
};

/* Blanks of both widths, at both ends. */
static char *trimmed(struct arena *arena, const char *text, size_t length)
{
    static const char wide[] = "\xe3\x80\x80";
    for (bool more = true; more;) {
        more = false;
        while (length > 0 && strchr(" \t\r\n", text[0]) != NULL)
            text++, length--;
        while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
            length--;
        if (length >= 3 && memcmp(text, wide, 3) == 0)
            text += 3, length -= 3, more = true;
        if (length >= 3 && memcmp(text + length - 3, wide, 3) == 0)
            length -= 3, more = true;
    }
    return arena_strndup(arena, text, length);
}

static void on_cell(void *bytes, size_t length, void *context)
{
    struct reading *r = context;
    if (r->n_cells == r->limits.columns || r->n_rows == r->limits.rows) {
        r->too_large = true;
        return;
    }
    const char *cell = trimmed(r->arena, bytes == NULL ? "" : bytes, length);
    r->blank &= cell[0] == '\0';
    r->cells[r->n_cells++] = cell;
}

static void on_row(int end, void *context)
{
    (void)end;
    struct reading *r = context;
    if (!r->blank && !r->too_large) {
        const char **row = ARENA_ARRAY(r->arena, const char *, r->limits.columns);
        for (size_t i = 0; i < r->limits.columns; i++)
            row[i] = i < r->n_cells ? r->cells[i] : "";
        r->rows[r->n_rows++] = row;
        r->widest = r->n_cells > r->widest ? r->n_cells : r->widest;
    }
    r->n_cells = 0;
    r->blank = true;
}

static bool decode(const char *bytes, size_t length, const char *encoding, struct buf *out)
{
    iconv_t converter = iconv_open("UTF-8", strcmp(encoding, "gb18030") == 0 ? "GB18030" : "UTF-8");
    if (converter == (iconv_t)-1)
        return false;
    char *in = (char *)(uintptr_t)bytes, chunk[4096];
    bool good = true;
    while (length > 0 && good) {
        char *to = chunk;
        size_t room = sizeof chunk;
        size_t before = length;
        (void)iconv(converter, &in, &length, &to, &room);
        buf_add(out, chunk, sizeof chunk - room);
        good = length < before || room < sizeof chunk;
    }
    (void)iconv_close(converter);
    return good && (out->data == NULL || strlen(out->data) == out->length);
}

enum table_status table_in_parse(const char *bytes, size_t length, const char *encoding, char delimiter, struct table_limits limits,
                                 struct arena *arena, struct table *ret_table)
{
    _cleanup_buf_ struct buf text = { 0 };
    if (!decode(bytes, length, encoding, &text))
        return TABLE_BAD_ENCODING;
    const char *start = text.data == NULL ? "" : text.data;
    if (strncmp(start, "\xef\xbb\xbf", 3) == 0)
        start += 3;
    struct reading reading = {
        .arena = arena,
        .limits = limits,
        .cells = ARENA_ARRAY(arena, const char *, limits.columns),
        .rows = ARENA_ARRAY(arena, const char *const *, limits.rows),
        .blank = true,
    };
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return TABLE_BAD_QUOTES;
    csv_set_delim(&parser, (unsigned char)delimiter);
    size_t n = strlen(start);
    bool good = csv_parse(&parser, start, n, on_cell, on_row, &reading) == n && csv_fini(&parser, on_cell, on_row, &reading) == 0;
    csv_free(&parser);
    if (!good)
        return TABLE_BAD_QUOTES;
    if (reading.too_large)
        return TABLE_TOO_LARGE;
    if (reading.n_rows < 2)
        return TABLE_EMPTY;
    *ret_table = (struct table){ .rows = reading.rows, .n_rows = reading.n_rows, .n_columns = reading.widest };
    return TABLE_OK;
}

/* Full-width forms become the plain ones; what marks money or groups thousands is passed over. False: too long. */
static bool plain(const char *text, const char *skip, char *out, size_t size)
{
    size_t n = 0;
    for (const char *p = text; *p != '\0';) {
        unsigned char a = (unsigned char)p[0], b = (unsigned char)p[1], c = b == '\0' ? 0 : (unsigned char)p[2];
        char plain_char = *p;
        size_t step = 1;
        if (a == 0xef && (b == 0xbc || b == 0xbd) && c != 0) {
            int code = ((a & 0x0f) << 12 | (b & 0x3f) << 6 | (c & 0x3f)) - 0xff01 + 0x21;
            /* The full-width yen sign lies elsewhere. */
            plain_char = code > 0x20 && code < 0x7f ? (char)code : '?';
            step = 3;
        }
        p += step;
        if (strchr(skip, plain_char) != NULL)
            continue;
        if (n + 1 == size)
            return false;
        out[n++] = plain_char;
    }
    out[n] = '\0';
    return true;
}

static const char *without_mark(const char *text, char *scratch, size_t size)
{
    static const char *const marks[] = { "¥", "￥", "人民币", "元", "RMB" };
    (void)snprintf(scratch, size, "%s", text);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t n = strlen(marks[i]), length = strlen(scratch);
        if (strncmp(scratch, marks[i], n) == 0)
            memmove(scratch, scratch + n, length - n + 1);
        else if (length >= n && strcmp(scratch + length - n, marks[i]) == 0)
            scratch[length - n] = '\0';
    }
    return scratch;
}

static bool digits(const char **p, size_t max, int64_t *ret_number)
{
    size_t n = 0;
    int64_t number = 0;
    for (; **p >= '0' && **p <= '9' && n < max; ++*p, n++)
        number = number * 10 + (**p - '0');
    *ret_number = number;
    return n > 0 && !(**p >= '0' && **p <= '9');
}

bool table_in_amount(const char *text, bool in_yuan, int64_t *ret_fen)
{
    char scratch[64], number[32];
    if (strlen(text) >= sizeof scratch || !plain(without_mark(text, scratch, sizeof scratch), ", ", number, sizeof number))
        return false;
    const char *p = number;
    int64_t whole, part = 0;
    if (!digits(&p, 13, &whole))
        return false;
    if (in_yuan && *p == '.') {
        const char *first = ++p;
        if (!digits(&p, 2, &part))
            return false;
        part *= p - first == 1 ? 10 : 1;
    }
    *ret_fen = in_yuan ? whole * 100 + part : whole;
    return *p == '\0';
}

bool table_in_integer(const char *text, int64_t *ret_number)
{
    return table_in_amount(text, false, ret_number);
}

bool table_in_date(const char *text, char ret_date[11])
{
    char scratch[64] = "";
    if (!plain(text, " ", scratch, sizeof scratch))
        return false;
    const char *p = scratch;
    int64_t year, month, day;
    if (strlen(p) == 8 && strspn(p, "0123456789") == 8) {
        (void)snprintf(ret_date, 11, "%.4s-%.2s-%.2s", p, p + 4, p + 6);
        return clock_is_date(ret_date);
    }
    static const char *const separators[][3] = { { "/", "/", "" }, { "-", "-", "" }, { ".", ".", "" }, { "年", "月", "日" } };
    if (!digits(&p, 4, &year))
        return false;
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        const char *q = p;
        if (strncmp(q, separators[i][0], strlen(separators[i][0])) != 0)
            continue;
        q += strlen(separators[i][0]);
        if (!digits(&q, 2, &month) || strncmp(q, separators[i][1], strlen(separators[i][1])) != 0)
            return false;
        q += strlen(separators[i][1]);
        if (!digits(&q, 2, &day) || strcmp(q, separators[i][2]) != 0)
            return false;
        (void)snprintf(ret_date, 11, "%04d-%02d-%02d", (int)year, (int)month, (int)day);
        return clock_is_date(ret_date);
    }
    return false;
}
