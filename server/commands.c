#include "server/commands.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/fire.h"
#include "engine/roles.h"
#include "server/internal.h"

void new_password(char out[17])
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    for (int i = 0; i < 16; i++)
        out[i] = letters[randombytes_uniform(sizeof letters - 1)];
    out[16] = '\0';
}

bool set_password(PGconn *connection, const char *person_id, const char *password)
{
    char hash[crypto_pwhash_STRBYTES], now[CLOCK_RFC3339_SIZE];
    if (crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return false;
    clock_format_rfc3339(clock_now_us(), now);
    const char *values[3] = { person_id, hash, now };
    PGresult *result = PQexecParams(connection,
                                    "insert into person_credential (person_id, password_hash, changed_at)\nvalues ($1::uuid, $2, $3::timestamptz)\n"
                                    "    on conflict (person_id) do update\n   set password_hash = excluded.password_hash,\n       changed_at = excluded.changed_at",
                                    3, NULL, values, NULL, NULL, 0);
    bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return good;
}

static json_t *words(const char *list)
{
    json_t *array = json_array();
    for (const char *p = list; *p != '\0';) {
        size_t n = strcspn(p, " ,");
        if (n > 0)
            (void)json_array_append_new(array, json_stringn(p, n));
        p += n;
        p += strspn(p, " ,");
    }
    return array;
}

int command_person_add(const struct engine *engine, PGconn *connection, const struct person_options *o)
{
    if (o->login == NULL || o->name == NULL || o->roles == NULL) {
        (void)fputs("aftercare: person add needs --login, --name and --roles\n", stderr);
        return 2;
    }
    struct principal who = system_principal;
    who.roles = role_bit(ROLE_hr_officer);
    json_t *body = json_pack("{s:s,s:s,s:o,s:s}", "login", o->login, "name", o->name, "roles", words(o->roles), "department",
                             o->department == NULL ? "after_sales_center" : o->department);
    char id[UUID_TEXT_SIZE], generated[17];
    struct buf error = { 0 };
    enum verdict verdict = engine_fire(connection, engine_machine_by_name(engine, "person"), "create", NULL, body, &who, clock_now_us(), id, &error);
    json_decref(body);
    int status = 1;
    if (o->password == NULL)
        new_password(generated);
    const char *password = o->password == NULL ? generated : o->password;
    if (verdict != VERDICT_MOVED) {
        (void)fprintf(stderr, "aftercare: %s\n", error.data == NULL ? "refused" : error.data);
    } else if (!set_password(connection, id, password)) {
        (void)fputs("aftercare: the password could not be stored\n", stderr);
    } else {
        (void)printf("person %s (%s)%s%s\n", o->login, id, o->password == NULL ? ", password " : "", o->password == NULL ? password : "");
        status = 0;
    }
    buf_done(&error);
    return status;
}

int command_key_add(PGconn *connection, const struct person_options *o)
{
    if (o->login == NULL) {
        (void)fputs("aftercare: key add needs --person\n", stderr);
        return 2;
    }
    unsigned char bytes[32];
    char key[64] = "ack_", hash[65], now[CLOCK_RFC3339_SIZE];
    randombytes_buf(bytes, sizeof bytes);
    (void)sodium_bin2base64(key + 4, sizeof key - 4, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    auth_hash_token(key, hash);
    clock_format_rfc3339(clock_now_us(), now);
    const char *values[4] = { hash, o->login, o->name == NULL ? "command line" : o->name, now };
    PGresult *result = PQexecParams(connection,
                                    "insert into api_key (token_hash, person_id, name, made_at)\nselect $1, p.id, $3, $4::timestamptz\n  from person p\n"
                                    " where p.login = $2\n   and p.state <> 'left'\nreturning person_id",
                                    4, NULL, values, NULL, NULL, 0);
    bool good = PQntuples(result) == 1;
    if (good)
        (void)puts(key);
    else
        (void)fprintf(stderr, "aftercare: nobody signs in as \"%s\"\n", o->login);
    PQclear(result);
    return good ? 0 : 1;
}
